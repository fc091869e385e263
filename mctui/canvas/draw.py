"""A layout and the live state as lines of (text, style name). Pure; one line at a time, so only what shows is drawn.

What matters is said by shape first and by colour second: the moving batch stands in a double border behind `▶`, the
selected activity in a heavy one behind `▌`, the path of the followed contact is a heavy line, an activity with errors
has a `✗` at its end and one with warnings a `!`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mctui.canvas.glyphs import (
    ARROWS,
    ARROWS_ASCII,
    EAST,
    IDLE_MARK,
    IDLE_MARK_ASCII,
    JOINT,
    JOINT_ASCII,
    NORTH,
    SOUTH,
    WEST,
    WRONG,
    WRONG_ASCII,
    Border,
    border,
    cells,
    count,
    family,
    fit,
    piece,
)
from mctui.canvas.layout import COUNT_WIDTH, LABEL_WIDTH, Box, Layout, Route

Segment = tuple[str, str]  # text, style name
EdgeId = tuple[str, str]  # source, outcome
FOUR = NORTH | EAST | SOUTH | WEST
Words = tuple[str, str, str, str, str]
WORDS: Words = ("Activity", "Detail", "Path", "inside", "total")
"""What stands over the columns of the rails."""


@dataclass(frozen=True, slots=True)
class NodeState:
    """Live numbers of one activity: contacts that stand there, all that ever came, and until when they wait."""

    inside: int = 0
    through: int = 0
    due: str = ""  # shown as given, e.g. `Jan 08 08:00`
    breakpoint: bool = False


@dataclass(frozen=True, slots=True)
class CanvasState:
    """Everything that changes from step to step. `path` holds the activities the followed contact went through.

    `marked` boxes and `lit` edges (source, target) are drawn like those of the path.
    """

    nodes: Mapping[str, NodeState] = field(default_factory=dict)
    edges: Mapping[EdgeId, int] = field(default_factory=dict)
    moving: frozenset[str] = frozenset()
    path: tuple[str, ...] = ()
    marked: frozenset[str] = frozenset()
    lit: frozenset[tuple[str, str]] = frozenset()
    wrong: Mapping[str, str] = field(default_factory=dict)  # activity: `error` or `warning` of its validation


NOTHING = NodeState()
Piece = tuple[int, str, str]  # x, text, style


class Drawing:
    """Draws one layout. Cheap to make (one pass over the cells), cheaper to ask for a line."""

    def __init__(self, layout: Layout, *, ascii_only: bool = False, words: Words = WORDS) -> None:
        self.layout = layout
        self.words = words
        self.ascii_only = ascii_only
        self.focused = True  # whether keys move the selection: its mark is full then, and thin otherwise
        self.ellipsis = "~" if ascii_only else "…"
        self._boxes: dict[int, list[Box]] = {}
        for box in layout.boxes:
            for y in range(box.y, box.y + box.h):
                self._boxes.setdefault(y, []).append(box)
        self._labels: dict[int, list[tuple[int, Route, bool]]] = {}  # row: x, route, whether it is the count
        for route in layout.routes:
            if route.label_at is not None:
                x, y = route.label_at
                self._labels.setdefault(y, []).append((x, route, False))
                self._labels.setdefault(y + 2, []).append((x, route, True))
        self._runs = _runs(layout)
        self._leaving = {route.edge.source for route in layout.routes}
        self._columns = _RailColumns(layout) if layout.mode == "rails" else None
        self.width = self._columns.width if self._columns else layout.width
        self.height = layout.height

    def line(self, y: int, state: CanvasState, chosen: str | None = None) -> list[Segment]:
        """The segments of row `y`, from column 0 on; they may end before `width`."""
        path = _path_edges(self.layout, state)
        shift = self._columns.rails_at if self._columns else 0
        pieces = [(x + shift, text, style) for x, text, style in self._edge_pieces(y, path)]
        for x, route, is_count in self._labels.get(y, ()):
            pieces.append(self._label(x, route, is_count, state, path))
        for box in self._boxes.get(y, ()):
            if self.layout.mode == "overview":
                pieces += self._dot_pieces(box, state, chosen)
            elif self._columns is None:
                pieces += self._box_pieces(box, y - box.y, state, chosen)
            else:
                pieces += self._rail_pieces(box, state, chosen)
        return _joined(pieces)

    def header(self) -> list[Segment]:
        """The words over the columns of the rails; empty in boxes mode."""
        columns = self._columns
        if columns is None:
            return []
        title, quiet, label, inside, through = self.words
        words = [(columns.title_at, title, "header"), (columns.quiet_at, quiet, "header")]
        if columns.label_width:
            words.append((columns.label_at, fit(label, columns.label_width), "header"))
        words.append((columns.inside_at, inside.rjust(COUNT_WIDTH), "header"))
        words.append((columns.through_at, through.rjust(COUNT_WIDTH), "header"))
        return _joined(words)

    # -- edges

    def _edge_pieces(self, y: int, path: frozenset[int]) -> list[Piece]:
        pieces: list[Piece] = []
        for x, length, arms in self._runs.get(y, ()):
            sides = heavy = 0
            for route, part in arms:
                sides |= part
                heavy |= part if route in path else 0
            if sides == FOUR and not _is_crossing(arms):
                char = JOINT_ASCII if self.ascii_only else JOINT
            else:
                char = piece(sides, heavy, ascii_only=self.ascii_only)
            if self.layout.mode == "boxes":
                char = self._tip(x, y, arms) or char
            pieces.append((x, char * length, "edge.path" if heavy else "edge"))
        return pieces

    def _tip(self, x: int, y: int, arms: tuple[tuple[int, int], ...]) -> str:
        """The arrow head, where a route ends; it points back when the edge leads back."""
        for i, _ in arms:
            route = self.layout.routes[i]
            if route.cells[-1][:2] == (x, y):
                return (ARROWS_ASCII if self.ascii_only else ARROWS)[route.turned]
        return ""

    def _label(self, x: int, route: Route, is_count: bool, state: CanvasState, path: frozenset[int]) -> Piece:
        if not is_count:
            text = fit(route.edge.label, min(cells(route.edge.label), LABEL_WIDTH), "left", self.ellipsis)
            return x, text, "label.path" if self.layout.routes.index(route) in path else "label"
        number = state.edges.get(route.edge.id, 0)
        return x, count(number) if number else "", "count"

    # -- boxes

    def _box_pieces(self, box: Box, row: int, state: CanvasState, chosen: str | None) -> list[Piece]:
        key = box.node.key
        live = state.nodes.get(key, NOTHING)
        moving, selected = key in state.moving, key == chosen
        shape = border(chosen=selected, moving=moving, ascii_only=self.ascii_only)
        line = "selected" if selected else "moving" if moving else "box.path" if _on_path(key, state) else "box"
        verdict = state.wrong.get(key, "")
        line = "error" if verdict == "error" and line == "box" else line
        if row == 0:
            stop = "●" if not self.ascii_only else "*"
            top = shape.across * (box.w - 2)
            if live.breakpoint:
                return [(box.x, shape.top_left, line), (box.x + 1, stop, "stop"),
                        (box.x + 2, top[1:] + shape.top_right, line)]  # fmt: skip
            return [(box.x, shape.top_left + top + shape.top_right, line)]
        if row == box.h - 1:
            return self._floor(box, shape, live, line, moving)
        inner = box.w - 2
        if row == 1:
            kind = family(box.node.kind)
            out = shape.out if key in self._leaving else shape.down
            title = fit(box.node.title, inner - 4, "left", self.ellipsis)
            return [
                (box.x, shape.down, line),
                (box.x + 1, self._mark(shape, selected), "moving" if moving else line),
                (box.x + 2, kind.glyph(ascii_only=self.ascii_only), f"kind.{kind.name}"),
                (box.x + 4, title, "title.moving" if moving else "title"),
                (box.x + box.w - 2, self._verdict(verdict), verdict or "title"),
                (box.x + box.w - 1, out, line),
            ]
        waiting = live.due if live.due and live.inside else ""
        quiet = waiting or (box.node.lines[0] if box.node.lines else "")
        return [
            (box.x, shape.down, line),
            (box.x + 4, fit(quiet, inner - 4, "left", self.ellipsis), "due" if waiting else "quiet"),
            (box.x + box.w - 1, shape.down, line),
        ]

    def _floor(self, box: Box, shape: Border, live: NodeState, line: str, moving: bool) -> list[Piece]:
        """The lower border: who is inside on the left, who ever came on the right."""
        x, end = box.x + 2, box.x + box.w - 2
        pieces = [(box.x, shape.bottom_left + shape.across, line), (end, shape.across + shape.bottom_right, line)]
        if live.inside:
            text = count(live.inside)
            pieces.append((x + 1, text, "inside.moving" if moving else "inside"))
            x += len(text) + 2
        if live.through:
            text = count(live.through)
            end -= len(text) + 2
            pieces.append((end + 1, text, "count"))
        pieces.append((x, shape.across * (end - x), line))
        return pieces

    def _mark(self, shape: Border, selected: bool) -> str:
        if selected and not self.focused:
            return IDLE_MARK_ASCII if self.ascii_only else IDLE_MARK
        return shape.mark

    # -- overview

    def _dot_pieces(self, box: Box, state: CanvasState, chosen: str | None) -> list[Piece]:
        """Two cells: selected, moving, wrong, stopped at or with people inside, the first that holds; and the glyph."""
        key = box.node.key
        live, verdict = state.nodes.get(key, NOTHING), state.wrong.get(key, "")
        moving, selected = key in state.moving, key == chosen
        mark = self._mark(border(chosen=selected, moving=moving, ascii_only=self.ascii_only), selected)
        style = "selected" if selected else "moving"
        if not (selected or moving):
            full = "*" if self.ascii_only else "●"
            inside = "+" if self.ascii_only else "·"
            mark, style = self._verdict(verdict), verdict or "title"
            if not verdict and live.breakpoint:
                mark, style = full, "stop"
            elif not verdict and live.inside:
                mark, style = inside, "inside"
        kind = family(box.node.kind)
        return [(box.x, mark, style), (box.x + 1, kind.glyph(ascii_only=self.ascii_only), f"kind.{kind.name}")]

    def _verdict(self, verdict: str) -> str:
        return (WRONG_ASCII if self.ascii_only else WRONG)[verdict]

    # -- rails

    def _rail_pieces(self, box: Box, state: CanvasState, chosen: str | None) -> list[Piece]:
        columns = self._columns
        assert columns is not None
        key = box.node.key
        live = state.nodes.get(key, NOTHING)
        moving, selected = key in state.moving, key == chosen
        kind = family(box.node.kind)
        shape = border(chosen=selected, moving=moving, ascii_only=self.ascii_only)
        stop = ("*" if self.ascii_only else "●") if live.breakpoint else " "
        lit = moving or key in state.marked
        verdict = state.wrong.get(key, "")
        title = "title.selected" if selected else "title.moving" if lit else "title"
        waiting = live.due if live.due and live.inside else ""
        quiet = waiting or (box.node.lines[0] if box.node.lines else "")
        return [
            (0, self._mark(shape, selected), "moving" if moving and not selected else "selected"),
            (1, stop, "stop"),
            (columns.rails_at + box.x, kind.glyph(ascii_only=self.ascii_only), f"kind.{kind.name}"),
            (columns.label_at, fit(columns.labels.get(key, ""), columns.label_width, "left", self.ellipsis), "label"),
            (columns.title_at - 2, self._verdict(verdict), verdict or "title"),
            (columns.title_at, fit(box.node.title, columns.title_width, "left", self.ellipsis), title),
            (columns.quiet_at, fit(quiet, columns.quiet_width, "left", self.ellipsis), "due" if waiting else "quiet"),
            (
                columns.inside_at,
                fit(count(live.inside) if live.inside else "", COUNT_WIDTH, "right"),
                "inside.moving" if moving else "inside",
            ),
            (columns.through_at, fit(count(live.through) if live.through else "", COUNT_WIDTH, "right"), "count"),
        ]


class _RailColumns:
    """Where the columns of text beside the rails stand. Widths depend on the graph alone."""

    def __init__(self, layout: Layout) -> None:
        words: dict[str, dict[str, None]] = {}
        for route in layout.routes:
            if route.edge.label:
                words.setdefault(route.edge.target, {})[route.edge.label] = None
        self.labels = {key: ", ".join(labels) for key, labels in words.items()}
        self.rails_at = 2
        self.label_at = self.rails_at + layout.width + 2
        self.label_width = min(max(map(cells, self.labels.values()), default=0), LABEL_WIDTH)
        self.title_at = self.label_at + (self.label_width + 2 if self.label_width else 0)
        nodes = [box.node for box in layout.boxes]
        self.title_width = min(max((cells(node.title) for node in nodes), default=0), 26)
        self.quiet_at = self.title_at + self.title_width + 2
        self.quiet_width = min(max((cells(line) for node in nodes for line in node.lines[:1]), default=0), 20)
        self.quiet_width = max(self.quiet_width, 12)  # a due time fits
        self.inside_at = self.quiet_at + self.quiet_width + 1
        self.through_at = self.inside_at + COUNT_WIDTH + 2
        self.width = self.through_at + COUNT_WIDTH + 1


def _runs(layout: Layout) -> dict[int, list[tuple[int, int, tuple[tuple[int, int], ...]]]]:
    """Per row: (x, length, the routes there with the sides they connect). Equal neighbours make one run."""
    grid: dict[int, dict[int, list[tuple[int, int]]]] = {}
    tips = set()
    for index, route in enumerate(layout.routes):
        for x, y, sides in route.cells:
            grid.setdefault(y, {}).setdefault(x, []).append((index, sides))
        if route.cells:
            tips.add(route.cells[-1][:2])
    runs: dict[int, list[tuple[int, int, tuple[tuple[int, int], ...]]]] = {}
    for y, row in grid.items():
        line = runs.setdefault(y, [])
        for x in sorted(row):
            arms = tuple(row[x])
            straight = all(sides == EAST | WEST for _, sides in arms) and (x, y) not in tips
            if line and straight and line[-1][0] + line[-1][1] == x and line[-1][2] == arms:
                line[-1] = (line[-1][0], line[-1][1] + 1, arms)
            else:
                line.append((x, 1, arms))
    return runs


def _is_crossing(arms: tuple[tuple[int, int], ...]) -> bool:
    """Whether every line here goes straight on, some across and some down."""
    return all(sides in (NORTH | SOUTH, EAST | WEST) for _, sides in arms)


def _path_edges(layout: Layout, state: CanvasState) -> frozenset[int]:
    """Routes that the followed contact took, those between neighbours of the path; and those that are lit."""
    if len(state.path) < 2 and not state.lit:
        return frozenset()
    steps = {*zip(state.path, state.path[1:], strict=False), *state.lit}
    return frozenset(i for i, route in enumerate(layout.routes) if (route.edge.source, route.edge.target) in steps)


def _on_path(key: str, state: CanvasState) -> bool:
    return key in state.path or key in state.marked


def _joined(pieces: list[Piece]) -> list[Segment]:
    """Pieces in order of x as segments, blanks between them. Pieces never overlap."""
    segments: list[Segment] = []
    at = 0
    for x, text, style in sorted(pieces, key=lambda p: p[0]):
        if not text:
            continue
        if x > at:
            segments.append((" " * (x - at), "blank"))
        segments.append((text, style))
        at = x + cells(text)
    return segments
