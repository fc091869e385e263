"""What a person does to the connection between the CRM and Marketing Cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.views import Choice

if TYPE_CHECKING:
    from mctui.app import McTui


def connection_break(app: McTui) -> None:
    """Break it, for one of the causes there are."""
    from mctui.screens.choose import ChooseScreen
    from store.connect import CAUSES

    def then(cause: str | None) -> None:
        if cause:
            app.session.do(app.live(), "connect.disconnect", cause=cause)

    choices = tuple(Choice(cause, (cause, said)) for cause, said in CAUSES.items())
    app.push_screen(ChooseScreen("Break the connection to the CRM", ("cause", "what happened"), choices, ""), then)


def connection_mend(app: McTui) -> None:
    """Mend it."""
    app.session.do(app.live(), "connect.reconnect")
