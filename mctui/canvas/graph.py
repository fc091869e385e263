"""The shape of a journey graph, before it has a size: chains, layers and tracks.

A journey reads as a few long paths, so the layout is built from *chains*: from the entry, follow the first outcome
until the path ends or meets an activity that another chain already holds. Every further outcome starts a chain of
its own. Each node gets a **layer** (how far along the journey) and each chain a **track** (a lane of its own).
A chain keeps its lane to itself, the gaps between layers included, up to the activity that it joins; that is what
makes it impossible for an edge to run through a box or along another edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

CROSSING_COST = 3
"""How many lanes of distance one avoided crossing is worth."""


@dataclass(frozen=True, slots=True)
class Node:
    """One activity. `kind` is the activity type (`EMAILV2`, `WAIT`, ...), `lines` are quiet lines under the title."""

    key: str
    kind: str
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """One outcome of `source`. `outcome` tells two outcomes of one activity apart; it defaults to the label."""

    source: str
    target: str
    label: str = ""
    outcome: str = ""

    @property
    def id(self) -> tuple[str, str]:
        """(source, outcome): what counts on edges are keyed by."""
        return self.source, self.outcome or self.label


@dataclass(slots=True)
class Chain:
    """Nodes in one lane. `via` is the edge that leads in, `exit` the edge by which the last node joins another chain.

    A chain without nodes is a single edge (`via is exit`) on its way to an activity further along.
    """

    via: int | None
    nodes: list[str] = field(default_factory=list)
    exit: int | None = None
    track: int = 0


@dataclass(frozen=True, slots=True)
class Tracks:
    """Where everything stands: layer and track per node, the lane each edge runs in, and the edges turned around."""

    layer: dict[str, int]
    track: dict[str, int]
    run: tuple[int, ...]
    ends: tuple[tuple[str, str], ...]
    turned: frozenset[int]
    layers: int
    tracks: int


def arrange(nodes: Sequence[Node], edges: Sequence[Edge], *, one_per_layer: bool = False) -> Tracks:
    """Give every node a layer and a track. With `one_per_layer` no two nodes share a layer (a row each).

    Raises ValueError for a doubled key, an edge to nowhere, or an activity that leads to itself.
    """
    _check(nodes, edges)
    keys = [node.key for node in nodes]
    turned = _back_edges(keys, edges)
    ends = tuple((e.target, e.source) if i in turned else (e.source, e.target) for i, e in enumerate(edges))
    outs: dict[str, list[int]] = {key: [] for key in keys}
    for i in [i for i in range(len(edges)) if i not in turned] + sorted(turned):
        outs[ends[i][0]].append(i)
    chains = _chains(keys, outs, ends)
    shortest = {c.exit: 2 for c in chains if not c.nodes and c.exit is not None}
    layer = (_rows if one_per_layer else _longest_paths)(keys, outs, ends, shortest)
    track, run = _tracks(chains, layer, ends)
    return Tracks(
        layer,
        track,
        tuple(run),
        ends,
        frozenset(turned),
        max(layer.values(), default=-1) + 1,
        max([*track.values(), *run], default=-1) + 1,
    )


def _check(nodes: Sequence[Node], edges: Sequence[Edge]) -> None:
    known = {node.key for node in nodes}
    if len(known) != len(nodes):
        raise ValueError("two activities have the same key")
    for edge in edges:
        for end in (edge.source, edge.target):
            if end not in known:
                raise ValueError(f"the outcome {edge.label!r} of {edge.source} names {end!r}, which is not there")
        if edge.source == edge.target:
            raise ValueError(f"{edge.source} leads to itself")


def _back_edges(keys: Iterable[str], edges: Sequence[Edge]) -> set[int]:
    """Edges that close a circle, found depth first in the order given. The layout turns them around."""
    outs: dict[str, list[int]] = {}
    for i, edge in enumerate(edges):
        outs.setdefault(edge.source, []).append(i)
    entered = {edge.target for edge in edges}
    open_now: set[str] = set()
    done: set[str] = set()
    back: set[int] = set()
    for root in sorted(keys, key=lambda key: key in entered):  # stable: entries first
        if root in done:
            continue
        stack = [(root, iter(outs.get(root, ())))]
        open_now.add(root)
        while stack:
            key, rest = stack[-1]
            at = next(rest, None)
            if at is None:
                stack.pop()
                open_now.discard(key)
                done.add(key)
                continue
            target = edges[at].target
            if target in open_now:
                back.add(at)
            elif target not in done:
                open_now.add(target)
                stack.append((target, iter(outs.get(target, ()))))
    return back


def _chains(keys: Sequence[str], outs: dict[str, list[int]], ends: Sequence[tuple[str, str]]) -> list[Chain]:
    """Cut the graph into chains; the branches of the last split of a chain come first, so they lie next to it."""
    held: set[str] = set()
    chains: list[Chain] = []
    entered = {target for _, target in ends}

    def follow(head: str, via: int | None) -> Chain:
        chain = Chain(via, exit=via)
        at: str | None = head
        while at is not None and at not in held:
            held.add(at)
            chain.nodes.append(at)
            chain.exit = outs[at][0] if outs[at] else None
            at = ends[chain.exit][1] if chain.exit is not None else None
        chains.append(chain)
        return chain

    for root in keys:
        if root in entered:
            continue
        waiting: list[tuple[str, int | None]] = [(root, None)]
        while waiting:
            chain = follow(*waiting.pop())
            # A stack: pushed from the first node to the last and backwards through the outcomes, so that it is
            # popped from the last split back to the first, each split's outcomes in their own order.
            for key in chain.nodes:
                waiting += [(ends[i][1], i) for i in reversed(outs[key][1:])]
    return chains


def _longest_paths(
    keys: Sequence[str], outs: dict[str, list[int]], ends: Sequence[tuple[str, str]], shortest: dict[int, int]
) -> dict[str, int]:
    """Layer = the longest way from an entry. An edge in `shortest` takes at least that many layers."""
    layer = dict.fromkeys(keys, 0)
    for key in _topological(keys, outs, ends):
        for i in outs[key]:
            target = ends[i][1]
            layer[target] = max(layer[target], layer[key] + shortest.get(i, 1))
    return layer


def _rows(
    keys: Sequence[str], outs: dict[str, list[int]], ends: Sequence[tuple[str, str]], shortest: dict[int, int]
) -> dict[str, int]:
    """A layer for each node: a branch is read to its end before the next one begins."""
    layer: dict[str, int] = {}
    at_least = dict.fromkeys(keys, 0)
    row = -1
    for key in _topological(keys, outs, ends):
        row = layer[key] = max(row + 1, at_least[key])
        for i in outs[key]:
            target = ends[i][1]
            at_least[target] = max(at_least[target], row + shortest.get(i, 1))
    return layer


def _topological(keys: Sequence[str], outs: dict[str, list[int]], ends: Sequence[tuple[str, str]]) -> list[str]:
    """Depth first, a join after the last of its branches."""
    missing = dict.fromkeys(keys, 0)
    for _, target in ends:
        missing[target] += 1
    ready = [key for key in reversed(keys) if not missing[key]]
    order: list[str] = []
    while ready:
        key = ready.pop()
        order.append(key)
        for i in reversed(outs[key]):
            target = ends[i][1]
            missing[target] -= 1
            if not missing[target]:
                ready.append(target)
    return order


def _tracks(
    chains: Sequence[Chain], layer: dict[str, int], ends: Sequence[tuple[str, str]]
) -> tuple[dict[str, int], list[int]]:
    """Give each chain the lane that costs least: few crossings first, then near the split it comes from.

    Time along a lane is counted in half layers: layer n is 2n, the gap behind it 2n + 1.
    """
    track: dict[str, int] = {}
    run: dict[int, int] = {}
    lanes: list[set[int]] = []  # per lane: the half layers taken
    uprights: dict[int, list[tuple[int, int]]] = {}  # per gap: spans of lanes that something crosses
    lowest: dict[str, int] = {}  # per split: its next outcome goes below this lane
    for chain in chains:
        parent = ends[chain.via][0] if chain.via is not None else None
        first = 2 * layer[parent] + 1 if parent is not None else 2 * layer[chain.nodes[0]]
        joined = ends[chain.exit][1] if chain.exit is not None else None
        last = 2 * layer[joined] - 1 if joined is not None else 2 * layer[chain.nodes[-1]]
        taken = range(first, last + 1)
        start = 0 if parent is None else max(track[parent], lowest.get(parent, 0)) + 1
        bends = [(first, track[parent])] if parent is not None else []
        if joined is not None:
            bends.append((last, track[joined]))
        best = min(
            (lane for lane in range(start, max(start, len(lanes)) + 1) if not _is_taken(lanes, lane, taken)),
            key=lambda lane: (CROSSING_COST * _crossings(lanes, uprights, lane, taken, bends) + lane, lane),
        )
        while len(lanes) <= best:
            lanes.append(set())
        lanes[best].update(taken)
        for gap, other in bends:
            uprights.setdefault(gap, []).append((min(best, other), max(best, other)))
        chain.track = best
        if parent is not None:
            lowest[parent] = best
        track.update(dict.fromkeys(chain.nodes, best))
        for i in (chain.via, chain.exit):
            if i is not None:
                run[i] = best
    # What is neither the way into a chain nor out of one lies inside a chain, in its lane.
    return track, [run.get(i, track[source]) for i, (source, _) in enumerate(ends)]


def _is_taken(lanes: Sequence[set[int]], lane: int, taken: range) -> bool:
    return lane < len(lanes) and not lanes[lane].isdisjoint(taken)


def _crossings(
    lanes: Sequence[set[int]],
    uprights: dict[int, list[tuple[int, int]]],
    lane: int,
    taken: range,
    bends: Sequence[tuple[int, int]],
) -> int:
    """How many lines a chain in `lane` would cross: lanes that its two bends pass, and bends that pass its lane."""
    over = sum(
        gap in lanes[other]
        for gap, end in bends
        for other in range(min(lane, end) + 1, min(max(lane, end), len(lanes)))
    )
    under = sum(low < lane < high for gap in taken if gap % 2 for low, high in uprights.get(gap, ()))
    return over + under
