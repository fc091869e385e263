"""What a subscriber-key migration meets in Journey Builder, and how the visits of merged contacts become one's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.contacts.migration import (
    MERGED,
    Touched,
    keys_named,
    move_contacts,
    move_visits,
    on_contacts_merged,
    touched_by_key_migration,
)
from store.errors import Refused
from store.journey.contact_deletion import event_tables
from store.journey.criteria import Condition, parse
from store.journey.tables import CONTACT_OF_VISIT
from store.journey.uses import texts_in
from store.journey.version import Version, versions

if TYPE_CHECKING:
    from store.org import Org

_BY_VISIT = (
    "journey_members", "journey_exits", "journey_goals", "journey_outputs", "custom_calls", "salesforce_errors",
)  # fmt: skip


@on_contacts_merged
def _move(org: Org) -> None:
    """Visits are numbered on behind those of the contact that stays."""
    for table in _BY_VISIT:
        move_visits(org, table, CONTACT_OF_VISIT)
    for table in event_tables(org):
        move_visits(org, table, CONTACT_OF_VISIT, "_visit")
    org.run(
        f"""INSERT INTO journey_entry_counts
            SELECT e.journey_id, g.into_id, max(e.entries + g.shift)
              FROM {MERGED} g JOIN journey_entries e USING (contact_id) WHERE 1 GROUP BY 1, 2
                ON CONFLICT (journey_id, contact_id) DO UPDATE SET entries = max(entries, excluded.entries)"""
    )
    org.run(f"DELETE FROM journey_entry_counts WHERE contact_id IN (SELECT contact_id FROM {MERGED})")
    for table in ("journey_forced", "advertising_members"):
        move_contacts(org, table)


@touched_by_key_migration
def _versions(org: Org, old_keys: str) -> list[Touched]:
    """Running versions must be paused; whoever is inside goes on under the new key, with the data of the entry."""
    rows = org.rows(
        f"""SELECT j.name, v.number, v.status,
                   (SELECT count(*) FROM journey_cohorts c CROSS JOIN journey_members m USING (cohort_id)
                          CROSS JOIN contacts k ON k.contact_id = m.visit & {CONTACT_OF_VISIT}
                     WHERE c.version_id = v.version_id AND c.state = 'inside' AND k.contact_key IN ({old_keys}))
                     AS inside
              FROM journey_versions v JOIN journeys j USING (journey_id)
             WHERE v.status IN ('Running', 'Finishing', 'Paused') ORDER BY j.name, v.number"""
    )
    about = "{} inside under old keys; its journey data keeps the old key"
    return [
        Touched("journey", f"{row['name']} version {row['number']}", row["inside"], about.format(row["status"] + ","),
                blocks=row["status"] != "Paused")
        for row in rows
        if row["inside"] or row["status"] != "Paused"
    ]  # fmt: skip


@touched_by_key_migration
def _criteria(org: Org, old_keys: str) -> list[Touched]:
    """Criteria that compare with old keys: of the entry, of the goal and the exit, of the paths of splits."""
    written = [
        (f"{version.spec.name} version {version.number}, {where}", condition.value)
        for row in org.rows("SELECT key FROM journeys ORDER BY key")
        for version in versions(org, row["key"])
        if version.status != "Stopped"
        for where, xml in _filters(version)
        for condition in _conditions(xml)
        if condition.value and not condition.value_is_reference
    ]
    about = "compares with old keys: whoever had them is not meant any more"
    return [
        Touched("journey criteria", place, count, about) for place, count in keys_named(org, old_keys, written).items()
    ]


def _filters(version: Version) -> Iterator[tuple[str, str]]:
    """(where, criteria) of everything in a version that filters."""
    spec = version.spec
    yield "entry filter", version.event.criteria if version.event else ""
    yield "entry filter", spec.entry_criteria
    for where, gate in (("goal", spec.goal), ("exit criteria", spec.exit)):
        if gate is not None:
            yield where, gate.criteria
    for activity in spec.activities.values():
        for text in texts_in(activity.raw):
            yield activity.name, text


def _conditions(text: str) -> list[Condition]:
    """Those of a text that is a filter; one that cannot be read has none."""
    if not text.lstrip().startswith("<FilterDefinition"):
        return []
    try:
        return list(parse(text).conditions())
    except Refused:
        return []
