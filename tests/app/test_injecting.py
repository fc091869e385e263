"""What a person lets happen: each kind of it from the list of `I`, and the path of a split from `D`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from mctui.app import McTui
from mctui.paths import Paths
from mctui.screens.choose import ChooseScreen
from store import Org
from tests.app.conftest import SIZES
from tests.app.test_keys import calm, k, press, toasts
from tests.journey import worlds

MakeApp = Callable[..., McTui]
Snap = Callable[..., bool]


def listed(app: McTui) -> list[tuple[object, ...]]:
    """The choices that show."""
    assert isinstance(app.screen, ChooseScreen), app.screen
    return [choice.cells for choice in app.screen.left]


async def choose(app: McTui, pilot: Pilot[None], text: str) -> None:
    """Narrow the list to a text and take the first."""
    assert isinstance(app.screen, ChooseScreen), app.screen
    app.screen.query_one("#search").value = text  # type: ignore[attr-defined]
    await calm(app, pilot)
    assert listed(app), text
    await press(app, pilot, "enter")


def last(app: McTui) -> str:
    assert app.shown is not None and app.shown.step is not None
    return app.shown.step.title


async def test_I_lets_a_contact_respond_to_a_message(make_app: MakeApp) -> None:
    app = make_app(steps=14)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "j", "j", "j", "I")
        before = k(app)
        await choose(app, pilot, "respond to")
        kinds = [str(cells[0]) for cells in listed(app)]
        assert kinds[0] == "open" and {"click", "bounce", "hard bounce", "complaint", "unsubscribe"} <= set(kinds)
        await choose(app, pilot, "hard bounce")
        assert k(app) == before + 1
        assert last(app).endswith("hard bounce by hand")
        await press(app, pilot, "b")
        assert k(app) == before


async def test_a_click_is_one_for_each_link_of_the_message(make_app: MakeApp) -> None:
    app = make_app(steps=14)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "j", "j", "j", "I")
        await choose(app, pilot, "respond to")
        clicks = [cells for cells in listed(app) if cells[0] == "click"]
        assert str(clicks[0][1]).startswith("0: ")
        await choose(app, pilot, str(clicks[-1][1]))
        assert last(app).endswith("click by hand")


async def test_I_changes_the_record_behind_the_contact(make_app: MakeApp) -> None:
    app = make_app(steps=14)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "j", "j", "j", "I")
        await choose(app, pilot, "CRM update")
        await press(app, pilot, *"FirstName", "equals_sign", *"Zoe", "enter")
        assert app.shown is not None and app.shown.step is not None
        assert app.shown.step.changes[0].after == "Zoe", toasts(app)


async def test_I_breaks_and_mends_the_connection(make_app: MakeApp) -> None:
    app = make_app(steps=3, pane="sync_monitor")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "I")
        await choose(app, pilot, "do not reach")
        assert "broken" in last(app)
        await press(app, pilot, "I")
        await choose(app, pilot, "mend")
        assert "broken" not in last(app)


async def test_I_on_the_canvas_asks_whom(make_app: MakeApp) -> None:
    app = make_app(steps=14, pane="journey_canvas")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "I")
        assert len(listed(app)) == 186
        await press(app, pilot, "enter")
        assert any(cells[0] == "force" for cells in listed(app))


async def test_D_forces_the_path_of_a_contact_at_a_split(make_app: MakeApp) -> None:
    app = make_app(steps=14, pane="journey_canvas")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "j", "D")
        assert any("Only at a split" in text for text in toasts(app))
        await press(app, pilot, "j", "D")
        who = str(listed(app)[0][0])
        await press(app, pilot, "enter")
        paths = [str(cells[2]) for cells in listed(app)]
        assert paths[0].startswith("Yes") and paths[1].startswith("No")
        await choose(app, pilot, "No →")
        assert f"{who} will take" in last(app)
        await press(app, pilot, "b", "f")


async def test_D_takes_the_followed_contact(make_app: MakeApp) -> None:
    app = make_app(steps=14)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "j", "j", "j", "f", "3", "j", "j", "j", "D")
        assert isinstance(app.screen, ChooseScreen) and app.look_at.followed in app.screen.heading


@pytest.mark.parametrize("size", SIZES)
def test_what_can_happen_to_a_contact(snap_compare: Snap, make_app: MakeApp, size: str) -> None:
    """You should see the message to respond to, the CRM record, the paths of the four splits, and outages."""
    app = make_app(steps=14)

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "j", "j", "j", "j", "I")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


def test_the_responses_to_a_message(snap_compare: Snap, make_app: MakeApp) -> None:
    """You should see the kinds of responses, a click once for each link with its name."""
    app = make_app(steps=14)

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "j", "j", "j", "j", "I", "enter")

    assert snap_compare(app, terminal_size=SIZES["80x24"], run_before=run)


# ---- events and forms, which the delivered scenario has none of


@pytest.fixture
def event_app(tmp_path: Path, paths: Paths) -> Callable[[str], McTui]:
    """The app on a journey whose entry source is of this type."""

    def make(kind: str) -> McTui:
        def open_world() -> Org:
            org = worlds.world(tmp_path)
            spec = worlds.journey(worlds.wait("W", None, 30))
            spec["triggers"][0]["type"] = kind
            worlds.published(org, spec, worlds.event_definition(type=kind))
            return org

        return McTui(open_world, paths=paths, world="events", pane="contact_builder")

    return make


@pytest.mark.parametrize(
    ("kind", "called", "title"),
    [("APIEvent", "API event", "fired for"), ("CloudPagesSmartCaptureSubmissionEvent", "form post", "submitted by")],
)
async def test_I_fires_an_event_and_posts_a_form(
    event_app: Callable[[str], McTui], kind: str, called: str, title: str
) -> None:
    app = event_app(kind)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "I")
        before = k(app)
        await choose(app, pilot, called)
        await press(app, pilot, "P", "1", "enter")
        assert json.loads(app.query_one("#prompt-input").value) is not None  # type: ignore[attr-defined]
        await press(app, pilot, "enter")
        assert k(app) == before + 1, toasts(app)
        assert title in last(app)
        await press(app, pilot, "I")
        await choose(app, pilot, called)
        await press(app, pilot, "P", "2", "enter")
        app.query_one("#prompt-input").value = "{"  # type: ignore[attr-defined]
        await press(app, pilot, "enter")
        assert k(app) == before + 1
        assert any("no JSON object" in text for text in toasts(app))
