"""From the CRM's objects to flat data extensions: choose one, read the plan with its T-SQL, make it as a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mctui.views import Answer, Mapped

if TYPE_CHECKING:
    from mctui.app import McTui

WIDEST, MARGIN = 104, 12  # of a dialog; what its border, scroll bar and indents take


def mapping_show(app: McTui) -> None:
    """Ask which object becomes flat."""
    from mctui.reading import model_mapping

    app.session.ask("mapping/masters", model_mapping.masters)


def plan(app: McTui, words: str) -> None:
    """`Contact Account,Opportunity:child`: the plan of an object with these, else with what is synchronized."""
    from mctui.reading import model_mapping

    name, _, listed = words.partition(" ")
    arguments: dict[str, Any] = {"object": name}
    if listed.strip():
        arguments["related"] = [each.strip() for each in listed.split(",") if each.strip()]
    width = min(app.size.width * 9 // 10, WIDEST) - MARGIN
    app.session.ask("mapping/plan", lambda org: model_mapping.mapped(org, arguments, width), "Measuring")


def answered(app: McTui, answer: Answer) -> None:
    """The objects to choose from, or the plan."""
    if isinstance(answer.value, Mapped):
        from mctui.screens.mapping import MappingScreen

        mapped = answer.value
        app.push_screen(MappingScreen(mapped), lambda sure: make(app, mapped) if sure else None)
        return
    from mctui.screens.choose import ChooseScreen

    assert isinstance(answer.value, tuple)
    columns = ("object", "records", "related and synchronized")
    screen = ChooseScreen("Model mapping of", columns, answer.value, "The CRM has no record yet", last=50)
    app.push_screen(screen, lambda name: plan(app, name) if name else None)


def make(app: McTui, mapped: Mapped) -> None:
    """All of the plan as one step, with what has to be synchronized first."""
    app.session.do(app.live(), "mapping.apply", **mapped.arguments, synchronize=mapped.is_missing)
