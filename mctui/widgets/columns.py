"""How wide the columns of a big table are, and which of them are in sight."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from rich.cells import cell_len

from mctui.widgets.paging import Row, TableColumn
from mctui.widgets.text import shown

MAX_COLUMN = 40  # cells; longer values are cut, the inspector shows them whole
GAP = 2  # cells between columns


class Widths:
    """Widths and left edges of columns, in cells; a column without a width of its own is measured on the first rows."""

    def __init__(self, columns: Sequence[TableColumn] = ()) -> None:
        self.columns = tuple(columns)
        self.measured = False
        self._set([c.width or min(cell_len(c.label) + 2, MAX_COLUMN) for c in self.columns])

    def _set(self, widths: list[int]) -> None:
        self.widths = widths
        self.starts = [0, *accumulate(width + GAP for width in widths)]

    def measure(self, rows: Sequence[Row]) -> bool:
        """Make room for the first rows there are; True when this was the first time."""
        if self.measured or not rows:
            return False
        self.measured = True
        longest = [max(cell_len(shown(row[i])) for row in rows) for i in range(len(self.columns))]
        self._set(
            [
                width if column.width is not None else min(max(width, most), MAX_COLUMN)
                for column, width, most in zip(self.columns, self.widths, longest, strict=True)
            ]
        )
        return True

    def at(self, x: int) -> int:
        """The column over cell `x`; -1 before the first."""
        return bisect_right(self.starts, x) - 1

    def in_sight(self, left: int, width: int) -> range:
        """The columns that a view of `width` cells from `left` on shows, also in part."""
        return range(max(self.at(left), 0), min(bisect_right(self.starts, left + width), len(self.columns)))
