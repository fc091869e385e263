"""TEMP tables that a step fills and empties again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.org import Org


def scratch(org: Org, name: str, columns: str) -> None:
    """An empty TEMP table `name`; a name always has the same columns.

    It is made once for a connection and stays: when a TEMP table is made or dropped, SQLite prepares every statement
    of the connection anew, which costs a small step more than all its rows. DELETE FROM temp.name gives the room back.
    """
    org.run(f"CREATE TEMP TABLE IF NOT EXISTS {name} ({columns})")
    org.run(f"DELETE FROM temp.{name}")


@contextmanager
def reading_only(org: Org) -> Iterator[None]:
    """TEMP tables may be filled in here, also where the file is open for reading only."""
    org.db.execute("PRAGMA query_only = 0")
    try:
        yield
    finally:
        org.db.execute(f"PRAGMA query_only = {int(org.readonly)}")
