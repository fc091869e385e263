"""What the actions of the Journey canvas do: `activity.add` is `activity_add` here, and so on.

Most ask for one thing after the other: a list is read from the draft, its choice leads to the next, and at the end
stands one `journey.*` command, a step that b takes back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from mctui.reading import drafting as reading
from mctui.reading.drafting import END, ENTRY, OTHER, Question
from mctui.views import Answer

if TYPE_CHECKING:
    from mctui.app import McTui
    from mctui.panes.journey_canvas.pane import JourneyPane
    from store import Org

Then = Callable[[str], None]


def _pane(app: McTui) -> JourneyPane:
    return cast("JourneyPane", app.panes["journey_canvas"])


def _here(app: McTui) -> tuple[str, str]:
    """The journey that shows and the node under the cursor."""
    pane = _pane(app)
    return pane.view.key, pane.canvas.selected or ENTRY


def _choose(app: McTui, read: Callable[[Org], Question | None], then: Then) -> None:
    """Read a list on the session's thread, show it, go on with the choice; no list goes on with an empty one."""
    app.session.ask("journey/choose", lambda org: (read(org), then))


def _prompt(app: McTui, purpose: str, label: str, value: str, then: Then) -> None:
    from mctui import doing

    _pane(app).asked = then
    app.call_later(doing.ask, app, f"journey {purpose}", label, value)


def prompted(app: McTui, value: str) -> None:
    """What was typed for the last question."""
    then, _pane(app).asked = _pane(app).asked, None
    if then is not None:
        then(value)


def _step(app: McTui, command: str, *, select: str = "", **arguments: Any) -> None:
    """Give a command of the journey; the cursor goes to `select`, or to the activity that is new."""
    app.look(at=None)

    def question(org: Org) -> tuple[str, str]:
        from store import journey

        def keys() -> list[str]:
            found = journey.versions(org, arguments["key"])
            return [str(key) for key in found[-1].spec.activities]

        before = keys()
        app.session.make(command, arguments)
        new = [key for key in keys() if key not in before]
        return arguments["key"], new[0] if new else select

    app.session.ask("journey/select", question, command, moves=True)


def _on_activity(app: McTui) -> tuple[str, str] | None:
    """The journey and the activity under the cursor; a word where the cursor stands on the entry or the end."""
    key, selected = _here(app)
    if selected.startswith("("):
        app.notify("The entry and the end are no activities; choose one between them.", severity="warning", timeout=3)
        return None
    return key, selected


# ---- building


def activity_add(app: McTui) -> None:
    """Behind the node under the cursor: which path, which type."""
    key, at = _here(app)
    if at == END or at.endswith("?)"):
        app.notify("Nothing comes behind the end; choose what is before it.", severity="warning", timeout=3)
        return
    after = None if at == ENTRY else at

    def chosen(path: str) -> None:
        outcome = path or None
        _choose(app, reading.types, lambda kind: _step(app, "journey.add_activity", key=key, type=kind, after=after,
                                                       outcome=outcome))  # fmt: skip

    if after is None:
        chosen("")
    else:
        _choose(app, lambda org: reading.paths(org, key, after), chosen)


def activity_connect(app: McTui) -> None:
    """Let a path lead to another activity: which path, where to."""
    key, at = _here(app)
    if at == END or at.endswith("?)"):
        app.notify("Nothing comes behind the end; choose what is before it.", severity="warning", timeout=3)
        return
    source = None if at == ENTRY else at

    def chosen(path: str) -> None:
        _choose(
            app,
            lambda org: reading.targets(org, key, at),
            lambda to: _step(app, "journey.connect", key=key, source=source, to=None if to == END else to,
                             outcome=path or None, select=at),
        )  # fmt: skip

    if source is None:
        chosen("")
    else:
        _choose(app, lambda org: reading.paths(org, key, at), chosen)


def activity_configure(app: McTui) -> None:
    """Which setting, then its value."""
    if (found := _on_activity(app)) is None:
        return
    key, activity = found

    def question(org: Org) -> tuple[Question, Then]:
        asked, values = reading.configurable(org, key, activity)
        return asked, partial(_setting, app, key, activity, values)

    app.session.ask("journey/choose", question)


