"""Data on stdout: JSON for machines, aligned text for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any


def print_json(value: Any) -> None:
    """One JSON document; dataclasses become objects."""
    print(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


def print_table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Columns of the width of their longest value, two blanks apart; numbers to the right."""
    texts = [[_cell(value) for value in row] for row in rows]
    kept = [list(row) for row in texts]
    widths = [max([len(header), *(len(row[n]) for row in kept)]) for n, header in enumerate(headers)]
    right = [bool(kept) and all(_is_number(row[n]) for row in kept) for n in range(len(headers))]
    for row in [list(headers), ["-" * width for width in widths], *kept]:
        cells = [value.rjust(w) if r else value.ljust(w) for value, w, r in zip(row, widths, right, strict=True)]
        print("  ".join(cells).rstrip())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return str(value).replace("\r", "").replace("\n", "⏎").replace("\t", " ")


def _is_number(text: str) -> bool:
    return text.replace("-", "", 1).replace(".", "", 1).replace(" ", "").isdigit() or text == ""
