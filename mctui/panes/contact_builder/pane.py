"""The Contact Builder pane: All Contacts under the billing meter, or Data Designer as a tree."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from mctui.messages import Looked, Opened
from mctui.panes.caption import Caption
from mctui.panes.paged import PagedTable
from mctui.panes.pane import Pane
from mctui.views import BUILDER, ContactsView, Shown
from mctui.widgets.meter import Meter


def make() -> ContactBuilder:
    """The pane."""
    return ContactBuilder(id="contact_builder")


class ContactBuilder(Pane):
    """All Contacts, where enter opens one whole; `s` shows the attribute groups and sets that are linked to them."""

    view = ContactsView()
    _metered = (-1, 0)

    def compose(self) -> ComposeResult:
        """The meter, the counts, and a table for each view."""
        with Horizontal(classes="caption-line"):
            yield Meter("Billed", width=10, id="billing")
            yield Caption(id="statuses")
        yield PagedTable(empty="No contact yet: n steps on to the first poll or send", id="contacts")
        yield PagedTable(empty="No line of the contact model matches", id="designer")

    def show(self, shown: Shown) -> None:
        """Show a reading."""
        assert isinstance(shown.view, ContactsView)
        before, self.view = self.view, shown.view
        view, caption = self.view, self.query_one("#statuses", Caption)
        filtered = f"   {view.table.count:,} of {view.table.total:,} match" if shown.focus.filter else ""
        if view.part == "designer":
            caption.show("▌Data Designer▐", f"(s all contacts) · {view.caption}{filtered}")
        else:
            if (view.billed, view.limit) != self._metered:
                self._metered = (view.billed, view.limit)
                self.query_one(Meter).set_value(*self._metered)
            counts = "   ".join(f"{count:,} {status}" for status, count in view.by_status if count)
            caption.show("", f"{counts}{filtered}")
        self.table.show(view.table)
        if view.part != before.part:
            focused = any(table.has_focus for table in self.query(PagedTable))
            self.set_class(view.part == "designer", "-designer")
            if focused:
                self.table.focus()

    @property
    def table(self) -> PagedTable:
        """What shows: All Contacts or Data Designer."""
        return self.query_one(f"#{self.view.part}", PagedTable)

    def on_big_table_row_highlighted(self, event: PagedTable.RowHighlighted) -> None:
        """The inspector follows."""
        if event.table is not self.table:
            return
        by_person = self.table.moved(event)
        if self.view.part == "designer":
            self.post_message(Looked(by_person=by_person, attribute_set=_line(event.row)))
        else:
            self.post_message(Looked(by_person=by_person, contact=str(event.row[0])))

    def on_big_table_row_selected(self, event: PagedTable.RowSelected) -> None:
        """Open it."""
        kind, key = self.record()
        if key:
            self.post_message(Opened(kind, key))

    def selected_contact(self) -> str:
        """The contact key under the cursor."""
        row = self.table.cursor() if self.view.part == "contacts" else None
        return str(row[0]) if row else ""

    def record(self) -> tuple[str, str]:
        """The contact under the cursor, or the line of Data Designer."""
        if self.view.part == "contacts":
            return "contact", self.selected_contact()
        row = self.table.cursor()
        return "designer", _line(row) if row and row[-1] else ""

    def copied(self) -> str:
        """The row, columns by tabs."""
        row = tuple(self.table.cursor() or ())[: len(self.view.table.columns)]
        return "\t".join("" if value is None else str(value) for value in row)

    def switch(self, by: int = 1) -> None:
        """All Contacts and Data Designer in turn."""
        part = BUILDER[(BUILDER.index(self.view.part) + by) % len(BUILDER)]
        self.post_message(Looked(builder=part, top=0))

    def top(self) -> int:
        """The page in sight."""
        return self.table.page_in_sight

    def first(self) -> Widget | None:
        """The table that shows."""
        return self.table


def _line(row: tuple[object, ...]) -> str:
    """Kind and key of a line of Data Designer."""
    return f"{row[-2]}/{row[-1]}"
