"""What holds for the whole app: bad settings, bad files, remapped keys, what is imported, resizing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mctui.actions import ACTIONS, AppState
from mctui.app import McTui
from mctui.keys import footer, keys_table, remapped
from mctui.opening import world_of
from mctui.paths import Paths
from mctui.screens.problem import ProblemScreen
from mctui.session import Session
from mctui.views import Focus, Problem, Shown
from store import Org
from tests.app.test_keys import calm, k, press, toasts

MakeApp = Callable[..., McTui]


def test_store_and_scenarios_import_no_screen() -> None:
    code = "import sys, store, scenarios, store.products; store.products.load(); print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "'textual'" not in loaded
    assert "'rich'" not in loaded


def test_the_view_model_and_the_registry_import_no_screen() -> None:
    code = "import sys, mctui.session, mctui.actions, mctui.reading; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "'textual'" not in loaded
    assert "'store.org'" not in loaded


def test_the_footer_fits_80_columns_in_every_pane_and_always_names_help_and_quit() -> None:
    for pane in ("contact_builder", "data_extensions", "journey_canvas", "sync_monitor"):
        shown = footer(ACTIONS, AppState(ready=True, pane=pane), 78)
        assert sum(len(key) + len(label) + 3 for key, label, _ in shown) <= 80
        assert {"?", "q"} <= {key for key, _, _ in shown}


def test_keys_table_has_every_action_once() -> None:
    assert [row[1] for row in keys_table()] == [action.id for action in ACTIONS]
    assert {row[0] for row in keys_table() if row[1] == "world.stop"} == {""}


def test_remapped_keys_report_what_is_wrong_and_keep_the_rest() -> None:
    actions, problems = remapped({"step.forward": "x", "step.bakc": "y", "zoom": 3, "help": ["q"]})
    keys = {action.id: action.keys for action in actions}
    assert keys["step.forward"] == ("x",)
    assert keys["zoom"] == ("z",)
    assert keys["help"] == ("q",)
    assert keys["quit"] == ()
    assert any("Did you mean step.back?" in problem for problem in problems)
    assert any("zoom wants a key" in problem for problem in problems)
    assert any("quit loses q" in problem for problem in problems)


async def test_a_broken_keys_file_is_reported_and_the_usual_keys_work(make_app: MakeApp, paths: Paths) -> None:
    paths.config.mkdir(parents=True)
    paths.keys.write_text("step.forward = [", encoding="utf-8")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        assert any("cannot be read" in text for text in toasts(app))
        await press(app, pilot, "n")
        assert k(app) == 1


async def test_a_remapped_key_works(make_app: MakeApp, paths: Paths) -> None:
    paths.config.mkdir(parents=True)
    paths.keys.write_text('step.forward = "x"\n', encoding="utf-8")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        await press(app, pilot, "x", "n")
        assert k(app) == 1


@pytest.mark.parametrize("content", [b"not a database at all", b""])
async def test_a_file_that_is_no_world_is_said_in_a_modal(tmp_path: Path, paths: Paths, content: bytes) -> None:
    file = tmp_path / "bad.mctui"
    file.write_bytes(content)
    name, make = world_of(file, paths)
    app = McTui(make, paths=paths, world=name)
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        assert isinstance(app.screen, ProblemScreen)
        assert ":restart" not in str(app.screen.detail)  # a file of one's own is made by no scenario
        await press(app, pilot, "escape", "1", "n", "g", "2", "slash")
        assert app.shown is None


async def test_a_state_folder_that_cannot_be_written_is_told_once(make_app: MakeApp, paths: Paths) -> None:
    app = make_app()
    assert not app.start_problems
    paths.remembered.unlink()
    paths.remembered.mkdir()  # whatever the reason: it cannot be opened for writing
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        assert sum("cannot be written" in text for text in toasts(app)) == 1
    assert app.end_problems and set(app.end_problems) <= set(app.start_problems)


async def test_an_unexpected_error_is_shown_and_written_down(make_app: MakeApp) -> None:
    app = make_app()

    def broken(org: Org) -> object:
        raise ZeroDivisionError("on purpose")

    async with app.run_test(size=(80, 24)) as pilot:
        await calm(app, pilot)
        app.session.ask("record", broken)
        await calm(app, pilot)
        assert isinstance(app.screen, ProblemScreen)
        assert "ZeroDivisionError" in app.paths.log.read_text(encoding="utf-8")


async def test_resizing_through_every_layout_never_fails(make_app: MakeApp) -> None:
    app = make_app(steps=13)
    async with app.run_test(size=(120, 34)) as pilot:
        await calm(app, pilot)
        for pane in "1234":
            await press(app, pilot, pane)
            for size in ((80, 24), (60, 16), (40, 10), (1, 1), (200, 60), (99, 30), (120, 34)):
                await pilot.resize_terminal(*size)
                await calm(app, pilot)


async def test_markup_in_values_is_shown_literally(make_app: MakeApp) -> None:
    app = make_app(steps=5, pane="sync_monitor")
    async with app.run_test(size=(120, 34)) as pilot:
        await calm(app, pilot)
        assert app.shown is not None
        record = str(app.shown.view.records.rows[0][0])  # type: ignore[attr-defined]
        values = [{"Id": record, "FirstName": "[bold]x[/] [@click=app.quit]y"}]
        app.session.do(app.live(), "crm.update", object="Contact", records=values)
        await calm(app, pilot)
        assert k(app) == 6
        assert app.shown.step is not None


def test_a_local_session_answers_before_it_returns(org: Org) -> None:
    heard: list[object] = []
    session = Session.local(org, heard.append)
    session.look(Focus(pane="contact_builder"))
    session.forward(Focus(pane="contact_builder"))
    assert [type(result) for result in heard] == [Shown, Problem, Shown]
