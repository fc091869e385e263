"""The inspector beside the panes.

It draws the lines of `widgets.inspector` itself and scrolls by its own offset: a step changes what it says, and a
scroll view would lay out the whole screen again for that, which costs more than everything else a step paints.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from mctui.views import Section
from mctui.widgets.inspector import lines
from mctui.widgets.looks import Looks

PARTS = ("heading", "title", "label", "value", "null", "note", "blank", "more")
MOST_DRAWN = 2000  # lines kept as they were drawn
Line = tuple[tuple[str, str], ...]


class Panel(Looks, Widget, can_focus=True):
    """Sections of labels and values. The last line says how much there is below."""

    DEFAULT_CSS = """
    Panel {
        padding: 0 1;
        & > .panel--heading { color: $text-primary; text-style: bold; }
        & > .panel--title { color: $text-secondary; text-style: bold; }
        & > .panel--label, & > .panel--null, & > .panel--more { color: $text-muted; }
        & > .panel--note { color: $text-warning; text-style: italic; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"panel--{part}" for part in PARTS}
    LOOK = "panel"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_by(1)", "Down", show=False),
        Binding("up,k", "scroll_by(-1)", "Up", show=False),
        Binding("ctrl+d,pagedown", "scroll_by(10)", "Page down", show=False),
        Binding("ctrl+u,pageup", "scroll_by(-10)", "Page up", show=False),
        Binding("home", "scroll_by(-100000)", "First line", show=False),
        Binding("end", "scroll_by(100000)", "Last line", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.title = ""
        self.sections: tuple[Section, ...] = ()
        self.top = 0
        self._lines: list[Line] = []
        self._width = 0
        self._drawn: dict[Line, Strip] = {}  # a step moves most lines up or down and changes few

    def set(self, title: str, sections: Sequence[Section]) -> None:
        """Show a title and sections; nothing happens when they are the same."""
        if (title, tuple(sections)) == (self.title, self.sections):
            return
        if title != self.title:
            self.top = 0
        self.title, self.sections = title, tuple(sections)
        self._fold()

    def _fold(self) -> None:
        """Break everything into lines of the width that there is."""
        if self._width != max(self.size.width, 12) or len(self._drawn) > MOST_DRAWN:
            self._drawn.clear()
        self._width = max(self.size.width, 12)
        before = self._sight()
        self._lines = [(part,) for part in _wrapped([(self.title, "heading")], self._width)]
        for section in self.sections:  # one by one, so that a long label widens the column of its own section only
            for line in lines([section], self._width):  # type: ignore[list-item]
                if line and line[0][1] == "title":
                    self._lines += [((" ", "blank"),), *((part,) for part in _wrapped([line[0]], self._width))]
                else:
                    self._lines.append(line)
        self.top = min(self.top, self._last_top())
        changed = [y for y, (old, new) in enumerate(zip(before, self._sight(), strict=True)) if old != new]
        for first, last in _runs(changed):
            self.refresh(Region(0, first, self.size.width, last - first + 1))

    def _sight(self) -> list[Line]:
        """The lines in sight, from the top of the widget to its bottom."""
        height = self.size.height
        found = self._lines[self.top : self.top + height]
        below = len(self._lines) - self.top - height
        if below > 0 and found:
            found[-1] = ((f"↓ {below + 1} more", "more"),)
        return found + [()] * (height - len(found))

    def _last_top(self) -> int:
        return max(len(self._lines) - self.size.height, 0)

    def on_resize(self, event: events.Resize) -> None:
        """Another width folds anew."""
        self._fold()

    def render_line(self, y: int) -> Strip:
        """One line (Textual's line API)."""
        width, sight = self.size.width, self._sight()
        parts = sight[y] if y < len(sight) else ()
        if parts not in self._drawn:
            strip = Strip([Segment(text, self.look(part)) for text, part in parts])
            self._drawn[parts] = strip.extend_cell_length(width, self.look("blank"))
        return self._drawn[parts]

    def notify_style_update(self) -> None:
        """Another theme draws every line anew."""
        super().notify_style_update()
        self._drawn = {}

    def action_scroll_by(self, by: int) -> None:
        """Up or down by lines."""
        top = max(0, min(self.top + by, self._last_top()))
        if top != self.top:
            self.top = top
            self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel."""
        self.action_scroll_by(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel."""
        self.action_scroll_by(-3)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Rising numbers as runs of neighbours: first and last of each."""
    first = last = -1
    for number in numbers:
        if first >= 0 and number == last + 1:
            last = number
            continue
        if first >= 0:
            yield first, last
        first = last = number
    if first >= 0:
        yield first, last


def _wrapped(parts: list[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """A heading or title on as many lines as it needs."""
    out = []
    for text, part in parts:
        while len(text) > width:
            cut = text.rfind(" ", 0, width + 1)
            cut = cut if cut > 0 else width
            out.append((text[:cut], part))
            text = text[cut:].lstrip()
        out.append((text, part))
    return out
