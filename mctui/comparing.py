"""Checkpoints and forks from the app: open one, or see how it differs from the world that is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from mctui.views import Answer, Choice

if TYPE_CHECKING:
    from mctui.app import McTui
    from mctui.reading.comparing import Comparison
    from store import Org


def world_compare(app: McTui) -> None:
    """Choose a world beside this one; the differences come first."""

    def then(other: str) -> None:
        def question(org: Org) -> Comparison:
            from mctui.reading import comparing

            return comparing.compare(org.path, Path(other))

        app.session.ask("compare/shown", question, "Comparing the worlds")

    _choose(app, "Compare this world with", then)


def world_open(app: McTui) -> None:
    """Choose a world beside this one and open it in place of this one."""
    _choose(app, "Open a world", app.open_world)


def _choose(app: McTui, title: str, then: Callable[[str], None]) -> None:
    def question(org: Org) -> tuple[str, tuple[Choice, ...], Callable[[str], None]]:
        from mctui.reading import comparing

        return title, comparing.beside(org.path), then

    app.session.ask("compare/choose", question)


def answered(app: McTui, answer: Answer) -> None:
    """The worlds to choose from, or the comparison."""
    if answer.tag == "compare/shown":
        from mctui.screens.compare import CompareScreen

        app.push_screen(CompareScreen(cast("Comparison", answer.value)))
        return
    from mctui.screens.choose import ChooseScreen

    title, choices, then = cast("tuple[str, tuple[Choice, ...], Callable[[str], None]]", answer.value)
    empty = "No other world is in its folder: c keeps a copy of this one"
    screen = ChooseScreen(title, ("World", "Size"), choices, empty)
    app.push_screen(screen, lambda key: then(key) if key else None)
