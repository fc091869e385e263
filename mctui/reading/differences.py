"""Every row that a step changed, before and after: the world before the step is made again beside the world.

The kept journal of a step holds the pages as they were. Played back over a copy of the file it gives the world before
that step, and SQL tells the rows that differ. Nothing of this touches the file itself.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from mctui.views import Detail, Section

if TYPE_CHECKING:
    from store import Org

LARGEST = 200 * 1024 * 1024  # bytes of a world that is copied to be compared
ROWS_OF_A_TABLE = 12
LEFT_OUT = {"lock", "steps", "agenda"}
Row = tuple[object, ...]


def diff(org: Org, k: int) -> Detail:
    """What step `k` did to the rows of every table. Raises Refused when its journal is gone or the world too large."""
    from store.errors import Refused

    step = org.row("SELECT title FROM steps WHERE k = ?", k)
    if step is None:
        raise Refused(f"There is no step {k}.")
    if org.path.stat().st_size > LARGEST:
        fix = "Ask it in SQL: Q in Data Extensions (2)."
        raise Refused("This world is too large to be compared row by row.", fix=fix)
    for number in range(k, org.k + 1):
        org.timeline.refuse_unless_kept(number)
    with tempfile.TemporaryDirectory(prefix="mctui-") as folder:
        after, before = Path(folder) / "after.mctui", Path(folder) / "before.mctui"
        shutil.copyfile(org.path, after)
        for number in range(org.k, k, -1):
            _undo(after, org.timeline.folder / str(number))
        shutil.copyfile(after, before)
        _undo(before, org.timeline.folder / str(k))
        with closing(sqlite3.connect(after)) as db:
            db.execute("ATTACH ? AS before", (str(before),))
            sections = tuple(_compared(db))
    title = f"Step {k} · {step['title']}"
    return Detail(title, sections or (Section("No row differs", (("why", "the step only moved the clock"),)),))


def _undo(file: Path, journal: Path) -> None:
    """Play a kept journal over a copy: SQLite takes it for a hot one."""
    shutil.copyfile(journal, file.with_name(file.name + "-journal"))
    with closing(sqlite3.connect(file)) as db:
        db.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def _compared(db: sqlite3.Connection) -> Iterator[Section]:
    sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name"
    tables = db.execute(sql)
    known = {row[0] for row in db.execute("SELECT name FROM before.sqlite_schema WHERE type = 'table'")}
    for (name,) in tables.fetchall():
        if name in LEFT_OUT or name not in known:
            continue
        info = db.execute(f'PRAGMA main.table_xinfo("{name}")').fetchall()  # generated columns too
        columns = [row[1] for row in info]
        if columns != [row[1] for row in db.execute(f'PRAGMA before.table_xinfo("{name}")')]:
            continue
        keys = [at for at, row in enumerate(info) if row[5]] or [0]
        new = db.execute(f'SELECT * FROM main."{name}" EXCEPT SELECT * FROM before."{name}"').fetchall()
        old = db.execute(f'SELECT * FROM before."{name}" EXCEPT SELECT * FROM main."{name}"').fetchall()
        if new or old:
            yield _section(name, columns, keys, old, new)


def _section(name: str, columns: list[str], keys: list[int], old: list[Row], new: list[Row]) -> Section:
    """Changed rows as field: before → after, new and removed rows by their key."""

    def key(row: Row) -> Row:
        return tuple(row[at] for at in keys)

    was, now = {key(row): row for row in old}, {key(row): row for row in new}
    changed = [k for k in now if k in was]
    rows: list[tuple[str, object]] = []
    for each in changed[:ROWS_OF_A_TABLE]:
        rows.append((_named(each), _changed(columns, was[each], now[each])))
    for sign, found, others in (("+", now, was), ("-", was, now)):
        for each, row in [(k, row) for k, row in found.items() if k not in others][:ROWS_OF_A_TABLE]:
            rows.append((f"{sign} {_named(each)}", _filled(columns, keys, row)))
    added, removed = len(now) - len(changed), len(was) - len(changed)
    counts = [f"{n:,} {word}" for n, word in ((added, "new"), (len(changed), "changed"), (removed, "removed")) if n]
    return Section(f"{name}: {', '.join(counts)}", tuple(rows))


def _named(key: Row) -> str:
    return " ".join("∅" if part is None else str(part) for part in key)


def _changed(columns: list[str], was: Row, now: Row) -> str:
    pairs = zip(columns, was, now, strict=True)
    return "\n".join(f"{name}: {_value(a)} → {_value(b)}" for name, a, b in pairs if a != b)


def _filled(columns: list[str], keys: list[int], row: Row) -> str:
    """The columns that have a value, but for the key."""
    parts = [f"{name} {_value(v)}" for at, (name, v) in enumerate(zip(columns, row, strict=True))
             if v is not None and v != "" and at not in keys]  # fmt: skip
    return ", ".join(parts)


def _value(value: object) -> str:
    text = "∅" if value is None else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
