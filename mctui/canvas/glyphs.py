"""The characters of the canvas: line pieces, borders, one icon per family of activities, and how wide text is.

Everything has a second form for ASCII mode. No icon is an emoji: each takes one cell in every terminal.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

NORTH, EAST, SOUTH, WEST = 1, 2, 4, 8
"""Sides of a cell; a line piece is the sum of the sides it connects."""

# One character per weight (none, light, heavy) of the four arms up, right, down, left; up varies slowest.
_PIECES = " ╴╸╷┐┑╻┒┓╶─╾┌┬┭┎┰┱╺╼━┍┮┯┏┲┳╵┘┙│┤┥╽┧┪└┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋"
_BY_WEIGHT = dict(zip(product(range(3), repeat=4), _PIECES, strict=True))
_ROUND = {"┌": "╭", "┐": "╮", "└": "╰", "┘": "╯"}

JOINT, JOINT_ASCII = "•", "*"
"""Where four arms really meet; a plain cross is two lines passing each other."""
ARROWS, ARROWS_ASCII = ("▶", "◀"), (">", "<")
"""Heads of an edge that leads onward and of one that leads back."""
WRONG = {"": " ", "error": "✗", "warning": "!"}
WRONG_ASCII = {"": " ", "error": "X", "warning": "!"}
"""At the end of an activity that validation has something to say about."""
IDLE_MARK, IDLE_MARK_ASCII = "▏", ":"
"""Before the selected activity while the canvas has not the focus."""


@lru_cache(maxsize=1024)
def piece(sides: int, heavy: int = 0, *, ascii_only: bool = False) -> str:
    """The line character that connects `sides`; the sides in `heavy` are drawn heavy (the followed path)."""
    if ascii_only:
        if sides in (NORTH | SOUTH, NORTH, SOUTH):
            return "|"
        if sides in (EAST | WEST, EAST, WEST):
            return "=" if heavy else "-"
        return "+"
    weights = tuple((2 if heavy & side else 1) if sides & side else 0 for side in (NORTH, EAST, SOUTH, WEST))
    char = _BY_WEIGHT[weights]
    return _ROUND.get(char, char)


@dataclass(frozen=True, slots=True)
class Border:
    """The eight characters around a box, and what marks its title."""

    top_left: str
    top_right: str
    bottom_left: str
    bottom_right: str
    across: str
    down: str
    out: str  # where an edge leaves
    mark: str = " "


PLAIN = Border("╭", "╮", "╰", "╯", "─", "│", "├")
CHOSEN = Border("┏", "┓", "┗", "┛", "━", "┃", "┣", "▌")
MOVING = Border("╔", "╗", "╚", "╝", "═", "║", "╟", "▶")
MOVING_CHOSEN = Border("╔", "╗", "╚", "╝", "═", "║", "╟", "▌")
PLAIN_ASCII = Border("+", "+", "+", "+", "-", "|", "+")
CHOSEN_ASCII = Border("#", "#", "#", "#", "#", "#", "#", "[")
MOVING_ASCII = Border("+", "+", "+", "+", "=", "|", "+", ">")
MOVING_CHOSEN_ASCII = Border("#", "#", "#", "#", "=", "#", "#", ">")


def border(*, chosen: bool, moving: bool, ascii_only: bool) -> Border:
    """The border of a box: shape alone says whether it is selected and whether the batch moves here."""
    if ascii_only:
        rows = ((PLAIN_ASCII, MOVING_ASCII), (CHOSEN_ASCII, MOVING_CHOSEN_ASCII))
    else:
        rows = ((PLAIN, MOVING), (CHOSEN, MOVING_CHOSEN))
    return rows[chosen][moving]


@dataclass(frozen=True, slots=True)
class Family:
    """Activities that look alike: a name (also its style), an icon, and the icon in ASCII mode."""

    name: str
    icon: str
    plain: str

    def glyph(self, *, ascii_only: bool) -> str:
        """The icon for this mode."""
        return self.plain if ascii_only else self.icon


ENTRY = Family("entry", "◆", ">")
EMAIL = Family("message", "✉", "@")
MOBILE = Family("message", "✆", "&")
WAIT = Family("wait", "◷", "~")
DECISION = Family("split", "◇", "?")
ENGAGEMENT = Family("split", "◈", "%")
RANDOM = Family("split", "⚂", "/")
UPDATE = Family("update", "✎", "=")
CLOUD = Family("update", "☁", "^")
CUSTOM = Family("update", "⚙", "!")
PUSH = Family("message", "◉", "p")
INBOX = Family("message", "▣", "i")
IN_APP = Family("message", "▢", "a")
AUDIENCE = Family("message", "◎", "u")
OPTIMIZER = Family("split", "△", "A")
OPTIMIZED = Family("split", "▽", "V")
EINSTEIN = Family("split", "✧", "E")
CUSTOM_SPLIT = Family("split", "⚙", "!")
JOIN = Family("other", "⊕", "j")
END = Family("end", "■", "#")
OTHER = Family("other", "○", "o")
# What data flows through, for a picture of lineage.
CRM_OBJECT = Family("update", "☁", "^")
SYNCHRONIZED = Family("entry", "⇄", "s")
TABLE = Family("message", "▤", "=")
DATA_VIEW = Family("other", "▥", "v")
QUERY = Family("wait", "≡", "q")
JOURNEY = Family("split", "◈", "j")
MISSING = Family("end", "✗", "x")

# The first prefix that fits decides. Types: Journey Builder's public JSON, Journey Spec, "Activity types".
_FAMILIES = (
    ("ENTRY", ENTRY), ("TRIGGER", ENTRY), ("EVENT", ENTRY), ("EMAIL", EMAIL),
    ("SMS", MOBILE), ("PUSHINBOX", INBOX), ("PUSH", PUSH), ("INBOX", INBOX), ("INAPP", IN_APP), ("WHATSAPP", MOBILE),
    ("SENDTOLINE", MOBILE), ("WAIT", WAIT), ("STOWAIT", WAIT), ("ENGAGEMENT", ENGAGEMENT),
    ("RANDOM", RANDOM), ("ABNTESTSTOP", OPTIMIZED), ("ABNTEST", OPTIMIZER), ("PATHOPTIMIZER", OPTIMIZER),
    ("MULTICRITERIADECISIONEXTENSION", EINSTEIN), ("MULTICRITERIA", DECISION), ("EINSTEIN", EINSTEIN),
    ("RESTDECISION", CUSTOM_SPLIT), ("DECISION", DECISION), ("UPDATECONTACT", UPDATE), ("DATAEXTENSIONUPDATE", UPDATE),
    ("CONTACTUPDATE", UPDATE), ("SETCONTACTKEY", UPDATE), ("ADDAUDIENCE", AUDIENCE), ("SALESCLOUD", CLOUD),
    ("SALESFORCE", CLOUD), ("OBJECTACTIVITY", CLOUD), ("LEAD", CLOUD), ("CAMPAIGNMEMBER", CLOUD),
    ("DATA.CRM OBJECT", CRM_OBJECT), ("DATA.SYNCHRONIZED", SYNCHRONIZED), ("DATA.DATA EXTENSION", TABLE),
    ("DATA.DATA VIEW", DATA_VIEW), ("DATA.QUERY", QUERY), ("DATA.ENTRY SOURCE", ENTRY), ("DATA.JOURNEY", JOURNEY),
    ("DATA.EMAIL", EMAIL), ("DATA.MISSING", MISSING),
    ("REST", CUSTOM), ("END", END), ("EXIT", END), ("NOOP", JOIN),
)  # fmt: skip


@lru_cache(maxsize=256)
def family(kind: str) -> Family:
    """The family of an activity type; the product compares types without case."""
    upper = kind.upper()
    return next((found for prefix, found in _FAMILIES if upper.startswith(prefix)), OTHER)


@lru_cache(maxsize=4096)
def cells(text: str) -> int:
    """Terminal columns that a text takes: two for wide East Asian characters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@lru_cache(maxsize=4096)
def fit(text: str, width: int, align: str = "left", ellipsis: str = "…") -> str:
    """A text in exactly `width` columns: padded, or cut with an ellipsis. Line breaks become blanks."""
    text = " ".join(text.splitlines()) if not text.isprintable() else text
    text = "".join(c if c.isprintable() else " " for c in text)
    taken = cells(text)
    if taken > width:
        kept, taken = "", 0
        for char in text:
            if taken + cells(char) > width - len(ellipsis):
                break
            kept, taken = kept + char, taken + cells(char)
        text = (kept + ellipsis)[: max(width, 0)] if width < len(ellipsis) else kept + ellipsis
        taken = cells(text)
    pad = " " * (width - taken)
    return pad + text if align == "right" else text + pad


def count(number: int) -> str:
    """A number in at most six columns: `99,999`, `123.4k`, `1.23M`."""
    if number < 100_000:
        return f"{number:,}"
    if number < 999_950:
        return f"{number / 1_000:.1f}k"
    if number < 9_995_000:
        return f"{number / 1_000_000:.2f}M"
    return f"{number / 1_000_000:.1f}M"
