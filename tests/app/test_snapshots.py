"""Each pane at both sizes, in the middle of the run and after going back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from mctui.actions import PANES
from mctui.app import McTui
from tests.app.conftest import SIZES
from tests.app.test_keys import calm, press

MakeApp = Callable[..., McTui]
Snap = Callable[..., bool]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pane", PANES)
def test_mid_run(snap_compare: Snap, make_app: MakeApp, pane: str, size: str) -> None:
    """You should see step 31 in the status line, the pane with its counts, and beside or below what it changed."""
    app = make_app(steps=30, pane=pane)

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "n")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pane", PANES)
def test_after_going_back(snap_compare: Snap, make_app: MakeApp, pane: str, size: str) -> None:
    """You should see step 11, `undone 2`, and the two undone steps faint at the end of the timeline."""
    app = make_app(steps=11, pane=pane)

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "n", "n", "b", "b")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


def test_one_contact_whole(snap_compare: Snap, make_app: MakeApp) -> None:
    """You should see one contact: keys, its way through the journey, its messages, its rows, the CRM beside."""
    app = make_app(steps=40)

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "j", "j", "j", "j", "enter")

    assert snap_compare(app, terminal_size=(120, 34), run_before=run)


def test_why(snap_compare: Snap, make_app: MakeApp) -> None:
    """You should see each decision about a contact: the rule and the values that it read."""
    app = make_app(steps=40)

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "j", "j", "j", "j", "w")

    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


def test_help(snap_compare: Snap, make_app: MakeApp) -> None:
    """You should see every key by section, with the reason behind those that do nothing now."""
    app = make_app(steps=3, pane="sync_monitor")

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "question_mark")

    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


def test_a_terminal_that_is_too_small_says_so_in_one_line(snap_compare: Snap, make_app: MakeApp) -> None:
    """You should see one line that names the size wanted."""
    app = make_app()

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)

    assert snap_compare(app, terminal_size=(50, 12), run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_findings_at_the_end(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see six findings, errors first, the second one chosen, its evidence below, why and fix beside it."""
    app = make_app(steps=85, pane="findings")

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "j")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)
