"""The status line: where we are in the world, in one line that gets shorter rather than longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from mctui.widgets.looks import Looks
from mctui.widgets.text import fit


@dataclass(frozen=True, slots=True)
class Status:
    """What the line says. Times are texts as the clock gives them, `YYYY-MM-DD HH:MM:SS`."""

    scenario: str = ""
    k: int = 0
    utc: str = ""
    system: str = ""
    billed: int | None = None
    next: str = ""
    note: str = ""  # `playing`, `undone 3`, `running ...`: always shown first after the scenario


# Each part from its longest form to none, and the order in which parts give way.
GIVE_WAY = ("system", "next", "billed", "utc", "next", "system", "billed", "next", "utc", "scenario", "k", "note")


def parts(status: Status, width: int) -> list[tuple[str, str]]:
    """The parts that fit into `width` cells, (style, text) from left to right; two blanks go between them."""
    forms = _forms(status)
    chosen = {name: 0 for name in forms}

    def length() -> int:
        texts = [forms[name][at] for name, at in chosen.items() if forms[name][at]]
        return sum(cell_len(text) for text in texts) + 3 * max(len(texts) - 1, 0)

    for name in GIVE_WAY:
        if length() <= width:
            break
        chosen[name] = min(chosen[name] + 1, len(forms[name]) - 1)
    shown = [(name, forms[name][at]) for name, at in chosen.items() if forms[name][at]]
    if length() > width and shown:
        shown = [(shown[0][0], fit(shown[0][1], width))]
    return shown


def _forms(status: Status) -> dict[str, tuple[str, ...]]:
    utc, system = status.utc, status.system
    billed = f"{status.billed:,}" if status.billed is not None else ""
    name = status.scenario
    return {
        "scenario": (name, fit(name, min(len(name), 14)).rstrip()),
        "note": (status.note, fit(status.note, min(len(status.note), 10)).rstrip()),
        "k": (f"step {status.k:,}", f"#{status.k}"),
        "utc": (f"{utc} UTC", f"{utc[5:16]} UTC", utc[5:16]) if utc else ("",),
        "system": (f"{system} system", f"{system[11:16]} system", "") if system else ("",),
        "billed": (f"{billed} contacts billed", f"{billed} billed", "") if billed else ("",),
        "next": (f"next {status.next}", f"next {_cut(status.next, 24)}", f"next {_cut(status.next, 12)}", "")
        if status.next
        else ("",),
    }


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else fit(text, width)


class StatusLine(Looks, Widget):
    """One line, never two. `set_status` repaints only when something differs."""

    DEFAULT_CSS = """
    StatusLine {
        height: 1;
        background: $surface;
        padding: 0 1;
        & > .status--scenario { color: $text-primary; text-style: bold; }
        & > .status--note { color: $text-warning; text-style: bold; }
        & > .status--k { text-style: bold; }
        & > .status--system, & > .status--billed, & > .status--gap { color: $text-muted; }
        & > .status--next { color: $text-secondary; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"status--{name}" for name in ("scenario", "note", "k", "utc", "system", "billed", "next", "gap")
    }
    LOOK = "status"

    def __init__(self, *, ascii_only: bool = False, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.ascii_only = ascii_only
        self.status = Status()

    def set_status(self, status: Status) -> None:
        """Say something else."""
        if status != self.status:
            self.status = status
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line (Textual's line API)."""
        gap = self.look("gap")
        segments: list[Segment] = []
        for name, text in parts(self.status, self.size.width):
            if segments:
                segments.append(Segment(" | " if self.ascii_only else " │ ", gap))
            segments.append(Segment(text, self.look(name)))
        return Strip(segments).crop_extend(0, self.size.width, gap)
