"""Where data runs in a circle, and where an automation runs its activities against the way of their data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import automation, business_units
from store.advice.lineage import DE, QUERY, Lineage, Node

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Contradiction:
    """`reader` reads `de` in step `reads_in` of an automation; `writer` writes it in `writes_in`, not before."""

    automation: str
    de: str
    reader: str
    reads_in: int
    writer: str
    writes_in: int

    @property
    def said(self) -> str:
        """What follows from it."""
        if self.reads_in == self.writes_in:
            return f"both start in step {self.reads_in}: whether {self.reader} sees the new rows is left to chance"
        return f"{self.reader} reads what {self.writer} wrote in the run before"


def cycles(made: Lineage) -> tuple[tuple[Node, ...], ...]:
    """The circles of tables, queries and journeys: one for each group of nodes that all lead to each other.

    A query that reads its own target (to keep what is there, to add only what is new) is a circle of two.
    """
    import networkx as nx

    tables = made.graph.subgraph([node.id for node in made.nodes if not node.is_column])
    found = []
    order = {node.id: number for number, node in enumerate(made.nodes)}
    for group in nx.strongly_connected_components(tables):
        if len(group) > 1:
            start = min(group, key=order.__getitem__)
            round_trip = nx.find_cycle(tables.subgraph(sorted(group, key=order.__getitem__)), start)
            found.append(tuple(made.by_id[source] for source, _ in round_trip))
    return tuple(sorted(found, key=lambda nodes: order[nodes[0].id]))


def query_cycles(made: Lineage) -> tuple[tuple[Node, ...], ...]:
    """The circles in which queries feed each other; a query on its own target is a common and harmless way to add."""
    only = {node.id for node in made.nodes if node.kind in (QUERY, DE)}
    edges = tuple(edge for edge in made.edges if edge.source in only and edge.target in only)
    found = cycles(Lineage(tuple(node for node in made.nodes if node.id in only), edges))
    return tuple(nodes for nodes in found if sum(node.kind == QUERY for node in nodes) > 1)


def contradictions(org: Org, made: Lineage) -> tuple[Contradiction, ...]:
    """Queries that read a data extension which the same automation writes later, or at the same time."""
    found = []
    for key in automation.names(org):
        one = automation.find(org, key)
        steps = [
            (number, made.by_id[path])
            for number, step in enumerate(one.steps, 1)
            for kind, activity in step
            if kind == "query" and (path := f"query/{business_units.path(org, one.mid, activity)}") in made.by_id
        ]
        for reads_in, reader in steps:
            read = {node.id for node, _ in made.neighbours(reader.id, up=True)}
            for writes_in, writer in steps:
                written = [node for node, _ in made.neighbours(writer.id, up=False) if node.id in read]
                if writes_in >= reads_in and writer != reader:
                    found += [
                        Contradiction(one.name, node.name, reader.name, reads_in, writer.name, writes_in)
                        for node in written
                    ]
    return tuple(found)
