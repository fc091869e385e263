"""Jump mode: a letter on every pane, part and key of the screen; the letter goes there."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from mctui.views import Target

LETTERS = "asdfghjklqwertyuiopzxcvbnmASDFGHJKLQWERTYUIOPZXCVBNM"


class JumpScreen(ModalScreen[str]):
    """Leaves with the target whose letter was pressed, else with an empty text; the screen below stays in sight."""

    DEFAULT_CSS = """
    JumpScreen { background: $background 0%; align: left top; }
    JumpScreen Static { position: absolute; width: 3; height: 1; background: $warning; color: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, targets: list[Target]) -> None:
        super().__init__()
        self.targets = dict(zip(LETTERS, targets, strict=False))

    def compose(self) -> ComposeResult:
        """The letters, each where its target begins."""
        for letter, target in self.targets.items():
            label = Static(Content.styled(f"[{letter}]", "bold"), markup=False)
            label.styles.offset = (target.x, target.y)
            yield label

    def on_key(self, event: events.Key) -> None:
        """A letter goes there, another key only leaves."""
        if event.key == "escape":
            return
        event.stop()
        found = self.targets.get(event.character or "")
        self.dismiss(found.to if found else "")

    def action_leave(self) -> None:
        """Stay where we are."""
        self.dismiss("")
