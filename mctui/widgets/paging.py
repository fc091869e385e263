"""What a big table reads: columns, a source of pages, and the pages it keeps."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Row = tuple[object, ...]

PAGE = 200  # rows asked for at once
PAGES_KEPT = 50  # 10,000 rows in memory whatever the length


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column. Without a `width` it is measured on the header and the first page."""

    name: str
    label: str
    width: int | None = None
    align: Literal["left", "right"] = "left"


class PageSource(Protocol):
    """Rows that are there at once. `BigTable.attach` takes one; a pane that reads elsewhere answers `PageWanted`."""

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """What a row consists of."""

    def count(self) -> int:
        """How many rows there are."""

    def page(self, offset: int, limit: int) -> list[Row]:
        """At most `limit` rows from `offset` on."""


class PageCache:
    """The pages used last, by page number."""

    def __init__(self, keep: int = PAGES_KEPT) -> None:
        self.keep = keep
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()

    def __contains__(self, page: int) -> bool:
        return page in self._pages

    def __len__(self) -> int:
        return len(self._pages)

    def clear(self) -> None:
        """Forget everything."""
        self._pages.clear()

    def put(self, page: int, rows: Sequence[Row]) -> None:
        """Keep a page, or several one after another; the one that nobody looked at for longest goes."""
        for start in range(0, max(len(rows), 1), PAGE):
            self._pages[page + start // PAGE] = rows[start : start + PAGE] if len(rows) > PAGE else rows
            self._pages.move_to_end(page + start // PAGE)
        while len(self._pages) > self.keep:
            self._pages.popitem(last=False)

    def touch(self, page: int) -> None:
        """The page is in sight."""
        self._pages.move_to_end(page)

    def row(self, index: int) -> Row | None:
        """A row by its place in the whole table, or None when its page is not here."""
        rows = self._pages.get(index // PAGE)
        at = index % PAGE
        return rows[at] if rows is not None and at < len(rows) else None
