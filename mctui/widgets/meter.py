"""A small bar for something that has a limit: fields of a synchronized object, billed contacts, rows of a retention."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

WARN_AT = 0.8
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def bar(value: float, limit: float, width: int, *, ascii_only: bool = False) -> str:
    """`width` cells, filled to value/limit; eighths of a cell are drawn where the terminal can."""
    filled = max(0.0, min(value / limit if limit > 0 else 0.0, 1.0)) * width
    if ascii_only:
        return ("#" * int(filled)).ljust(width, ".")
    whole = int(filled)
    part = _EIGHTHS[int((filled - whole) * 8)] if whole < width else ""
    return ("█" * whole + part).ljust(width)[:width]


class Meter(Static):
    """`fields ▕██▍       ▏ 12 of 250`; near the limit it changes its color, at the limit it also says `!`."""

    DEFAULT_CSS = """
    Meter { height: 1; width: auto; }
    """

    def __init__(self, label: str = "", *, width: int = 12, ascii_only: bool = False, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._shown_width = 0
        self.label, self.bar_width, self.ascii_only = label, width, ascii_only

    def set_value(self, value: int, limit: int) -> None:
        """Show `value of limit`, or the value alone where there is no limit (0).

        Only another width asks for a new layout; the value has the width of its limit.
        """
        if not limit:
            self._show(Content.assemble((f"{self.label} " if self.label else "", "$foreground 65%"), f"{value:,}"))
            return
        level = "$text-error" if value >= limit else "$text-warning" if value >= WARN_AT * limit else "$text-primary"
        left, right = ("[", "]") if self.ascii_only else ("▕", "▏")
        most = f"{limit:,}"
        content = Content.assemble(
            (f"{self.label} " if self.label else "", "$foreground 65%"),
            left,
            (bar(value, limit, self.bar_width, ascii_only=self.ascii_only), level),
            right,
            f" {value:>{len(most)},} of {most}",
            (" !" if value >= limit else "", "bold $text-error"),
        )
        self._show(content)

    def _show(self, content: Content) -> None:
        width, self._shown_width = self._shown_width, content.cell_length
        self.update(content, layout=width != self._shown_width)