def _setting(app: McTui, key: str, activity: str, values: dict[str, Any], path: str) -> None:
    """A setting was chosen: from a list where it names something, else as it is typed."""

    def put(text: str, place: str = path) -> None:
        old = values.get(place)
        value = None if text == "null" else json.dumps(text) if isinstance(old, str) else text
        _step(app, "journey.configure", key=key, activity=activity, path=place, value=value, select=activity)

    def both(text: str) -> None:
        place, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not place:
            app.notify("Write its place = its value, for example configurationArguments.waitDuration = 2",
                       severity="warning", markup=False)  # fmt: skip
        else:
            put(value, place)

    def typed(text: str) -> None:
        if text:
            put(text)
            return
        old = values.get(path, "")
        shown = old if isinstance(old, str) else json.dumps(old, ensure_ascii=False)
        _prompt(app, "setting", f"{path.rpartition('.')[2]} (null removes it):", shown, put)

    if path == OTHER:
        _prompt(app, "other setting", "place = value:", "", both)
    else:
        _choose(app, lambda org: reading.values_for(org, key, path), typed)


def activity_criteria(app: McTui) -> None:
    """Which path of the decision split, then its criteria."""
    if (found := _on_activity(app)) is None:
        return
    key, activity = found

    def typed(outcome: str, text: str) -> None:
        _step(app, "journey.criteria", key=key, activity=activity, outcome=outcome, text=text, select=activity)

    def chosen(path: str) -> None:
        _prompt(app, "criteria", f"criteria of {path} (Tier = 'VIP' and Visits > 3):", "", partial(typed, path))

    _choose(app, lambda org: reading.paths(org, key, activity, criteria=True), chosen)


def activity_rename(app: McTui) -> None:
    """Ask for the name."""
    if (found := _on_activity(app)) is None:
        return
    key, activity = found
    name = next(node.title for node in _pane(app).view.nodes if node.key == activity)
    _prompt(app, "name", "name:", name, lambda text: _step(app, "journey.rename_activity", key=key, activity=activity,
                                                           name=text, select=activity))  # fmt: skip


def activity_delete(app: McTui) -> None:
    """Delete it; a question comes first when more than it would go."""
    if (found := _on_activity(app)) is None:
        return
    key, activity = found
    after = next((edge.target for edge in _pane(app).view.edges if edge.source == activity), ENTRY)
    sure = partial(_step, app, "journey.delete_activity", select=after, key=key, activity=activity)
    app.session.ask("journey/sure", lambda org: (reading.goes(org, key, activity), 1, sure))


def path_add(app: McTui) -> None:
    """Ask for the label of a new path."""
    if (found := _on_activity(app)) is None:
        return
    key, activity = found
    _prompt(app, "path", "label of the new path:", "", lambda text: _step(
        app, "journey.add_path", key=key, activity=activity, label=text, select=activity))  # fmt: skip


def path_delete(app: McTui) -> None:
    """Which path; a question comes first when activities would go with it."""
    if (found := _on_activity(app)) is None:
        return
    key, activity = found

    def chosen(path: str) -> None:
        sure = partial(_step, app, "journey.delete_path", select=activity, key=key, activity=activity, outcome=path)
        app.session.ask("journey/sure", lambda org: (reading.goes(org, key, activity, path), 0, sure))

    _choose(app, lambda org: reading.paths(org, key, activity), chosen)


# ---- versions


def journey_new(app: McTui) -> None:
    """Which data extension, which name."""

    def named(de: str, name: str) -> None:
        def question(org: Org) -> str:
            app.session.make("journey.new", {"name": name, "data_extension": de})
            return str(org.value("SELECT key FROM journeys ORDER BY journey_id DESC LIMIT 1"))

        app.session.ask("journey/new", question, "Begin a journey", moves=True)

    _choose(app, reading.sendable, lambda de: _prompt(app, "new", "name of the journey:", "", partial(named, de)))


