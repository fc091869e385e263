"""Objects that are synchronized whole although they are billed by the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.advice.finding import Evidence, finding

if TYPE_CHECKING:
    from store.org import Org

BILLED = ("Contact", "Lead", "User")  # source: domain A4


@finding(
    "synchronized-without-filter",
    severity="info",
    title="{count} billed [object is|objects are] synchronized without a filter",
    why="Each record of Contact, Lead and User that is synchronized counts toward the contact limit.",
    fix="Choose 'records created since' or one checkbox as the record collection of the synchronized data source.",
)
def synchronized_without_filter(org: Org) -> Evidence:
    """One row is an object of which all records are read."""
    from store import connect, crm

    rows = tuple(
        {"object": each.object, "records": each.records, "rows": each.rows}
        for each in connect.statuses(org)
        if crm.api_name(each.object) in BILLED and each.collection.lower().startswith("all")
    )
    return Evidence(rows, len(rows))
