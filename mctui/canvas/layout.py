"""Sizes and places: a journey graph as boxes and paths of cells. Pure, deterministic, blind to the counts.

Two pictures come from one plan (`graph.arrange`):

- **boxes**: left to right as Journey Builder draws it, one lane per branch, a gap between layers in which edges turn;
- **rails**: top down with a row for each activity and its title beside it, so that any journey fits 80 columns;
- **overview**: left to right with two cells for each activity, so that most of a journey is seen at once.

In a gap the columns nearest to the sources take what fans out, the columns nearest to the targets take what joins,
and labels stand between them. Two uprights share a column where their spans do not touch. As each lane belongs to one
chain at a time (see `graph`), edges that share a cell either share an end or cross at a right angle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mctui.canvas.glyphs import EAST, NORTH, SOUTH, WEST, cells
from mctui.canvas.graph import Edge, Node, Tracks, arrange

Mode = Literal["boxes", "rails", "overview"]
Cell = tuple[int, int]

BOX_HEIGHT = 4  # border, title, quiet line, border with the counts
LANE_HEIGHT = 5
TITLE_WIDTH = 22  # longer titles are cut
BOX_MIN_WIDTH = 18  # two counts fit into the lower border, a due time into the quiet line
LABEL_WIDTH = 14
DOT_WIDTH = 2  # of an activity in the overview: what is up with it, and its glyph
COUNT_WIDTH = 6  # `99,999`, then `1.23M`: the slot never grows


@dataclass(frozen=True, slots=True)
class Box:
    """One placed activity. In rails mode a box is the single cell of its glyph, in the overview two cells."""

    node: Node
    x: int
    y: int
    w: int
    h: int
    layer: int
    track: int

    @property
    def port(self) -> int:
        """The row at which edges enter and leave on the left and on the right."""
        return self.y + (1 if self.h > 1 else 0)

    def holds(self, x: int, y: int) -> bool:
        """Whether the cell (x, y) belongs to the box."""
        return self.x <= x < self.x + self.w and self.y <= y < self.y + self.h


@dataclass(frozen=True, slots=True)
class Route:
    """One placed edge: its cells from the source's border to the target's, each with the sides it connects."""

    edge: Edge
    cells: tuple[tuple[int, int, int], ...]  # x, y, sides (NORTH | EAST | SOUTH | WEST)
    label_at: Cell | None  # where the label starts; its count stands two rows below
    turned: bool = False  # it closes a circle: drawn from the right to the left


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole picture. `boxes` are in the order of the nodes given, `routes` in the order of the edges."""

    mode: Mode
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    width: int
    height: int

    def box(self, key: str) -> Box:
        """The box of an activity. Raises KeyError."""
        for box in self.boxes:
            if box.node.key == key:
                return box
        raise KeyError(key)


def lay_out(nodes: Sequence[Node], edges: Sequence[Edge], mode: Mode = "boxes") -> Layout:
    """Place a graph. Raises ValueError as `arrange` does."""
    plan = arrange(nodes, edges, one_per_layer=mode == "rails")
    return _Drafting(nodes, edges, plan, mode).layout()


