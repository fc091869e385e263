"""What the actions of runs do: `run.to` is `run_to` here, and so on. What a run waits for is in mctui.running."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

from mctui.views import Answer, Choice

if TYPE_CHECKING:
    from mctui.app import McTui
    from mctui.panes.journey_canvas.pane import JourneyPane
    from mctui.running import Ended, Place
    from store import Org


def run_to(app: McTui) -> None:
    """Ask what to run to; on the canvas it is the activity under the cursor, until something else is written."""
    from mctui import running

    canvas = app.look_at.pane == "journey_canvas"
    journey, activity = _place(app) if canvas else ("", "")
    value = f"activity {journey}/{activity}" if activity and activity != "(end)" else ""

    def question(org: Org) -> tuple[str, list[str]]:
        return value, running.words(org)

    app.session.ask("run/asked", question)


def typed(app: McTui, text: str) -> None:
    """Run to what was written."""
    app.session.run(app.live(), text, told=True)


async def answered(app: McTui, answer: Answer) -> None:
    """The words for the prompt, or how a run ended."""
    from mctui import doing, running

    if answer.tag == "run/asked":
        value, words = cast("tuple[str, list[str]]", answer.value)
        app.clear_notifications()  # they would lie over the prompt
        await doing.ask(app, "run to", "run to:", value, words)
        app.show_progress(" · ".join(running.short_forms()))
        return
    ended = cast("Ended", answer.value)
    app.playing = False
    app.play()
    title = "Stopped" if ended.held else "Here it is" if ended.holds else "Not reached"
    app.notify(ended.why, title=title, severity="information" if ended.holds else "warning", markup=False, timeout=6)


# ---- breakpoints


def recall(app: McTui) -> None:
    """Those that were set the last time this world was open."""
    from mctui.running import breakpoints

    assert app.shown is not None
    found = breakpoints.recall(app.paths, Path(app.shown.world.file))
    if found:
        app.look(breakpoints=found)


def breakpoint_toggle(app: McTui) -> None:
    """Set a breakpoint at the activity under the cursor, or clear it."""
    place = _place(app)
    if place[1] == "(end)" or place[1].endswith("?)"):
        app.notify("Nothing happens at the end that a run could stop before.", severity="warning", timeout=3)
        return
    _set(app, app.look_at.breakpoints ^ {place})
    on = place in app.look_at.breakpoints
    app.notify("Runs stop before it; n goes through." if on else "Cleared.", title=f"Breakpoint {place[1]}",
               markup=False, timeout=3)  # fmt: skip


def breakpoint_list(app: McTui) -> None:
    """List them; enter clears the one under the cursor, or all."""
    from mctui.screens.choose import ChooseScreen

    places = sorted(app.look_at.breakpoints)
    choices = [Choice(json.dumps([place]), place) for place in places]
    if len(places) > 1:
        choices.append(Choice(json.dumps(places), ("(all of them)", "")))

    def clear(key: str | None) -> None:
        if key:
            _set(app, app.look_at.breakpoints - {tuple(place) for place in json.loads(key)})

    empty = "None is set: * at an activity of the Journey canvas (3) sets one"
    app.push_screen(ChooseScreen("Breakpoints: enter clears", ("journey", "activity"), tuple(choices), empty), clear)


def _set(app: McTui, places: frozenset[Place]) -> None:
    from mctui.running import breakpoints

    app.look(breakpoints=places)
    assert app.shown is not None
    trouble = breakpoints.keep(app.paths, Path(app.shown.world.file), places)
    if trouble:
        app.notify(trouble, severity="warning", markup=False)


def _place(app: McTui) -> Place:
    pane = cast("JourneyPane", app.panes["journey_canvas"])
    return pane.view.key, pane.canvas.selected or ""
