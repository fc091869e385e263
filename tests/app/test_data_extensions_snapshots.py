"""The Data Extensions pane at both sizes: schema, rows in order, history, lineage, a new row."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from mctui.app import McTui
from tests.app.conftest import SIZES
from tests.app.test_data_extensions import shown
from tests.app.test_keys import press

MakeApp = Callable[..., McTui]
Snap = Callable[..., bool]


@pytest.mark.parametrize("size", SIZES)
def test_rows_in_order(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see the folder tree, and rows by FirstName from A on, the order said in the header and the caption."""
    app = make_app(steps=5)

    async def run(pilot: Pilot[None]) -> None:
        await shown(app, pilot, "Welcome_Audience")
        await press(app, pilot, "l", "o")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_schema(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see the fields of Welcome_Audience with type, key, nullable and default."""
    app = make_app(steps=5)

    async def run(pilot: Pilot[None]) -> None:
        await shown(app, pilot, "Welcome_Audience", "schema")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_history(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see the three steps in which its query filled Welcome_Audience, the latest first."""
    app = make_app(steps=20)

    async def run(pilot: Pilot[None]) -> None:
        await shown(app, pilot, "Welcome_Audience", "history")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_lineage(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see the way from the CRM objects to the journey; the query that writes it and its entry source lit."""
    app = make_app(steps=5)

    async def run(pilot: Pilot[None]) -> None:
        await shown(app, pilot, "Welcome_Audience", "lineage")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_the_way_of_a_field(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see the field's name at each place on the lit way of Tier, and what breaks if it goes."""
    app = make_app(steps=5)

    async def run(pilot: Pilot[None]) -> None:
        await shown(app, pilot, "Welcome_Audience", "schema")
        await press(app, pilot, *["down"] * 5, "s", "s")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


def test_a_value_is_changed(snap_compare: Snap, make_app: MakeApp) -> None:
    """You should see the value under the cursor in a line over the footer, with what its field takes."""
    app = make_app(steps=5)

    async def run(pilot: Pilot[None]) -> None:
        await shown(app, pilot, "Welcome_Audience")
        await press(app, pilot, "l", "m")

    assert snap_compare(app, terminal_size=SIZES["80x24"], run_before=run)


def test_a_refused_new_row(snap_compare: Snap, make_app: MakeApp) -> None:
    """You should see a line for each field, what was typed, and why the row was refused."""
    app = make_app(steps=5)

    async def run(pilot: Pilot[None]) -> None:
        await shown(app, pilot, "Welcome_Log")
        await press(app, pilot, "a", "tab", *"new", "ctrl+s")

    assert snap_compare(app, terminal_size=SIZES["80x24"], run_before=run)
