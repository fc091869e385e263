"""Two worlds beside each other, or one above the other where there is no room."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from mctui.reading.comparing import Comparison
from mctui.widgets.text import fit

BESIDE_FROM = 84  # cells for which three columns are readable
LABEL = 24


class CompareScreen(ModalScreen[None]):
    """What differs: by section, each row with both sides."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", "Close"),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,ctrl+d,space", "scroll(12)", show=False),
        Binding("pageup,ctrl+u,b", "scroll(-12)", show=False),
    ]

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self.comparison = comparison

    def compose(self) -> ComposeResult:
        """The text and a line of keys."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(f"{self.comparison.left} and {self.comparison.right}")
            with VerticalScroll(can_focus=False):
                yield Static(id="compared", markup=False)
            yield Static(Content("esc close   j k scroll   space page"), classes="keys")

    def on_mount(self) -> None:
        """Drawn once its width is known."""
        self.call_after_refresh(self._draw)

    def on_resize(self) -> None:
        """Beside each other or not."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        width = self.query_one(VerticalScroll).scrollable_content_region.width
        self.query_one("#compared", Static).update(drawn(self.comparison, width))

    def action_close(self) -> None:
        """Leave."""
        self.dismiss()

    def action_scroll(self, by: int) -> None:
        """By lines."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def drawn(found: Comparison, width: int) -> Content:
    """The comparison in so many cells."""
    if not found.sections:
        return Content("They hold the same rows.")
    parts: list[Content] = []
    for section in found.sections:
        parts.append(Content.styled(("\n" if parts else "") + section.title, "bold $text-secondary"))
        if width >= BESIDE_FROM:
            half = (width - LABEL - 4) // 2
            parts.append(_line(width, "", found.left, found.right, half, "$text-muted"))
            parts += [_line(width, *row, half) for row in section.rows]
        else:
            for label, left, right in section.rows:
                parts.append(Content.styled(fit(label, width), "$foreground 65%"))
                parts.append(_below(found.left, left, width))
                parts.append(_below(found.right, right, width))
    return Content("\n").join(parts)


def _line(width: int, label: str, left: str, right: str, half: int, style: str = "") -> Content:
    one, two = (fit(left or "-", half), style or "$text-error"), (fit(right or "-", half), style or "$text-success")
    return Content.assemble((fit(label, LABEL), "$foreground 65%"), "  ", one, "  ", two)


def _below(name: str, value: str, width: int) -> Content:
    short = fit(name, 22)
    return Content.assemble((f"  {short}  ", "$text-muted"), fit(value or "-", max(width - 26, 10)))
