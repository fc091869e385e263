"""Run to something, and breakpoints: what each waits for, and where they are kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from mctui.app import McTui
from mctui.screens.choose import ChooseScreen
from mctui.views import JourneyView
from tests.app.conftest import SIZES
from tests.app.test_keys import calm, k, press, toasts

MakeApp = Callable[..., McTui]
Snap = Callable[..., bool]


async def run_to(app: McTui, pilot: Pilot[None], text: str) -> None:
    """Press R, write, press enter."""
    await press(app, pilot, "R")
    prompt = app.query_one("#prompt-input")
    prompt.value = text  # type: ignore[attr-defined]
    await press(app, pilot, "enter")


async def test_R_runs_to_an_activity(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await run_to(app, pilot, "activity Opened the welcome?")
        assert app.shown is not None and app.shown.step is not None
        assert "Opened the welcome?" in app.shown.step.title
        assert any("Here it is" in text for text in toasts(app))


async def test_R_at_an_activity_of_the_canvas_runs_to_it(make_app: MakeApp) -> None:
    app = make_app(pane="journey_canvas")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "R")
        assert app.query_one("#prompt-input").value.startswith("activity welcome/")  # type: ignore[attr-defined]
        await press(app, pilot, "enter")
        assert k(app) > 0
        assert app.shown is not None and app.shown.step is not None
        assert app.shown.step.title.startswith("Welcome: Email")


async def test_R_runs_to_a_condition_in_SQL_and_refuses_one_that_holds(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await run_to(app, pilot, "sql SELECT 1 AS sent FROM _Sent")
        assert app.shown is not None and app.shown.step is not None
        assert "sent" in dict(app.shown.step.counts)
        before = k(app)
        await run_to(app, pilot, "sql SELECT 1 AS sent FROM _Sent")
        assert k(app) == before
        assert any("gives a row already" in text for text in toasts(app))


async def test_R_runs_to_the_first_finding(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await run_to(app, pilot, "finding")
        assert k(app) > 0
        assert any("Here it is step" in text and "[" in text for text in toasts(app))


async def test_R_says_what_can_be_waited_for(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await run_to(app, pilot, "the day after tomorrow")
        assert k(app) == 0
        assert any("activity NAME" in text for text in toasts(app))


async def test_what_never_comes_is_said_at_the_end(make_app: MakeApp) -> None:
    app = make_app(steps=80)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await run_to(app, pilot, "error")
        assert any("Not reached" in text for text in toasts(app))


async def test_a_breakpoint_holds_every_run_and_n_goes_through(make_app: MakeApp) -> None:
    app = make_app(steps=10, pane="journey_canvas")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "asterisk")
        (place,) = app.look_at.breakpoints
        await press(app, pilot, "E")
        assert any("/".join(place) in text for text in toasts(app))
        held = k(app)
        view = app.shown.view if app.shown else None
        assert isinstance(view, JourneyView) and view.state.nodes[place[1]].breakpoint
        assert view.state.nodes[place[1]].inside > 0
        await press(app, pilot, "n")
        assert k(app) == held + 1
        view = app.shown.view if app.shown else None
        assert isinstance(view, JourneyView) and view.state.nodes[place[1]].inside == 0
        await press(app, pilot, "E")
        again = k(app)
        await press(app, pilot, "asterisk", "E")
        assert k(app) > again
        assert app.look_at.breakpoints == frozenset()


async def test_a_run_goes_on_from_the_breakpoint_that_held_it(make_app: MakeApp) -> None:
    app = make_app(steps=10, pane="journey_canvas")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "asterisk", "E")
        held = k(app)
        await press(app, pilot, "e")
        assert k(app) > held


async def test_playing_stops_at_a_breakpoint(make_app: MakeApp) -> None:
    app = make_app(steps=10, pane="journey_canvas")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "asterisk", "E", "b", "p")
        for _ in range(3):
            app.play_on()
            await calm(app, pilot)
        assert not app.playing


async def test_breakpoints_come_back_and_are_cleared_from_their_list(make_app: MakeApp) -> None:
    app = make_app(steps=10, pane="journey_canvas")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "asterisk", "j", "asterisk")
        kept = app.look_at.breakpoints
    app = make_app(steps=10, pane="journey_canvas")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        assert app.look_at.breakpoints == kept and len(kept) == 2
        await press(app, pilot, "colon", *"breakpoints", "enter")
        assert isinstance(app.screen, ChooseScreen) and len(app.screen.choices) == 3
        await press(app, pilot, "enter")
        assert len(app.look_at.breakpoints) == 1
    assert str(app.paths.breakpoints) and "world.mctui" in app.paths.breakpoints.read_text()


@pytest.mark.parametrize("size", SIZES)
def test_held_at_a_breakpoint(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see `●` at the activity under the cursor, 186 who stand there, and why the run stopped."""
    app = make_app(steps=10, pane="journey_canvas")

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "j", "asterisk")
        app.clear_notifications()
        await press(app, pilot, "E")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_what_a_run_can_wait_for(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see the prompt with the activity under the cursor in it, and over it what else can be written."""
    app = make_app(steps=10, pane="journey_canvas")

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "j", "R")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)
