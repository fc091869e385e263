"""The modal screen that shows a `Detail` whole."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from mctui.views import Detail
from mctui.widgets.inspector import Inspector


class TextScreen(ModalScreen[None]):
    """A modal with a title, text that scrolls, and a line of keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", "Close"),
        Binding("y", "copy", "Copy"),
        Binding("space", "page(1)", show=False),
        Binding("b", "page(-1)", show=False),
        Binding("g", "end(0)", show=False),
        Binding("G", "end(1)", show=False),
    ]
    keys_line = "esc close   j k scroll   space page   y copy"

    def __init__(self, detail: Detail) -> None:
        super().__init__()
        self.detail = detail

    def compose(self) -> ComposeResult:
        """Title in the border, text inside, keys below."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(self.detail.title)
            yield Inspector(id="record")
            yield Static(Content(self.keys_line), classes="keys")

    def on_mount(self) -> None:
        """Show it."""
        self.query_one(Inspector).set("", self.detail.sections)  # type: ignore[arg-type]  # the same shape, without Textual

    def action_close(self) -> None:
        """Leave."""
        self.dismiss()

    def action_copy(self) -> None:
        """Copy all of it."""
        from mctui import doing

        text = f"{self.detail.title}\n{self.query_one(Inspector).plain_text()}"
        doing.copy(self.app, text)  # type: ignore[arg-type]

    def action_page(self, by: int) -> None:
        """By pages."""
        text = self.query_one(Inspector)
        text.scroll_relative(y=by * max(text.size.height - 1, 1), animate=False)

    def action_end(self, last: int) -> None:
        """To the first or last line."""
        text = self.query_one(Inspector)
        text.scroll_to(y=text.max_scroll_y if last else 0, animate=False)
