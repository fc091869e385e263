"""The lines between text and result: what is wrong, where, and what to do; or that nothing is."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from mctui.reading.query_editor import Checked
from store.query import Complaint


class Verdict(Widget):
    """Three lines, so that neither text nor result moves when a complaint comes or goes."""

    DEFAULT_CSS = """
    Verdict { height: 3; padding: 0 1; background: $panel; }
    """

    content = Content()

    def show(self, checked: Checked, complaint: Complaint | None) -> None:
        """Say what the check says, or a complaint of a run."""
        if complaint is not None:
            self.content = _complaint(complaint)
        elif not checked.draft.text.strip():
            self.content = Content.styled("Write a SELECT, or open a query activity with ctrl+o.", "$text-muted")
        else:
            count = len(checked.columns)
            columns = f"{count} column{'s' * (count != 1)}: {', '.join(checked.columns)}"
            reads = f"\nreads {', '.join(checked.sources)}" if checked.sources else ""
            self.content = Content.assemble(("✓ ", "bold $text-success"), (columns + reads, "$text-muted"))
        self.refresh()

    def render(self) -> RenderResult:
        """The lines."""
        return self.content


def _complaint(said: Complaint) -> Content:
    """`✗ line 2, column 5  Invalid column name 'Nmae'.`, cause and fix below."""
    where = f"{said.where}  " if said.where else ""
    below = "  ".join(filter(None, [said.cause, said.fix]))
    parts = [("✗ ", "bold $text-error"), (where, "bold $text-error"), (said.message, "$foreground")]
    if below:
        parts.append((f"\n→ {below}", "$text-warning"))
    return Content.assemble(*parts)
