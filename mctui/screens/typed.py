"""A question that a word answers: for what the product cannot undo."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static


class TypedScreen(ModalScreen[bool]):
    """The word, as it is written, and enter do it; esc and every other word do not."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, question: str, warning: str, word: str) -> None:
        super().__init__()
        self.question, self.warning, self.word = question, warning, word

    def compose(self) -> ComposeResult:
        """The question, what it costs, the line for the word."""
        with Vertical(classes="dialog small") as dialog:
            dialog.border_title = Content(self.question)
            yield Static(Content(self.warning))
            word = Input(placeholder=f"type {self.word}", compact=True, id="word")
            word.cursor_blink = False
            yield word
            yield Static(Content(f"{self.word} and enter do it   esc leave"), classes="keys")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one("#word").focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do it for the word; for another one say which it is."""
        if event.value.strip() == self.word:
            self.dismiss(True)
        else:
            self.app.notify(f"Nothing was done: the word is {self.word}.", severity="warning", markup=False)

    def action_leave(self) -> None:
        """Leave and do nothing."""
        self.dismiss(False)
