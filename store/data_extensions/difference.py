"""What writing a SELECT into a data extension would change, worked out beside it: no row of the file is written.

The rows of the SELECT go into a TEMP copy of the data extension's own table, so that its own constraints say which of
them do not fit; what is left is compared with the rows that are there.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.data_extensions import storage
from store.data_extensions.manage import refuse_unless_writable
from store.data_extensions.model import DataExtension
from store.data_extensions.rows import Params, run_select
from store.data_extensions.storage import now_literal, quoted, refusal
from store.data_extensions.values import Stored, convert
from store.errors import OrgError
from store.scratch import reading_only

if TYPE_CHECKING:
    from store.org import Org

Row = tuple[Stored, ...]


@dataclass(frozen=True)
class Changed:
    """A row before and after, in the order of the fields."""

    before: Row
    after: Row


@dataclass(frozen=True)
class Failing:
    """A row as the SELECT gives it, in the order of its columns, and why it does not go in."""

    row: Row
    why: str


@dataclass(frozen=True)
class Difference:
    """What would change; counts are exact, the rows are the first ones. A row that fails makes the whole run fail.

    `columns` are those of the SELECT, `fields` those of the data extension. `before` and `after` count its rows. Where
    there is a primary key, an overwritten row of the same key counts as updated or unchanged.
    """

    columns: tuple[str, ...]
    fields: tuple[str, ...]
    selected: int
    before: int
    after: int
    inserted: int
    updated: int
    removed: int
    unchanged: int
    failing: int
    inserted_rows: tuple[Row, ...]
    updated_rows: tuple[Changed, ...]
    removed_rows: tuple[Row, ...]
    failing_rows: tuple[Failing, ...]

    @property
    def fails(self) -> str:
        """Why the run would fail, empty when it would not."""
        return self.failing_rows[0].why if self.failing_rows else ""


def difference(
    org: Org, de: DataExtension, columns: Sequence[str], select_sql: str, params: Params, action: str, limit: int = 100
) -> Difference:
    """What `action` (Append, Update, Overwrite) with the rows of the SELECT would change; at most `limit` rows of each.

    Raises Refused for what cannot be written to at all, sqlite3.Error where the SELECT itself fails.
    """
    refuse_unless_writable(de)
    names = [de.field(name).name for name in columns]
    with _scratch(org):
        work = _Work(org, de, names, action, limit)
        work.take(select_sql, params)
        return work.difference()


@contextmanager
def _scratch(org: Org) -> Iterator[None]:
    """TEMP tables may be made and are gone afterwards, also where the file is open for reading only."""
    with reading_only(org):
        try:
            yield
        finally:
            for name in ("dry_selected", "dry_rows", "dry_failing"):
                org.db.execute(f"DROP TABLE IF EXISTS temp.{name}")


class _Work:
    """TEMP tables: dry_selected (n, c0, c1, ...) as selected; dry_rows as they would stand in the table, by n."""

    def __init__(self, org: Org, de: DataExtension, names: list[str], action: str, limit: int) -> None:
        self.org, self.de, self.names, self.action, self.limit = org, de, names, action, limit
        self.table = quoted(de.table_name)
        self.fields = [field.name for field in de.fields]
        self.keys = [key for key in de.primary_key if key in names]
        self.keyed = bool(de.primary_key) and len(self.keys) == len(de.primary_key)
        same = (f"t.{quoted(key)} = r.{quoted(key)}" for key in self.keys)
        self.match = " AND ".join(same) if self.keyed else "0"

    def take(self, select_sql: str, params: Params) -> None:
        """Fill the TEMP tables."""
        org = self.org
        for name in ("dry_selected", "dry_rows", "dry_failing"):
            org.run(f"DROP TABLE IF EXISTS temp.{name}")
        listed = ", ".join(f"c{n}" for n in range(len(self.names)))
        org.run(f"CREATE TEMP TABLE dry_selected (n INTEGER PRIMARY KEY, {listed})")
        run_select(org, f"INSERT INTO temp.dry_selected({listed}) SELECT * FROM ({select_sql})", params)
        created = str(org.value("SELECT sql FROM sqlite_schema WHERE name = ?", self.de.table_name))
        copy = re.sub(r'^CREATE TABLE ("(?:[^"]|"")+"|\w+)', "CREATE TEMP TABLE dry_rows", created)
        org.run(copy.replace("PRIMARY KEY AUTOINCREMENT", "PRIMARY KEY", 1))
        org.run("CREATE TEMP TABLE dry_failing (n INTEGER PRIMARY KEY, key TEXT)")
        org.run(f"INSERT OR IGNORE INTO temp.dry_rows {self._arriving()}")
        org.run(
            """INSERT INTO temp.dry_failing SELECT n, NULL FROM temp.dry_selected
               WHERE n NOT IN (SELECT _CustomObjectKey FROM temp.dry_rows)"""
        )
        if self.keyed:
            org.run(f"CREATE INDEX temp.dry_rows_key ON dry_rows({', '.join(map(quoted, self.keys))})")
            self._find_duplicates()

    def _arriving(self, where: str = "") -> str:
        """(columns) SELECT of the rows as they would be written; a row that is updated keeps what is not selected."""
        stamps = [name for name in storage.get_date_fields(self.de) if name not in self.names]
        target = ["_CustomObjectKey", "_CreatedDate", *self.names, *stamps]
        values = ["s.n", now_literal(self.org), *(f"s.c{n}" for n in range(len(self.names)))]
        values += [now_literal(self.org)] * len(stamps)
        source = "temp.dry_selected s"
        if self.action == "Update" and self.keyed:
            others = [name for name in self.fields if name not in self.names]
            on = " AND ".join(f"t.{quoted(key)} = s.c{self.names.index(key)}" for key in self.keys)
            source += f" LEFT JOIN {self.table} t ON {on}"
            values = values[: 2 + len(self.names)]
            for key in self.keys:  # it matches without regard to case, and stays as it is written there
                at = 2 + self.names.index(key)
                values[at] = f"CASE WHEN t._CustomObjectKey IS NULL THEN {values[at]} ELSE t.{quoted(key)} END"
            for name in others:
                given = self._default(name)
                values.append(f"CASE WHEN t._CustomObjectKey IS NULL THEN {given} ELSE t.{quoted(name)} END")
            target = [*target[: 2 + len(self.names)], *others]
        return f"({', '.join(map(quoted, target))}) SELECT {', '.join(values)} FROM {source} {where}"

    def _default(self, name: str) -> str:
        """The SQL of what a new row gets in a field that is not selected."""
        if name in storage.get_date_fields(self.de):
            return now_literal(self.org)
        default = self.de.field(name).default_value
        return "NULL" if default is None else storage.literal(convert(self.de.field(name), default))

    def _find_duplicates(self) -> None:
        """The second row of a key, and with Append a key that is there already."""
        there = f"EXISTS (SELECT 1 FROM {self.table} t WHERE {self.match})"
        same = " AND ".join(f"o.{quoted(key)} = r.{quoted(key)}" for key in self.keys)
        columns = ", ".join(map(quoted, self.keys))
        again = f"""r._CustomObjectKey NOT IN (SELECT min(_CustomObjectKey) FROM temp.dry_rows o GROUP BY {columns})"""
        assert same
        if self.action == "Update":  # an update of one row twice is none of a key twice; source: domain D2
            wrong = f"{again} AND NOT {there}"
        else:
            wrong = f"({again} OR {there})" if self.action == "Append" else again
        value = " || ', ' || ".join(f"r.{quoted(key)}" for key in self.keys)
        self.org.run(
            f"INSERT INTO temp.dry_failing SELECT r._CustomObjectKey, {value} FROM temp.dry_rows r WHERE {wrong}"
        )
        self.org.run("DELETE FROM temp.dry_rows WHERE _CustomObjectKey IN (SELECT n FROM temp.dry_failing)")

    # ---- the result

    def difference(self) -> Difference:
        """Compare what arrives with what is there."""
        mine = ", ".join(f"r.{quoted(name)}" for name in self.fields)
        theirs = ", ".join(f"t.{quoted(name)}" for name in self.fields)
        meets = self.keyed and self.action != "Append"
        pairs = f"temp.dry_rows r JOIN {self.table} t ON {self.match if meets else '0'}"
        if self.action == "Update":  # of several rows of one key the last one stays
            same = " AND ".join(f"x.{quoted(key)} = t.{quoted(key)}" for key in self.keys)
            pairs += f" AND r._CustomObjectKey = (SELECT max(x._CustomObjectKey) FROM temp.dry_rows x WHERE {same})"
        differs = " OR ".join(f"r.{quoted(n)} COLLATE BINARY IS NOT t.{quoted(n)}" for n in self.fields)
        alone = f"temp.dry_rows r WHERE NOT EXISTS (SELECT 1 FROM {self.table} t WHERE {self.match if meets else '0'})"
        gone = f"{self.table} t WHERE NOT EXISTS (SELECT 1 FROM temp.dry_rows r WHERE {self.match})"
        before, met = self._count(self.table), self._count(pairs)
        changed = f"{pairs} WHERE {differs}"
        updated = self._count(changed)
        inserted = self._count(alone)
        removed = self._count(gone) if self.action == "Overwrite" else 0
        width = len(self.fields)
        return Difference(
            tuple(self.names), tuple(self.fields), self._count("temp.dry_selected"), before,
            before + inserted - removed, inserted, updated, removed, met - updated, self._count("temp.dry_failing"),
            self._rows(f"SELECT {mine} FROM {alone} ORDER BY r._CustomObjectKey"),
            tuple(
                Changed(row[:width], row[width:])
                for row in self._rows(f"SELECT {theirs}, {mine} FROM {changed} ORDER BY r._CustomObjectKey")
            ),
            self._rows(f"SELECT {theirs} FROM {gone} ORDER BY t._CustomObjectKey") if removed else (),
            tuple(self._failing()),
        )  # fmt: skip

    def _count(self, source: str) -> int:
        return int(self.org.value(f"SELECT count(*) FROM {source}"))

    def _rows(self, sql: str) -> tuple[Row, ...]:
        return tuple(tuple(row) for row in self.org.rows(f"{sql} LIMIT ?", self.limit))

    def _failing(self) -> Iterator[Failing]:
        listed = ", ".join(f"s.c{n}" for n in range(len(self.names)))
        rows = self.org.rows(
            f"""SELECT n, f.key, {listed} FROM temp.dry_failing f JOIN temp.dry_selected s USING (n)
                ORDER BY n LIMIT ?""",
            self.limit,
        )
        for row in rows:
            yield Failing(tuple(row)[2:], self._why(row["n"], row["key"]).message)

    def _why(self, n: int, key: str | None) -> OrgError:
        """The refusal of a row: of its key, or what its constraints say when it is written without IGNORE."""
        if key is not None:
            error = sqlite3.IntegrityError("UNIQUE constraint failed: ")
            return refusal(self.de, error, key)
        try:
            self.org.run(f"INSERT INTO temp.dry_rows {self._arriving(f'WHERE s.n = {n}')}")
        except sqlite3.IntegrityError as error:
            return refusal(self.de, error)
        raise AssertionError(f"row {n} was refused and fits")
