"""What Journey Builder has of a contact that is deleted, and what stays as a count.

Who stands inside is ejected. Cohorts and moves keep their sizes: a journey still says how many went which way, and
nobody can say any more who. The journey data of the deleted is emptied. Source: domain A5, deletes from journeys;
SFH:000390787, a suppressed contact stays inside until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contacts.deletion import Whom, on_contact_deletion, places_at_deletion
from store.data_extensions import quoted
from store.journey.cohorts import Cohort, Run
from store.journey.tables import sql_contact
from store.journey.version import Version, versions

if TYPE_CHECKING:
    from store.org import Org

# What is kept by visit, each with the columns that could tell who it was.
_BY_VISIT = {"journey_outputs": "value = NULL", "custom_calls": "request = '{}', response = ''"}
_BY_CONTACT = ("journey_entry_counts", "journey_forced", "advertising_members")
INSIDE = "contacts inside journeys"


@on_contact_deletion(INSIDE)
def _inside(org: Org, whom: Whom, delete: bool) -> int:
    if not delete:
        return sum(_inside_of(org, whom).values())
    rows = org.rows(
        f"""SELECT DISTINCT v.version_id, c.cohort_id, c.root_cohort_id, c.size, c.arrived_at {_sql_standing(whom)}
            ORDER BY c.cohort_id""",
        whom.params,
    )
    everyone = {version.version_id: version for version in _all_versions(org)} if rows else {}
    theirs = f"""SELECT m.visit AS visit FROM journey_members m
                 WHERE m.cohort_id = :parent AND {sql_contact("m.visit")} IN ({whom.ids})"""
    ejected = 0
    for row in rows:
        run = Run(org, everyone[row["version_id"]])
        ejected += run.take_out(Cohort(*row[1:]), theirs, whom.params, "ejected")
    return ejected


def _sql_standing(whom: Whom) -> str:
    """FROM and WHERE of who of these stands inside: versions v, cohorts c, members m."""
    return f"""FROM journey_versions v CROSS JOIN journey_cohorts c ON c.version_id = v.version_id
                    CROSS JOIN journey_members m ON m.cohort_id = c.cohort_id
               WHERE c.state = 'inside' AND {sql_contact("m.visit")} IN ({whom.ids})"""


@places_at_deletion(INSIDE)
def _inside_of(org: Org, whom: Whom) -> dict[str, int]:
    """How many of them stand in which version."""
    counts = {
        row["version_id"]: row["inside"]
        for row in org.rows(
            f"SELECT v.version_id, count(*) AS inside {_sql_standing(whom)} GROUP BY 1 ORDER BY 1", whom.params
        )
    }
    known = {one.version_id: one for one in _all_versions(org)} if counts else {}
    return {f"{known[each].name} version {known[each].number}": count for each, count in counts.items()}


@on_contact_deletion("entries of journey history")
def _history(org: Org, whom: Whom, delete: bool) -> int:
    """Journey data, events and rejections are emptied, so that watermarks and counts stay right."""
    count = int(
        org.value(
            f"SELECT coalesce(sum(entries), 0) FROM journey_entries WHERE contact_id IN ({whom.ids})", whom.params
        )
    )
    if not delete:
        return count
    for table in event_tables(org):
        fields = [row["name"] for row in org.rows(f"PRAGMA table_info({table})") if not row["name"].startswith("_")]
        if fields:
            emptied = ", ".join(f"{quoted(name)} = NULL" for name in fields)
            org.run(f"UPDATE {table} SET {emptied} WHERE {sql_contact('_visit')} IN ({whom.ids})", whom.params)
    for table, emptied in _BY_VISIT.items():
        org.run(f"UPDATE {table} SET {emptied} WHERE {sql_contact('visit')} IN ({whom.ids})", whom.params)
    for table in _BY_CONTACT:
        org.run(f"DELETE FROM {table} WHERE contact_id IN ({whom.ids})", whom.params)
    held = f"contact_key COLLATE NOCASE IN ({whom.keys})"
    org.run(f"UPDATE journey_events SET contact_key = NULL, data = '{{}}' WHERE {held}", whom.params)
    org.run(f"UPDATE journey_rejections SET contact_key = NULL WHERE {held}", whom.params)
    return count


def event_tables(org: Org) -> list[str]:
    """The tables of journey data that there are."""
    rows = org.rows(
        """SELECT DISTINCT 'event_' || event_definition_id AS name FROM journey_versions
            WHERE event_definition_id IS NOT NULL AND status <> 'Draft' ORDER BY event_definition_id"""
    )
    there = {row["name"] for row in org.rows("SELECT name FROM sqlite_schema WHERE name GLOB 'event_[0-9]*'")}
    return [row["name"] for row in rows if row["name"] in there]


def _all_versions(org: Org) -> list[Version]:
    return [one for row in org.rows("SELECT key FROM journeys ORDER BY key") for one in versions(org, row["key"])]
