"""Journeys built and edited on the canvas from the keyboard, their validation, their versions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from mctui.app import McTui
from mctui.panes.journey_canvas.pane import JourneyPane
from mctui.paths import Paths
from mctui.screens.choose import ChooseScreen
from mctui.screens.confirm import ConfirmScreen
from mctui.views import JourneyView
from mctui.widgets.inspector import Inspector
from store import Org, journey
from tests.app.conftest import SIZES
from tests.app.test_keys import calm, k, press, toasts

MakeApp = Callable[[], McTui]
Snap = Callable[..., bool]
KEY = "spring-offers"


@pytest.fixture
def editing(fresh_world: Path, tmp_path: Path, paths: Paths) -> MakeApp:
    """The app on the canvas of a draft: an email, a wait, a split with an email on its first path."""
    world = tmp_path / "world.mctui"
    shutil.copyfile(fresh_world, world)

    def add(org: Org, type: str, after: str | None = None, **more: Any) -> None:
        org.do("journey.add_activity", key=KEY, type=type, after=after, **more)

    def open_world() -> Org:
        org = Org.open(world)
        for _ in range(12):
            org.step()
        org.do("journey.new", name="Spring offers", data_extension="Welcome_Audience")
        add(org, "EMAILV2", name="Hello")
        add(org, "WAIT", "EMAILV2-1")
        add(org, "MULTICRITERIADECISION", "WAITBYDURATION-1", name="Gold?")
        add(org, "EMAILV2", "MULTICRITERIADECISIONV2-1", outcome="path_1", name="For gold")
        return org

    return lambda: McTui(open_world, paths=paths, world="sync-to-send", pane="journey_canvas")


def pane(app: McTui) -> JourneyPane:
    found = app.pane
    assert isinstance(found, JourneyPane)
    return found


def view(app: McTui) -> JourneyView:
    assert app.shown is not None and isinstance(app.shown.view, JourneyView)
    return app.shown.view


def spec(app: McTui) -> journey.Interaction:
    return journey.versions(app.session.org, KEY)[-1].spec


def said(app: McTui) -> str:
    """What the inspector says."""
    return "\n".join(str(row[1]) for section in app.panel.sections for row in section.rows)


async def at(app: McTui, pilot: Pilot[None], node: str) -> None:
    """The cursor on a node of the draft."""
    await calm(app, pilot)
    pane(app).go_to(node)
    await calm(app, pilot)


async def write(app: McTui, pilot: Pilot[None], text: str) -> None:
    """Type into the prompt in place of what is there."""
    await pilot.press("ctrl+u")
    await pilot.press(*("space" if char == " " else char for char in text))
    await press(app, pilot, "enter")


async def test_a_adds_an_activity_behind_the_cursor_and_the_cursor_goes_there(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "EMAILV2-1")
        before = k(app)
        await press(app, pilot, "a", *"chat", "enter")
        assert k(app) == before + 1
        assert pane(app).canvas.selected == "WAITUNTILCHATRESPONSE-1"
        activities = spec(app).activities
        assert activities["EMAILV2-1"].branches[0].next == "WAITUNTILCHATRESPONSE-1"
        assert activities["WAITUNTILCHATRESPONSE-1"].branches[0].next == "WAITBYDURATION-1"
        await press(app, pilot, "b")
        assert "WAITUNTILCHATRESPONSE-1" not in spec(app).activities
        assert "WAITUNTILCHATRESPONSE-1" not in {node.key for node in view(app).nodes}


async def test_behind_a_split_the_path_is_asked_first(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "MULTICRITERIADECISIONV2-1")
        await press(app, pilot, "a", *"remain", "enter", *"sms", "enter")
        split = spec(app).activities["MULTICRITERIADECISIONV2-1"]
        assert [way.next for way in split.branches] == ["EMAILV2-2", "SMSSYNC-1"]


async def test_t_joins_a_path_and_offers_no_way_back(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "MULTICRITERIADECISIONV2-1")
        await press(app, pilot, "t", *"remain", "enter")
        assert isinstance(app.screen, ChooseScreen)
        assert [choice.key for choice in app.screen.choices] == ["(end)", "EMAILV2-2"]
        await press(app, pilot, *"gold", "enter")
        ways = spec(app).activities["MULTICRITERIADECISIONV2-1"].branches
        assert [way.next for way in ways] == ["EMAILV2-2", "EMAILV2-2"]


async def test_m_configures_from_a_list_and_by_typing(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "EMAILV2-1")
        await press(app, pilot, "m", *"emailid", "enter", *"tips", "enter")
        assert spec(app).activities["EMAILV2-1"].configuration["triggeredSend"] == {"emailId": 6}
        await at(app, pilot, "WAITBYDURATION-1")
        await press(app, pilot, "m", *"waitduration", "enter")
        await write(app, pilot, "3")
        await press(app, pilot, "m", *"waitunit", "enter")
        await write(app, pilot, "WEEKS")
        found = spec(app).activities["WAITBYDURATION-1"].configuration
        assert (found["waitDuration"], found["waitUnit"]) == (3, "WEEKS")


async def test_a_setting_that_is_not_listed_is_given_by_its_place(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "WAITBYDURATION-1")
        await press(app, pilot, "m", *"another", "enter")
        await write(app, pilot, "metaData.note = spring")
        assert spec(app).activities["WAITBYDURATION-1"].metadata["note"] == "spring"


async def test_i_writes_criteria_and_tells_what_is_wrong_with_them(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "MULTICRITERIADECISIONV2-1")
        await press(app, pilot, "i", "enter")
        await write(app, pilot, "FirstName = 'Ada'")
        criteria = spec(app).activities["MULTICRITERIADECISIONV2-1"].configuration["criteria"]
        assert "FirstName" in criteria["path_1"]
        before = k(app)
        await press(app, pilot, "i", "enter")
        await write(app, pilot, "Colour = 'red'")
        assert k(app) == before
        assert any("Colour" in text for text in toasts(app))


async def test_r_renames(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "EMAILV2-1")
        await press(app, pilot, "r")
        await write(app, pilot, "Hi")
        assert spec(app).activities["EMAILV2-1"].name == "Hi"


async def test_x_deletes_at_once_what_stands_alone(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "WAITBYDURATION-1")
        await press(app, pilot, "x")
        assert "WAITBYDURATION-1" not in spec(app).activities
        assert pane(app).canvas.selected == "MULTICRITERIADECISIONV2-1"
        await press(app, pilot, "b")
        assert "WAITBYDURATION-1" in spec(app).activities


async def test_a_question_comes_before_more_than_one_activity_goes(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "MULTICRITERIADECISIONV2-1")
        await press(app, pilot, "O", "enter")
        assert isinstance(app.screen, ConfirmScreen)
        assert "For gold" in app.screen.consequence
        await press(app, pilot, "n")
        assert "EMAILV2-2" in spec(app).activities
        await press(app, pilot, "O", "enter", "y")
        assert "EMAILV2-2" not in spec(app).activities


async def test_o_gives_a_split_another_path_before_its_remainder(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "MULTICRITERIADECISIONV2-1")
        await press(app, pilot, "o")
        await write(app, pilot, "Silver")
        ways = spec(app).activities["MULTICRITERIADECISIONV2-1"].branches
        assert [way.label for way in ways][1] == "Silver"


async def test_publishing_with_errors_lists_them_and_enter_jumps_there(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "(entry)")
        before = k(app)
        await press(app, pilot, "P")
        assert isinstance(app.screen, ChooseScreen)
        assert len(app.screen.choices) == 4 and "For gold" in str(app.screen.choices[-1].cells)
        await press(app, pilot, *"for", "space", *"gold", "enter")
        assert pane(app).canvas.selected == "EMAILV2-2"
        assert k(app) == before and view(app).status == "Draft"


async def test_a_right_draft_is_published_paused_resumed_and_drafted_anew(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "EMAILV2-2")
        await press(app, pilot, "x")
        await at(app, pilot, "MULTICRITERIADECISIONV2-1")
        await press(app, pilot, "x")
        await at(app, pilot, "EMAILV2-1")
        await press(app, pilot, "m", *"emailid", "enter", *"tips", "enter")
        assert view(app).state.wrong == {"WAITBYDURATION-1": "warning"}  # a long wait at the end
        await press(app, pilot, "P")
        assert view(app).status == "Running"
        await press(app, pilot, "a")
        assert any("only a draft is edited" in text for text in toasts(app))
        await press(app, pilot, "H")
        assert view(app).status == "Paused"
        await press(app, pilot, "H")
        assert view(app).status == "Running"
        await press(app, pilot, "V")
        assert (view(app).version, view(app).status) == (2, "Draft")
        await press(app, pilot, "v", *"running", "enter")
        assert (view(app).version, view(app).status) == (1, "Running")
        await press(app, pilot, "X", "y")
        assert view(app).status == "Stopped"
        await press(app, pilot, "b")
        assert view(app).status == "Running"


async def test_a_version_that_was_undone_gives_way_to_the_one_before(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "right_square_bracket")
        assert view(app).name == "Welcome"
        await press(app, pilot, "V")
        assert (view(app).version, view(app).status) == (2, "Draft")
        await press(app, pilot, "b")
        assert (view(app).version, view(app).status) == (1, "Running")


async def test_J_shows_the_json_and_esc_leaves_it(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(120, 34)) as pilot:
        await at(app, pilot, "WAITBYDURATION-1")
        await press(app, pilot, "J")
        assert '"waitUnit": "DAYS"' in said(app)
        await press(app, pilot, "enter")
        assert '"triggers": [' in app.screen.query_one(Inspector).plain_text()
        await press(app, pilot, "escape", "escape")
        assert "Waits 1 day." in said(app)


async def test_B_begins_a_journey_with_a_sendable_data_extension(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "B", *"welcome", "enter")
        await write(app, pilot, "Summer")
        assert (view(app).name, view(app).status) == ("Summer", "Draft")
        assert [node.key for node in view(app).nodes] == ["(entry)", "(end)"]


async def test_a_step_in_another_pane_keeps_its_own_meaning_of_a_key(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "1", "a")
        assert any("Data Extensions (2)" in text for text in toasts(app))


@pytest.mark.parametrize("size", SIZES)
def test_a_draft_with_errors(snap_compare: Snap, editing: MakeApp, size: str) -> None:
    """You should see `4 errors` over the draft, a red ✗ at three activities, the keys that edit in the footer."""
    app = editing()

    async def run(pilot: Pilot[None]) -> None:
        await at(app, pilot, "EMAILV2-1")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_why_a_draft_cannot_be_published(snap_compare: Snap, editing: MakeApp, size: str) -> None:
    """You should see the four errors in a list over the canvas, the first of them marked."""
    app = editing()

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "P")

    assert snap_compare(app, terminal_size=SIZES[size], run_before=run)


def test_the_types_to_add(snap_compare: Snap, editing: MakeApp) -> None:
    """You should see the activity types that have `wait` in their words, by label, Wait first."""
    app = editing()

    async def run(pilot: Pilot[None]) -> None:
        await at(app, pilot, "EMAILV2-1")
        await press(app, pilot, "a", *"wait")

    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


def test_the_settings_of_a_wait(snap_compare: Snap, editing: MakeApp) -> None:
    """You should see what a wait can have and does not, then its duration and unit with their values."""
    app = editing()

    async def run(pilot: Pilot[None]) -> None:
        await at(app, pilot, "WAITBYDURATION-1")
        await press(app, pilot, "m")

    assert snap_compare(app, terminal_size=(120, 34), run_before=run)


def test_the_versions(snap_compare: Snap, editing: MakeApp) -> None:
    """You should see the running version of Welcome with its counts and when it was published, over it a draft."""
    app = editing()

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "right_square_bracket", "V", "v")

    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


def test_the_json_beside_the_canvas(snap_compare: Snap, editing: MakeApp) -> None:
    """You should see the JSON of the split in place of the inspector."""
    app = editing()

    async def run(pilot: Pilot[None]) -> None:
        await at(app, pilot, "MULTICRITERIADECISIONV2-1")
        await press(app, pilot, "J")

    assert snap_compare(app, terminal_size=(120, 34), run_before=run)


async def test_a_path_to_what_is_not_there_is_drawn_and_told(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(120, 34)) as pilot:
        await calm(app, pilot)
        raw = json.loads(spec(app).text())
        raw["activities"][0]["outcomes"][0]["next"] = "NOWHERE"
        raw["activities"][1]["outcomes"][0]["next"] = "WAITBYDURATION-1"
        app.session.do(app.live(), "journey.create", spec=raw)
        await at(app, pilot, "(NOWHERE?)")
        assert {"(NOWHERE?)", "(WAITBYDURATION-1?)"} < {node.key for node in view(app).nodes}
        assert "leads here" in said(app)
        assert view(app).state.wrong["EMAILV2-1"] == "error"


async def test_s_goes_round_boxes_rails_and_the_overview(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(120, 34)) as pilot:
        await calm(app, pilot)
        modes = []
        for _ in range(3):
            await press(app, pilot, "s")
            layout = pane(app).canvas.layout_now
            modes.append(layout.mode if layout else "")
        assert sorted(modes) == ["boxes", "overview", "rails"]


async def test_enter_on_a_wait_tells_its_settings_and_who_leaves_when(editing: MakeApp) -> None:
    app = editing()
    async with app.run_test(size=(120, 34)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "right_square_bracket", "n", "n")
        waiting = next(key for key, state in view(app).state.nodes.items() if state.inside)
        await at(app, pilot, waiting)
        await press(app, pilot, "enter")
        told = app.screen.query_one(Inspector).plain_text()
        due = journey.due(app.session.org, "welcome", waiting)
        assert sum(people for _, people in due) == view(app).state.nodes[waiting].inside
        assert "Settings" in told and "Leave at (system)" in told and f"\t{due[0][1]:,}" in told
