"""A CRM record is edited in the Sync monitor, and its page says when Marketing Cloud will know."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from mctui import commandline
from mctui.app import McTui
from tests.app.conftest import SIZES
from tests.app.test_keys import calm, press

MakeApp = Callable[..., McTui]


@pytest.mark.parametrize("size", SIZES)
def test_an_edited_record_says_when_marketing_cloud_will_know(
    snap_compare: Callable[..., bool], make_app: MakeApp, size: str
) -> None:
    """You should see the record's page: read at, the next reading, and FirstName with both sides' values until then."""
    app = make_app(steps=10, pane="sync_monitor")

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        app.pane.records.focus()
        await press(app, pilot, "m")
        await pilot.press(*"FirstName", "equals_sign", *"Countess", "enter")
        await calm(app, pilot)
        app.pane.records.focus()
        await press(app, pilot, "enter")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


async def test_soql_is_asked_on_the_command_line_of_the_app(make_app: MakeApp) -> None:
    app = make_app(pane="sync_monitor")
    async with app.run_test(size=(120, 34)) as pilot:
        await calm(app, pilot)
        commandline.WITH_WORD["soql"][0](app, "SELECT LastName, Account.Name FROM Contact ORDER BY LastName LIMIT 2")
        await calm(app, pilot)
        detail = app.screen.detail
        assert detail.title == "2 Contact" and len(detail.sections) == 2
        assert [label for label, _ in detail.sections[0].rows] == ["LastName", "Account.Name"]
