"""Every key, searchable, those of the pane that shows first."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from mctui.actions import PANES, TITLES, Action, AppState
from mctui.keys import shown_key

IN_TABLES = (
    ("↑ ↓ k j", "Up and down"),
    ("← → h l", "Columns; along the edges of the canvas"),
    ("home end", "First and last row"),
    ("ctrl+d ctrl+u", "Half a page down and up"),
)


class HelpScreen(ModalScreen[None]):
    """Type to search; esc closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close"),
        Binding("down", "scroll(1)", show=False, priority=True),
        Binding("up", "scroll(-1)", show=False, priority=True),
        Binding("pagedown,ctrl+d", "scroll(10)", show=False, priority=True),
        Binding("pageup,ctrl+u", "scroll(-10)", show=False, priority=True),
    ]

    def __init__(self, actions: tuple[Action, ...], state: AppState) -> None:
        super().__init__()
        self.actions, self.state = actions, state

    def compose(self) -> ComposeResult:
        """A search line, the keys, a line of keys."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(f"Help · {TITLES[self.state.pane]}")
            search = Input(placeholder="search", compact=True, id="search")
            search.cursor_blink = False
            yield search
            with VerticalScroll(can_focus=False):
                yield Static(self.listed(""), id="keys-list")
            yield Static(Content("esc close   ↑ ↓ scroll"), classes="keys")

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one("#search").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Only what fits the search."""
        self.query_one("#keys-list", Static).update(self.listed(event.value))

    def listed(self, search: str) -> Content:
        """The keys by section; those of the pane that shows come first, what cannot be done now says why."""
        parts: list[Content] = []
        section = ""
        for title, action in self._ordered():
            keys = " ".join(map(shown_key, action.keys))
            if search.casefold() not in f"{keys} {action.help} {action.id} {title}".casefold():
                continue
            if title != section:
                parts.append(Content.styled(("\n" if parts else "") + title, "bold $text-secondary"))
                section = title
            reason = action.guard(self.state)
            line = [(f"{keys:>14}  ", "bold $text-accent" if not reason else "$text-muted"), (action.help, "")]
            if reason:
                line.append((f"  ({reason})", "$text-muted"))
            parts.append(Content.assemble(*line))
        tables = [(k, t) for k, t in IN_TABLES if search.casefold() in f"{k} {t} in lists".casefold()]
        if tables:
            parts.append(Content.styled("\nIn lists", "bold $text-secondary"))
            parts += [Content.assemble((f"{k:>14}  ", "bold $text-accent"), (t, "")) for k, t in tables]
        return Content("\n").join(parts) if parts else Content.styled("Nothing of that name.", "$text-muted")

    def _ordered(self) -> list[tuple[str, Action]]:
        here = [a for a in self.actions if a.panes != PANES and self.state.pane in a.panes]
        rest = [a for a in self.actions if a not in here]
        return [*((TITLES[self.state.pane], a) for a in here), *((a.section, a) for a in rest)]

    def action_close(self) -> None:
        """Leave."""
        self.dismiss()

    def action_scroll(self, by: int) -> None:
        """By lines."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)
