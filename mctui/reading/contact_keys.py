"""Contact Keys in words: their kinds and what breaks for each, and the migration - possible, planned, or done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mctui.views import Choice, Detail, KeyAudit, Planned, Section

if TYPE_CHECKING:
    from store import Org
    from store.contacts.migration import KeyPlan, Touched

# Of each number of a plan, what becomes of those contacts.
OUTCOMES = {
    "changed": "get the new key; the Contact ID and all history stay",
    "merged": "go into the contact that has or gets the same new key",
    "collisions": "of these, into a contact that is under the new key already",
    "twice": "have several new keys in the mapping: left out",
    "bad": "have no usable new key, or one that is an old key too: left out",
    "left_out": "are being deleted, or would be merged: into such a contact, or where the assumption forbids it",
    "unknown": "of the mapping are no contacts: left out",
    "without_partner": "contacts are not in the mapping: they keep their keys",
}
LISTED = 40  # things that hold old keys
Rows = tuple[tuple[str, object], ...]


def audit(org: Org) -> KeyAudit:
    """The kinds of keys with their shares, who is billed more than once, and what is to be said of the migration."""
    from store import advice
    from store.contacts import migration

    kinds = [kind for kind in advice.key_audit(org) if kind.contacts]
    sections = []
    for kind in kinds:
        rows: list[tuple[str, object]] = [("example", kind.example)]
        if kind.twice:
            rows.append(("twice", f"{kind.twice:,} are contacts under a CRM id as well, billed twice"))
        rows.append(("breaks", kind.breaks))
        sections.append(Section(f"{kind.share:.1%}  {kind.kind}: {kind.contacts:,}", tuple(rows)))
    for one in advice.billed_twice(org):
        said = f"{one.people:,} people are {one.contacts:,} contacts by one address each"
        sections.append(Section("Billed more than once", ((one.objects, said),)))
    done = migration.key_migration(org)
    if done is None:
        said = "not done: it is done once, for the whole account, and never back"
        return KeyAudit(Detail("Contact Keys", (*sections, Section("Migration", (("", said),)))), bool(kinds))
    return KeyAudit(Detail("Contact Keys", (*_done(org), *sections)), False)


def _done(org: Org) -> list[Section]:
    from store import clock
    from store.contacts import migration

    done = migration.key_migration(org)
    assert done is not None
    facts = (
        ("at", f"{clock.system_text(done.at)} system"),
        ("by", f"{done.mapping}: {done.old_key} → {done.new_key}"),
        ("changed", f"{done.changed:,}"),
        ("merged", f"{done.merged:,}"),
    )
    held = _held(migration.aftermath(org)) or (("", "nothing"),)
    return [Section("Migrated", facts), Section("Still holds old keys", held)]


def mappings(org: Org) -> tuple[Choice, ...]:
    """The data extensions that could be the mapping."""
    from store.contacts import migration

    return tuple(
        Choice(f"{one.mapping}.{one.old_key}.{one.new_key}",
               (one.mapping, f"{one.contacts:,} of {one.rows:,}", f"{one.old_key} → {one.new_key}"))
        for one in migration.possible_mappings(org)
    )  # fmt: skip


def plan_of(org: Org, text: str) -> KeyPlan:
    """The plan of `DE` or `DE.OldField.NewField`. Raises Refused."""
    from store.contacts import migration

    name, *fields = text.rsplit(".", 2) if text.count(".") >= 2 else [text]
    return migration.key_plan(org, name, *fields)


def planned(org: Org, text: str) -> Planned:
    """The plan of a migration, to be read and confirmed."""
    plan = plan_of(org, text)
    counts = [(f"{count:,}", said) for name, said in OUTCOMES.items() if (count := getattr(plan, name))]
    sections = [Section("Keys", tuple(counts))]
    if plan.blocked:
        sections.append(Section("Stop these first: nothing may be sent meanwhile", _held(plan.blocked)))
    held = _held(one for one in plan.touched if not one.blocks)
    sections.append(Section("Holds old keys, and still will afterwards", held or (("", "nothing"),)))
    sections.append(Section("Afterwards", _AFTERWARDS))
    why_not = ""
    if plan.blocked:
        why_not = "stop first what can send"
    elif not plan.changed + plan.merged:
        why_not = "it changes no key"
    arguments = {"mapping": plan.mapping, "old_key": plan.old_field, "new_key": plan.new_field}
    title = f"Migrate subscriber keys by {plan.mapping}: {plan.old_field} → {plan.new_field}"
    return Planned(
        Detail(title, tuple(sections)), "contacts.migrate_keys", arguments,
        f"Migrate the keys of {plan.changed + plan.merged:,} contacts?", "MIGRATE",
        "An account is migrated once, and never back. Here b steps back.", why_not=why_not,
    )  # fmt: skip


# Source: seed, a one-time, irreversible operation; domain A6; WEB:digitalmarketingoncloud.com
_AFTERWARDS: Rows = (
    ("-", "there is no second migration, and no way back"),
    ("-", "merged contacts are one: one history, the strictest status, billed once"),
    ("-", "data extensions, criteria, queries, files and API callers keep what they have: K lists what holds old keys"),
    ("-", "whoever comes under an old key is a new contact, billed again"),
)


def _held(found: Iterable[Touched]) -> Rows:
    listed = list(found)
    rows = tuple(("-", f"{one.kind} {one.name} ({one.count:,}): {one.about}") for one in listed[:LISTED])
    more = ((("", f"and {len(listed) - LISTED} more"),)) if len(listed) > LISTED else ()
    return (*rows, *more)
