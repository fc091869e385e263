"""Checkpoint, fork, compare: another world of the folder is compared with this one, or opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from mctui.app import OPEN, McTui
from mctui.screens.choose import ChooseScreen
from mctui.screens.compare import CompareScreen
from tests.app.conftest import SIZES
from tests.app.test_keys import calm, press

MakeApp = Callable[..., McTui]
Snap = Callable[..., bool]


async def fork_and_go_on(app: McTui, pilot: Pilot[None]) -> None:
    """Keep a copy, let something happen here, compare."""
    await calm(app, pilot)
    await press(app, pilot, "c", "enter")
    app.clear_notifications()  # it says a path
    await press(app, pilot, "j", "j", "j", "j", "I", "enter")
    await press(app, pilot, "enter", "n", "C")


async def test_C_compares_with_a_checkpoint_differences_first(make_app: MakeApp) -> None:
    app = make_app(steps=14)
    async with app.run_test(size=(120, 34)) as pilot:
        await fork_and_go_on(app, pilot)
        assert isinstance(app.screen, ChooseScreen) and app.screen.choices[0].cells[0] == "world.step14.mctui"
        await press(app, pilot, "enter")
        assert isinstance(app.screen, CompareScreen)
        stands, contacts, *tables = app.screen.comparison.sections
        assert stands.rows[0] == ("step", "16", "14")
        assert "003000000000001AAA" in [row[0] for row in contacts.rows]
        assert any(table.title.startswith("responses:") for table in tables)


async def test_a_copy_that_nothing_happened_to_holds_the_same_rows(make_app: MakeApp) -> None:
    app = make_app(steps=3)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "c", "enter", "C", "enter")
        assert isinstance(app.screen, CompareScreen) and app.screen.comparison.sections == ()


async def test_a_checkpoint_is_opened_in_place_of_the_world(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(steps=3)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "c", "enter", "colon", *"world.open", "enter")
        await pilot.press("enter")  # the app leaves
    assert (app.return_code, app.opening) == (OPEN, str(tmp_path / "world.step3.mctui"))


@pytest.mark.parametrize("size", SIZES)
def test_two_worlds(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see how far each world is and what differs: side by side at 120 columns, below each other at 80."""
    app = make_app(steps=14)

    async def run(pilot: Pilot[None]) -> None:
        await fork_and_go_on(app, pilot)
        await press(app, pilot, "enter")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)
