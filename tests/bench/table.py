"""The one table that all benchmarks print."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One figure; `bound` says what it is held against, `ok` whether it holds."""

    what: str
    figure: str
    ratio: str = ""
    bound: str = ""
    ok: bool = True


def show(lines: list[Line]) -> int:
    """Print the table; returns 0 when everything holds."""
    widths = [max(len(text) for text in column) for column in zip(*[_cells(line) for line in lines], strict=True)]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(_cells(line), widths, strict=True)).rstrip())
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}",
        file=sys.stderr,
    )
    return 0 if all(line.ok for line in lines) else 1


def _cells(line: Line) -> tuple[str, ...]:
    verdict = ("holds" if line.ok else "DOES NOT HOLD") if line.bound else ""
    return line.what, line.figure, line.ratio, line.bound, verdict
