"""What a person looks at of sends, beside the panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mctui.app import McTui


def sends_ways(app: McTui) -> None:
    """The four triggered sends, as they ran in this world."""
    from mctui.reading.triggered_sends import ways

    app.session.ask("record", ways)


def sends_messages(app: McTui) -> None:
    """Every send with whom it reached, and whom it left out by what."""
    from mctui.reading.messages import sends

    app.session.ask("record", sends)
