"""The query editor from the keyboard: completion, complaints, runs, dry runs, steps, saving, history, stopping."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from mctui.app import McTui
from mctui.screens.editor.screen import EditorScreen
from mctui.screens.editor.text import QueryText
from mctui.watch import Watch
from tests.app.test_keys import calm, k, press, toasts

MakeApp = Callable[..., McTui]
# More rows than anyone can wait for, from the scenario's own contacts.
ENDLESS = "SELECT COUNT(*) AS n FROM " + ", ".join(f"Contact_Salesforce c{n}" for n in range(6))


def typed(text: str) -> list[str]:
    """The keys of a text."""
    names = {" ": "space", "\n": "enter", "'": "apostrophe", "[": "left_square_bracket", "_": "underscore"}
    return [names.get(char, char) for char in text]


async def opened(app: McTui, pilot: Pilot[None], text: str = "", **settings: str) -> EditorScreen:
    """The editor with a text in it, as if it had been pasted, the cursor at its end."""
    await calm(app, pilot)
    await press(app, pilot, "Q")
    editor = app.screen
    assert isinstance(editor, EditorScreen)
    if text:
        editor.text.replace(text, (0, 0), editor.text.document.end)
        editor.text.move_cursor(editor.text.document.end)
    if settings:
        editor.set(**settings)
    await calm(app, pilot)
    return editor


def rows(editor: EditorScreen) -> tuple[tuple[object, ...], ...]:
    assert editor.result is not None
    return editor.result.rows


# ---- completion


async def test_a_list_opens_while_a_name_is_typed_and_tab_takes_it_with_its_brackets(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        editor = await opened(app, pilot, "SELECT Id FROM ")
        await press(app, pilot, *typed("cont"))
        assert editor.suggestions.is_open
        assert editor.suggestions.suggestion.text == "Contact_Salesforce"
        await press(app, pilot, "tab")
        assert editor.text.text == "SELECT Id FROM Contact_Salesforce"
        assert not editor.suggestions.is_open
        assert editor.focused is editor.text, "tab belongs to the list while it is open"


async def test_columns_of_an_alias_after_its_point_arrows_choose_enter_takes(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        editor = await opened(app, pilot, "SELECT c.\nFROM Contact_Salesforce c")
        editor.text.move_cursor((0, 9))
        await press(app, pilot, "ctrl+@")
        shown = [each.text for each in editor.suggestions.completion.suggestions]
        await press(app, pilot, "down", "down", "up", "enter")
        assert editor.text.text == f"SELECT c.{shown[1]}\nFROM Contact_Salesforce c"


async def test_escape_closes_the_list_first_and_the_editor_then(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        editor = await opened(app, pilot, "SELECT Id FROM ")
        await press(app, pilot, "c", "o", "escape")
        assert not editor.suggestions.is_open
        assert app.screen is editor
        await press(app, pilot, "escape")
        assert app.screen.id == "main"
        await press(app, pilot, "Q")
        assert editor.text.text == "SELECT Id FROM co", "what was written is still there"


async def test_ctrl_space_in_an_empty_text_offers_select(make_app: MakeApp) -> None:
    app = make_app(steps=1)
    async with app.run_test(size=(80, 24)) as pilot:
        editor = await opened(app, pilot)
        await press(app, pilot, "ctrl+@", "enter")
        assert editor.text.text == "SELECT"


async def test_the_list_stays_on_the_screen_where_the_cursor_is_in_its_corner(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        editor = await opened(app, pilot, "\n" * 40 + " " * 60 + "SELECT Id FROM ")
        await press(app, pilot, "c", "o")
        assert editor.suggestions.is_open
        assert editor.region.contains_region(editor.suggestions.region)


# ---- the check


async def test_a_mistake_is_underlined_at_its_place_with_the_fix_below(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        editor = await opened(app, pilot, "SELECT c.Id,\n  c.FirstNme\nFROM Contact_Salesforce c")
        said = editor.text.complaint
        assert said is not None
        assert (said.line, said.column, said.length) == (2, 3, len("c.FirstNme"))
        assert (3 - 1, 3 - 1 + 10, "complaint") in editor.text._highlights[1]
        verdict = editor.query_one("#query-verdict").content.plain  # type: ignore[attr-defined]
        assert "line 2, column 3" in verdict
        assert "Did you mean FirstName?" in verdict
        editor.text.replace("FirstName", (1, 4), (1, 12))
        await calm(app, pilot)
        assert editor.text.complaint is None
        assert editor.query_one("#query-verdict").content.plain.startswith("✓ 2 columns: Id, FirstName")  # type: ignore[attr-defined]


async def test_what_the_target_would_refuse_is_a_mistake_too(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        editor = await opened(app, pilot, "SELECT Id AS Nobody FROM Contact_Salesforce", target="Welcome_Audience")
        said = editor.text.complaint
        assert said is not None
        assert (said.line, said.column) == (1, 14)
        assert "does not exist in the target data extension Welcome_Audience" in said.message


# ---- runs


async def test_a_run_shows_its_rows_and_writes_nothing(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        text = "SELECT FirstName, LastName FROM Contact_Salesforce WHERE LastName = 'Almeida' AND FirstName = 'Jon'"
        editor = await opened(app, pilot, text)
        await press(app, pilot, "ctrl+r")
        assert ("Jon", "Almeida") in rows(editor)
        assert editor.result is not None
        assert (editor.result.title, editor.result.about) == ("Rows", "1 row · 0 ms")
        assert k(app) == 5


async def test_a_conversion_error_is_said_at_the_column_where_it_comes_from(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        editor = await opened(app, pilot, "SELECT Id,\n  CAST(LastName AS int) AS Age\nFROM Contact_Salesforce")
        assert editor.text.complaint is None, "only a run can know"
        await press(app, pilot, "ctrl+r")
        said = editor.text.complaint
        assert said is not None
        assert said.message.startswith("Conversion failed when converting the nvarchar value")
        assert (said.line, said.column) == (2, 28)


async def test_a_dry_run_shows_the_difference_and_writes_nothing(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(120, 34)) as pilot:
        text = "SELECT TOP 2 SubscriberKey, 'Zoe' AS FirstName FROM Welcome_Audience"
        editor = await opened(app, pilot, text, target="Welcome_Audience", action="Update")
        await press(app, pilot, "ctrl+t")
        assert editor.result is not None
        assert editor.result.about.startswith("0 new, 2 updated, 0 removed, 0 unchanged: 186 rows, not 186")
        assert [row[0] for row in rows(editor)] == ["<", ">", "<", ">"]
        assert k(app) == 5


async def test_a_dry_run_that_would_fail_shows_the_rows_and_why(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(120, 34)) as pilot:
        text = "SELECT SubscriberKey FROM Welcome_Audience"
        editor = await opened(app, pilot, text, target="Welcome_Audience")
        await press(app, pilot, "ctrl+t")
        assert editor.result is not None
        assert editor.result.failed
        assert editor.result.about.startswith("186 of 186 rows do not go in")
        assert str(rows(editor)[0][-1]).startswith("Violation of PRIMARY KEY constraint.")


async def test_a_run_into_the_target_is_a_step_and_b_undoes_it(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        text = "SELECT TOP 3 SubscriberKey FROM Welcome_Audience"
        editor = await opened(app, pilot, text, target="Welcome_Audience", action="Update")
        await press(app, pilot, "ctrl+g")
        assert k(app) == 6, toasts(app)
        assert editor.result is not None
        assert editor.result.title == "Step 6"
        assert rows(editor)[0][1:4] == (6, "(not saved)", 3)
        await press(app, pilot, "tab", "b")
        assert k(app) == 5


async def test_a_run_that_the_target_refuses_is_no_step_and_says_why(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        text = "SELECT SubscriberKey FROM Welcome_Audience"
        editor = await opened(app, pilot, text, target="Welcome_Audience")
        await press(app, pilot, "ctrl+g")
        assert k(app) == 5
        assert editor.text.complaint is not None
        assert editor.text.complaint.message.startswith("Violation of PRIMARY KEY constraint.")


async def test_without_a_target_a_list_asks_for_one_and_typing_narrows_it(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        editor = await opened(app, pilot, "SELECT Id AS SubscriberKey FROM Contact_Salesforce")
        await press(app, pilot, "ctrl+g")
        listed = [choice.key for choice in app.screen.left]  # type: ignore[attr-defined]
        assert listed == ["Welcome_Audience", "Welcome_Log"], "what is synchronized cannot be written to"
        await press(app, pilot, *"log", "enter")
        assert editor.settings.target == "Welcome_Log"
        await press(app, pilot, "ctrl+n", "ctrl+n", "ctrl+n", "ctrl+n")
        assert editor.settings.action == "Update"


# ---- saved activities


async def test_an_activity_is_opened_changed_saved_and_run_and_its_history_is_there(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(120, 34)) as pilot:
        editor = await opened(app, pilot)
        await press(app, pilot, "ctrl+o", *"fill", "enter")
        assert editor.settings.name == "Fill Welcome Audience"
        assert editor.is_saved
        editor.text.replace("--", (0, 0), (0, 0))
        await calm(app, pilot)
        assert not editor.is_saved
        await press(app, pilot, "ctrl+z", "ctrl+s", "enter")
        assert k(app) == 6
        assert editor.is_saved
        await press(app, pilot, "ctrl+g")
        assert app.shown is not None
        assert app.shown.step is not None
        assert app.shown.step.kind == "query.run"
        await press(app, pilot, "ctrl+l")
        assert [row[1] for row in rows(editor)] == [7, 5]
        assert editor.result is not None
        assert editor.result.title == "History of Fill Welcome Audience"


async def test_a_new_query_is_saved_under_a_name(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        text = "SELECT Id AS SubscriberKey FROM Contact_Salesforce"
        editor = await opened(app, pilot, text, target="Welcome_Log")
        await press(app, pilot, "ctrl+s", *"Log", "space", *"all", "enter")
        assert k(app) == 6, toasts(app)
        assert (editor.settings.key, editor.is_saved) == ("Log all", True)
        await press(app, pilot, "ctrl+o")
        assert "Log all" in [choice.key for choice in app.screen.left]  # type: ignore[attr-defined]


async def test_a_failed_run_is_in_the_history_with_its_reason(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(120, 34)) as pilot:
        text = "SELECT SubscriberKey FROM Welcome_Audience"
        editor = await opened(app, pilot, text, target="Welcome_Audience")
        await press(app, pilot, "ctrl+s", *"Again", "enter", "ctrl+g")
        assert editor.result is not None
        assert editor.result.failed
        assert str(rows(editor)[0][-1]).startswith("Violation of PRIMARY KEY constraint.")
        assert rows(editor)[0][2] is None


# ---- stopping


@pytest.fixture
def under_way(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once SQLite is in the middle of a statement of the editor's."""
    event, tick = threading.Event(), Watch._tick

    def seen(watch: Watch) -> int:
        if watch._name in ("Run", "Dry run", "Run into the target"):
            event.set()
        return tick(watch)

    monkeypatch.setattr(Watch, "_tick", seen)
    return event


