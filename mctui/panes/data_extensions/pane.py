"""The Data Extensions pane: the list on the left, rows, schema or the answer to a SELECT on the right."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from mctui.messages import Looked, Opened
from mctui.panes.caption import Caption
from mctui.panes.paged import PagedTable
from mctui.panes.pane import Pane
from mctui.views import DataExtensionsView, Shown
from mctui.widgets.table import BigTable


def make() -> DataExtensions:
    """The pane."""
    return DataExtensions(id="data_extensions")


class DataExtensions(Pane):
    """Moving in the list shows the rows beside it; tab goes over to them."""

    view = DataExtensionsView()

    def compose(self) -> ComposeResult:
        """List, and caption over the rows."""
        with Horizontal():
            yield PagedTable(empty="None yet", id="de-names")
            with Vertical():
                yield Caption(id="de-caption")
                yield PagedTable(empty="No rows yet: n steps on to the poll or query that fills it", id="de-rows")

    def show(self, shown: Shown) -> None:
        """Show a reading."""
        assert isinstance(shown.view, DataExtensionsView)
        self.view = view = shown.view
        self.names.show(view.names)
        listed = [str(row[0]) for row in view.names.rows]
        if view.name in listed and listed.index(view.name) != self.names.cursor_row:
            self.names.put_cursor(listed.index(view.name))
        match = f" · {view.table.count:,} of {view.table.total:,} match" if view.table.query.filter else ""
        title = f"▌{view.name}▐" if view.mode != "sql" else "▌Answer▐"
        mode = " · schema" if view.mode == "schema" else ""
        caption = self.query_one("#de-caption", Caption)
        caption.show(view.error or title, "" if view.error else view.caption + mode + match, bad=bool(view.error))
        self.rows.show(view.table)

    @property
    def names(self) -> PagedTable:
        """The list."""
        return self.query_one("#de-names", PagedTable)

    @property
    def rows(self) -> PagedTable:
        """The rows beside it."""
        return self.query_one("#de-rows", PagedTable)

    def on_big_table_row_highlighted(self, event: BigTable.RowHighlighted) -> None:
        """Another data extension is shown when the cursor comes to it; a row becomes the selected contact."""
        if event.table is self.names and self.names.moved(event) and event.row[0] != self.view.name:
            self.post_message(Looked(de=str(event.row[0]), top=0, sql="", at=None))

    def on_big_table_row_selected(self, event: BigTable.RowSelected) -> None:
        """Enter in the list goes to the rows, on a row opens it."""
        if event.table is self.names:
            self.rows.focus()
        else:
            self.post_message(Opened(*self.record()))

    def selected_contact(self) -> str:
        """The key in the row under the cursor, if the data extension has a field for it."""
        row, columns = self.rows.cursor(), [column.name.lower() for column in self.view.table.columns]
        for name in ("subscriberkey", "contactkey", "contact_key", "subscriber_key", "id", "_contactkey"):
            if row and self.view.mode != "schema" and name in columns:
                return str(row[columns.index(name)])
        return ""

    def record(self) -> tuple[str, str]:
        """The row under the cursor: data extension, mode and number."""
        if self.screen.focused is self.names or self.view.mode == "schema" or not self.rows.cursor():
            return "de", self.view.name
        import json

        names = [column.name for column in self.view.table.columns]
        row = dict(zip(names, self.rows.cursor() or (), strict=False))
        return "row", json.dumps({"of": self.view.name, "row": row}, default=str)

    def copied(self) -> str:
        """The row, columns by tabs."""
        row = (self.names if self.screen.focused is self.names else self.rows).cursor()
        return "\t".join("" if value is None else str(value) for value in row or ())

    def top(self) -> int:
        """The page in sight."""
        return self.rows.page_in_sight

    def turn(self, step: int) -> None:
        """The data extension before or after."""
        listed = [str(row[0]) for row in self.view.names.rows]
        if listed:
            at = (listed.index(self.view.name) + step) % len(listed) if self.view.name in listed else 0
            self.post_message(Looked(de=listed[at], top=0, sql="", at=None))

    def switch(self) -> None:
        """Rows or schema."""
        self.post_message(Looked(schema=self.view.mode != "schema", sql="", top=0))
