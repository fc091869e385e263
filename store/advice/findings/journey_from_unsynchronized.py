"""People in a journey whose CRM record Marketing Cloud does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import connect, crm, data_extensions
from store.advice.finding import SHOWN, Evidence, finding, from_sql
from store.data_extensions import quoted

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "journey-from-unsynchronized-data",
    severity="warning",
    title="{count} [person|people] entered a journey while their CRM record is not synchronized",
    why="An event or an import brought the values of that moment. Nothing keeps them up to date: no correction, no"
    " opt-out and no deletion in the CRM will reach Marketing Cloud, and its contact data is empty in splits.",
    fix="Synchronize the object, with a record filter that takes in whom journeys take in, before the journey runs.",
)
def journey_from_unsynchronized_data(org: Org) -> Evidence:
    """One row is a journey and an object, with how many of its people have no row in a Synchronized Data Extension."""
    sources = {each.object: each for each in connect.sources(org)}
    rows: list[dict[str, object]] = []
    count = 0
    for name in (full for each in connect.CONTACT_OBJECTS for full in crm.full_names(org, each)):
        source = sources.get(name)
        if source and source.collection == "all" and source.status == "running":
            continue  # whoever is not there yet comes with the next poll
        state = "not synchronized" if source is None else f"{source.status}, not in its records"
        missing = "1"
        if source is not None:
            table = quoted(data_extensions.get(org, source.de_name).table_name)
            missing = f'NOT EXISTS (SELECT 1 FROM {table} d WHERE d."Id" = r.Id)'
        found = from_sql(
            org,
            f"""SELECT j.name AS journey, '{name}' AS object, '{state}' AS synchronization, count(*) AS people,
                       min(c.contact_key) AS such_as
                  FROM journey_entries e JOIN journeys j USING (journey_id) JOIN contacts c USING (contact_id)
                       JOIN {crm.table_of(name)} r ON r.Id = c.contact_key
                 WHERE {missing}
                 GROUP BY j.journey_id ORDER BY j.journey_id""",
        )
        rows += found.rows
        count += sum(int(row["people"]) for row in found.rows)
    return Evidence(tuple(rows[:SHOWN]), count)
