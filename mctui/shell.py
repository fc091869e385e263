"""What stands around the panes: the main screen, the tabs, the one-line footer and the prompt above it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.events import Click, Resize
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from mctui.actions import ACTIONS, PANE_KEYS, PANE_TITLES, PANES, Action, AppState
from mctui.keys import footer, shown_key

MIN_WIDTH, MIN_HEIGHT = 60, 16
WIDE = 100


class MainScreen(Screen[None], inherit_bindings=False):
    """The one main screen. Tab is an action of the registry, so Textual's own tab keys are left out here."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("super+c", "screen.copy_text", "Copy selected text", show=False)]
    BLANK = True  # all of it is covered
    AUTO_FOCUS = ""  # the pane takes the focus once it is there
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (MIN_WIDTH, "-narrow"), (WIDE, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (MIN_HEIGHT, "-short"), (30, "-tall")]


class Body(Horizontal):
    """Panes beside the inspector. Like all that is covered by others it draws nothing of itself."""

    BLANK = True


class Stage(Container):
    """Where the panes stand, one of them in sight."""

    BLANK = True


class TooSmall(Widget):
    """What shows instead of everything when there is no room."""

    def render(self) -> RenderResult:
        """One line that says how much room is wanted."""
        size = self.app.size
        return Content(f"terminal too small: {size.width}x{size.height}, wants {MIN_WIDTH}x{MIN_HEIGHT}")


class Tabs(Widget):
    """The panes by number; the one that shows is marked by shape and colour."""

    def __init__(self) -> None:
        super().__init__(id="tabs")
        self.current = PANES[0]
        self._starts: list[tuple[int, int, str]] = []

    def show(self, pane: str) -> None:
        """Mark a pane."""
        if pane != self.current:
            self.current = pane
            self.refresh()

    def render(self) -> RenderResult:
        """` 1 Contact Builder │▌2 Data Extensions▐│ ...`, shortened when there is no room for the names."""
        short = sum(len(PANE_TITLES[pane]) + 5 for pane in PANES) > self.size.width
        parts: list[tuple[str, str]] = []
        at = 0
        self._starts = []
        for pane in PANES:
            number = PANE_KEYS[pane]
            chosen = pane == self.current
            title = PANE_TITLES[pane] if chosen or not short else PANE_TITLES[pane].split()[0]
            text = f"▌{number} {title} " if chosen else f" {number} {title} "
            parts.append((text, "bold $text-primary on $primary-muted" if chosen else "$text-muted"))
            parts.append((" ", ""))
            self._starts.append((at, at + len(text), pane))
            at += len(text) + 1
        return Content.assemble(*parts)

    @property
    def starts(self) -> list[tuple[int, str]]:
        """Where the title of each pane begins."""
        return [(start, pane) for start, _, pane in self._starts]

    async def on_click(self, event: Click) -> None:
        """A click shows the pane."""
        for start, end, pane in self._starts:
            if start <= event.x < end:
                await self.app.run_action(f"do('pane.{pane}')")


class Footer(Widget):
    """The keys that work now, in one line; those that don't are dim."""

    def __init__(self) -> None:
        super().__init__(id="footer")
        self.actions: tuple[Action, ...] = ACTIONS
        self.state = AppState()
        self._parts: list[tuple[str, str, bool]] = []

    def show(self, state: AppState) -> None:
        """Show the keys of this state."""
        if state != self.state:
            self.state = state
            if footer(self.actions, state, self.size.width) != self._parts:
                self.refresh()

    @property
    def starts(self) -> list[tuple[int, str]]:
        """Where each key begins, and its action."""
        at, found = 0, []
        for key, label, _ in self._parts:
            named = (a for a in self.actions if a.label == label and self.state.pane in a.panes)
            found += [(at, action.id) for action in named if shown_key(action.keys[0] if action.keys else "") == key]
            at += len(key) + len(label) + 3
        return found

    def render(self) -> RenderResult:
        """`n step  b back  ...`"""
        self._parts = footer(self.actions, self.state, self.size.width)
        parts: list[tuple[str, str]] = []
        for key, label, possible in self._parts:
            parts.append((f"{key} ", "bold $text-accent" if possible else "$foreground 40%"))
            parts.append((f"{label}  ", "$foreground 80%" if possible else "$foreground 40%"))
        return Content.assemble(*parts)