@pytest.mark.parametrize(("key", "what"), [("ctrl+r", "Run"), ("ctrl+t", "Dry run"), ("ctrl+g", "Run into the target")])
async def test_escape_stops_what_runs_and_nothing_is_written(
    make_app: MakeApp, under_way: threading.Event, key: str, what: str
) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        text = ENDLESS.replace("COUNT(*) AS n", "CAST(COUNT(*) AS nvarchar(20)) AS SubscriberKey")
        editor = await opened(app, pilot, text, target="Welcome_Audience")
        await pilot.press(key)
        await asyncio.to_thread(under_way.wait)
        assert editor.running == what
        await pilot.press("escape")
        await calm(app, pilot)
        assert editor.result is not None
        assert editor.result.title == f"{what} stopped"
        assert app.screen is editor
        assert k(app) == 5
        await press(app, pilot, "ctrl+l")
        assert not editor.result.failed, "the session goes on"


# ---- what it is given


async def test_200_pasted_lines_are_colored_checked_and_run(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    lines = [f"SELECT Id, '{n}' AS n -- line {n}\nFROM Contact_Salesforce WHERE 1 = 0" for n in range(100)]
    async with app.run_test(size=(80, 24)) as pilot:
        editor = await opened(app, pilot, "\nUNION ALL\n".join(lines).replace("\n\n", "\n"))
        assert editor.text.document.line_count > 200
        assert editor.text.complaint is None
        assert any(style == "comment" for *_, style in editor.text._highlights[0])
        await press(app, pilot, "ctrl+r")
        assert editor.result is not None
        assert editor.result.about == "0 rows · 0 ms"


async def test_an_empty_world_has_an_editor_too(tmp_path, paths) -> None:  # type: ignore[no-untyped-def]
    from store import Org

    app = McTui(lambda: Org.create(tmp_path / "empty.mctui"), paths=paths, world="empty")
    async with app.run_test(size=(60, 16)) as pilot:
        editor = await opened(app, pilot, "SELECT Nothing FROM Nowhere")
        assert editor.text.complaint is not None
        await press(app, pilot, "ctrl+r", "ctrl+g", "escape", "ctrl+o", "escape", "ctrl+l")
        assert editor.result is not None
        assert editor.result.about == "no run yet"


async def test_sql_on_the_command_line_opens_the_editor_and_runs(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "colon", *typed("sql SELECT 1 AS one"), "enter")
        await calm(app, pilot)
        editor = app.screen
        assert isinstance(editor, EditorScreen)
        assert rows(editor) == ((1,),)


async def test_letters_are_written_and_not_taken_for_keys_of_the_app(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        editor = await opened(app, pilot)
        await press(app, pilot, *"nbq", "1", "slash", "colon")
        assert editor.text.text == "nbq1/:"
        assert k(app) == 5
        assert isinstance(app.focused, QueryText)


async def test_data_keys_say_that_the_editor_is_open_and_panes_leave_it(make_app: MakeApp) -> None:
    app = make_app(steps=5)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, "SELECT 1 AS one")
        await press(app, pilot, "ctrl+r", "tab", "m")
        assert any("The query editor is open" in text for text in toasts(app))
        await press(app, pilot, "3")
        assert app.screen.id == "main"
        assert app.look_at.pane == "journey_canvas"


async def test_a_query_of_a_child_business_unit_is_checked_run_and_saved_there(tmp_path, paths) -> None:  # type: ignore[no-untyped-def]
    from store import Org

    def world() -> Org:
        org = Org.create(tmp_path / "units.mctui")
        org.do("business_units.create", name="Germany")
        fields = [{"name": "Id", "length": 9, "is_primary_key": True}]
        for name in ("From", "To"):
            org.do("data_extensions.create", definition={"name": name, "fields": fields}, bu="Germany")
        org.do("data_extensions.insert", de="From", rows=[{"Id": "a"}], bu="Germany")
        return org

    app = McTui(world, paths=paths, world="units")
    async with app.run_test(size=(80, 24)) as pilot:
        editor = await opened(app, pilot, "SELECT Id FROM [From]", target="Germany/To")
        assert editor.text.complaint is None
        await press(app, pilot, "ctrl+r")
        assert rows(editor) == (("a",),)
        await press(app, pilot, "ctrl+s", *"Fill", "enter", "ctrl+g")
        assert editor.result is not None
        assert not editor.result.failed, toasts(app)
        assert len(rows(editor)) == 1
        await press(app, pilot, "ctrl+o", *"fill", "enter", "ctrl+r")
        assert rows(editor) == (("a",),)
