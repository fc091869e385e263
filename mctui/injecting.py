"""What a person makes happen now, from any pane: a list, perhaps another, then one command, a step that b undoes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from mctui.reading import injecting as reading
from mctui.views import Answer

if TYPE_CHECKING:
    from mctui.app import McTui
    from mctui.panes.journey_canvas.pane import JourneyPane
    from mctui.reading.drafting import Question
    from store import Org

CANVAS = "journey_canvas"


def inject(app: McTui) -> None:
    """Everything that can happen to the contact under the cursor, or to the followed one; on the canvas choose whom."""
    contact = (app.pane.selected_contact() if app.pane else "") or app.look_at.followed
    if contact or app.look_at.pane != CANVAS:
        _choose(app, lambda org: reading.what(org, contact), lambda chosen: _go_on(app, chosen))
        return
    place = _place(app)

    def then(whom: str) -> None:
        _choose(app, lambda org: reading.what(org, whom), lambda chosen: _go_on(app, chosen))

    _choose(app, lambda org: reading.whom(org, *place), then)


def journey_force(app: McTui) -> None:
    """The path that a contact takes at the split under the cursor: the followed one, or one of those inside."""
    place = _place(app)

    def then(whom: str) -> None:
        _choose(app, lambda org: reading.ways(org, *place, whom), lambda chosen: _go_on(app, chosen))

    def question(org: Org) -> Question:
        reading.ways(org, *place, "")  # refuses what is no split before anybody is chosen
        return reading.whom(org, *place)

    if app.look_at.followed:
        then(app.look_at.followed)
    else:
        _choose(app, question, then)


def _place(app: McTui) -> tuple[str, int, str]:
    pane = cast("JourneyPane", app.panes[CANVAS])
    return pane.view.key, pane.view.version, pane.canvas.selected or ""


def _choose(app: McTui, read: Callable[[Org], Question], then: Callable[[str], None]) -> None:
    """Read a list on the session's thread and show it."""
    app.session.ask("inject/choose", lambda org: (read(org), then))


def answered(app: McTui, answer: Answer) -> None:
    """A list is here."""
    from mctui.screens.choose import ChooseScreen

    question, then = cast("tuple[Question, Callable[[str], None]]", answer.value)
    screen = ChooseScreen(question.title, question.columns, question.choices, question.empty, last=question.last)
    app.push_screen(screen, lambda key: then(key) if key else None)


def _go_on(app: McTui, chosen: str) -> None:
    """Another list, a prompt for what is missing, or the command itself."""
    then = json.loads(chosen)
    if then.get("ask") == "responses":
        about = then["contact"], then["batch"], then["job"]
        _choose(app, lambda org: reading.responses(org, *about), lambda again: _go_on(app, again))
    elif "prompt" in then:
        _prompt(app, then)
    else:
        app.session.do(app.live(), then["command"], **then["arguments"])


def _prompt(app: McTui, then: dict[str, Any]) -> None:
    from mctui import doing

    app.injecting = then
    nobody = then["arguments"].get("contact_key") == ""
    label, value = ("Contact Key:", "") if nobody else (then["label"], then.get("value", ""))
    app.call_later(doing.ask, app, "inject", label, value)


def prompted(app: McTui, text: str) -> None:
    """`Field = value` of the CRM record, the data of an event as JSON, or first whose event it is."""
    then, app.injecting = app.injecting, None
    if then is None:
        return
    arguments: dict[str, Any] = then["arguments"]
    if arguments.get("contact_key") == "":
        arguments["contact_key"] = text
        _prompt(app, then)
        return
    if then["prompt"] == "field":
        field, equals, value = text.partition("=")
        if not equals:
            app.notify("Write Field = value, for example Email = a@example.com", severity="warning", markup=False)
            return
        arguments["records"][0][field.strip()] = value.strip()
    else:
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            app.notify(f"The data is no JSON object: {error}", severity="error", markup=False)
            return
        arguments["fields" if then["command"] == "journey.submit_form" else "data"] = data
    app.session.do(app.live(), then["command"], **arguments)
