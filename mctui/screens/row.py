"""A new row of a data extension as lines `field = value`: one widget, however many fields there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from mctui.views import Problem

if TYPE_CHECKING:
    from mctui.app import McTui

KEYS = "ctrl+s add   tab next field   esc leave   an empty line is no value"


class RowScreen(ModalScreen[None]):
    """Stays open with what was typed when the row is refused."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave"),
        Binding("ctrl+s", "save", "Add", priority=True),
        Binding("tab", "next(1)", show=False, priority=True),
        Binding("shift+tab", "next(-1)", show=False, priority=True),
    ]

    def __init__(self, de: str, fields: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.de, self.fields = de, fields
        self.rules = dict(fields)
        self.text = TextArea("\n".join(f"{name} = " for name, _ in fields), tab_behavior="focus", id="row-text")
        self.text.cursor_blink = False

    def compose(self) -> ComposeResult:
        """The lines, the rule of the field under the cursor or why the row was refused, the keys."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(f"New row of {self.de}")
            yield self.text
            yield Static(id="row-rule", classes="rule")
            yield Static(Content(KEYS), classes="keys")

    def on_mount(self) -> None:
        """The cursor behind the first field."""
        self.text.focus()
        self.text.move_cursor((0, len(self.text.document[0])))

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """The rule of the field that is being filled in."""
        name = self.text.document[self.text.cursor_location[0]].partition("=")[0].strip()
        rule = self.rules.get(name, "no field of it")
        self.query_one("#row-rule", Static).update(Content.assemble((name, "bold"), f"  {rule}"))

    def action_next(self, by: int) -> None:
        """Behind the next field's sign."""
        row = (self.text.cursor_location[0] + by) % self.text.document.line_count
        self.text.move_cursor((row, len(self.text.document[row])))

    def values(self) -> dict[str, str]:
        """What is filled in."""
        pairs = (line.partition("=") for line in self.text.text.split("\n"))
        return {name.strip(): value.strip() for name, _, value in pairs if value.strip()}

    def action_save(self) -> None:
        """Add the row as a step."""
        from mctui import row_editing

        row_editing.insert(cast("McTui", self.app), self.de, self.values())

    def told(self, problem: Problem | None) -> None:
        """It is added, or this is why not."""
        if problem is None:
            self.dismiss()
            return
        text = "  ".join(filter(None, [problem.where, problem.message, problem.cause, problem.fix]))
        self.query_one("#row-rule", Static).update(Content.styled(text, "$text-error"))

    def action_leave(self) -> None:
        """Nothing is added."""
        self.dismiss()
