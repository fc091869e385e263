"""A BigTable that is given `views.Table` and fetches its other pages from the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mctui.views import Table
from mctui.widgets.paging import PAGE, Row, TableColumn
from mctui.widgets.table import BigTable

if TYPE_CHECKING:
    from mctui.app import McTui


class PagedTable(BigTable):
    """Shows one `Table` after another; a reading that is equal to the last one repaints nothing."""

    table = Table()
    _at = 0

    def show(self, table: Table) -> None:
        """Show a reading. The cursor stays when it is the same list, a little later."""
        if table == self.table:
            return
        same, self.table = table.query == self.table.query, table
        columns = tuple(
            TableColumn(c.name, c.label or c.name, c.width, "right" if c.right else "left") for c in table.columns
        )
        if same and columns == self.columns:
            self.refill(table.count, table.offset, table.rows)
        else:
            self.set_page(self.load(columns, table.count), table.offset, table.rows)

    def on_big_table_page_wanted(self, event: BigTable.PageWanted) -> None:
        """Rows came into sight; the session reads them, `take` gets them."""
        event.stop()
        if not self.wants(event.generation, event.offset) or self.row_at(event.offset) is not None:
            return  # scrolled away, or a list that is read whole
        from mctui import reading

        query, generation, offset = self.table.query, event.generation, event.offset
        session = cast("McTui", self.app).session
        session.ask(f"page/{self.id}", lambda org: (generation, offset, reading.page(org, query, offset)))

    def take(self, answer: tuple[int, int, tuple[Row, ...]]) -> None:
        """A page is here."""
        self.set_page(*answer)

    def put_cursor(self, row: int) -> None:
        """Move the cursor without the person."""
        self._at = row
        self.move_to(row)

    def moved(self, event: BigTable.RowHighlighted) -> bool:
        """Whether the person moved the cursor; otherwise other rows have come under it."""
        before, self._at = self._at, event.row_index
        return before != event.row_index

    @property
    def page_in_sight(self) -> int:
        """The offset of the page that holds the cursor: what the next reading should bring along."""
        return self.cursor_row // PAGE * PAGE

    def cursor(self) -> Row | None:
        """The row under the cursor, if it is there."""
        return self.row_at(self.cursor_row) if self.row_count else None
