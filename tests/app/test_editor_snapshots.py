"""The query editor at both sizes: completion, a mistake, a run, a dry run, a failed run, the history."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from mctui.app import McTui
from tests.app.conftest import SIZES
from tests.app.test_editor import opened
from tests.app.test_keys import press

MakeApp = Callable[..., McTui]
Snap = Callable[..., bool]
MISTAKE = """-- who they are
SELECT c.Id AS [Subscriber Key],
  c.FirstNme
FROM Contact_Salesforce c
WHERE c.LastName LIKE 'A%' AND 1 = 1"""


@pytest.mark.parametrize("size", SIZES)
def test_completion_in_the_editor(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see columns with their types in a list right under the word that is being typed, the first chosen."""
    app = make_app(steps=5)

    async def run(pilot: Pilot[None]) -> None:
        editor = await opened(app, pilot, "SELECT\n  c.\nFROM Contact_Salesforce c\nJOIN Account_Salesforce a ON 1 = 1")
        editor.text.move_cursor((1, 4))
        await press(app, pilot, "n", "a")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_a_mistake_in_the_editor(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see `c.FirstNme` underlined in line 3, its place and `Did you mean FirstName?` below the text."""
    app = make_app(steps=5)

    async def run(pilot: Pilot[None]) -> None:
        await opened(app, pilot, MISTAKE)

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_a_run_in_the_editor(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see the saved query in its colors, what it reads, and below it 186 rows and how long it took."""
    app = make_app(steps=5)

    async def run(pilot: Pilot[None]) -> None:
        await opened(app, pilot)
        await press(app, pilot, "ctrl+o", *"fill", "enter", "ctrl+r")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_a_dry_run_in_the_editor(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see a new row behind `+`, and two changed ones before (`<`) and after (`>`)."""
    app = make_app(steps=5)
    text = (
        "SELECT TOP 2 SubscriberKey, 'Zoe' AS FirstName\nFROM Welcome_Audience\nWHERE FirstName LIKE 'M%'\n"
        "UNION ALL\nSELECT 'new', 'Ada'"
    )

    async def run(pilot: Pilot[None]) -> None:
        await opened(app, pilot, text, target="Welcome_Audience", action="Update")
        await press(app, pilot, "ctrl+t")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_a_failed_run_in_the_editor(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see the conversion error of SQL Server, underlined at the column that it comes from."""
    app = make_app(steps=5)

    async def run(pilot: Pilot[None]) -> None:
        await opened(app, pilot, "SELECT Id,\n  CAST(LastName AS int) AS Age\nFROM Contact_Salesforce")
        await press(app, pilot, "ctrl+r")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_the_history_of_a_query(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see three runs, the latest first, with rows in, new and updated."""
    app = make_app(steps=20)

    async def run(pilot: Pilot[None]) -> None:
        await opened(app, pilot)
        await press(app, pilot, "ctrl+o", *"fill", "enter", "ctrl+l")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)
