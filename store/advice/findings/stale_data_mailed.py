"""A message made from journey data that the CRM had corrected before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import journey
from store.advice.finding import SHOWN, Evidence, finding
from store.advice.mailed import mailed_after

if TYPE_CHECKING:
    from store.org import Org

_CONSENT = "HasOptedOutOfEmail"  # has a finding of its own


@finding(
    "stale-data-mailed",
    severity="warning",
    title="{count} [message was|messages were] made from values that the CRM had corrected before",
    why="Journey data is the row as it was at entry and is never refreshed; that row was a copy of the last query.",
    fix="Shorten the way: query right before the entry, read contact data instead of journey data where the product"
    " allows it, or look the value up in the message.",
)
def stale_data_mailed(org: Org) -> Evidence:
    """One row is a message whose journey data still had the old value of a field changed in the CRM before."""
    rows: list[dict[str, object]] = []
    count = 0
    changed_fields = {row[0] for row in org.rows("SELECT DISTINCT field FROM crm_changes")} - {_CONSENT}
    for table, field in _snapshot_fields(org):
        if field not in changed_fields:
            continue
        changed = f"SELECT object, row_id, at, field, old, new FROM crm_changes WHERE field = '{field}'"
        held = f"""
            EXISTS (SELECT 1 FROM "{table}" e
                    WHERE e._cohort_id = m.root_cohort_id AND e._visit = m.visit AND e."{field}" = c.old)
        """
        evidence = mailed_after(org, changed, also=held, extra="c.field, c.old, c.new")
        rows += evidence.rows
        count += evidence.count
    return Evidence(tuple(rows[:SHOWN]), count)


def _snapshot_fields(org: Org) -> list[tuple[str, str]]:
    """Every table of journey data with each of its fields."""
    versions = [version for row in journey.journeys(org) for version in journey.versions(org, row.key)]
    tables = sorted({version.event_table for version in versions})
    return [
        (table, column["name"])
        for table in tables
        for column in org.rows(f"PRAGMA table_info({table})")
        if not column["name"].startswith("_")
    ]
