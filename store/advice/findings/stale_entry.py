"""Entered with rows that were out of date by then: the entry trusts that nothing happens after the query."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store import business_units, connect, crm, data_extensions, journey, query
from store.advice.finding import SHOWN, Evidence, finding, from_sql
from store.clock import sql_utc_text

if TYPE_CHECKING:
    from store.journey import Version
    from store.org import Org


@finding(
    "journey-from-stale-entry",
    severity="warning",
    title="{count} [change|changes] in the CRM came between the query and the entry that used its rows",
    why="A journey enters the rows as the query left them. What changes in the CRM between the run of the query and"
    " the entry is not in them, and journey data is never refreshed.",
    fix="Let the automation that runs the query also let the contacts in, right after it, or repeat the check in the"
    " journey against contact data.",
)
def journey_from_stale_entry(org: Org) -> Evidence:
    """One row is a change of a field that the query reads, of a person who entered after it with the row from before.

    A deletion counts as a change, whether the query looks at IsDeleted or not.
    """
    if not org.value("SELECT EXISTS (SELECT 1 FROM crm_changes)"):
        return Evidence((), 0)
    rows: list[dict[str, object]] = []
    count = 0
    for row in journey.journeys(org):
        for version in journey.versions(org, row.key):
            found = _of_version(org, version)
            rows, count = [*rows, *found.rows], count + found.count
    return Evidence(tuple(rows[:SHOWN]), count)


def _of_version(org: Org, version: Version) -> Evidence:
    with business_units.acting(org, version.mid):
        entry = data_extensions.find(org, version.event.data_extension) if version.event else None
    feeding = [one for one in query.queries(org) if entry and one.target.lower() == entry.path.lower()]
    records = _records_read(org, feeding)
    if not records:
        return Evidence((), 0)
    most = int(org.value("SELECT coalesce(max(entries), 1) FROM journey_entries"))
    return from_sql(
        org,
        f"""
        WITH RECURSIVE
          again(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM again WHERE n + 1 < {most}),
          entered AS MATERIALIZED (  -- one row is an entry, with the last run that had filled its data extension
            SELECT h.cohort_id, v.at,
                   (SELECT max(r.at) FROM query_runs r
                     WHERE r.ok AND r.at <= v.at AND r.query_id IN ({", ".join(str(one.query_id) for one in feeding)})
                   ) AS queried_at
              FROM journey_cohorts h JOIN journey_moves v ON v.cohort_id = h.cohort_id AND v.seq = 1
             WHERE h.version_id = {version.version_id} AND h.parent_cohort_id IS NULL),
          changed AS MATERIALIZED ({" UNION ALL ".join(records)})
        SELECT j.name AS journey, c.contact_key, c.field, c.old, c.new, {sql_utc_text("e.queried_at")} AS queried_utc,
               {sql_utc_text("c.at")} AS changed_utc, {sql_utc_text("e.at")} AS entered_utc
          FROM changed c  -- the changes are few: begin with them, and look the visits up by key
               CROSS JOIN entered e ON c.at > e.queried_at AND c.at <= e.at
               CROSS JOIN contacts k ON k.contact_key = c.contact_key
               CROSS JOIN again
               CROSS JOIN journey_members m
                       ON m.cohort_id = e.cohort_id AND m.visit = k.contact_id + (again.n << 32)
               CROSS JOIN journeys j ON j.journey_id = {version.journey_id}
         ORDER BY c.at, c.contact_key, c.field
        """,
    )


def _records_read(org: Org, feeding: list[query.Query]) -> list[str]:
    """For each object of people that the queries read, a SELECT of the changes of the fields that they name."""
    found = []
    for source in connect.sources(org):
        reading = [one.text for one in feeding if source.de_name.lower() in {name.lower() for name in one.sources}]
        if not reading or source.api_name not in connect.CONTACT_OBJECTS:
            continue
        # By the words of the text: exact enough, and a finding is looked for after every step.
        words = {word.lower() for text in reading for word in re.findall(r"\w+", text)}
        fields = [field.name for field in data_extensions.get(org, source.de_name).fields]
        named = [name for name in fields if name.lower() in words or any("*" in text for text in reading)]
        listed = ", ".join(f"'{name}'" for name in dict.fromkeys([*named, "IsDeleted"]))
        found.append(f"""
            SELECT r.Id AS contact_key, h.field, h.old, h.new, h.at
              FROM crm_changes h JOIN {crm.table_of(source.object)} r ON r.row_id = h.row_id
             WHERE h.object = '{source.object}' AND h.field IN ({listed})""")
    return found
