"""The Contact Builder pane: All Contacts under the billing meter."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal

from mctui.messages import Looked, Opened
from mctui.panes.caption import Caption
from mctui.panes.paged import PagedTable
from mctui.panes.pane import Pane
from mctui.views import ContactsView, Shown
from mctui.widgets.meter import Meter


def make() -> ContactBuilder:
    """The pane."""
    return ContactBuilder(id="contact_builder")


class ContactBuilder(Pane):
    """All Contacts; enter opens one whole."""

    _metered = (-1, 0)

    def compose(self) -> ComposeResult:
        """The meter, the counts, the table."""
        with Horizontal(classes="caption-line"):
            yield Meter("Billed", width=10, id="billing")
            yield Caption(id="statuses")
        yield PagedTable(empty="No contact yet: n steps on to the first poll or send", id="contacts")

    def show(self, shown: Shown) -> None:
        """Show a reading."""
        view = shown.view
        assert isinstance(view, ContactsView)
        if (view.billed, view.limit) != self._metered:
            self._metered = (view.billed, view.limit)
            self.query_one(Meter).set_value(*self._metered)
        filtered = f"   {view.table.count:,} of {view.table.total:,} match" if shown.focus.filter else ""
        counts = "   ".join(f"{count:,} {status}" for status, count in view.by_status if count)
        self.query_one("#statuses", Caption).show("", f"{counts}{filtered}")
        self.table.show(view.table)

    @property
    def table(self) -> PagedTable:
        """All Contacts."""
        return self.query_one("#contacts", PagedTable)

    def on_big_table_row_highlighted(self, event: PagedTable.RowHighlighted) -> None:
        """The inspector follows."""
        self.post_message(Looked(by_person=self.table.moved(event), contact=str(event.row[0])))

    def on_big_table_row_selected(self, event: PagedTable.RowSelected) -> None:
        """Open it."""
        self.post_message(Opened("contact", str(event.row[0])))

    def selected_contact(self) -> str:
        """The contact key under the cursor."""
        row = self.table.cursor()
        return str(row[0]) if row else ""

    def record(self) -> tuple[str, str]:
        """The contact under the cursor."""
        return "contact", self.selected_contact()

    def copied(self) -> str:
        """The row, columns by tabs."""
        return "\t".join("" if value is None else str(value) for value in self.table.cursor() or ())

    def top(self) -> int:
        """The page in sight."""
        return self.table.page_in_sight
