"""One table of step kinds: the glyph, its ASCII form, its color and its word. Timeline, log and legend read it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mctui.canvas.glyphs import family


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of step looks. `style` is the end of a component class name."""

    glyph: str
    plain: str
    style: str
    word: str


ENTRY = Kind("◆", ">", "entry", "journey entry")
PERSON = Kind("✦", "!", "person", "done by hand")
OTHER = Kind("·", ".", "other", "step")

# The first prefix that fits decides.
KINDS: tuple[tuple[str, Kind], ...] = (
    ("connect", Kind("⇄", "s", "sync", "sync")),
    ("automation", Kind("⚙", "a", "automation", "automation")),
    ("query", Kind("≡", "q", "query", "query")),
    ("data_extensions", Kind("▤", "d", "query", "data extension")),
    ("journey.entry", ENTRY),
    ("messaging.engagement", Kind("↗", "*", "engagement", "engagement")),
    ("messaging", Kind("✉", "@", "message", "message")),
    ("contacts", Kind("☺", "c", "person", "contacts")),
    ("crm", Kind("✦", "!", "person", "CRM change")),
    ("person", PERSON),
)


@lru_cache(maxsize=512)
def kind_of(kind: str) -> Kind:
    """The look of a step kind. `journey.activity.EMAILV2` looks like that activity on the canvas."""
    if kind.startswith("journey.activity"):
        found = family(kind.removeprefix("journey.activity").lstrip(".:"))
        return Kind(found.icon, found.plain, found.name, found.name)
    for prefix, look in KINDS:
        if kind == prefix or kind.startswith(prefix + "."):
            return look
    return OTHER
