"""How a folder of query texts fares: `python -m tests.corpus FOLDER`.

For each .sql file the data extensions that it reads are made up from what it says about them, with a few rows; the
query is compiled and run, and one line says how that went: ok, refused (with the place) or failed. Not part of the
suite: the folder is whatever you have.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store import query
from store.data_extensions import data_views, sql_type
from store.query import Column, QueryRefused, SqlType, Table
from store.query.parse import parse
from store.query.refused import CHECKING
from store.query.types import BIGINT, BIT, DATETIME, INT, decimal, nvarchar

NOW = 1_767_592_800  # 2026-01-05 06:00:00 UTC
ROWS = 5
_GUESSES = (  # the type of a column that only its name is known of
    (re.compile(r"date|time$|_at$|timestamp|birthday", re.I), DATETIME),
    (re.compile(r"^(is|has)[A-Z_]|^(isunique|active|optin)$"), BIT),
    (re.compile(r"amount|price|revenue|total|score", re.I), decimal(18, 2)),
    (re.compile(r"count|age$|number$|quantity|^(job|list|batch|subscriber|account)id$", re.I), INT),
)


@dataclass(frozen=True)
class Verdict:
    """What became of one file."""

    file: str
    verdict: str  # ok, refused, failed
    reason: str


class InferredCatalog:
    """Data views as they are; any other name is a data extension with the columns that the query gives it."""

    def __init__(self) -> None:
        self._columns: dict[str, dict[str, str]] = {}
        self._names: dict[str, str] = {}
        self._views = {name.lower(): name for name in data_views()}

    def add(self, table: str, column: str = "") -> None:
        """The query reads this table, or this column of it."""
        if table.lower() in self._views:
            return
        self._names.setdefault(table.lower(), table)
        columns = self._columns.setdefault(table.lower(), {})
        if column and not column.startswith("_"):
            columns.setdefault(column.lower(), column)

    def has(self, table: str, column: str) -> bool:
        """Whether a table is known to have a column."""
        if view := self._views.get(table.lower()):
            return any(field.name.lower() == column.lower() for field in data_views()[view])
        return column.lower() in self._columns.get(table.lower(), {})

    def table(self, name: str, qualifier: str | None) -> Table | None:
        """See store.query.Catalog."""
        quoted = '"' + name.lower().replace('"', '""') + '"'
        if view := self._views.get(name.lower()):
            return Table(view, quoted, tuple(Column(f.name, sql_type(f), f.is_nullable) for f in data_views()[view]))
        known = self._columns.get(name.lower())
        if known is None:
            return None
        columns = [Column(column, guess(column)) for column in known.values()] or [Column("Id", guess("Id"))]
        # As if it had a retention policy, with which the creation date can be named.
        hidden = (
            Column("_CustomObjectKey", BIGINT, nullable=False, hidden=True),
            Column("_CreatedDate", DATETIME, hidden=True),
        )
        return Table(self._names[name.lower()], quoted, (*columns, *hidden))

    def names(self) -> list[str]:
        """See store.query.Catalog."""
        return [*self._names.values(), *self._views.values()]


def guess(column: str) -> SqlType:
    """A type that goes with the name."""
    return next((kind for pattern, kind in _GUESSES if pattern.search(column)), nvarchar(254))


def infer(sql: str) -> InferredCatalog:
    """The tables of a query with the columns that it names. Raises QueryRefused when it is no query."""
    from sqlglot import exp
    from sqlglot.optimizer.scope import traverse_scope

    tree = parse(sql)
    catalog = InferredCatalog()
    for table in tree.find_all(exp.Table):
        catalog.add(table.name)
    for scope in traverse_scope(tree):
        for column in scope.columns:
            if column.name:
                _place(catalog, scope, column.table, column.name)
    return catalog


def _place(catalog: InferredCatalog, scope: Any, qualifier: str, name: str) -> None:
    """Give a column to the table that it is said to be of, else to the first that can have it."""
    from sqlglot import exp

    sources = {alias.lower(): source for alias, source in scope.sources.items()}
    if qualifier:
        named = sources.get(qualifier.lower())
        if named is None and scope.parent is not None:
            _place(catalog, scope.parent, qualifier, name)
        candidates = [] if named is None else [named]
    else:
        candidates = list(sources.values())
    if not qualifier and any(isinstance(each, exp.Table) and catalog.has(each.name, name) for each in candidates):
        return
    for source in candidates:
        if isinstance(source, exp.Table):
            catalog.add(source.name, name)
            return
        if any(isinstance(each, exp.Star) or each.is_star for each in source.expression.selects):
            _place(catalog, source, "", name)
            return
        if not qualifier and name.lower() in (each.lower() for each in source.expression.named_selects):
            return


def verdict_of(file: Path) -> Verdict:
    """Compile and run one file."""
    try:
        sql = file.read_text(encoding="utf-8-sig")
        catalog = infer(sql)
        compiled = query.compile_query(sql, catalog)
    except QueryRefused as error:
        return Verdict(file.name, "refused", f"{error.where}: {error.message.removeprefix(CHECKING)}")
    db = sqlite3.connect(":memory:")
    query.connect_functions(db)
    for name in sorted({source.lower() for source in compiled.sources}):
        table = catalog.table(name, None)
        assert table is not None
        make(db, table)
    try:
        rows = db.execute(compiled.sql, {"now_utc": NOW, "seed": 1}).fetchall()
    except sqlite3.Error as error:
        return Verdict(file.name, "failed", query.run_error(db, error).message)
    finally:
        db.close()
    return Verdict(file.name, "ok", f"{len(rows)} row{'s' * (len(rows) != 1)}")


def make(db: sqlite3.Connection, table: Table) -> None:
    """A table with a few rows."""
    columns = ", ".join(
        f'"{column.name}"{" TEXT COLLATE NOCASE" if column.type.kind == "text" else ""}' for column in table.columns
    )
    db.execute(f"CREATE TABLE {table.sqlite_name} ({columns})")
    places = ", ".join("?" * len(table.columns))
    rows = [[value(column.type, number) for column in table.columns] for number in range(ROWS)]
    db.executemany(f"INSERT INTO {table.sqlite_name} VALUES ({places})", rows)


def value(kind: SqlType, number: int) -> str | int | None:
    """What stands in a row; texts of the first row are empty."""
    if kind.kind == "text":
        return f"v{number}"[: kind.length or 9] if number else None
    if kind.name == "datetime":
        return f"2025-1{number % 3}-0{number % 9 + 1} 10:0{number % 10}:00"
    return number % 2 if kind.name == "bit" else number


def main(folder: str) -> int:
    """One line per file on stdout, how many of each on stderr."""
    files = sorted(Path(folder).glob("*.sql"))
    counts: Counter[str] = Counter()
    for file in files:
        found = verdict_of(file)
        counts[found.verdict] += 1
        reason = " ".join(found.reason.split())
        print(f"{found.verdict:8}{found.file}  {reason}")
    listed = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
    print(f"{len(files)} files: {listed or 'nothing to read'}", file=sys.stderr)
    return 0 if files else 3


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("usage: python -m tests.corpus FOLDER", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
