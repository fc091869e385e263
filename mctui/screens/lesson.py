"""The lesson of a scenario: its README, as Markdown."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Markdown, Static


class LessonScreen(ModalScreen[None]):
    """Read it, scroll, close."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,L", "close", "Close"),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space,ctrl+d", "scroll(10)", show=False),
        Binding("pageup,b,ctrl+u", "scroll(-10)", show=False),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        """The text and the keys."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content("The lesson")
            with VerticalScroll(can_focus=False):
                yield Markdown(self.text, open_links=False)
            yield Static(Content("esc close   j k scroll   space page"), classes="keys")

    def action_close(self) -> None:
        """Leave."""
        self.dismiss()

    def action_scroll(self, by: int) -> None:
        """By lines."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)
