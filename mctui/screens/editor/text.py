"""The text of a query: TextArea, colored by the words of T-SQL, with the complaint underlined at its place."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual import events
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from store.query import Complaint
from store.query.words import KEYWORDS, Word, words

LONGEST_COLORED = 200_000  # characters; a longer text is shown plain, so that typing stays quick
PARTS = ("keyword", "text", "comment", "name", "number", "complaint")


class QueryText(TextArea):
    """Keys go to the list of suggestions first, as long as it is open."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"query--{part}" for part in PARTS}
    DEFAULT_CSS = """
    QueryText {
        & > .query--keyword { color: $text-primary; text-style: bold; }
        & > .query--text { color: $text-success; }
        & > .query--comment { color: $text-muted; text-style: italic; }
        & > .query--name { color: $text-accent; }
        & > .query--number { color: $text-warning; }
        & > .query--complaint { color: $text-error; text-style: underline; }
    }
    """
    LIST_KEYS: ClassVar[dict[str, str]] = {
        "up": "up", "down": "down", "tab": "take", "enter": "take", "escape": "close",
    }  # fmt: skip

    class Typed(Message):
        """A character was typed or taken back: suggestions may be wanted."""

    class ListKey(Message):
        """A key for the open list of suggestions: up, down, take or close."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, show_line_numbers=True, tab_behavior="focus", soft_wrap=False, placeholder="")
        self.cursor_blink = False
        self.complaint: Complaint | None = None
        self.list_open = False
        self._colors()

    def _colors(self) -> None:
        """The styles of the words from the style sheet; called again when the app's theme changes."""
        styles = {}
        for part in PARTS if self.is_attached else ():
            found = self.get_component_rich_style(f"query--{part}")
            styles[part] = Style(color=found.color, bold=found.bold, italic=found.italic, underline=found.underline)
        self.register_theme(TextAreaTheme("query", syntax_styles=styles))
        self.theme = "query"
        self._set_theme("query")

    def on_mount(self) -> None:
        """The style sheet is there."""
        self._colors()
        self._build_highlight_map()

    def _app_theme_changed(self) -> None:
        self._colors()
        self._build_highlight_map()

    # ---- color

    def show_complaint(self, complaint: Complaint | None) -> None:
        """Underline the place of a complaint, or none."""
        if complaint != self.complaint:
            self.complaint = complaint
            self._build_highlight_map()
            self.refresh()

    def _build_highlight_map(self) -> None:
        """Line -> (first byte, byte behind the last, style): what TextArea draws; it calls this after every edit."""
        self._line_cache.clear()
        found = self._highlights
        found.clear()
        text = self.text
        if len(text) > LONGEST_COLORED:
            return
        lines = text.split("\n")
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        row = 0
        for word in words(text):
            style = _style(word)
            while starts[row + 1] <= word.start:
                row += 1
            if style:
                self._mark(lines, starts, row, word, style)
        said = getattr(self, "complaint", None)  # TextArea calls this before __init__ is through
        if said is not None and 0 < said.line <= len(lines):
            line = lines[said.line - 1]
            self._add(said.line - 1, line, said.column - 1, said.column - 1 + max(said.length, 1), "complaint")

    def _mark(self, lines: list[str], starts: list[int], row: int, word: Word, style: str) -> None:
        """A word, which may run over several lines."""
        while row < len(lines) and starts[row] < word.end:
            first = max(word.start - starts[row], 0)
            self._add(row, lines[row], first, min(word.end - starts[row], len(lines[row])), style)
            row += 1

    def _add(self, row: int, line: str, first: int, last: int, style: str) -> None:
        if not line.isascii():
            first, last = len(line[:first].encode()), len(line[:last].encode())
        self._highlights[row].append((first, last, style))

    # ---- keys

    async def _on_key(self, event: events.Key) -> None:
        if self.list_open and event.key in self.LIST_KEYS:
            event.stop()
            event.prevent_default()
            self.post_message(self.ListKey(self.LIST_KEYS[event.key]))
            return
        await super()._on_key(event)
        if event.is_printable or event.key == "backspace":
            self.post_message(self.Typed())

    # ---- places

    @property
    def offset_in_text(self) -> int:
        """The cursor as a character offset."""
        row, column = self.cursor_location
        return sum(len(line) + 1 for line in self.text.split("\n")[:row]) + column

    def take(self, start: int, end: int, written: str) -> None:
        """Put a suggestion where the word was begun, and the cursor behind it."""
        self.replace(written, self._location(start), self._location(end))
        self.move_cursor(self._location(start + len(written)))

    def _location(self, offset: int) -> tuple[int, int]:
        before = self.text[:offset]
        return before.count("\n"), len(before) - (before.rfind("\n") + 1)


def _style(word: Word) -> str:
    if word.kind == "word":
        return "keyword" if word.upper in KEYWORDS else ""
    return word.kind if word.kind in PARTS else ""