def journey_draft(app: McTui) -> None:
    """A new version, a draft of the one that shows."""
    view = _pane(app).view

    def question(org: Org) -> int:
        from store import journey

        app.session.make("journey.new_version", {"key": view.key, "version": view.version})
        return journey.draft_of(org, view.key).number

    app.session.ask("journey/version", question, "New version", moves=True)


def journey_versions(app: McTui) -> None:
    """Choose which version the canvas shows."""
    key, _ = _here(app)
    _choose(app, lambda org: reading.versions(org, key), lambda number: app.look(version=int(number)))


def journey_publish(app: McTui) -> None:
    """Publish the draft; when its check has errors they are listed instead."""
    view = _pane(app).view
    key, number = view.key, view.version

    def question(org: Org) -> tuple[Question | None, Then]:
        from mctui.reading import journey_canvas

        found = journey_canvas.findings(org, key, number)
        errors = tuple(finding for finding in found if finding.severity == "error")
        if errors:
            return reading.findings(errors, f"{view.name} cannot be published"), partial(jump, app)
        app.session.make("journey.publish", {"key": key, "version": number})
        return None, lambda _: app.notify(f"{view.name} version {number} is published.", markup=False, timeout=3)

    app.session.ask("journey/choose", question, "Publish", moves=True)


def journey_findings(app: McTui) -> None:
    """What the check says of the version that shows; enter jumps there."""
    from mctui.reading import journey_canvas

    view = _pane(app).view
    title = f"Validation of {view.name} version {view.version}"
    _choose(
        app,
        lambda org: reading.findings(journey_canvas.findings(org, view.key, view.version), title),
        partial(jump, app),
    )


def jump(app: McTui, key: str) -> None:
    """The cursor to a node."""
    _pane(app).go_to(key)


def journey_pause(app: McTui) -> None:
    """Pause the version that runs, resume the one that is paused."""
    view = _pane(app).view
    command = "journey.resume" if view.status == "Paused" else "journey.pause"
    _step(app, command, key=view.key, version=view.version)


def journey_stop(app: McTui) -> None:
    """Stop the version that shows, after a question."""
    view = _pane(app).view
    sure = partial(_step, app, "journey.stop", key=view.key, version=view.version)
    inside = sum(state.inside for state in view.state.nodes.values())
    consequence = f"{inside:,} inside are ejected; it never runs again."
    _confirm(app, f"Stop {view.name} version {view.version}?", consequence, sure)


def journey_finish(app: McTui) -> None:
    """Nobody enters any more; those inside finish."""
    _step(app, "journey.finish", key=_pane(app).view.key)


def journey_json(app: McTui) -> None:
    """The JSON of what is under the cursor in place of the inspector, and back."""
    app.step_first = False
    app.look(json=not app.look_at.json)


# ---- answers


def _confirm(app: McTui, question: str, consequence: str, sure: Callable[[], None]) -> None:
    from mctui.screens.confirm import ConfirmScreen

    app.push_screen(ConfirmScreen(question, consequence), lambda yes: sure() if yes else None)


def answered(app: McTui, answer: Answer) -> None:
    """An answer to one of the questions above."""
    what, value = answer.tag.partition("/")[2], cast("Any", answer.value)
    if what == "choose":
        _ask(app, *value)
    elif what == "select":
        _pane(app).go_to(value[1])
    elif what == "sure":
        gone, itself, sure = value
        if len(gone) > itself:
            names = ", ".join(gone)
            _confirm(app, f"Delete {len(gone)} activities?", f"{names}. b brings them back.", sure)
        else:
            sure()
    elif what == "new":
        app.look(journey=value, version=0, activity="")
    elif what == "version":
        app.look(version=value)


def _ask(app: McTui, question: Question | None, then: Then) -> None:
    from mctui.screens.choose import ChooseScreen

    if question is None or (question.alone and len(question.choices) < 2):
        then(question.choices[0].key if question and question.choices else "")
        return
    screen = ChooseScreen(question.title, question.columns, question.choices, question.empty, last=question.last)
    app.push_screen(screen, lambda key: then(key) if key else None)
