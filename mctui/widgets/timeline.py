"""The timeline: every step one glyph, the current one between brackets, what was undone faint behind it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from mctui.widgets.kinds import kind_of
from mctui.widgets.looks import Looks

STYLES = ("sync", "automation", "query", "entry", "message", "wait", "split", "update", "end", "engagement", "person",
          "other", "current", "later", "edge")  # fmt: skip


def window(count: int, at: int, width: int) -> range:
    """As many steps as fit, the one at index `at` among them, a quarter of the room kept for what follows."""
    if count <= width:
        return range(count)
    start = max(0, min(at - (width * 3) // 4, count - width))
    return range(start, start + width)


class Timeline(Looks, Widget):
    """One line. Feed it with `set_steps`; a click on a glyph says which step was meant."""

    DEFAULT_CSS = """
    Timeline {
        height: 1;
        & > .timeline--sync { color: $text-secondary; }
        & > .timeline--automation, & > .timeline--query, & > .timeline--update { color: $foreground 75%; }
        & > .timeline--entry { color: $text-success; }
        & > .timeline--message { color: $text-primary; }
        & > .timeline--wait { color: $text-warning; }
        & > .timeline--split { color: $text-accent; }
        & > .timeline--engagement { color: $text-success; }
        & > .timeline--person { color: $text-error; text-style: bold; }
        & > .timeline--end, & > .timeline--other, & > .timeline--edge { color: $text-muted; }
        & > .timeline--current { color: $text-primary; text-style: bold reverse; }
        & > .timeline--later { color: $foreground 65%; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"timeline--{name}" for name in STYLES}
    LOOK = "timeline"
    ALLOW_SELECT = False

    class StepClicked(Message):
        """A step was clicked: go there?"""

        def __init__(self, timeline: Timeline, k: int) -> None:
            super().__init__()
            self.timeline, self.k = timeline, k

        @property
        def control(self) -> Timeline:
            """The timeline it happened on."""
            return self.timeline

    def __init__(self, *, ascii_only: bool = False, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.ascii_only = ascii_only
        self.current = 0
        self._steps: tuple[tuple[int, str], ...] = ()

    def set_steps(self, steps: Sequence[tuple[int, str]], current: int) -> None:
        """Show steps (k, kind) in order of k; those after `current` were undone and can be done again."""
        fresh = tuple(steps)
        if (fresh, current) != (self._steps, self.current):
            self._steps, self.current = fresh, current
            self.refresh()

    def set_ascii(self, ascii_only: bool) -> None:
        """Letters in place of signs."""
        self.ascii_only = ascii_only
        self.refresh()

    def _marks(self) -> list[tuple[str, str, int | None]]:
        """What stands in the line, from the left: text, style, and the step it stands for."""
        at = min(bisect_left(self._steps, (self.current,)), max(len(self._steps) - 1, 0))
        shown = window(len(self._steps), at, max(self.size.width - 6, 1))  # two brackets, two edges of two cells
        more = ("<", ">") if self.ascii_only else ("‹", "›")
        marks: list[tuple[str, str, int | None]] = [(f"{more[0]} " if shown.start else "", "edge", None)]
        for k, kind in self._steps[shown.start : shown.stop]:
            look = kind_of(kind)
            glyph = look.plain if self.ascii_only else look.glyph
            if k == self.current:
                marks.append((f"[{glyph}]", "current", k))
            else:
                marks.append((glyph, look.style if k < self.current else "later", k))
        marks.append((f" {more[1]}" if shown.stop < len(self._steps) else "", "edge", None))
        return marks

    def render_line(self, y: int) -> Strip:
        """The line (Textual's line API)."""
        segments = [Segment(text, self.look(style)) for text, style, _ in self._marks() if text]
        base = self.look("edge")
        if not self._steps:
            segments = [Segment("no step yet", base)]
        return Strip(segments).crop_extend(0, self.size.width, base)

    def on_click(self, event: events.Click) -> None:
        """Say which step lies under the pointer."""
        x = 0
        for text, _, k in self._marks():
            if x <= event.x < x + len(text) and k is not None:
                self.post_message(self.StepClicked(self, k))
                return
            x += len(text)
