"""Two worlds compared, differences first: where they stand, which contacts differ, which rows of which tables.

Both files are only read: the second is attached to the first, and SQL tells the rows that differ.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mctui.reading.differences import LARGEST, LEFT_OUT
from mctui.views import Choice

LISTED = 12  # rows of a table, and contacts, that are shown
VISIT = 4294967295  # the part of a visit that is the Contact ID


@dataclass(frozen=True)
class Compared:
    """Some of the differences: rows of (what, in the first world, in the second)."""

    title: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Comparison:
    """Two worlds by their file names, and how they differ; no section when they do not."""

    left: str
    right: str
    sections: tuple[Compared, ...] = ()


def beside(world: Path) -> tuple[Choice, ...]:
    """The other worlds in the folder of this one: its checkpoints and forks first."""
    found = sorted(path for path in world.parent.glob("*.mctui") if path != world)
    found.sort(key=lambda path: not path.name.startswith(f"{world.stem}."))
    return tuple(Choice(str(path), (path.name, f"{path.stat().st_size / 1e6:.1f} MB")) for path in found)


def compare(first: Path, second: Path) -> Comparison:
    """How two worlds differ. Raises Refused where one is too large, Unreadable where one is none."""
    from store.errors import Refused

    for path in (first, second):
        if path.is_file() and path.stat().st_size > LARGEST:
            raise Refused(f"{path.name} is too large to be compared row by row.", fix="Compare worlds below 200 MB.")
    stands = _stands(first, second)
    with closing(sqlite3.connect(f"{first.resolve().as_uri()}?mode=ro", uri=True)) as db:
        db.execute("ATTACH ? AS other", (f"{second.resolve().as_uri()}?mode=ro",))
        tables = _tables(db)
        counts = {name: _counts(db, name) for name in tables}
        differing = {name: columns for name, columns in tables.items() if any(counts[name])}
        rows = [_rows(db, name, columns, counts[name]) for name, columns in differing.items()]
        sections = (stands, _contacts(db, differing), *rows)
    return Comparison(first.name, second.name, tuple(each for each in sections if each.rows))


def _stands(first: Path, second: Path) -> Compared:
    """Steps, clocks and totals that are not the same."""
    from store import Org, advice, clock

    sides = []
    for path in (first, second):
        with Org.open(path, readonly=True) as org:
            totals = {name: f"{value:,}" for name, value in advice.totals(org).items() if isinstance(value, int)}
            sides.append({"step": f"{org.k:,}", "system time": clock.system_text(org.now), **totals})
    left, right = sides
    return Compared("Where they stand", tuple(
        (name, left[name], right.get(name, "")) for name in left if left[name] != right.get(name)))  # fmt: skip


def _tables(db: sqlite3.Connection) -> dict[str, list[tuple[str, bool]]]:
    """The tables that both have with the same columns: (column, whether it is of the key)."""
    sql = "SELECT name FROM {}.sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name"
    others = {row[0] for row in db.execute(sql.format("other"))}
    found = {}
    for (name,) in db.execute(sql.format("main")).fetchall():
        if name in LEFT_OUT or name not in others:
            continue
        info = [(row[1], bool(row[5])) for row in db.execute(f'PRAGMA main.table_xinfo("{name}")')]
        if [row[0] for row in info] == [row[1] for row in db.execute(f'PRAGMA other.table_xinfo("{name}")')]:
            found[name] = info if any(key for _, key in info) else [(info[0][0], True), *info[1:]]
    return found


def _counts(db: sqlite3.Connection, name: str) -> tuple[int, int]:
    """How many rows are only in the first, or other than in the second; and the other way round."""
    one, two = (f'SELECT * FROM {side}."{name}"' for side in ("main", "other"))
    sql = f"SELECT (SELECT count(*) FROM ({one} EXCEPT {two})), (SELECT count(*) FROM ({two} EXCEPT {one}))"
    left, right = db.execute(sql).fetchone()
    return int(left), int(right)


def _rows(db: sqlite3.Connection, name: str, columns: list[tuple[str, bool]], counts: tuple[int, int]) -> Compared:
    """A row that both have shows the fields that differ, another one all that it has."""
    names = [column for column, _ in columns]
    keys = [at for at, (_, is_key) in enumerate(columns) if is_key]
    where = " AND ".join(f'"{names[at]}" IS ?' for at in keys)
    rows: list[tuple[str, str, str]] = []
    for side, opposite in (("main", "other"), ("other", "main")):
        only = f'SELECT * FROM {side}."{name}" EXCEPT SELECT * FROM {opposite}."{name}" LIMIT {LISTED}'
        for row in db.execute(only).fetchall():
            key = [row[at] for at in keys]
            twin = db.execute(f'SELECT * FROM {opposite}."{name}" WHERE {where}', key).fetchone()
            if twin and side == "other":
                continue  # listed with its twin
            here, there = _said(names, keys, row, twin), _said(names, keys, twin, row) if twin else ""
            rows.append((" ".join(map(_value, key)), *((here, there) if side == "main" else (there, here))))
    title = f"{name}: rows that differ, {counts[0]:,} here and {counts[1]:,} there"
    return Compared(title, tuple(rows[: 2 * LISTED]))


def _said(names: list[str], keys: list[int], row: tuple[object, ...], twin: tuple[object, ...] | None) -> str:
    parts = [f"{name} {_value(row[at])}" for at, name in enumerate(names)
             if at not in keys and (row[at] is not None if twin is None else row[at] != twin[at])]  # fmt: skip
    return ", ".join(parts) or "is there"


def _value(value: object) -> str:
    text = "∅" if value is None else str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _contacts(db: sqlite3.Connection, differing: dict[str, list[tuple[str, bool]]]) -> Compared:
    """The contacts that have most rows that are other than on the other side."""
    sides: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for name, columns in differing.items():
        column = next((c for c, _ in columns if c in ("contact_key", "contact_id", "visit")), None)
        if column is None or any(c == "contact_key" for c, _ in columns) and column != "contact_key":
            continue
        for counter, side, opposite in zip(sides, ("main", "other"), ("other", "main"), strict=True):
            key = f"d.{column}"
            if column != "contact_key":
                of = f"d.{column} & {VISIT}" if column == "visit" else f"d.{column}"
                key = f"(SELECT k.contact_key FROM {side}.contacts k WHERE k.contact_id = {of})"
            only = f'SELECT * FROM {side}."{name}" EXCEPT SELECT * FROM {opposite}."{name}"'
            for contact, count in db.execute(f"SELECT {key}, count(*) FROM ({only}) d GROUP BY 1"):
                if contact is not None:
                    counter[contact] += count
    all_of = sorted(sides[0] | sides[1], key=lambda one: (-sides[0][one] - sides[1][one], one))
    rows = [(one, f"rows: {sides[0][one]:,}", f"rows: {sides[1][one]:,}") for one in all_of[:LISTED]]
    return Compared(f"Contacts that differ: {len(all_of):,}", tuple(rows))
