"""Queries that feed each other in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.advice.finding import SHOWN, Evidence, finding

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "query-cycle",
    severity="warning",
    title="{count} [circle|circles] of queries feed each other",
    why="Each run begins with what the run before left: rows that were wrong once come back, and no order of the"
    " queries is right.",
    fix="Write what is added and what is read into two data extensions, or let one query do the work of the circle.",
)
def query_cycle(org: Org) -> Evidence:
    """One row is a circle of two or more queries; a query that reads its own target is none."""
    from store.advice.lineage import lineage
    from store.advice.order import query_cycles
    from store.query import queries

    if len(queries(org)) < 2:
        return Evidence((), 0)
    found = query_cycles(lineage(org, columns=False))
    rows = tuple({"circle": " -> ".join([*(node.name for node in nodes), nodes[0].name])} for nodes in found[:SHOWN])
    return Evidence(rows, len(found))
