"""The Journey canvas pane: a caption with the journey's totals over the graph."""

from __future__ import annotations

from collections.abc import Callable
from json import dumps

from textual.app import ComposeResult

from mctui.canvas.layout import Mode
from mctui.canvas.view import JourneyCanvas
from mctui.messages import Looked, Opened
from mctui.panes.caption import Caption
from mctui.panes.pane import Pane
from mctui.views import JourneyView, Shown

MODES: tuple[Mode, ...] = ("boxes", "rails", "overview")


def make() -> JourneyPane:
    """The pane."""
    return JourneyPane(id="journey_canvas")


class JourneyPane(Pane):
    """The graph is laid out again only when another journey or version is shown; steps change its numbers."""

    view = JourneyView()
    asked: Callable[[str], None] | None = None  # what goes on with the line that is typed
    json = False  # the inspector shows JSON
    wanted = ""  # the node that the cursor goes to once it is there

    def compose(self) -> ComposeResult:
        """Caption and canvas."""
        yield Caption(id="journey-caption")
        yield JourneyCanvas(empty="  No journey yet: journey.create and journey.publish make one", id="canvas")

    def show(self, shown: Shown) -> None:
        """Show a reading."""
        assert isinstance(shown.view, JourneyView)
        before, self.view, self.json = self.view, shown.view, shown.focus.json
        canvas = self.canvas
        if (before.nodes, before.edges) != (self.view.nodes, self.view.edges):
            canvas.set_graph(self.view.nodes, self.view.edges)
        canvas.set_follow("moving" if shown.moved and self.view.state.moving else "selected")
        canvas.set_state(self.view.state)
        if self.wanted:
            self.go_to(self.wanted)
        if len(self.view.keys) > 1:
            at = self.view.keys.index(self.view.key) + 1
            more = f"   {at} of {len(self.view.keys)} journeys: [ and ] turn over"
        else:
            more = ""
        self.query_one("#journey-caption", Caption).show(f"▌{self.view.name}▐", self.view.caption + more)

    @property
    def canvas(self) -> JourneyCanvas:
        """The graph."""
        return self.query_one("#canvas", JourneyCanvas)

    def on_journey_canvas_node_highlighted(self, event: JourneyCanvas.NodeHighlighted) -> None:
        """The inspector follows."""
        event.stop()
        self.post_message(Looked(activity=event.key))

    def on_journey_canvas_node_selected(self, event: JourneyCanvas.NodeSelected) -> None:
        """Open the activity."""
        event.stop()
        self.post_message(Opened(*self.record()))

    def record(self) -> tuple[str, str]:
        """The activity under the cursor."""
        selected = self.canvas.selected
        if not selected:
            return "", ""
        return "activity", dumps([self.view.key, self.view.version, selected, self.json])

    def copied(self) -> str:
        """The activity's key and its numbers."""
        key = self.canvas.selected or ""
        state = self.view.state.nodes.get(key)
        return f"{self.view.key}\t{key}\t{state.inside}\t{state.through}" if state else key

    def turn(self, step: int) -> None:
        """The journey before or after."""
        keys = self.view.keys
        if keys:
            other = keys[(keys.index(self.view.key) + step) % len(keys)]
            self.post_message(Looked(journey=other, activity="", version=0))

    @property
    def status(self) -> str:  # type: ignore[override]
        """Of the version that shows."""
        return self.view.status

    def go_to(self, key: str) -> None:
        """The cursor to a node; one that does not show yet gets it when it does."""
        there = key in {node.key for node in self.view.nodes}
        self.wanted = "" if there else key
        if there:
            self.canvas.select(key)

    def switch(self, by: int = 1) -> None:
        """Boxes, rails, overview."""
        drawn = self.canvas.layout_now
        at = MODES.index(drawn.mode) if drawn else 0
        self.canvas.set_mode(MODES[(at + by) % len(MODES)])
