"""Model mapping in the app: choose an object, read the plan with its T-SQL, make it as a step, run it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from mctui.app import McTui
from mctui.screens.choose import ChooseScreen
from mctui.screens.mapping import MappingScreen
from mctui.views import DataExtensionsView
from tests.app.conftest import SIZES
from tests.app.test_keys import MakeApp, calm, k, press, toasts

Snap = Callable[..., bool]


async def typed(app: McTui, pilot: Pilot[None], text: str) -> None:
    """A line in the `:` prompt."""
    await press(app, pilot, "colon")
    app.screen.query_one("#prompt-input").value = text  # type: ignore[attr-defined]
    await press(app, pilot, "enter")


def lines(app: McTui) -> list[str]:
    """What the screen of the plan says."""
    assert isinstance(app.screen, MappingScreen)
    sections = app.screen.detail.sections
    return [line for section in sections for line in (section.title, *(str(row[1]) for row in section.rows))]


async def test_it_is_chosen_read_made_and_undone(make_app: MakeApp) -> None:
    app = make_app(steps=30)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "M")
        assert isinstance(app.screen, ChooseScreen)
        assert [choice.cells for choice in app.screen.choices][0][::2] == ("Contact", "Account, Lead, User")
        await press(app, pilot, "enter")
        assert "Query fill-contact-flat into Contact_Flat, Update (step 1)" in lines(app)
        assert any("LEFT JOIN Account_Salesforce" in line for line in lines(app))
        assert any(line.startswith("Lead: left out. No Contact has any yet.") for line in lines(app))
        assert max(map(len, lines(app))) < 80
        await press(app, pilot, "a")
        assert k(app) == 31
        assert app.shown is not None
        assert app.shown.step is not None
        assert app.shown.step.title.startswith("Mapping of Contact made: 1 data extensions")
        await typed(app, pilot, 'do automation.run_once {"key": "contact-model"}')
        await press(app, pilot, "n", "2", "home")
        assert isinstance(app.shown.view, DataExtensionsView)
        rows = {leaf.name: leaf.rows for leaf in app.shown.view.leaves}
        assert rows["Contact_Flat"] == rows["Contact_Salesforce"], "a deletion does not reach it"
        await press(app, pilot, "b", "b")
        await press(app, pilot, "b")
        assert k(app) == 30


async def test_escape_makes_nothing(make_app: MakeApp) -> None:
    app = make_app(steps=30)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await typed(app, pilot, "mapping Contact")
        assert isinstance(app.screen, MappingScreen)
        await press(app, pilot, "escape")
        assert k(app) == 30
        assert not isinstance(app.screen, MappingScreen)


async def test_what_is_not_synchronized_is_synchronized_on_the_way(make_app: MakeApp) -> None:
    app = make_app(steps=30)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await typed(app, pilot, "mapping Contact Account,Opportunity:roll-up")
        assert isinstance(app.screen, MappingScreen)
        assert "! Opportunity is not synchronized" in " ".join(lines(app))
        assert app.screen.keys_line.startswith("a synchronize and make it")
        await press(app, pilot, "a")
        assert k(app) == 31
        assert not toasts(app)


async def test_an_object_that_is_not_there_is_said(make_app: MakeApp) -> None:
    app = make_app(steps=3)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await typed(app, pilot, "mapping Kontact")
        assert "Contact" in " ".join(toasts(app))
        await typed(app, pilot, "mapping")
        assert "mapping Contact Account,Opportunity:child" in " ".join(toasts(app))


@pytest.mark.parametrize("size", SIZES)
def test_the_plan(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see what becomes of Account and why, the flat data extension field by field, and the keys."""
    app = make_app(steps=30)

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "M", "enter")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)
