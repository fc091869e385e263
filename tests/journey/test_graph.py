"""The walks over a journey against networkx, for random graphs."""

from __future__ import annotations

from typing import Any

import networkx
from hypothesis import given
from hypothesis import strategies as st

from store.journey.graph import START, Graph
from store.journey.spec import Interaction

Shapes = st.lists(st.lists(st.integers(0, 9), max_size=3), min_size=1, max_size=8)


def made(shape: list[list[int]]) -> tuple[Graph, Any]:
    """Activity n leads to those that its list names, where they exist; the same in networkx."""
    activities = [
        {"key": str(n), "type": "WAIT", "outcomes": [{"key": f"o{m}", "next": str(to)} for m, to in enumerate(targets)]}
        for n, targets in enumerate(shape)
    ]
    interaction = Interaction({"key": "j", "triggers": [{"outcomes": [{"next": "0"}]}], "activities": activities})
    oracle: Any = networkx.DiGraph()
    oracle.add_nodes_from([START, *interaction.activities])
    oracle.add_edge(START, "0")
    oracle.add_edges_from((str(n), str(to)) for n, targets in enumerate(shape) for to in targets if to < len(shape))
    return Graph(interaction), oracle


@given(Shapes)
def test_what_is_reached_and_what_leads_back(shape: list[list[int]]) -> None:
    graph, oracle = made(shape)
    assert graph.reachable == networkx.descendants(oracle, START)
    groups = [
        sorted(group)
        for group in networkx.strongly_connected_components(oracle)
        if len(group) > 1 or any(oracle.has_edge(key, key) for key in group)
    ]
    assert graph.cycles == sorted(groups)


@given(Shapes, st.integers(0, 7), st.integers(0, 7), st.lists(st.integers(0, 5), min_size=8, max_size=8))
def test_what_is_between_two_activities(shape: list[list[int]], one: int, other: int, weights: list[int]) -> None:
    graph, oracle = made(shape)
    earlier, later = str(one % len(shape)), str(other % len(shape))
    leads = later != earlier and later in networkx.descendants(oracle, earlier)
    if later != earlier:
        assert graph.leads_to(earlier, later) == leads
        without = oracle.copy()
        without.remove_node(earlier)
        assert graph.always_before(earlier, later) == (later not in networkx.descendants(without, START))
    if leads:
        by_key = {str(n): weight for n, weight in enumerate(weights)}
        least = networkx.dijkstra_path_length(
            oracle, earlier, later, lambda _from, to, _edge: by_key.get(to, 0) if to != later else 0
        )
        assert graph.lightest(earlier, later, by_key) == least
