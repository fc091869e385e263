"""Jump mode, ASCII mode and NO_COLOR: the screen without a mouse, without signs, without colour."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from rich.segment import Segment
from textual.pilot import Pilot

from mctui import settings
from mctui.actions import PANES
from mctui.app import McTui
from mctui.screens.jump import JumpScreen
from tests.app.conftest import SIZES
from tests.app.test_keys import calm, k, press

MakeApp = Callable[..., McTui]
Snap = Callable[..., bool]


def letter(app: McTui, to: str) -> str:
    """The letter that goes to a target."""
    assert isinstance(app.screen, JumpScreen)
    return next(letter for letter, target in app.screen.targets.items() if target.to == to)


def drawn(app: McTui) -> Iterable[Segment]:
    """Everything that is on the screen."""
    for strip in app.screen._compositor.render_strips():
        yield from strip


# ---- jump


async def test_a_letter_goes_to_a_pane_a_part_or_does_an_action(make_app: MakeApp) -> None:
    app = make_app(steps=3)
    async with app.run_test(size=(120, 34)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "apostrophe")
        await press(app, pilot, letter(app, "pane.sync_monitor"))
        assert app.look_at.pane == "sync_monitor"
        await press(app, pilot, "apostrophe")
        chain = app.screen_stack[0].focus_chain
        await press(app, pilot, letter(app, f"#{len(chain) - 1}"))
        assert app.focused is chain[-1]
        before = k(app)
        await press(app, pilot, "apostrophe")
        await press(app, pilot, letter(app, "step.forward"))
        assert k(app) == before + 1


async def test_every_pane_part_and_key_in_sight_has_a_letter(make_app: MakeApp) -> None:
    app = make_app(steps=3)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "apostrophe")
        assert isinstance(app.screen, JumpScreen)
        to = [target.to for target in app.screen.targets.values()]
        assert {f"pane.{pane}" for pane in PANES} <= set(to)
        assert sum(one.startswith("#") for one in to) == len(app.screen_stack[0].focus_chain)
        assert sum("." in one or one in ("help", "quit") for one in to) >= len(PANES) + 6


async def test_another_key_leaves_jump_mode(make_app: MakeApp) -> None:
    app = make_app(steps=3)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        for key in ("escape", "f5"):
            await press(app, pilot, "apostrophe", key)
            assert not isinstance(app.screen, JumpScreen)
        assert k(app) == 3


# ---- ASCII and no colour


@pytest.mark.parametrize("pane", PANES)
async def test_in_ASCII_mode_nothing_else_is_drawn(make_app: MakeApp, pane: str) -> None:
    app = make_app(steps=30, pane=pane)
    async with app.run_test(size=(120, 34)) as pilot:
        await calm(app, pilot)
        assert not all(segment.text.isascii() for segment in drawn(app))
        await press(app, pilot, "colon", *"ascii", "enter")
        await press(app, pilot, "n", "s")
        wrong = {char for segment in drawn(app) for char in segment.text if not char.isascii()}
        assert not [char for char in wrong if not char.isalpha()]
        await press(app, pilot, "question_mark")
        assert all(char.isascii() or char.isalpha() for segment in drawn(app) for char in segment.text)
        await press(app, pilot, "escape", "colon", *"ascii", "enter")
        assert not all(segment.text.isascii() for segment in drawn(app))


async def test_ASCII_mode_comes_back(make_app: MakeApp) -> None:
    app = make_app(steps=3)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "colon", *"ascii", "enter")
    assert settings.recall(app.paths)[0].ascii == "yes"
    again = make_app(steps=3, pane="journey_canvas")
    async with again.run_test(size=(80, 24)) as pilot:
        await calm(again, pilot)
        assert again.ascii
        assert again.panes["journey_canvas"].canvas.ascii_only  # type: ignore[attr-defined]


async def test_with_NO_COLOR_there_is_none(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app(steps=30, pane="journey_canvas")
    async with app.run_test(size=(120, 34)) as pilot:
        await calm(app, pilot)
        for segment in drawn(app):
            for color in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                assert color is None or color.triplet is None or len(set(color.triplet)) == 1, segment


@pytest.mark.parametrize("size", SIZES)
def test_letters_on_everything(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see a letter on each tab, at the upper right of each part, and on each key of the footer."""
    app = make_app(steps=14)

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "apostrophe")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_the_canvas_in_ASCII(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see the journey, its counts, the timeline and every border with ASCII only."""
    app = make_app(steps=14, pane="journey_canvas")

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "colon", *"ascii", "enter")
        app.clear_notifications()
        await calm(app, pilot)

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)
