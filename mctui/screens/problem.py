"""An error that a toast is too small for: what happened, why, what to do."""

from __future__ import annotations

from mctui.screens.text import TextScreen
from mctui.views import Detail, Problem, Section


class ProblemScreen(TextScreen):
    """A problem in a modal, to be copied or closed."""

    def __init__(self, problem: Problem, *, can_restart: bool) -> None:
        rows = [("What", problem.message), ("Where", problem.where), ("Why", problem.cause), ("To do", problem.fix)]
        sections = [Section("", tuple((label, value) for label, value in rows if value))]
        if problem.fatal:
            ways = [("q", "leaves"), *([(":restart", "makes it anew")] if can_restart else [])]
            sections.append(Section("There is no world to show.", tuple(ways)))
        super().__init__(Detail("This went wrong", tuple(sections)))
        self.add_class("problem")
