"""Where a letter of jump mode can go: panes, parts of the one that shows, keys of the footer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.actions import by_id
from mctui.shell import MainScreen
from mctui.views import Target

if TYPE_CHECKING:
    from mctui.app import McTui


def jump_mode(app: McTui) -> None:
    """Show the letters."""
    from mctui.screens.jump import JumpScreen

    if isinstance(app.screen, MainScreen):
        app.push_screen(JumpScreen(targets(app)), lambda to: _go(app, to) if to else None)


def targets(app: McTui) -> list[Target]:
    """Panes first, then what can have the focus, then the keys, each at its place on the screen."""
    tabs, footer = app.tabs, app.footer
    found = [Target(f"pane.{pane}", tabs.region.x + x, tabs.region.y) for x, pane in tabs.starts if tabs.display]
    for number, widget in enumerate(app.screen.focus_chain):
        x, y, width, _ = widget.region
        found.append(Target(f"#{number}", max(x + width - 4, 0), y))
    return found + [Target(id, footer.region.x + x, footer.region.y) for x, id in footer.starts]


def _go(app: McTui, to: str) -> None:
    if to.startswith("#"):
        app.screen.set_focus(app.screen.focus_chain[int(to[1:])])
    elif to in by_id(app.actions):
        app.call_later(app.action_do, to)
