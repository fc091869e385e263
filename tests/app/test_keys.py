"""Every key of the registry does what its help says, or says why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from mctui import doing
from mctui.actions import ACTIONS, EDITOR, PANE_KEYS, PANES, by_id
from mctui.app import McTui
from mctui.shell import Prompt
from mctui.views import ContactsView, DataExtensionsView, FindingsView, JourneyView, SyncView

MakeApp = Callable[..., McTui]
TESTED: set[str] = set()


async def press(app: McTui, pilot: Pilot[None], *keys: str) -> None:
    """Press keys one by one, each after what the one before has done is on the screen."""
    for key in keys:
        await pilot.press(key)
        await calm(app, pilot)


async def calm(app: McTui, pilot: Pilot[None]) -> None:
    """Nothing is under way: a reading may move a cursor, which asks for another reading."""
    for _ in range(2):
        await pilot.pause()
        await app.settled()
    await pilot.pause()


def toasts(app: McTui) -> list[str]:
    return [f"{note.title} {note.message}" for note in app._notifications]


def k(app: McTui) -> int:
    assert app.shown is not None
    return app.shown.world.k


def test_every_action_has_a_function_and_every_key_one_owner_in_each_pane() -> None:
    for pane in (*PANES, EDITOR):
        keys = [key for action in ACTIONS if pane in action.panes for key in action.keys]
        assert len(keys) == len(set(keys))
    for action in ACTIONS:
        assert action.section == "Panes" or callable(doing.function_of(action))


async def test_numbers_show_panes(make_app: MakeApp) -> None:
    app = make_app(steps=13)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        views = (ContactsView, DataExtensionsView, JourneyView, SyncView, FindingsView)
        for pane, view in zip(PANES, views, strict=True):
            await press(app, pilot, PANE_KEYS[pane])
            assert app.shown is not None
            assert app.look_at.pane == pane
            assert isinstance(app.shown.view, view)
            assert app.panes[pane].display


async def test_n_and_space_step_forward_b_and_u_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "n", "space", "n")
        assert k(app) == 3
        await press(app, pilot, "b", "u")
        assert k(app) == 1
        assert app.shown is not None
        assert app.shown.world.last == 3
        await press(app, pilot, "G")
        assert k(app) == 3


async def test_back_at_step_0_says_why_not(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "b")
        assert any("no step before it" in text for text in toasts(app))


async def test_e_runs_to_the_end_of_the_day_and_E_to_the_end(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "e")
        assert app.shown is not None
        assert app.shown.world.system.startswith("2026-01-05")
        first_day = k(app)
        await press(app, pilot, "e")
        assert app.shown.world.system.startswith("2026-01-06")
        assert k(app) > first_day
        await press(app, pilot, "E")
        assert app.shown.world.system > "2026-01-14"
        assert app.shown.world.utc <= "2026-01-18 06:00:00"


@pytest.mark.parametrize(("typed", "expected"), [("5", 5), ("2026-01-05 08:10", 5), ("1h", 4)])
async def test_g_goes_to_a_step_a_time_or_a_duration(make_app: MakeApp, typed: str, expected: int) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "g", *("space" if c == " " else "colon" if c == ":" else c for c in typed), "enter")
        assert k(app) == expected


async def test_g_with_something_else_says_what_would_be_right(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "g", "x", "enter")
        assert any("is not a time" in text for text in toasts(app))


async def test_p_plays_and_pauses_and_plus_and_minus_change_the_speed(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "plus", "plus")
        assert app.speed == 3
        await press(app, pilot, "minus", "p")
        assert app.playing
        app.play_on()
        await calm(app, pilot)
        assert k(app) >= 1
        await press(app, pilot, "p")
        assert not app.playing


async def test_slash_filters_with_a_count_and_escape_clears(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "slash", "u", "s", "e", "r")
        view = app.shown.view if app.shown else None
        assert isinstance(view, ContactsView)
        assert (view.table.count, view.table.total) == (4, 208)
        await press(app, pilot, "enter", "escape")
        view = app.shown.view if app.shown else None
        assert isinstance(view, ContactsView)
        assert view.table.count == 208


async def test_enter_opens_the_contact_whole_and_escape_leaves(make_app: MakeApp) -> None:
    app = make_app(steps=13)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "j", "j", "j", "enter")
        assert type(app.screen).__name__ == "RecordScreen"
        await press(app, pilot, "escape")
        assert app.screen.id == "main"


async def test_f_follows_and_N_runs_to_the_next_event_of_the_contact(make_app: MakeApp) -> None:
    app = make_app(steps=10)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "j", "j", "j", "f")
        assert app.look_at.followed.startswith("003")
        before = k(app)
        await press(app, pilot, "N", "3")
        assert k(app) > before
        view = app.shown.view if app.shown else None
        assert isinstance(view, JourneyView)
        assert view.state.path[0] == "(entry)"


async def test_w_says_why(make_app: MakeApp) -> None:
    app = make_app(steps=40)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "j", "j", "j", "j", "w")
        screen = app.screen
        assert type(screen).__name__ == "RecordScreen"
        assert any("Opened the welcome?" in section.title for section in screen.detail.sections)  # type: ignore[attr-defined]


async def test_d_lists_the_rows_that_the_step_changed(make_app: MakeApp) -> None:
    app = make_app(steps=6)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "d")
        sections = app.screen.detail.sections  # type: ignore[attr-defined]
        contact = next(section for section in sections if section.title.startswith("crm_Contact:"))
        assert "FirstName: Jon → John" in str(contact.rows)


async def test_s_switches_and_brackets_turn_over(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "2", "right_square_bracket")
        view = app.shown.view if app.shown else None
        assert isinstance(view, DataExtensionsView)
        second = view.name
        await press(app, pilot, "s")
        assert isinstance(app.shown.view, DataExtensionsView)  # type: ignore[union-attr]
        assert app.shown.view.part == "schema"  # type: ignore[union-attr]
        await press(app, pilot, "left_square_bracket")
        assert app.shown.view.name != second  # type: ignore[union-attr]


async def test_m_modifies_a_crm_field_as_a_step_and_u_undoes_it(make_app: MakeApp) -> None:
    app = make_app(steps=5, pane="sync_monitor")
    async with app.run_test(size=(120, 34)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "m")
        assert any("Choose a record first" in text for text in toasts(app))
        app.panes["sync_monitor"].query_one("#crm-records").focus()
        await press(app, pilot, "m")
        await press(app, pilot, *"FirstName", "equals_sign", *"Zoe", "enter")
        assert k(app) == 6, toasts(app)
        assert app.shown is not None
        assert app.shown.step is not None
        assert app.shown.step.changes[0].after == "Zoe"
        await press(app, pilot, "u")
        assert k(app) == 5


async def test_c_keeps_a_copy(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(steps=2)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "c", "enter")
        assert (tmp_path / "world.step2.mctui").is_file()


async def test_y_copies_the_row_and_says_where_else(make_app: MakeApp) -> None:
    app = make_app(steps=3)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "y")
        assert (app.paths.state / "copied.txt").read_text().startswith("005")
        assert any("copied.txt" in text for text in toasts(app))


async def test_L_shows_the_lesson(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "L")
        assert type(app.screen).__name__ == "LessonScreen"


async def test_question_mark_searches_help(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "question_mark", *"checkpoint")
        listed = app.screen.listed("checkpoint").plain  # type: ignore[attr-defined]
        assert "Keep a copy" in listed
        assert "One step forward" not in listed


async def test_ctrl_p_finds_any_action(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "ctrl+p")
        assert type(app.screen).__name__ == "CommandPalette"
        titles = [command.title for command in app.get_system_commands(app.screen)]
        assert len(titles) == len(ACTIONS) - 1


async def test_colon_takes_commands(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "colon", *"goto", "space", "3", "enter")
        assert k(app) == 3
        await press(app, pilot, "colon", *"step.bakc", "enter")
        assert any("Did you mean step.back?" in text for text in toasts(app))


async def test_z_zooms_tab_goes_round_and_T_changes_the_theme(make_app: MakeApp) -> None:
    app = make_app(steps=3)
    async with app.run_test(size=(120, 34)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "z")
        assert not app.panel.display
        await press(app, pilot, "escape")
        assert app.panel.display
        first = app.focused
        await press(app, pilot, "tab")
        assert app.focused is not first
        await press(app, pilot, "shift+tab")
        assert app.focused is first
        theme = app.theme
        await press(app, pilot, "T")
        assert app.theme != theme


async def test_q_leaves_and_the_world_comes_back(make_app: MakeApp) -> None:
    app = make_app(pane="journey_canvas")
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "n", "n")
        await pilot.press("q")
    assert app.paths.remembered.is_file()
    assert '"journey_canvas"' in app.paths.remembered.read_text()


async def test_escape_leaves_the_prompt(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "g", "escape")
        assert not app.query(Prompt)
        assert by_id()["escape"].keys == ("escape",)
