"""What `mctui show` says of the contact model: what is billed, the kinds of keys, and who is billed more than once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mctui.cli.panes import Section, pane
from store import Org, clock

if TYPE_CHECKING:
    from store.contacts.migration import Touched


@pane("key-audit")
def key_audit(org: Org, _: str, limit: int) -> list[Section]:
    """The kinds of Contact Keys, what breaks for each, and people who are several contacts."""
    from store import advice

    kinds = [kind for kind in advice.key_audit(org) if kind.contacts]
    keys = [(k.kind, k.contacts, f"{k.share:.1%}", k.twice, k.example, k.breaks) for k in kinds]
    headers = ("key_is", "contacts", "share", "twice", "example", "what_breaks")
    audit = Section("keys", headers, keys[:limit], "No contacts yet: synchronize, import or send.")
    return [audit, *_duplicates(org, limit)]


def _duplicates(org: Org, limit: int) -> list[Section]:
    """People who are several contacts, and the filters that would save some."""
    from store import advice

    twice = [(d.objects, d.people, d.contacts, d.surplus) for d in advice.billed_twice(org)]
    savings = [*advice.savings(org), *advice.filters_for_never_mailed(org)]
    saved = [(s.object, s.filter, s.contacts, s.how) for s in savings]
    return [
        Section(
            "billed_twice",
            ("same_address_on", "people", "contacts", "surplus"),
            twice[:limit],
            "Nobody has one e-mail address on several records.",
        ),
        Section("filters", ("object", "filter", "would_save", "how"), saved[:limit], "No filter would save a contact."),
    ]


@pane("billing")
def billing(org: Org, _: str, limit: int) -> list[Section]:
    """What is billed and why, against what the licence includes, with who is billed twice and what would save it."""
    from store import advice, contacts

    found, outside = contacts.billing(org), contacts.outside_all_subscribers(org)
    rows = [(cause, count, outside.get(cause, 0)) for cause, count in found.by_cause][:limit]
    if rows:
        rows.append(("(all)", found.billable, found.billable - found.subscribers))
    headers = ("cause", "billable", "not_in_all_subscribers")
    edition = contacts.licence(org).edition
    included = [
        (edition, line.what, line.used, line.included, "" if line.share is None else f"{line.share:.1%}", line.about)
        for line in advice.against_licence(org)
    ]
    return [
        Section("billing", headers, rows, "No contacts yet: nobody is billed."),
        Section("licence", ("edition", "what", "used", "included", "share", "about"), included),
        *_duplicates(org, limit),
    ]


def _time(at: int | None) -> str:
    return "" if at is None else clock.system_text(at)


@pane("deletions")
def deletions(org: Org, _: str, limit: int) -> list[Section]:
    """Contact deletion: the operations, what they reached, and who is suppressed now."""
    from store.contacts import deletion

    found = deletion.deletions(org, limit)
    rows = [
        (
            d.operation_id, d.by, d.list_key, d.contacts, d.status, _time(d.requested_at),
            _time(d.suppressed_at), _time(d.delete_at), _time(d.finished_at), d.retries, d.problem,
        )
        for d in found
    ]  # fmt: skip
    headers = (
        "operation", "by", "list", "contacts", "status", "requested", "suppressed", "delete_at", "finished", "retries",
        "problem",
    )  # fmt: skip
    reached = [(d.operation_id, name, count) for d in found for name, count in d.reached.items()]
    now = [
        ("suppression_days", deletion.suppression_days(org)),
        ("suppressed_contacts", deletion.suppressed_count(org)),
        ("deleted_contacts", deletion.deleted_count(org)),
    ]
    return [
        Section("now", ("what", "value"), now),
        Section("deletions", headers, rows, "No contact was deleted: mctui do FILE contacts.delete ..."),
        Section("reached", ("operation", "deleted", "count"), reached[:limit]),
    ]


@pane("key-migration")
def key_migration(org: Org, _: str, limit: int) -> list[Section]:
    """The subscriber-key migration that was, and what still holds old keys."""
    from store.contacts import migration

    done = migration.key_migration(org)
    rows = [(_time(done.at), done.mapping, done.changed, done.merged)] if done else []
    empty = "Not migrated. `key-migration/MAPPING` plans it (or key-migration/DE.OldField.NewField); see key-audit."
    return [
        Section("migration", ("at", "mapping", "keys_changed", "contacts_merged"), rows, empty),
        _touched("aftermath", migration.aftermath(org)[:limit], "Nothing holds an old key."),
    ]


@pane("key-migration/")
def key_migration_plan(org: Org, mapping: str, limit: int) -> list[Section]:
    """What a migration by a mapping would do: DE, or DE.OldField.NewField."""
    from store.contacts import migration

    name, *fields = mapping.rsplit(".", 2) if mapping.count(".") >= 2 else [mapping]
    plan = migration.key_plan(org, name, *fields)
    rows = [
        ("changed", plan.changed, "get the new key; the Contact ID and all history stay"),
        ("merged", plan.merged, "go into the contact that has or gets the same new key"),
        ("collisions", plan.collisions, "of these, into a contact that is under the new key already"),
        ("twice", plan.twice, "have several new keys in the mapping: left out"),
        ("bad", plan.bad, "have no usable new key, or one that is an old key too: left out"),
        ("left_out", plan.left_out, "would have to be merged, or into a contact that is being deleted"),
        ("unknown", plan.unknown, "of the mapping are no contacts: left out"),
        ("without_partner", plan.without_partner, "contacts are not in the mapping: they keep their keys"),
    ]
    return [
        Section("plan", ("keys", "count", "what"), rows),
        _touched("touched", plan.touched[:limit], "Nothing else holds an old key."),
    ]


def _touched(name: str, found: Sequence[Touched], empty: str) -> Section:
    rows = [(one.kind, one.name, one.count, one.about, "yes" if one.blocks else "") for one in found]
    return Section(name, ("what", "name", "count", "about", "blocks"), rows, empty)
