"""The data extensions that a query text reads, made up from what it says about them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store.data_extensions import data_views, sql_type
from store.query import Column, SqlType, Table
from store.query.parse import parse
from store.query.types import BIGINT, DATETIME
from tests.corpus.types import TEXT, by_name, by_use

if TYPE_CHECKING:
    from sqlglot import exp

ROWS = 5
# A view with one column per profile attribute of the account. source: domain D4
_BY_ACCOUNT = "_enterpriseattribute"


@dataclass
class Guess:
    """A column: its name, the types that its mentions ask for, and the texts that it is compared with."""

    name: str
    uses: list[SqlType] = field(default_factory=list)
    literals: list[str] = field(default_factory=list)

    @property
    def type(self) -> SqlType:
        """The first use that is no text; a text literal makes a number a text."""
        if any(use == TEXT for use in self.uses):
            return TEXT
        return self.uses[0] if self.uses else by_name(self.name)


class InferredCatalog:
    """Data views as they are; any other name is a data extension with the columns that the query gives it."""

    def __init__(self) -> None:
        self._columns: dict[str, dict[str, Guess]] = {}
        self._names: dict[str, str] = {}
        self._views = {name.lower(): name for name in data_views()}

    def add(self, table: str, column: str = "", node: exp.Column | None = None) -> None:
        """The query reads this table, or this column of it."""
        if table.lower() in self._views and table.lower() != _BY_ACCOUNT:
            return
        self._names.setdefault(table.lower(), table)
        columns = self._columns.setdefault(table.lower(), {})
        if not column or column.startswith("_"):
            return
        guess = columns.setdefault(column.lower(), Guess(column))
        if node is not None:
            use = by_use(node)
            if use is not None:
                guess.uses.append(use)
            guess.literals += _literals_beside(node)

    def has(self, table: str, column: str) -> bool:
        """Whether a table is known to have a column."""
        if view := self._views.get(table.lower()):
            return any(each.name.lower() == column.lower() for each in data_views()[view])
        return column.lower() in self._columns.get(table.lower(), {})

    def table(self, name: str, qualifier: str | None) -> Table | None:
        """See store.query.Catalog."""
        quoted = '"' + name.lower().replace('"', '""') + '"'
        known = self._columns.get(name.lower())
        inferred = [Column(guess.name, guess.type) for guess in (known or {}).values()]
        if view := self._views.get(name.lower()):
            columns = [Column(each.name, sql_type(each), each.is_nullable) for each in data_views()[view]]
            return Table(view, quoted, (*columns, *inferred))
        if known is None:
            return None
        # As if it had a retention policy, with which the creation date can be named.
        hidden = (
            Column("_CustomObjectKey", BIGINT, nullable=False, hidden=True),
            Column("_CreatedDate", DATETIME, hidden=True),
        )
        return Table(self._names[name.lower()], quoted, (*(inferred or [Column("Id", TEXT)]), *hidden))

    def names(self) -> list[str]:
        """See store.query.Catalog."""
        return [*self._names.values(), *self._views.values()]

    def make(self, db: sqlite3.Connection, name: str) -> None:
        """A table with a few rows; what the query compares a text with is among its values."""
        table = self.table(name, None)
        assert table is not None
        columns = ", ".join(
            f'"{column.name}"{" TEXT COLLATE NOCASE" if column.type.kind == "text" else ""}' for column in table.columns
        )
        db.execute(f"CREATE TABLE {table.sqlite_name} ({columns})")
        places = ", ".join("?" * len(table.columns))
        known = self._columns.get(name.lower(), {})
        rows = [
            [_value(column.type, known.get(column.name.lower()), number) for column in table.columns]
            for number in range(ROWS)
        ]
        db.executemany(f"INSERT INTO {table.sqlite_name} VALUES ({places})", rows)


def _literals_beside(node: exp.Column) -> list[str]:
    from sqlglot import exp

    parent = node.parent
    if not isinstance(parent, exp.EQ | exp.NEQ | exp.In | exp.Like):
        return []
    return [part.name for part in parent.find_all(exp.Literal) if part.is_string and "%" not in part.name]


def _value(kind: SqlType, guess: Guess | None, number: int) -> str | int | None:
    """What stands in a row; texts of the first row are empty."""
    if kind.kind == "text":
        literals = guess.literals if guess else []
        shown = literals[number - 1] if 0 < number <= len(literals) else f"v{number}"
        return shown[: kind.length or 9] if number else None
    if kind.name == "datetime":
        return f"2025-1{number % 3}-0{number % 9 + 1} 10:0{number % 10}:00"
    return number % 2 if kind.name == "bit" else number + 1


def infer(sql: str) -> InferredCatalog:
    """The tables of a query with the columns that it names. Raises QueryRefused when it is no query."""
    from sqlglot import exp
    from sqlglot.optimizer.scope import traverse_scope

    tree = parse(sql)
    catalog = InferredCatalog()
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier):
            catalog.add(table.name)
    for scope in traverse_scope(tree):
        for column in scope.columns:
            if column.name:
                _place(catalog, scope, column.table, column)
    return catalog


def _place(catalog: InferredCatalog, scope: Any, qualifier: str, column: exp.Column) -> None:
    """Give a column to the table that it is said to be of, else to the first that can have it."""
    from sqlglot import exp

    sources = {alias.lower(): source for alias, source in scope.sources.items()}
    if qualifier:
        named = sources.get(qualifier.lower())
        if named is None and scope.parent is not None:
            _place(catalog, scope.parent, qualifier, column)
        candidates = [] if named is None else [named]
    else:
        candidates = list(sources.values())
    tables = [each for each in candidates if isinstance(each, exp.Table)]
    known = [each for each in tables if catalog.has(each.name, column.name)]
    if not qualifier and known:
        catalog.add(known[0].name, column.name, column)
        return
    for source in candidates:
        if isinstance(source, exp.Table):
            catalog.add(source.name, column.name, column)
            return
        if any(isinstance(each, exp.Star) or each.is_star for each in source.expression.selects):
            _place(catalog, source, "", column)
            return
        if not qualifier and column.name.lower() in (each.lower() for each in source.expression.named_selects):
            return
