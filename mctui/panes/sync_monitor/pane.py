"""The Sync monitor pane: objects on top, stale rows and the CRM's records below (one of the two when it is low)."""

from __future__ import annotations

from textual.app import ComposeResult

from mctui.messages import Looked, Opened
from mctui.panes.caption import Caption
from mctui.panes.paged import PagedTable
from mctui.panes.pane import Pane
from mctui.views import Shown, SyncView, Table
from mctui.widgets.table import BigTable

NOTHING = "Nothing is synchronized yet: M plans it, :do connect.synchronize does it"
LOST = "Nothing is synchronized without the connection: `:mend connection` reconnects"


def make() -> SyncMonitor:
    """The pane."""
    return SyncMonitor(id="sync_monitor")


class SyncMonitor(Pane):
    """Moving over the objects shows the rows and records of each."""

    view = SyncView()

    def compose(self) -> ComposeResult:
        """Three tables with captions."""
        yield Caption(id="connection-caption")
        yield PagedTable(empty=NOTHING, id="sync-objects")
        yield Caption(id="stale-caption")
        yield PagedTable(empty="None: what was read is what the CRM says", id="sync-stale")
        yield Caption(id="crm-caption")
        yield PagedTable(empty="No record", id="crm-records")

    def show(self, shown: Shown) -> None:
        """Show a reading."""
        assert isinstance(shown.view, SyncView)
        before, self.view = self.view, shown.view
        view = self.view
        connection = self.query_one("#connection-caption", Caption)
        connection.display = bool(view.broken)
        connection.show("The connection to the CRM is broken", f"(:mend connection)  {view.broken}", bad=True)
        self.objects.empty = LOST if view.broken else NOTHING
        self.objects.show(view.objects)
        if self.objects.styles.height is None or len(view.objects.rows) != len(before.objects.rows):
            self.objects.styles.height = max(len(view.objects.rows) + 1, 2)
        names = [str(row[0]) for row in view.objects.rows]
        if view.object in names and not self.objects.has_focus:
            self.objects.put_cursor(names.index(view.object))
        self._caption("#stale-caption", "Stale or kept", f"{view.object} rows unlike the CRM's", view.stale)
        self._caption("#crm-caption", "CRM records", f"{view.object} as the CRM has it now", view.records)
        self.stale.show(view.stale)
        self.records.show(view.records)

    def _caption(self, which: str, title: str, about: str, table: Table) -> None:
        count, total = table.count, table.total
        counted = f"{count:,}" if count == total else f"{count:,} of {total:,} match"
        self.query_one(which, Caption).show(f"{title} {counted}", f"  {about}")

    @property
    def objects(self) -> PagedTable:
        """The synchronized objects."""
        return self.query_one("#sync-objects", PagedTable)

    @property
    def stale(self) -> PagedTable:
        """Stale and kept rows."""
        return self.query_one("#sync-stale", PagedTable)

    @property
    def records(self) -> PagedTable:
        """The CRM's records."""
        return self.query_one("#crm-records", PagedTable)

    def on_big_table_row_highlighted(self, event: BigTable.RowHighlighted) -> None:
        """The inspector follows."""
        table = event.table
        if not table.has_focus or not isinstance(table, PagedTable):
            return
        moved = table.moved(event)
        if table is self.objects:
            self.post_message(Looked(by_person=moved, object=str(event.row[0]), record="", top=0))
        else:
            self.post_message(Looked(by_person=moved, record=str(event.row[0])))

    def on_big_table_row_selected(self, event: BigTable.RowSelected) -> None:
        """Enter on an object goes to its records, on a row opens the record."""
        if event.table is self.objects:
            (self.records if self.records.display else self.stale).focus()
        else:
            self.post_message(Opened("crm", f"{self.view.object}/{event.row[0]}"))

    def _row(self) -> tuple[object, ...] | None:
        for table in (self.stale, self.records):
            if self.screen.focused is table:  # has_focus follows a little later
                return table.cursor()
        return None

    def record(self) -> tuple[str, str]:
        """The CRM record under the cursor."""
        row = self._row()
        return ("crm", f"{self.view.object}/{row[0]}") if row else ("", "")

    def selected_contact(self) -> str:
        """A record's id is its Contact Key."""
        row = self._row()
        return str(row[0]) if row and self.view.object.rpartition(":")[2] in ("Contact", "Lead", "User") else ""

    def copied(self) -> str:
        """The row, columns by tabs."""
        row = self._row() or self.objects.cursor() or ()
        return "\t".join("" if value is None else str(value) for value in row)

    def top(self) -> int:
        """The page of records in sight."""
        return self.records.page_in_sight

    def turn(self, step: int) -> None:
        """The object before or after."""
        names = [str(row[0]) for row in self.view.objects.rows]
        if names:
            at = (names.index(self.view.object) + step) % len(names)
            self.post_message(Looked(object=names[at], record="", top=0))

    def switch(self, by: int = 1) -> None:
        """Where only one of the two lower tables fits: the other one."""
        self.toggle_class("-records")
        (self.records if self.has_class("-records") else self.stale).focus()
