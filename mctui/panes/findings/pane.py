"""The Findings pane: what went wrong in this world on top, the rows that prove the chosen one below."""

from __future__ import annotations

from textual.app import ComposeResult

from mctui.messages import Looked, Opened
from mctui.panes.caption import Caption
from mctui.panes.paged import PagedTable
from mctui.panes.pane import Pane
from mctui.views import FindingsView, Shown
from mctui.widgets.table import BigTable


def make() -> Findings:
    """The pane."""
    return Findings(id="findings")


class Findings(Pane):
    """Moving over the findings shows the evidence of each; the inspector says why it matters and what to do."""

    view = FindingsView()

    def compose(self) -> ComposeResult:
        """Two tables with captions."""
        yield Caption(id="findings-caption")
        yield PagedTable(empty="None: nothing has gone wrong so far (n steps on)", id="findings-list")
        yield Caption(id="evidence-caption")
        yield PagedTable(empty="No evidence", id="findings-evidence")

    def show(self, shown: Shown) -> None:
        """Show a reading."""
        assert isinstance(shown.view, FindingsView)
        self.view = view = shown.view
        severe = f"{view.errors} error{'s' if view.errors != 1 else ''}" if view.errors else ""
        self.query_one("#findings-caption", Caption).show(f"Findings {view.findings.count}", severe, bad=bool(severe))
        count = f"{view.evidence.total:,}"
        listed = f"the first {view.evidence.count:,} of them" if view.evidence.count < view.evidence.total else ""
        self.query_one("#evidence-caption", Caption).show(f"Evidence {count}", listed)
        self.findings.show(view.findings)
        codes = [str(row[-1]) for row in view.findings.rows]
        if view.code in codes and not self.findings.has_focus:
            self.findings.put_cursor(codes.index(view.code))
        self.evidence.show(view.evidence)

    @property
    def findings(self) -> PagedTable:
        """The list."""
        return self.query_one("#findings-list", PagedTable)

    @property
    def evidence(self) -> PagedTable:
        """The rows that prove the chosen one."""
        return self.query_one("#findings-evidence", PagedTable)

    def on_big_table_row_highlighted(self, event: BigTable.RowHighlighted) -> None:
        """The evidence and the inspector follow."""
        table = event.table
        if table is self.findings and table.has_focus:
            self.post_message(Looked(by_person=self.findings.moved(event), finding=str(event.row[-1]), top=0))

    def on_big_table_row_selected(self, event: BigTable.RowSelected) -> None:
        """Enter on a finding goes to its evidence, on a row of it opens the contact that it is about."""
        if event.table is self.findings:
            self.evidence.focus()
        elif self.selected_contact():
            self.post_message(Opened("contact", self.selected_contact()))

    def _row(self) -> tuple[object, ...] | None:
        return self.evidence.cursor() if self.screen.focused is self.evidence else None

    def selected_contact(self) -> str:
        """The contact that the row of evidence under the cursor is about."""
        row = self._row()
        return str(row[self.view.contact_column]) if row and self.view.contact_column is not None else ""

    def record(self) -> tuple[str, str]:
        """That contact."""
        contact = self.selected_contact()
        return ("contact", contact) if contact else ("", "")

    def copied(self) -> str:
        """The row, columns by tabs."""
        row = self._row() or self.findings.cursor() or ()
        return "\t".join("" if value is None else str(value) for value in row)

    def turn(self, step: int) -> None:
        """The finding before or after."""
        codes = [str(row[-1]) for row in self.view.findings.rows]
        if codes:
            at = (codes.index(self.view.code) + step) % len(codes)
            self.post_message(Looked(finding=codes[at], top=0))
