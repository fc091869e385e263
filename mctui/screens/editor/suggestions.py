"""The small list under the cursor: what can be written there."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.events import Click
from textual.geometry import Offset, Size
from textual.message import Message
from textual.widget import Widget

from mctui.widgets.text import fit
from store.query import Completion, Suggestion

HEIGHT = 8
WIDEST_NAME, WIDEST_NOTE = 34, 26


class Suggestions(Widget):
    """Takes no focus: the text goes on being typed, and hands it the keys that are its own."""

    DEFAULT_CSS = """
    Suggestions {
        position: absolute; layer: popup; display: none; width: 40; height: 4;
        background: $panel; color: $foreground;
    }
    """

    class Taken(Message):
        """A suggestion was clicked."""

    def __init__(self) -> None:
        super().__init__(id="suggestions")
        self.completion = Completion(0, 0)
        self.chosen = 0
        self._top = 0

    @property
    def is_open(self) -> bool:
        """Whether it shows."""
        return bool(self.display)

    def open(self, completion: Completion, cursor: Offset, screen: Size) -> None:
        """Show suggestions below the cursor, above it where there is no room below."""
        self.completion, self.chosen, self._top = completion, 0, 0
        found = completion.suggestions
        if not found:
            self.close()
            return
        self._name = min(max(len(each.text) for each in found), WIDEST_NAME)
        self._note = min(max(len(_note(each)) for each in found), WIDEST_NOTE)
        width = min(self._name + self._note + 4, screen.width)
        height = min(len(found), HEIGHT)
        below = screen.height - cursor.y - 2  # the footer stays in sight
        y = cursor.y + 1 if below >= min(height, 3) else max(cursor.y - height, 0)
        height = min(height, below) if y > cursor.y else min(height, cursor.y)
        self.styles.width, self.styles.height = width, max(height, 1)
        self.styles.offset = (max(min(cursor.x, screen.width - width), 0), y)
        self.display = True
        self.refresh()

    def close(self) -> None:
        """Take it away."""
        self.display = False

    def move(self, by: int) -> None:
        """Choose another one; it goes round."""
        count = len(self.completion.suggestions)
        self.chosen = (self.chosen + by) % count
        height = max(self.size.height, 1)
        self._top = max(min(self._top, self.chosen), self.chosen - height + 1)
        self.refresh()

    @property
    def suggestion(self) -> Suggestion:
        """The chosen one."""
        return self.completion.suggestions[self.chosen]

    def render(self) -> RenderResult:
        """`▌FirstName   nvarchar(40) · c`, one line each."""
        lines = []
        for at in range(self._top, min(self._top + self.size.height, len(self.completion.suggestions))):
            each, chosen = self.completion.suggestions[at], at == self.chosen
            back = " on $primary-muted" if chosen else ""
            lines.append(
                Content.assemble(
                    ("▌" if chosen else " ", f"$text-primary{back}"),
                    (fit(each.text, self._name), f"bold{back}" if chosen else "$foreground"),
                    (f"  {fit(_note(each), self._note)} ", f"$foreground 70%{back}"),
                )
            )
        return Content("\n").join(lines)

    def on_click(self, event: Click) -> None:
        """A click takes the suggestion."""
        self.chosen = min(self._top + event.y, len(self.completion.suggestions) - 1)
        self.post_message(self.Taken())


def _note(each: Suggestion) -> str:
    return each.note or each.kind
