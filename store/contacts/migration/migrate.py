"""The migration itself: once, for the whole account, and never back.

Source: seed, a one-time, irreversible operation that affects every contact; domain A6, a service of Salesforce.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units, data_extensions
from store.assumptions import assume
from store.clock import system_text
from store.commands import Outcome, command
from store.contacts.key_changes import change_keys
from store.contacts.migration.hooks import MERGED, MERGED_COLUMNS, merge_all, move_contacts, touched
from store.contacts.migration.plan import KEYS, NEW, OLD, read_mapping
from store.errors import Refused
from store.scratch import scratch

if TYPE_CHECKING:
    from store.org import Org

assume(
    "key_migration_keeps_opt_out",
    True,
    (True, False),
    "Of merged subscribers the strictest status stays: unsubscribed, then held, then bounced; otherwise that of the"
    " contact that stays.",
    "WEB:dbservices.com: a migration retains subscription preferences; how conflicts end is not documented",
)
_STRICTNESS = "CASE {} WHEN 'unsubscribed' THEN 3 WHEN 'held' THEN 2 WHEN 'bounced' THEN 1 ELSE 0 END"


@command("contacts.migrate_keys")
def migrate_keys(org: Org, *, mapping: str, old_key: str = OLD, new_key: str = NEW) -> Outcome:
    """Give contacts new Contact Keys by a mapping in a data extension; contacts of one new key are merged.

    `mctui show FILE key-migration/MAPPING` plans it. Raises Refused the second time, and while anything can still send.
    """
    _refuse_again(org)
    if not business_units.current(org).is_enterprise:
        raise Refused("Keys are migrated in the enterprise, for the whole account.")
    de = data_extensions.get(org, mapping)
    old, new = de.field(old_key).name, de.field(new_key).name
    read_mapping(org, mapping, old, new)
    _refuse_while_sending(org)
    org.run(
        """INSERT INTO migrated_keys
           SELECT m.old_key, m.new_key, m.contact_id, coalesce(m.target_id, (
                  SELECT c.contact_id FROM temp.key_mapping c WHERE c.new_key = m.new_key AND c.outcome = 'changed'))
             FROM temp.key_mapping m WHERE m.outcome IN ('changed', 'merged') ORDER BY m.old_key"""
    )
    merged = _merge(org)
    changed = change_keys(
        org, "SELECT contact_id, new_key FROM temp.key_mapping WHERE outcome = 'changed' ORDER BY contact_id"
    )
    if not changed and not merged:
        raise Refused(
            f"The mapping {de.path} changes no key.",
            cause=f"No {old} is a contact's key that gets one new key.",
            fix=f"`mctui show FILE key-migration/{de.path}` counts why.",
        )
    org.run("INSERT INTO key_migrations VALUES (?, ?, ?, ?, ?, ?)", org.now, de.path, old, new, changed, merged)
    org.run("DELETE FROM temp.key_mapping")
    title = f"Subscriber keys migrated by {de.path}: {changed:,} contacts have new keys, {merged:,} were merged"
    return Outcome(title, {"keys changed": changed, "contacts merged": merged}, "key-migration")


def _merge(org: Org) -> int:
    """Give the history of merged contacts to those that they go into, and retire their ids."""
    scratch(org, "merged_contacts", MERGED_COLUMNS)
    rounds = "1 + coalesce((SELECT max(visit) >> 32 FROM journey_members), 0)"
    merged = org.run(
        f"""INSERT INTO {MERGED}
            SELECT contact_id, into_id, row_number() OVER (PARTITION BY into_id ORDER BY contact_id) * ({rounds})
              FROM migrated_keys WHERE contact_id <> into_id ORDER BY contact_id"""
    )
    if not merged:
        return 0
    _merge_subscribers(org)
    merge_all(org)
    org.run(
        f"""INSERT INTO deleted_contacts
            SELECT contact_id, contact_key, NULL, ? FROM contacts
             WHERE contact_id IN (SELECT contact_id FROM {MERGED}) ORDER BY contact_id""",
        org.now,
    )
    org.run(f"DELETE FROM contacts WHERE contact_id IN (SELECT contact_id FROM {MERGED})")
    org.run(f"DELETE FROM {MERGED}")
    return merged


def _merge_subscribers(org: Org) -> None:
    """All Subscribers keeps one entry of each: the address of the contact that stays, else of the oldest that goes."""
    if org.assumption("key_migration_keeps_opt_out"):
        org.run(
            f"""INSERT INTO subscriber_statuses
                SELECT into_id, status, date_unsubscribed, unsubscribe_reason, date_undeliverable, bounce_count,
                       bounce_run, bounce_run_began
                  FROM (SELECT g.into_id, t.*, row_number() OVER (
                                 PARTITION BY g.into_id ORDER BY {_STRICTNESS.format("t.status")} DESC, t.contact_id)
                               AS place
                          FROM {MERGED} g JOIN subscriber_statuses t USING (contact_id))
                 WHERE place = 1 ORDER BY into_id
                    ON CONFLICT(contact_id) DO UPDATE
                   SET status = excluded.status, date_unsubscribed = excluded.date_unsubscribed,
                       unsubscribe_reason = excluded.unsubscribe_reason
                 WHERE {_STRICTNESS.format("excluded.status")} > {_STRICTNESS.format("subscriber_statuses.status")}"""
        )
    for table in (
        "all_subscribers", "subscriber_statuses", "business_unit_subscribers", "business_unit_unsubscribes",
        "imports_while_held",
    ):  # fmt: skip
        move_contacts(org, table)
    org.run(f"DELETE FROM deleted_subscribers WHERE contact_id IN (SELECT contact_id FROM {MERGED})")


def _refuse_again(org: Org) -> None:
    done = org.value("SELECT at FROM key_migrations")
    if done is not None:
        raise Refused(
            f"This account was migrated on {system_text(done)}: there is no second migration.",
            cause="A subscriber-key migration is a one-time, irreversible operation, done by Salesforce.",
            fix="Here `mctui back` undoes it; there, plan it before go-live.",
        )


def _refuse_while_sending(org: Org) -> None:
    """Source: WEB:digitalmarketingoncloud.com, no sends during the migration, calls halted, triggered sends paused."""
    blocking = [one for one in touched(org, KEYS) if one.blocks]
    if blocking:
        named = ", ".join(f"{one.kind} {one.name}" for one in blocking[:5])
        raise Refused(
            f"Keys cannot be migrated while something can send: {named}.",
            cause="During the migration nothing may be sent, neither in batches nor triggered.",
            fix="Pause or stop them first: journey.pause, automation.pause.",
        )
