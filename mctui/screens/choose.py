"""A list to choose one thing from; typing narrows it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from mctui.views import Choice
from mctui.widgets.paging import Row, TableColumn
from mctui.widgets.table import BigTable


class Listed:
    """Choices as the source of a table."""

    def __init__(self, columns: tuple[TableColumn, ...], choices: list[Choice]) -> None:
        self.columns, self.choices = columns, choices

    def count(self) -> int:
        """How many are left."""
        return len(self.choices)

    def page(self, offset: int, limit: int) -> list[Row]:
        """Their cells."""
        return [choice.cells for choice in self.choices[offset : offset + limit]]


class ChooseScreen(ModalScreen[str]):
    """Leaves with the key of the choice, or with an empty text after esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave"),
        Binding("enter", "choose", "Choose", priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("pagedown", "move(10)", show=False, priority=True),
        Binding("pageup", "move(-10)", show=False, priority=True),
    ]

    def __init__(
        self, title: str, columns: tuple[str, ...], choices: tuple[Choice, ...], empty: str, *, last: int | None = None
    ) -> None:
        """`last` is the width of the last column, where it holds sentences."""
        super().__init__()
        self.heading, self.choices, self.left = title, choices, list(choices)
        self.columns = tuple(TableColumn(name, name, last if name == columns[-1] else None) for name in columns)
        self.table = BigTable(empty=empty, id="choices")

    def compose(self) -> ComposeResult:
        """A search line, the list, the keys."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(self.heading)
            search = Input(placeholder="search", compact=True, id="search")
            search.cursor_blink = False
            yield search
            yield self.table
            yield Static(Content("enter choose   ↑ ↓ move   esc leave"), classes="keys")

    def on_mount(self) -> None:
        """Type at once."""
        self.table.attach(Listed(self.columns, self.left))
        self.query_one("#search").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Only what has the text somewhere."""
        wanted = event.value.casefold()
        self.left = [c for c in self.choices if any(wanted in str(cell).casefold() for cell in c.cells)]
        self.table.attach(Listed(self.columns, self.left))

    def on_big_table_row_selected(self, event: BigTable.RowSelected) -> None:
        """A second click on a row."""
        self.action_choose()

    def action_move(self, by: int) -> None:
        """Up and down while the search has the focus."""
        self.table.move_to(self.table.cursor_row + by)

    def action_choose(self) -> None:
        """Leave with the row under the cursor."""
        if self.left:
            self.dismiss(self.left[self.table.cursor_row].key)

    def action_leave(self) -> None:
        """Leave with nothing."""
        self.dismiss("")
