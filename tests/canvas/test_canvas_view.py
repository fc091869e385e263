"""The canvas under keys and mouse, and how it looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult

from mctui.canvas.draw import CanvasState, NodeState
from mctui.canvas.layout import Mode
from mctui.canvas.view import JourneyCanvas
from tests.canvas.shapes import SHAPES, Graph, fan, midway, welcome

SIZES = [(80, 24), (120, 34)]


class CanvasApp(App[None]):
    """One canvas, and what it said."""

    def __init__(self, graph: Graph, *, mode: Mode | None = None, ascii_only: bool = False, chosen: str = "") -> None:
        super().__init__()
        self.graph, self.chosen = graph, chosen
        self.canvas = JourneyCanvas(mode=mode or "auto", ascii_only=ascii_only)
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.canvas

    def on_mount(self) -> None:
        self.theme = "tokyo-night"
        self.canvas.set_graph(*self.graph)
        self.canvas.set_state(midway(self.graph))
        if self.chosen:
            self.canvas.select(self.chosen)
        self.canvas.focus()

    def on_journey_canvas_node_highlighted(self, event: JourneyCanvas.NodeHighlighted) -> None:
        self.said.append(event.key)

    def on_journey_canvas_node_selected(self, event: JourneyCanvas.NodeSelected) -> None:
        self.said.append(f"open {event.key}")


async def test_arrows_follow_the_edges_and_change_lanes() -> None:
    app = CanvasApp(welcome(), mode="boxes")
    async with app.run_test(size=(120, 34)) as pilot:
        await pilot.press("right", "l", "l", "l", "j", "enter", "h")
        assert app.said == ["hi", "w1", "opened", "offer", "again", "open again", "opened"]


async def test_on_rails_down_goes_row_by_row() -> None:
    app = CanvasApp(welcome())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("end", "home", *["down"] * 5, "k")
        assert app.said == ["end", "entry", "hi", "w1", "opened", "offer", "again", "offer"]


async def test_the_selection_stays_in_view() -> None:
    app = CanvasApp(fan(), mode="boxes")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("right", "right", *["down"] * 10)
        canvas = app.canvas
        assert app.said[-1] == "m10" and canvas.layout_now is not None
        box = canvas.layout_now.box("m10")
        assert canvas.scroll_offset.y <= box.y and box.y + box.h <= canvas.scroll_offset.y + 24


async def test_the_moving_batch_is_followed() -> None:
    app = CanvasApp(welcome(), mode="boxes")
    async with app.run_test(size=(80, 24)) as pilot:
        app.canvas.set_follow("moving")
        app.canvas.set_state(CanvasState(moving=frozenset({"end"})))
        await pilot.pause()
        box = app.canvas.layout_now.box("end")  # type: ignore[union-attr]
        assert app.canvas.scroll_offset.x <= box.x < app.canvas.scroll_offset.x + 80


async def test_a_click_selects_and_a_second_one_opens() -> None:
    app = CanvasApp(welcome(), mode="boxes")
    async with app.run_test(size=(120, 14)) as pilot:
        await pilot.click(JourneyCanvas, offset=(30, 2))
        await pilot.click(JourneyCanvas, offset=(30, 2))
        assert app.said == ["hi", "open hi"]


async def test_a_state_repaints_only_the_lines_that_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    app = CanvasApp(welcome(), mode="boxes")
    async with app.run_test(size=(120, 14)):
        painted: list[int] = []
        monkeypatch.setattr(app.canvas, "_refresh_row", painted.append)
        state = midway(app.graph)
        app.canvas.set_state(state)
        assert painted == []
        more = dict(state.nodes) | {"test": NodeState(1, 1)}
        app.canvas.set_state(CanvasState(more, state.edges, state.moving, state.path))
        assert sorted(painted) == [5, 6, 7, 8]


async def test_the_width_decides_between_boxes_and_rails() -> None:
    app = CanvasApp(welcome())
    async with app.run_test(size=(120, 34)) as pilot:
        modes = []
        for width in (120, 80):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            modes.append(app.canvas.layout_now.mode if app.canvas.layout_now else None)
        assert modes == ["boxes", "rails"]


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x34"])
@pytest.mark.parametrize("shape", SHAPES)
def test_shape(snap_compare: Callable[..., bool], shape: str, size: tuple[int, int]) -> None:
    """You should see one journey: rows beside rails at 80x24, boxes from left to right at 120x34.

    The first activities are joined by a heavy line, one of them stands behind `▶`, one has a breakpoint `●`,
    and the selected one stands behind `▌`.
    """
    assert snap_compare(CanvasApp(SHAPES[shape]()), terminal_size=size)


def test_ascii(snap_compare: Callable[..., bool]) -> None:
    """You should see the welcome journey drawn with ASCII characters only, and the wait selected between `#`."""
    assert snap_compare(CanvasApp(welcome(), mode="boxes", ascii_only=True, chosen="w1"), terminal_size=(120, 34))


@pytest.mark.parametrize("shape", ["long", "mix"])
def test_overview(snap_compare: Callable[..., bool], shape: str) -> None:
    """You should see most of the journey in a few lines, each activity as one glyph, `▌` before the selected one."""
    assert snap_compare(CanvasApp(SHAPES[shape](), mode="overview"), terminal_size=(120, 34))