class Notice(Widget):
    """The line over the footer that says what runs, or what is filtered. Empty, it takes no room."""

    def __init__(self) -> None:
        super().__init__(id="notice")
        self.text = ""
        self.display = False

    def show(self, text: str) -> None:
        """Show a line, or nothing."""
        if text != self.text:
            self.text = text
            self.display = bool(text)
            self.refresh()

    def render(self) -> RenderResult:
        """The line, markup shown literally."""
        return Content.styled(self.text, "$text-warning")


class Prompt(Horizontal):
    """A line of input over the footer: go to, filter, command, SQL. Made when it is first asked for."""

    class Submitted(Message):
        """Enter was pressed."""

        def __init__(self, purpose: str, value: str) -> None:
            super().__init__()
            self.purpose, self.value = purpose, value

    class Changed(Message):
        """The text changed."""

        def __init__(self, purpose: str, value: str) -> None:
            super().__init__()
            self.purpose, self.value = purpose, value

    class Left(Message):
        """Esc was pressed."""

        def __init__(self, purpose: str) -> None:
            super().__init__()
            self.purpose = purpose

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "recall(-1)", show=False),
        Binding("down", "recall(1)", show=False),
        Binding("tab", "complete", show=False, priority=True),
    ]

    def __init__(self, purpose: str, label: str, value: str, words: list[str], history: list[str]) -> None:
        super().__init__(id="prompt")
        self.purpose, self.label, self.value = purpose, label, value
        self.words, self.history = words, history
        self._at = len(history)

    def compose(self) -> ComposeResult:
        """A label and the input."""
        from textual.suggester import SuggestFromList
        from textual.widgets import Input, Static

        yield Static(Content(f"{self.label} "), id="prompt-label")
        suggester = SuggestFromList(self.words, case_sensitive=False) if self.words else None
        entry = Input(self.value, suggester=suggester, compact=True, id="prompt-input", select_on_focus=False)
        entry.cursor_blink = False
        yield entry

    def on_input_submitted(self, event: Message) -> None:
        """Enter."""
        event.stop()
        self.post_message(self.Submitted(self.purpose, self._text()))

    def on_input_changed(self, event: Message) -> None:
        """A letter more or less."""
        event.stop()
        self.post_message(self.Changed(self.purpose, self._text()))

    def _text(self) -> str:
        from textual.widgets import Input

        return self.query_one(Input).value

    def action_leave(self) -> None:
        """Esc: nothing is done."""
        self.post_message(self.Left(self.purpose))

    def action_recall(self, step: int) -> None:
        """An earlier or later line."""
        from textual.widgets import Input

        self._at = max(0, min(len(self.history), self._at + step))
        entry = self.query_one(Input)
        entry.value = self.history[self._at] if self._at < len(self.history) else ""
        entry.cursor_position = len(entry.value)

    def action_complete(self) -> None:
        """Tab takes the suggestion."""
        from textual.widgets import Input

        self.query_one(Input).action_cursor_right()


class Shade(Widget):
    """Covers the panes until the world is there."""

    def __init__(self, text: str) -> None:
        super().__init__(id="shade")
        self.text = text

    def show(self, text: str) -> None:
        """Another line."""
        self.text = text
        self.refresh()

    def render(self) -> RenderResult:
        """A line in the middle."""
        return Content(self.text)

    def on_resize(self, event: Resize) -> None:
        """The text stays in the middle."""
        self.refresh()
