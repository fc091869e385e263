"""The inspector: a title and sections of labels and values, for whatever is selected.

Values are shown literally and can be selected with the mouse and copied. Long ones wrap under themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from mctui.widgets.text import shown

LABEL_MAX = 18


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of (label, value) or (label, value, note); a note is a quiet remark behind the value."""

    title: str
    rows: tuple[tuple[str, object] | tuple[str, object, str], ...]


Line = tuple[tuple[str, str], ...]
"""Pieces of (text, part), with part one of heading, title, label, value, null, note, blank."""


def lines(sections: Sequence[Section], width: int, *, ascii_only: bool = False) -> list[Line]:
    """The sections as lines of at most `width` cells: labels in a column, values wrapped beside it."""
    labels = [row[0] for section in sections for row in section.rows]
    column = min(max((cell_len(label) for label in labels), default=0), LABEL_MAX, max(width // 2, 1))
    room = max(width - column - 2, 4)
    out: list[Line] = []
    for section in sections:
        if out:
            out.append((("", "blank"),))
        if section.title:
            out.append(((section.title, "title"),))
        for row in section.rows:
            label, value, note = row[0], row[1], row[2] if len(row) > 2 else ""
            body = _body(shown(value, ascii_only=ascii_only), "null" if value is None else "value", note, room)
            pad = " " * max(column - cell_len(label), 0) + "  "
            if cell_len(label) > column:
                out.append(((label, "label"),))
                label, pad = "", " " * (column + 2)
            for i, pieces in enumerate(body):
                head: Line = ((label, "label"), (pad, "blank")) if i == 0 else ((" " * (column + 2), "blank"),)
                out.append((*head, *pieces))
    return out


def _body(text: str, part: str, note: str, width: int) -> list[Line]:
    """A value with its note: behind the last line where there is room, else below."""
    body: list[Line] = [((piece, part),) for piece in _wrap(text, width)]
    if not note:
        return body
    if cell_len(body[-1][0][0]) + 2 + cell_len(note) <= width:
        return [*body[:-1], (*body[-1], ("  ", "blank"), (note, "note"))]
    return body + [((piece, "note"),) for piece in _wrap(note, width)]


def _wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken at blanks where there are some, inside a word where there are none."""
    out: list[str] = []
    for line in text.expandtabs(4).split("\n"):
        line = "".join(char if char.isprintable() else " " for char in line)
        while cell_len(line) > width:
            head = chop_cells(line, width)[0]
            whole = line[len(head)] == " " or " " not in head.strip()
            cut = len(head) if whole else head.rfind(" ") + 1
            out.append(line[:cut].rstrip())
            line = line[cut:].lstrip(" ")
        out.append(line)
    return out


class Inspector(VerticalScroll, can_focus=True):
    """A scrolling panel; `set` shows something else and goes back to its top."""

    DEFAULT_CSS = """
    Inspector {
        padding: 0 1;
        & > #inspector-text { width: 1fr; height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k", "scroll_up", "Up", show=False, id="inspector.up"),
        Binding("j", "scroll_down", "Down", show=False, id="inspector.down"),
        Binding("ctrl+u", "page_up", "Page up", show=False, id="inspector.page_up"),
        Binding("ctrl+d", "page_down", "Page down", show=False, id="inspector.page_down"),
    ]
    # Theme variables only; Content resolves them when it is drawn, so that a change of theme shows at once.
    LOOKS: ClassVar[dict[str, str]] = {
        "heading": "bold $text-primary",
        "title": "bold $text-secondary",
        "label": "$foreground 65%",
        "value": "",
        "null": "$foreground 65%",
        "note": "italic $text-warning",
        "blank": "",
    }

    def __init__(
        self,
        *,
        empty: str = "Nothing selected",
        ascii_only: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.empty = empty
        self.ascii_only = ascii_only
        self.title = ""
        self.sections: tuple[Section, ...] = ()
        self._width = 0

    def compose(self) -> ComposeResult:
        """One text, so that a selection can run over many values."""
        yield Static(id="inspector-text", markup=False)

    def set(self, title: str, sections: Sequence[Section]) -> None:
        """Show a title and sections; nothing happens when they are the same."""
        if (title, tuple(sections)) == (self.title, self.sections):
            return
        if title != self.title:
            self.scroll_home(animate=False)
        self.title, self.sections = title, tuple(sections)
        self._draw()

    def plain_text(self) -> str:
        """Everything as text, unwrapped, for the clipboard."""
        out = [self.title] if self.title else []
        for section in self.sections:
            out += ["", section.title] if section.title else [""]
            for row in section.rows:
                out.append("\t".join(shown(cell, ascii_only=True) for cell in row))
        return "\n".join(out)

    def on_resize(self) -> None:
        """Wrap again at the new width."""
        if self.scrollable_content_region.width != self._width:
            self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        self._width = self.scrollable_content_region.width
        rows: list[Line] = [((self.title, "heading"),)] if self.title else []
        rows += lines(self.sections, max(self._width, 12), ascii_only=self.ascii_only)
        if not rows:
            rows = [((self.empty, "label"),)]
        content = Content("\n").join(
            Content.assemble(*((text, self.LOOKS[part]) for text, part in row if text)) for row in rows
        )
        self.query_one("#inspector-text", Static).update(content)
