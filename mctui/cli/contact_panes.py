"""What `mctui show` says of the contact model: what is billed, the kinds of keys, and who is billed more than once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mctui.cli.panes import Section, pane
from store import Org, clock

if TYPE_CHECKING:
    from store.advice import KeyKind
    from store.contacts.deletion import DeletionPlan
    from store.contacts.migration import Touched


@pane("key-audit")
def key_audit(org: Org, _: str, limit: int) -> list[Section]:
    """The kinds of Contact Keys, what breaks for each, and people who are several contacts."""
    from store import advice

    kinds = [kind for kind in advice.key_audit(org) if kind.contacts]
    keys = [(k.kind, k.contacts, f"{k.share:.1%}", k.twice, k.example, k.breaks) for k in kinds]
    headers = ("key_is", "contacts", "share", "twice", "example", "what_breaks")
    audit = Section("keys", headers, keys[:limit], "No contacts yet: synchronize, import or send.")
    return [audit, *_migration(org, kinds), *_duplicates(org, limit)]


def _migration(org: Org, kinds: list[KeyKind]) -> list[Section]:
    """What a migration would make of these keys: which mapping, how many, and how to go on."""
    from store.contacts import migration

    done = migration.key_migration(org)
    if done is not None:
        said = f"migrated on {_time(done.at)}: mctui show FILE key-migration lists what still holds old keys"
        return [Section("migration", ("mapping", "contacts", "share", "how"), [(done.mapping, done.changed, "", said)])]
    everyone = sum(kind.contacts for kind in kinds)
    rows = [
        (one.mapping, one.contacts, f"{one.contacts / everyone:.1%}",
         f"mctui show FILE key-migration/{one.mapping}.{one.old_key}.{one.new_key}")
        for one in migration.possible_mappings(org)
        if one.contacts
    ]  # fmt: skip
    return [Section("migration", ("mapping", "contacts", "share", "how"), rows)] if rows else []


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


@pane("deletion-plan/")
def deletion_plan(org: Org, named: str, limit: int) -> list[Section]:
    """What a deletion would do: of KEY,KEY, of `de/NAME`, or of `list/All Subscribers`."""
    from mctui.reading import contact_deletion
    from store.contacts import deletion

    kind, _, name = named.partition("/")
    by: dict[str, Any] = {"contact_keys": [key.strip() for key in named.split(",")]}
    if kind == "de" and name:
        by = {"data_extension": name}
    elif kind == "list" and name:
        by = {"all_subscribers": True}
    plan = deletion.deletion_plan(org, **by)
    phases = [
        (1, "suppressed", plan.contacts, _time(plan.suppress_at)),
        (2, "deleted", plan.contacts, _time(plan.delete_at)),
    ]
    holds = [("from phase 1 to 2", line) for line in contact_deletion.meanwhile(org, plan)]
    holds += [("afterwards", line) for line in contact_deletion.afterwards(plan)]
    nobody = "Nothing of theirs"
    return [
        Section("phases", ("phase", "contacts_are", "contacts", "at_the_earliest"), phases),
        Section(
            "deleted", ("what", "where", "rows"), _where(plan, plan.deleted)[:limit], f"{nobody} would be deleted."
        ),
        Section("stays", ("what", "where", "rows"), _where(plan, plan.kept)[:limit], f"{nobody} would stay."),
        Section("so", ("when", "what"), holds),
    ]


def _where(plan: DeletionPlan, counted: dict[str, int]) -> list[tuple[str, str, int]]:
    """One row for each place, or one for all of a name that has none."""
    return [
        (name, where, rows)
        for name, count in counted.items()
        for where, rows in (plan.places.get(name) or {"": count}).items()
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
    from mctui.reading import contact_keys

    plan = contact_keys.plan_of(org, mapping)
    rows = [(name, getattr(plan, name), said) for name, said in contact_keys.OUTCOMES.items()]
    return [
        Section("plan", ("keys", "count", "what"), rows),
        _touched("touched", plan.touched[:limit], "Nothing else holds an old key."),
    ]


def _touched(name: str, found: Sequence[Touched], empty: str) -> Section:
    rows = [(one.kind, one.name, one.count, one.about, "yes" if one.blocks else "") for one in found]
    return Section(name, ("what", "name", "count", "about", "blocks"), rows, empty)
