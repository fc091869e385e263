"""The timeline's marks: what was undone stays, so that the way ahead can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.views import Mark

if TYPE_CHECKING:
    from store import Org, Step


class Marks:
    """The steps that a session has seen, in order."""

    def __init__(self) -> None:
        self.all: list[Mark] = []

    def reload(self, org: Org) -> None:
        """As the file has them."""
        rows = org.rows("SELECT k, kind, title, at, command IS NOT NULL AS person FROM steps ORDER BY k")
        self.all = [_mark(row["k"], row["kind"], row["title"], row["at"], bool(row["person"])) for row in rows]

    def made(self, step: Step) -> None:
        """A step was made; when it is another one than before, what came after it is gone."""
        mark = _mark(step.k, step.kind, step.title, step.at, step.command is not None)
        at = mark.k - 1
        if at < len(self.all) and self.all[at] != mark:
            del self.all[at:]
        if at == len(self.all):
            self.all.append(mark)

    def new_course(self, k: int) -> None:
        """A person made step `k`: what had been undone from there on is gone."""
        del self.all[k - 1 :]


def _mark(k: int, kind: str, title: str, at: int, person: bool) -> Mark:
    """A step for the timeline. The kind of a journey's step gets the activity's type, which its title begins with."""
    if kind == "journey.activity":
        label = title.partition(": ")[2].partition(":")[0]
        kind = f"{kind}.{label.upper().replace(' ', '')}"
    return Mark(k, kind, title, at, person)
