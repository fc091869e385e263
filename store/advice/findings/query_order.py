"""Queries that an automation runs against the way of their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.advice.finding import SHOWN, Evidence, finding

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "query-order",
    severity="warning",
    title="{count} [query reads|queries read] what the same automation writes only later",
    why="Activities of an automation run step by step, those of one step at the same time. A query that reads a data"
    " extension before it is written works on the rows of the run before.",
    fix="Put the query that writes into an earlier step than the one that reads.",
)
def query_order(org: Org) -> Evidence:
    """One row is a data extension that is read in a step before, or in the same step as, the one that writes it."""
    from store import automation
    from store.advice.lineage import lineage
    from store.advice.order import contradictions

    most = max((sum(map(len, automation.find(org, key).steps)) for key in automation.names(org)), default=0)
    if most < 2:  # nothing can be out of order
        return Evidence((), 0)
    found = contradictions(org, lineage(org, columns=False))
    rows = tuple(
        {
            "automation": each.automation,
            "data_extension": each.de,
            "reads": f"{each.reader} (step {each.reads_in})",
            "writes": f"{each.writer} (step {each.writes_in})",
            "so": each.said,
        }
        for each in found[:SHOWN]
    )
    return Evidence(rows, len(found))
