"""What the actions of the query editor do: `query.run` is `query_run` here, and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mctui.actions import EDITOR
from mctui.reading.query_editor import Draft, Result
from mctui.views import Choice

if TYPE_CHECKING:
    from mctui.app import McTui
    from mctui.screens.editor.screen import EditorScreen
    from store import Org


def screen_of(app: McTui) -> EditorScreen | None:
    """The editor where it is on top."""
    from mctui.screens.editor.screen import EditorScreen

    return app.screen if isinstance(app.screen, EditorScreen) else None


def _editor(app: McTui) -> EditorScreen:
    """The editor; the guards of its actions let nobody come here without it."""
    found = screen_of(app)
    assert found is not None
    return found


def query_edit(app: McTui) -> None:
    """Open the editor with what was written in it last."""
    from mctui.screens.editor.screen import EditorScreen

    if not app.is_screen_installed(EDITOR):
        app.install_screen(EditorScreen(), EDITOR)
    app.push_screen(EDITOR)


def run_text(app: McTui, text: str) -> None:
    """Write a text into the editor and run it."""
    _editor(app).load(Draft(text))
    query_run(app)


def query_run(app: McTui) -> None:
    """Its rows; nothing is written."""
    from mctui.reading import query_editor

    _editor(app).ask("Run", query_editor.run)


def query_dry(app: McTui) -> None:
    """What a run into the target would change."""
    from mctui.reading import query_editor

    if _has_target(app):
        _editor(app).ask("Dry run", query_editor.dry_run)


def query_into(app: McTui) -> None:
    """Run it into the target as a step: as the saved activity where it is just that."""
    if not _has_target(app):
        return
    editor = _editor(app)
    draft = editor.draft
    arguments: dict[str, Any] = {"sql": draft.text, "target": draft.target, "action": draft.action}
    command = "query.run_into"
    if editor.is_saved:
        command, arguments = "query.run", {"key": draft.key}
    _step(app, "Run into the target", command, arguments)


def _has_target(app: McTui) -> bool:
    if not _editor(app).draft.target:
        query_target(app)
        return False
    return True


async def query_save(app: McTui) -> None:
    """Save it: under the name it has, or under another."""
    from mctui import doing

    if _has_target(app):
        draft = _editor(app).draft
        await doing.ask(app, "query name", "save the query activity as:", draft.name)


def save_as(app: McTui, name: str) -> None:
    """Save the draft under a name; under its own it is changed, under another one made."""
    draft = _editor(app).draft
    arguments: dict[str, Any] = {"sql": draft.text, "target": draft.target, "action": draft.action}
    if draft.key and name == draft.name:
        _step(app, "Save", "query.update", {"key": draft.key, **arguments})
    else:
        _step(app, "Save", "query.create", {"name": name, **arguments}, key=name, name=name)


def _step(app: McTui, what: str, command: str, arguments: dict[str, Any], **saved: str) -> None:
    """Give a command of the draft; the editor is told the step that it was, or the refusal."""
    from dataclasses import replace

    from mctui.reading import query_editor

    editor = _editor(app)
    written = editor.draft
    editor.begin(what)

    def question(org: Org) -> tuple[Draft, Result]:
        from store.errors import OrgError

        refusal, unit = None, query_editor.unit_of(org, written)
        draft = replace(written, **saved)
        if unit and saved:
            draft = replace(draft, key=f"{unit}/{saved['key']}")
        try:
            app.session.make(command, arguments | ({"bu": unit} if unit else {}))
        except OrgError as error:
            refusal = error
        return draft, query_editor.told(org, draft, what, refusal)

    app.session.ask("editor/done", question, what, moves=True)


def query_target(app: McTui) -> None:
    """Choose the data extension to write to."""
    from mctui.reading import query_editor

    app.session.ask("editor/choices", lambda org: ("target", query_editor.targets(org)))


def query_action(app: McTui) -> None:
    """The next of Append, Update, Overwrite."""
    from mctui.screens.editor.screen import ACTIONS

    editor = _editor(app)
    at = ACTIONS.index(editor.settings.action)
    editor.set(action=ACTIONS[(at + 1) % len(ACTIONS)])


def query_open(app: McTui) -> None:
    """Choose a saved activity, or begin a new one."""
    from mctui.reading import query_editor

    def choices(org: Org) -> tuple[str, tuple[Choice, ...]]:
        return "open", (Choice("*", ("(a new query)", "", "")), *query_editor.activities(org))

    app.session.ask("editor/choices", choices)


def query_history(app: McTui) -> None:
    """The runs that were."""
    from mctui.reading import query_editor

    _editor(app).ask("History", lambda org, draft, _: query_editor.history(org, draft))


def query_complete(app: McTui) -> None:
    """What can be written at the cursor."""
    _editor(app).complete()
