"""A piece of SQLite SQL with its T-SQL type: what every translation rule takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from store.query.types import FLOAT, INT, NULL, SqlType, decimal, nvarchar, varchar

Literal = str | int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """ROW_NUMBER() OVER (PARTITION BY keys ORDER BY one key), as SQL."""

    partition: tuple[str, ...]
    key: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """`sql` can stand anywhere as an operand (it brings its own parentheses).

    simple    it costs nothing to write it twice (a column, a literal)
    unpadded  its text never ends in a blank, so a comparison needs no rtrim
    nonzero   it is never 0, so a division by it needs no check
    raw       int arithmetic without its range check, for an outer operation that checks the whole
    binary    COLLATE ..._CS_... was written: comparisons distinguish case
    column    (table, column) when it is a stored column as it is
    ranked    it is ROW_NUMBER() over these keys
    span      lowest and highest value that a whole number can have, where less than its type allows
    """

    sql: str
    type: SqlType
    literal: Literal = None
    simple: bool = False
    unpadded: bool = False
    nonzero: bool = False
    raw: str = ""
    binary: bool = False
    column: tuple[str, str] | None = None
    span: tuple[int, int] | None = None
    ranked: Ranked | None = None

    @property
    def is_null(self) -> bool:
        return self.type.kind == "null"

    @property
    def bare(self) -> str:
        return self.raw or self.sql

    def of(self, **changes: Any) -> Typed:
        return replace(self, **changes)


def quote(text: str) -> str:
    """A text as SQLite literal."""
    return "'" + text.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """An identifier as SQLite takes it."""
    return '"' + identifier.replace('"', '""') + '"'


def null() -> Typed:
    """NULL without a type of its own."""
    return Typed("NULL", NULL, simple=True, unpadded=True)


def text(value: str, *, unicode: bool = False) -> Typed:
    """A text literal: varchar, or nvarchar for N'...'."""
    made = nvarchar(len(value)) if unicode else varchar(len(value))
    return Typed(quote(value), made, literal=value, simple=True, unpadded=not value.endswith(" "))


def integer(value: int) -> Typed:
    """An integer literal. Beyond int it is a decimal in T-SQL, never a bigint."""
    digits = len(str(abs(value)))
    if not -(2**31) <= value <= 2**31 - 1:
        return Typed(
            f"{value}" if value >= 0 else f"({value})", decimal(digits, 0), literal=value, simple=True, nonzero=True
        )
    sql = str(value) if value >= 0 else f"({value})"
    return Typed(
        sql,
        replace(INT, precision=digits),
        literal=value,
        simple=True,
        unpadded=True,
        nonzero=value != 0,
        span=(value, value),
    )


def number(written: str) -> Typed:
    """A numeric literal as written: 5, 1.50 (decimal(3,2)), 1e3 (float)."""
    if "e" in written.lower():
        value = float(written)
        return Typed(repr(value), FLOAT, literal=value, simple=True, nonzero=value != 0)
    if "." not in written:
        return integer(int(written))
    return decimal_literal(Decimal(written))


def decimal_literal(value: Decimal) -> Typed:
    """A decimal literal with the precision and scale it is written in: 1.50 is decimal(3,2)."""
    sign, digits, exponent = value.as_tuple()
    scale = max(0, -int(exponent))
    precision = max(len(digits) + max(int(exponent), 0), scale, 1)
    shown = repr(float(value))
    return Typed(
        f"({shown})" if sign else shown, decimal(precision, scale), literal=value, simple=True, nonzero=bool(value)
    )


def fail(message: str) -> str:
    """SQL that fails the run with a message of SQL Server, when it is reached."""
    return f"tsql_fail({quote(message)})"
