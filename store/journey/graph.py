"""The journey as a directed graph of activity keys; needs networkx, which is imported only here."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from store.journey.spec import Interaction

if TYPE_CHECKING:
    import networkx

START = "(entry)"


class Graph:
    """Nodes are activity keys and START; an edge per outcome that leads to an activity that exists."""

    def __init__(self, interaction: Interaction) -> None:
        import networkx

        self._networkx: Any = networkx
        self.interaction = interaction
        self.directed: networkx.DiGraph[str] = networkx.DiGraph()
        self.directed.add_nodes_from([START, *interaction.activities])
        if interaction.start_key:
            self.directed.add_edge(START, interaction.start_key)
        for key, spec in interaction.activities.items():
            for branch in spec.branches:
                if branch.next in interaction.activities:
                    self.directed.add_edge(key, branch.next)

    @cached_property
    def reachable(self) -> set[str]:
        """The activities that some contact can come to."""
        return set(self._networkx.descendants(self.directed, START))

    @cached_property
    def cycles(self) -> list[list[str]]:
        """Groups of activities that lead back to themselves, in the order of the journey."""
        order = list(self.interaction.activities)
        groups = [
            sorted(group, key=order.index)
            for group in self._networkx.strongly_connected_components(self.directed)
            if len(group) > 1 or any(self.directed.has_edge(key, key) for key in group)
        ]
        return sorted(groups, key=lambda group: order.index(group[0]))

    def leads_to(self, earlier: str, later: str) -> bool:
        """Whether a contact at `earlier` can come to `later`."""
        return earlier in self.directed and later in self._networkx.descendants(self.directed, earlier)

    def always_before(self, earlier: str, later: str) -> bool:
        """Whether nobody comes to `later` without having passed `earlier`."""
        without = self.directed.copy()
        without.remove_node(earlier)
        return later not in self._networkx.descendants(without, START)

    def lightest(self, earlier: str, later: str, weights: dict[str, int]) -> int:
        """The least sum of the weights of the activities between two, over all paths."""

        def weight(_from: str, to: str, _edge: object) -> int:
            return weights.get(to, 0) if to != later else 0

        return int(self._networkx.dijkstra_path_length(self.directed, earlier, later, weight))