class _Drafting:
    """One run of the layout, in directions of its own: *along* the journey and *across* the lanes."""

    def __init__(self, nodes: Sequence[Node], edges: Sequence[Edge], plan: Tracks, mode: Mode) -> None:
        self.nodes, self.edges, self.plan, self.boxes_mode = nodes, edges, plan, mode == "boxes"
        self.mode: Mode = mode
        self.sideways = mode != "rails"  # from the left to the right
        self.pitch = LANE_HEIGHT if self.boxes_mode else 2 if self.sideways or plan.tracks > 6 else 3
        self.thickness = self._layer_sizes()
        self.out_column, outs = self._columns(leaving=True)
        self.in_column, ins = self._columns(leaving=False)
        self._place_gaps(outs, ins)

    def _layer_sizes(self) -> list[int]:
        """How long each layer is in the direction of the journey."""
        if not self.boxes_mode:
            return [DOT_WIDTH if self.sideways else 1] * self.plan.layers
        sizes = [0] * self.plan.layers
        for node in self.nodes:
            layer = self.plan.layer[node.key]
            sizes[layer] = max(sizes[layer], box_width(node))
        return [size or 3 for size in sizes]

    def _columns(self, *, leaving: bool) -> tuple[dict[str, int], list[int]]:
        """A column for each upright: one per source that fans out, or one per target that is joined.

        Returns the column of each such node, and per gap how many columns are needed.
        """
        spans: dict[str, tuple[int, int]] = {}
        for i, end in enumerate(self.plan.ends):
            key = end[0 if leaving else 1]
            low, high = sorted((self.plan.track[key], self.plan.run[i]))
            if low < high:
                before = spans.get(key, (low, high))
                spans[key] = min(low, before[0]), max(high, before[1])
        column: dict[str, int] = {}
        gaps: list[list[int]] = [[] for _ in range(self.plan.layers + 1)]  # per gap and column: the lanes used so far
        for key, (low, high) in sorted(spans.items(), key=lambda item: (item[1], item[0])):
            ends = gaps[self.plan.layer[key] + (1 if leaving else 0)]
            free = next((c for c, end in enumerate(ends) if end < low), len(ends))
            if free == len(ends):
                ends.append(high)
            ends[free] = high
            column[key] = free
        return column, [len(ends) for ends in gaps]

    def _place_gaps(self, outs: list[int], ins: list[int]) -> None:
        """Where each layer, each fan and each join starts. Gap n lies before layer n; gap 0 is empty."""
        labels = [0] * (self.plan.layers + 1)
        for i, edge in enumerate(self.edges):
            if edge.label and self.boxes_mode:
                gap = self.plan.layer[self.plan.ends[i][0]] + 1
                labels[gap] = max(labels[gap], label_width(edge))
        at = 1 if self.boxes_mode else 0
        self.layer_at, self.outs_at, self.labels_at, self.ins_at = [], [0], [0], [0]
        for layer, size in enumerate(self.thickness):
            self.layer_at.append(at)
            at += size
            gap = layer + 1
            lead, tail = (1, 2) if self.boxes_mode else (0, 1) if self.sideways else (0, 0)
            self.outs_at.append(at + lead)
            self.labels_at.append(at + lead + outs[gap] + 1)
            room = labels[gap] + 2 if labels[gap] else 0
            self.ins_at.append(at + lead + outs[gap] + room)
            at += lead + outs[gap] + room + ins[gap] + tail
        self.length = at

    def layout(self) -> Layout:
        boxes = tuple(self._box(node) for node in self.nodes)
        routes = tuple(self._route(i) for i in range(len(self.edges)))
        along = max((self._end(box.layer) for box in boxes), default=0) + (1 if self.boxes_mode else 0)
        across = max(self.plan.tracks * self.pitch - (1 if self.boxes_mode else self.pitch - 1), 0)
        width, height = (along, across) if self.sideways else (across, along)
        return Layout(self.mode, boxes, routes, width, height)

    def _box(self, node: Node) -> Box:
        layer, track = self.plan.layer[node.key], self.plan.track[node.key]
        along, across = self.layer_at[layer], track * self.pitch
        if self.boxes_mode:
            return Box(node, along, across, self.thickness[layer], BOX_HEIGHT, layer, track)
        if self.sideways:
            return Box(node, along, across, DOT_WIDTH, 1, layer, track)
        return Box(node, across, along, 1, 1, layer, track)

    def _end(self, layer: int) -> int:
        return self.layer_at[layer] + self.thickness[layer]

    def _route(self, i: int) -> Route:
        """Out of the source, over to the edge's lane, along it, over to the target's lane, and in."""
        source, target = self.plan.ends[i]
        out_gap, in_gap = self.plan.layer[source] + 1, self.plan.layer[target]
        start, stop = self._end(out_gap - 1), self.layer_at[in_gap] - 1
        lanes = [self._port(lane) for lane in (self.plan.track[source], self.plan.run[i], self.plan.track[target])]
        points = [(start, lanes[0])]
        if lanes[0] != lanes[1]:
            at = self.outs_at[out_gap] + self.out_column[source]
            points += [(at, lanes[0]), (at, lanes[1])]
        if lanes[1] != lanes[2]:
            at = self.ins_at[in_gap] + self.in_column[target]
            points += [(at, lanes[1]), (at, lanes[2])]
        points.append((stop, lanes[2]))
        label_at = None
        if self.edges[i].label and self.boxes_mode:
            label_at = self.labels_at[out_gap], lanes[1] - 1
        if stop < start:  # rails: the two activities touch
            return Route(self.edges[i], (), None, i in self.plan.turned)
        path = _walk(points)
        if i in self.plan.turned:
            path.reverse()
        if not self.sideways:
            path = [(x, y) for y, x in path]
        forward, backward = (EAST, WEST) if self.sideways else (SOUTH, NORTH)
        heading = backward if i in self.plan.turned else forward
        return Route(self.edges[i], tuple(_sides(path, heading)), label_at, i in self.plan.turned)

    def _port(self, lane: int) -> int:
        return lane * self.pitch + (1 if self.boxes_mode else 0)


def box_width(node: Node) -> int:
    """Columns a box takes: its text, cut at TITLE_WIDTH, never the counts."""
    text = max(cells(line) for line in (node.title, *node.lines))
    return max(min(text, TITLE_WIDTH) + 6, BOX_MIN_WIDTH)  # two borders, mark, icon, blank, margin


def label_width(edge: Edge) -> int:
    """Columns an edge's label takes, with room for its count below."""
    return max(min(cells(edge.label), LABEL_WIDTH), COUNT_WIDTH)


def _walk(points: Sequence[Cell]) -> list[Cell]:
    """All cells of a polyline with right angles, each once."""
    path = [points[0]]
    for (a0, c0), (a1, c1) in zip(points, points[1:], strict=False):
        step_a, step_c = (a1 > a0) - (a1 < a0), (c1 > c0) - (c1 < c0)
        while (a0, c0) != (a1, c1):
            a0, c0 = a0 + step_a, c0 + step_c
            path.append((a0, c0))
    return path


def _sides(path: Sequence[Cell], heading: int) -> list[tuple[int, int, int]]:
    """The sides that each cell of a path connects; `heading` is the direction at the two borders."""
    opposite = {NORTH: SOUTH, SOUTH: NORTH, EAST: WEST, WEST: EAST}
    directions = {(1, 0): EAST, (-1, 0): WEST, (0, 1): SOUTH, (0, -1): NORTH}
    steps = [directions[x1 - x0, y1 - y0] for (x0, y0), (x1, y1) in zip(path, path[1:], strict=False)]
    return [
        (x, y, opposite[into] | out)
        for (x, y), into, out in zip(path, [heading, *steps], [*steps, heading], strict=True)
    ]
