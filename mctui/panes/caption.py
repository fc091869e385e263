"""One line of text over a table. Unlike a Static it never asks for a new layout, so a step repaints one line."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget


class Caption(Widget):
    """A title and what it is about; markup in them is shown literally."""

    DEFAULT_CSS = """
    Caption { height: 1; width: 1fr; padding: 0 1; }
    """

    text = Content()

    def show(self, title: str, about: str = "", *, bad: bool = False) -> None:
        """Say something else."""
        text = Content.assemble(
            (title, "bold $text-error" if bad else "bold $text-primary"), (f" {about}" if about else "", "$text-muted")
        )
        if text.markup != self.text.markup:
            self.text = text
            self.refresh()

    def render(self) -> RenderResult:
        """The line."""
        return self.text
