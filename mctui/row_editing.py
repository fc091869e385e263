"""Rows of a data extension changed by hand: a value, a row more, a row less. Each is a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from mctui.views import Answer, Problem

if TYPE_CHECKING:
    from mctui.app import McTui
    from mctui.panes.data_extensions.pane import DataExtensions
    from store import Org


def _pane(app: McTui) -> DataExtensions:
    return cast("DataExtensions", app.panes["data_extensions"])


def row_order(app: McTui) -> None:
    """By the column under the cursor."""
    _pane(app).sort()


def modify(app: McTui) -> None:
    """Ask for the value's rule, which a data extension that is read-only refuses; then for the value."""
    from mctui.reading import rows

    found = _pane(app).cell()
    if found is not None:
        name, field, row = found
        app.session.ask("row/cell", lambda org: rows.cell(org, name, field, row))


def changed(app: McTui, text: str) -> None:
    """The new value of the cell that was asked for; nothing written is no value."""
    cell = _pane(app).editing
    if cell is not None:
        app.session.do(
            app.live(), "data_extensions.update_row", de=cell.de, key=cell.key, values={cell.field: text or None}
        )


def row_add(app: McTui) -> None:
    """Ask for the fields and their rules; the form opens with them."""
    from mctui.reading import rows

    name = _pane(app).view.name
    app.session.ask("row/form", lambda org: rows.form(org, name))


def row_delete(app: McTui) -> None:
    """Delete the row under the cursor."""
    from mctui.reading import rows

    found = _pane(app).cell()
    if found is None:
        return
    name, _, row = found

    def question(org: Org) -> str:
        de, key = rows.row_to_delete(org, name, row)
        app.session.make("data_extensions.delete_row", {"de": de, "key": key})
        return f"A row of {de} is deleted; b brings it back."

    app.session.ask("row/said", question, "Delete a row", moves=True)


def insert(app: McTui, de: str, values: dict[str, Any]) -> None:
    """Add the row of the form; the form hears whether it was."""

    def question(org: Org) -> Problem | None:
        from mctui.problems import problem_of
        from store.errors import OrgError

        try:
            app.session.make("data_extensions.insert", {"de": de, "rows": [values]})
        except OrgError as error:
            return problem_of(error, None, fatal=False)
        return None

    app.session.ask("row/inserted", question, "Add a row", moves=True)


async def answered(app: McTui, answer: Answer) -> None:
    """An answer to one of the questions above."""
    from mctui import doing
    from mctui.screens.row import RowScreen

    what, value = answer.tag.partition("/")[2], cast("Any", answer.value)
    if what == "cell":
        _pane(app).editing = value
        shown = "" if value.value is None else str(value.value)
        await doing.ask(app, "cell", f"{value.field} ({value.rule}):", shown)
    elif what == "form":
        await app.push_screen(RowScreen(*value))
    elif what == "inserted" and isinstance(app.screen, RowScreen):
        app.screen.told(value)
    elif what == "said":
        app.notify(value, markup=False, timeout=3)


def modify_record(app: McTui, value: str) -> None:
    """`Field = value` on the CRM record under the cursor, as a step."""
    field, equals, text = value.partition("=")
    record = app.pane.record()[1] if app.pane else ""
    if not equals or not record:
        app.notify("Write Field = value, for example Email = a@example.com", severity="warning", markup=False)
        return
    kind, _, record_id = record.partition("/")
    changed = {"Id": record_id, field.strip(): text.strip()}
    app.session.do(app.live(), "crm.update", object=kind, records=[changed])
