"""What every pane has in common."""

from __future__ import annotations

from textual.containers import Vertical
from textual.widget import Widget

from mctui.views import Shown


class Pane(Vertical):
    """One pane. `show` is called with each reading made for it, on the UI's thread, and must be quick."""

    BLANK = True  # its widgets cover it
    status = ""  # of the journey version that shows

    def show(self, shown: Shown) -> None:
        """Show a reading."""
        raise NotImplementedError

    def selected_contact(self) -> str:
        """The contact key under the cursor, or empty."""
        return ""

    def record(self) -> tuple[str, str]:
        """(kind, key) of what is under the cursor, for opening; empty strings when there is nothing."""
        return "", ""

    def copied(self) -> str:
        """The row under the cursor as text, for copying."""
        return ""

    def top(self) -> int:
        """The offset of the page of its big table that is in sight."""
        return 0

    def turn(self, step: int) -> None:
        """The next (1) or previous (-1) thing of the pane's list."""

    def switch(self, by: int = 1) -> None:
        """The next view of this pane (-1: the one before): schema, stale rows, rails."""

    def first(self) -> Widget | None:
        """The widget that gets the focus when the pane is shown."""
        return next((widget for widget in self.query("*") if widget.focusable), None)
