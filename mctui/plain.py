"""ASCII mode: whatever a widget draws leaves as ASCII. Letters of names and values stay as they are: they are data.

It is a line filter of Textual, so borders, scroll bars and messages of widgets that are not ours go through it too.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from mctui.canvas import glyphs
from mctui.widgets import kinds

if TYPE_CHECKING:
    from mctui.app import McTui

# Signs by themselves, one cell each. What is a family of the canvas or a kind of step has its own plain sign.
_SIGNS = {
    "│┃║╎╏┆┇┊┋▏▕": "|", "─━╌╍┄┅┈┉═▔▁": "-", "▌▐█▉▊▋▍▎": "#", "▀▄▂▃▅▆▇▖▗▘▙▚▛▜▝▞▟░▒▓": "#", "▶▸›→»↗": ">", "◀◂‹←«": "<",
    "▼▾↓": "v", "▲▴↑": "^", "●•": "*", "·∙": ".", "…": "~", "∅": "-", "✗✘": "X", "✓✔": "v", "⏎↵": "/", "–—−": "-",
    "‘’": "'", "“”": '"', "⇄": "s",
}  # fmt: skip
BOX, BRAILLE = (0x2500, 0x257F), (0x2800, 0x28FF)  # blocks of Unicode


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    table = dict.fromkeys(range(BOX[0], BOX[1] + 1), "+")
    table |= dict.fromkeys(range(BRAILLE[0], BRAILLE[1] + 1), ".")
    table |= {ord(sign): plain for signs, plain in _SIGNS.items() for sign in signs}
    families = [each for each in vars(glyphs).values() if isinstance(each, glyphs.Family)]
    table |= {ord(each.icon): each.plain for each in families}
    looks = [kinds.ENTRY, kinds.OTHER, *(look for _, look in kinds.KINDS)]
    return {**{ord(look.glyph): look.plain for look in looks}, **table}


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text with ASCII in place of signs and lines."""
    return text if text.isascii() else text.translate(_table())


class Ascii(LineFilter):
    """Every segment of a line, plain."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The line that is drawn."""
        return [Segment(plain(text), style, control) for text, style, control in segments]


def switch(app: McTui, on: bool) -> None:
    """Draw everything anew, plain or not; what has a better plain form of its own is told."""
    app.ascii = on
    for screen in app.screen_stack:
        for widget in (screen, *screen.query("*")):
            tell(widget, on)
            widget.refresh()


def tell(widget: object, on: bool) -> None:
    """Say it to a widget that draws differently for it."""
    set_ascii = getattr(widget, "set_ascii", None)
    if set_ascii is not None:
        set_ascii(on)
    elif hasattr(widget, "ascii_only"):
        widget.ascii_only = on
