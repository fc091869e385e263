"""The journey canvas on the screen: scrolls over a `Drawing`, moves the selection, repaints only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size, Spacing
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from mctui.canvas.draw import NOTHING, WORDS, CanvasState, Drawing, Words
from mctui.canvas.graph import Edge, Node
from mctui.canvas.layout import Box, Layout, Mode, lay_out
from mctui.widgets.looks import Looks

RAILS_BELOW = 100
"""Columns under which `auto` draws rails: three boxes and their gaps do not fit any more."""

Follow = Literal["selected", "moving"]

STYLES = (
    "blank", "header", "edge", "edge-path", "label", "label-path", "count", "box", "box-path", "selected", "moving",
    "title", "title-moving", "title-selected", "quiet", "due", "inside", "inside-moving", "stop", "kind-entry",
    "kind-message", "kind-wait", "kind-split", "kind-update", "kind-end", "kind-other", "error", "warning",
)  # fmt: skip


class JourneyCanvas(Looks, ScrollView, can_focus=True):
    """A journey version with its live counts.

    `set_graph` says what to draw, `set_state` what is going on in it, `set_follow` what is kept in view.
    """

    DEFAULT_CSS = """
    JourneyCanvas {
        & > .canvas--header { color: $text-muted; }
        & > .canvas--edge { color: $foreground 55%; }
        & > .canvas--edge-path { color: $text-accent; text-style: bold; }
        & > .canvas--label { color: $text-secondary; }
        & > .canvas--label-path { color: $text-accent; text-style: bold; }
        & > .canvas--count { color: $text-muted; }
        & > .canvas--box { color: $foreground 55%; }
        & > .canvas--box-path { color: $text-accent; }
        & > .canvas--selected { color: $text-primary; text-style: bold; }
        & > .canvas--moving { color: $text-success; text-style: bold; }
        & > .canvas--title-moving { color: $text-success; text-style: bold; }
        & > .canvas--title-selected { color: $text-primary; text-style: bold; }
        & > .canvas--quiet { color: $text-muted; }
        & > .canvas--due { color: $text-warning; }
        & > .canvas--inside { text-style: bold; }
        & > .canvas--inside-moving { color: $text-success; text-style: bold; }
        & > .canvas--stop { color: $text-error; text-style: bold; }
        & > .canvas--kind-entry { color: $text-success; text-style: bold; }
        & > .canvas--kind-message { color: $text-primary; text-style: bold; }
        & > .canvas--kind-wait { color: $text-warning; }
        & > .canvas--kind-split { color: $text-accent; text-style: bold; }
        & > .canvas--kind-update { color: $text-secondary; }
        & > .canvas--kind-end { color: $text-muted; }
        & > .canvas--error { color: $text-error; text-style: bold; }
        & > .canvas--warning { color: $text-warning; text-style: bold; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"canvas--{name}" for name in STYLES}
    LOOK = "canvas"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move('left')", "Before", show=False, id="canvas.left"),
        Binding("right,l", "move('right')", "After", show=False, id="canvas.right"),
        Binding("up,k", "move('up')", "Up", show=False, id="canvas.up"),
        Binding("down,j", "move('down')", "Down", show=False, id="canvas.down"),
        Binding("home", "move('first')", "First", show=False, id="canvas.first"),
        Binding("end", "move('last')", "Last", show=False, id="canvas.last"),
        Binding("ctrl+d", "page_down", "Page down", show=False, id="canvas.page_down"),
        Binding("ctrl+u", "page_up", "Page up", show=False, id="canvas.page_up"),
        Binding("enter", "choose", "Open", show=False, id="canvas.open"),
    ]

    class NodeHighlighted(Message):
        """The selection moved to an activity."""

        def __init__(self, canvas: JourneyCanvas, key: str) -> None:
            super().__init__()
            self.canvas, self.key = canvas, key

        @property
        def control(self) -> JourneyCanvas:
            """The canvas it happened on."""
            return self.canvas

    class NodeSelected(NodeHighlighted):
        """Enter, or a click on the activity that was selected already."""

    def __init__(
        self,
        *,
        mode: Mode | Literal["auto"] = "auto",
        ascii_only: bool = False,
        empty: str = "No journey yet",
        words: Words = WORDS,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.mode: Mode | Literal["auto"] = mode
        self.ascii_only = ascii_only
        self.empty = empty
        self.words = words
        self.state = CanvasState()
        self.selected: str | None = None
        self.follow: Follow | None = "selected"
        self._activities: tuple[Node, ...] = ()
        self._outcomes: tuple[Edge, ...] = ()
        self._drawing: Drawing | None = None
        self._boxes: dict[str, Box] = {}

    # -- what the pane says

    def set_graph(self, nodes: Sequence[Node], edges: Sequence[Edge]) -> None:
        """Draw another graph. The selection stays if the activity is still there. Raises ValueError (see `lay_out`)."""
        self._activities, self._outcomes = tuple(nodes), tuple(edges)
        if self.selected not in {node.key for node in nodes}:
            self.selected = nodes[0].key if nodes else None
        self._draft()

    def set_state(self, state: CanvasState) -> None:
        """Show another moment; only the lines that differ are painted again."""
        before, self.state = self.state, state
        if self._drawing is None:
            return
        whole = (before.path, before.marked, before.lit, before.wrong) != (
            state.path, state.marked, state.lit, state.wrong
        )  # fmt: skip
        if whole:
            self.refresh()
        else:
            for y in self._changed_lines(before, state):
                self._refresh_row(y)
        if self.follow == "moving" and state.moving != before.moving:
            self._show_followed()

    def set_follow(self, follow: Follow | None) -> None:
        """Keep the selected or the moving activity in view, or neither."""
        self.follow = follow
        self._show_followed()

    def set_mode(self, mode: Mode | Literal["auto"]) -> None:
        """Boxes, rails, or whichever fits."""
        self.mode = mode
        self._draft()

    def set_ascii(self, ascii_only: bool) -> None:
        """Draw with `+-|>` only."""
        self.ascii_only = ascii_only
        self._draft()

    def select(self, key: str) -> None:
        """Move the selection. Raises KeyError when there is no such activity."""
        box = self._boxes[key]
        if key == self.selected:
            return
        for old in (self._boxes.get(self.selected or ""), box):
            if old is not None:
                for y in range(old.y, old.y + old.h):
                    self._refresh_row(y)
        self.selected = key
        self._show(box)
        self.post_message(self.NodeHighlighted(self, key))

    @property
    def layout_now(self) -> Layout | None:
        """The layout that is drawn, for tests and for the mouse."""
        return self._drawing.layout if self._drawing else None

    # -- drawing

    def _mode_now(self) -> Mode:
        if self.mode != "auto":
            return self.mode
        return "rails" if 0 < self.size.width < RAILS_BELOW else "boxes"

    def _draft(self) -> None:
        if not self._activities:
            self._drawing, self._boxes = None, {}
            self.virtual_size = Size(0, 0)
        else:
            layout = lay_out(self._activities, self._outcomes, self._mode_now())
            self._drawing = Drawing(layout, ascii_only=self.ascii_only, words=self.words)
            self._boxes = {box.node.key: box for box in layout.boxes}
            self.virtual_size = Size(self._drawing.width, self._drawing.height + self._head)
        self.refresh()
        self.call_after_refresh(self._show_followed)

    @property
    def _lead(self) -> int:
        """Empty lines above: a picture lower than the view stands in its middle."""
        if self._drawing is None or self._head:
            return 0
        return max(self.scrollable_content_region.height - self._drawing.height, 0) // 2

    @property
    def _head(self) -> int:
        """Lines at the top that do not scroll."""
        return 1 if self._drawing is not None and self._drawing.layout.mode == "rails" else 0

    def on_resize(self, event: events.Resize) -> None:
        if self._drawing is not None and self._mode_now() != self._drawing.layout.mode:
            self._draft()
        else:
            self.refresh()
            self.call_after_refresh(self._show_followed)

    def watch_has_focus(self, _has_focus: bool) -> None:
        """The mark of the selection says by its shape whether keys go here."""
        super().watch_has_focus(_has_focus)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the viewport (Textual's line API)."""
        width = self.size.width
        blank = self.look("blank")
        drawing = self._drawing
        if drawing is None:
            text = self.empty if y == 0 else ""
            return Strip([Segment(text, blank)]).extend_cell_length(width, blank)
        drawing.focused = self.has_focus
        if y < self._head:
            segments = drawing.header()
        else:
            row = y - self._head - self._lead + self.scroll_offset.y
            segments = drawing.line(row, self.state, self.selected) if 0 <= row < drawing.height else []
        styled = [Segment(text, self.look(name.replace(".", "-"))) for text, name in segments]
        left = self.scroll_offset.x
        return Strip(styled).crop_extend(left, left + width, blank)

    def _refresh_row(self, y: int) -> None:
        self.refresh(Region(0, y + self._head + self._lead - self.scroll_offset.y, self.size.width, 1))

    def _changed_lines(self, before: CanvasState, after: CanvasState) -> set[int]:
        assert self._drawing is not None
        lines: set[int] = set()
        for key, box in self._boxes.items():
            same = before.nodes.get(key, NOTHING) == after.nodes.get(key, NOTHING)
            if not same or (key in before.moving) != (key in after.moving):
                lines.update(range(box.y, box.y + box.h))
        for route in self._drawing.layout.routes:
            edge = route.edge.id
            if route.label_at is not None and before.edges.get(edge) != after.edges.get(edge):
                lines.add(route.label_at[1] + 2)
        return lines

    def _show_followed(self) -> None:
        if self.follow == "moving":
            moving = [box for key, box in self._boxes.items() if key in self.state.moving]
            if moving:
                self._show(moving[0])
                return
        if self.follow is not None and self.selected in self._boxes:
            self._show(self._boxes[self.selected])

    def _show(self, box: Box) -> None:
        """Scroll as little as needed, with a margin that lets the neighbours peep in."""
        if self._head:
            region = Region(0, box.y, 1, 1)
            margin = Spacing(2, 0, 2 + self._head, 0)
        else:
            region = Region(box.x, box.y, box.w, box.h)
            room = max((self.size.width - box.w) // 2 - 1, 0)
            margin = Spacing(1, min(16, room), 1, min(16, room))
        self.scroll_to_region(region, spacing=margin, animate=False, force=True, immediate=True)

    # -- keys and mouse

    def action_move(self, where: str) -> None:
        """Move along the edges (left, right) or to the next lane (up, down); by rows when drawn as rails."""
        box = self._boxes.get(self.selected or "")
        if box is None:
            return
        found = self._neighbor(box, where)
        if found is not None:
            self.select(found.node.key)

    def _neighbor(self, box: Box, where: str) -> Box | None:
        boxes = list(self._boxes.values())
        in_order = sorted(boxes, key=lambda b: (b.layer, b.track))
        if where in ("first", "last"):
            return in_order[0 if where == "first" else -1]
        if where in ("left", "right"):
            key = box.node.key
            near = [
                self._boxes[edge.target if where == "right" else edge.source]
                for edge in self._outcomes
                if key == (edge.source if where == "right" else edge.target)
            ]
            # The path of the followed contact first, then the lane that we are in.
            path = self.state.path
            return min(near, key=lambda b: (b.node.key not in path, abs(b.track - box.track)), default=None)
        step = 1 if where == "down" else -1
        if self._head:
            at = in_order.index(box) + step
            return in_order[at] if 0 <= at < len(in_order) else None
        ahead = [b for b in boxes if (b.track - box.track) * step > 0]
        return min(ahead, key=lambda b: (abs(b.x - box.x) + 8 * abs(b.track - box.track), b.x), default=None)

    def action_choose(self) -> None:
        """Open the selected activity."""
        if self.selected is not None:
            self.post_message(self.NodeSelected(self, self.selected))

    def on_click(self, event: events.Click) -> None:
        x, y = event.x + self.scroll_offset.x, event.y - self._head - self._lead + self.scroll_offset.y
        if event.y < self._head:
            return
        for key, box in self._boxes.items():
            if box.y == y if self._head else box.holds(x, y):
                if key == self.selected:
                    self.action_choose()
                else:
                    self.select(key)
                return
