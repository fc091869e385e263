"""Text in cells, as the terminal counts them. Values come from data, so nothing in them is markup."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len, set_cell_size

NULL, NULL_ASCII = "∅", "-"


@lru_cache(maxsize=8192)
def fit(text: str, width: int, align: str = "left", ellipsis: str = "…") -> str:
    """A text in exactly `width` cells: padded, or cut with an ellipsis. Control characters become blanks."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        return set_cell_size(text, max(width - 1, 0)) + ellipsis if width > 0 else ""
    pad = " " * (width - length)
    return pad + text if align == "right" else text + pad


def shown(value: object, *, ascii_only: bool = False) -> str:
    """A value of the database as people read it: NULL as a sign of its own, whole floats without `.0`."""
    if value is None:
        return NULL_ASCII if ascii_only else NULL
    if isinstance(value, float):
        return f"{value:.10g}" if abs(value) < 1e15 else repr(value)
    if isinstance(value, bytes):
        return f"<{len(value):,} bytes>"
    return str(value)
