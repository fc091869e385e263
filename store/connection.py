"""The connection to a file: its settings, whose file it is, and SQLite's own counter of changes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from store import schema
from store.errors import Unreadable, explained

_CACHE = -262144  # KiB at most; a small world uses little of it, a million people a sixth less time
_RUN = -2048  # KiB of a sort that fit the processor's cache

# timeline.py says why journal_mode, secure_delete and auto_vacuum must be these.
_SETTINGS = (
    "page_size = 8192",  # of a new file: a million rows are rewritten in a sixth less time than with SQLite's 4096
    "journal_mode = DELETE",
    "synchronous = NORMAL",
    "secure_delete = ON",
    "auto_vacuum = NONE",
    "foreign_keys = ON",
    f"cache_size = {_CACHE}",
    f"cache_spill = {_CACHE}",  # a page that was changed stays in memory as long, whatever `sorting` makes of the cache
    "temp_store = FILE",  # not MEMORY: then a sort is one linked list as large as its rows, see `sorting`
    "temp.cache_size = -65536",
)


class Connection(sqlite3.Connection):
    """A connection that remembers by name what rooms have registered on it."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.known: dict[str, Any] = {}


def connect(path: Path, *, readonly: bool) -> sqlite3.Connection:
    """A connection with explicit transactions; opening it undoes a step whose journal is hot.

    Raises Unreadable when the file cannot be opened or is no database.
    """
    try:
        db = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, cached_statements=256, factory=Connection
        )
    except sqlite3.Error as error:
        raise explained(error, path) from None
    db.row_factory = sqlite3.Row
    try:
        for setting in (*_SETTINGS, f"query_only = {int(readonly)}"):
            db.execute(f"PRAGMA {setting}")
    except sqlite3.Error as error:
        db.close()
        raise explained(error, path) from None
    return db


@contextmanager
def sorting(db: sqlite3.Connection, plan: Iterable[str]) -> Iterator[None]:
    """A statement that may sort many rows runs in here; `plan` is what EXPLAIN QUERY PLAN says of it.

    SQLite sorts in runs as large as the page cache, each a linked list. Runs that fit the processor's cache take half
    the time; the system keeps them in memory anyway. Where rows are looked up as well the page cache is worth more.
    """
    lines = list(plan)
    short = any("TEMP B-TREE" in line for line in lines) and not any(line.startswith("SEARCH") for line in lines)
    if short:
        db.execute(f"PRAGMA cache_size = {_RUN}")
    try:
        yield
    finally:
        if short:
            db.execute(f"PRAGMA cache_size = {_CACHE}")


def check_version(db: sqlite3.Connection, path: Path) -> None:
    """Raises Unreadable when the database is no world of mctui, or one of another version."""
    try:
        application = db.execute("PRAGMA application_id").fetchone()[0]
        version = db.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        raise explained(error, path) from None
    if application != schema.APPLICATION_ID:
        raise Unreadable(
            "This is an SQLite database, but not a world of mctui.",
            fix="`mctui new SCENARIO FILE` makes one; `mctui import FILE PATH` takes other files in.",
            where=str(path),
        )
    if version > schema.VERSION:
        raise Unreadable(
            f"This file is of version {version}; this mctui reads up to version {schema.VERSION}.",
            fix="Open it with the mctui that made it, or a newer one. The file was not touched.",
            where=str(path),
        )
    if version < schema.VERSION:
        raise Unreadable(
            f"This file is of version {version}; this mctui reads version {schema.VERSION} only.",
            cause="Worlds are not carried over from one version to the next yet.",
            fix="`mctui new SCENARIO FILE` makes the world anew. The file was not touched.",
            where=str(path),
        )


def change_counter(path: Path) -> int:
    """SQLite's file change counter: bytes 24 to 27 of the header. Source: SQLite's file format."""
    with open(path, "rb") as file:
        return int.from_bytes(os.pread(file.fileno(), 4, 24))
