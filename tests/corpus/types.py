"""What a query text says about the type of a column: what it compares it with, computes with it and calls on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store.query import SqlType
from store.query.types import BIT, DATETIME, INT, decimal, nvarchar

if TYPE_CHECKING:
    from sqlglot import exp

TEXT, AMOUNT = nvarchar(254), decimal(18, 2)
_NAMES = (  # the type of a column of which only its name is known
    (re.compile(r"date|time$|_at$|timestamp|birthday", re.I), DATETIME),
    (re.compile(r"^(is|has)[A-Z_]|^(isunique|active|optin)$"), BIT),
    (re.compile(r"amount|price|revenue|total|score|points", re.I), AMOUNT),
    (re.compile(r"count|(^|_)age$|number$|quantity|^(job|list|batch|subscriber|account)id$", re.I), INT),
)
_DATE_TEXT = re.compile(r"\d{4}-?\d\d-?\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}")
# The argument of a call that is a date, a number or a text.
_DATE_ARGUMENTS = {"DATEADD": 2, "DATEPART": 1, "DATENAME": 1, "YEAR": 0, "MONTH": 0, "DAY": 0, "EOMONTH": 0}
_NUMBER_CALLS = {"SUM", "AVG", "ABS", "ROUND", "CEILING", "FLOOR", "SQRT", "POWER"}
_TEXT_CALLS = {"UPPER", "LOWER", "TRIM", "LTRIM", "RTRIM", "SUBSTRING", "CHARINDEX", "PATINDEX", "REPLACE", "STUFF"}
_CLOCK = {"GETDATE", "GETUTCDATE", "DATEADD", "EOMONTH", "DATEFROMPARTS", "CURRENT_TIMESTAMP", "SYSDATETIME"}


def by_name(column: str) -> SqlType:
    """A type that goes with the name."""
    return next((kind for pattern, kind in _NAMES if pattern.search(column)), TEXT)


def by_use(column: exp.Column) -> SqlType | None:
    """The type that this mention of a column asks for; None when it says nothing."""
    from sqlglot import exp

    parent = column.parent
    while isinstance(parent, exp.Paren | exp.Neg):
        parent = parent.parent
    if isinstance(parent, exp.Anonymous):
        return _by_call(parent, column)
    if isinstance(parent, exp.Mul | exp.Div | exp.Mod):
        return AMOUNT
    if isinstance(parent, exp.Like):
        return TEXT
    if isinstance(parent, exp.Between):
        return _by_other(parent.args["low"])
    if isinstance(parent, exp.In) and parent.expressions:
        return _by_other(parent.expressions[0])
    if isinstance(parent, exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE | exp.Sub | exp.Add):
        other = parent.right if parent.left is column or column in parent.left.walk() else parent.left
        return _by_other(other, added=isinstance(parent, exp.Sub | exp.Add))
    return None


def _by_call(call: exp.Anonymous, column: exp.Column) -> SqlType | None:
    name = call.name.upper()
    at = next((at for at, argument in enumerate(call.expressions) if argument is column), -1)
    if (name in ("DATEDIFF", "DATEDIFF_BIG") and at in (1, 2)) or _DATE_ARGUMENTS.get(name) == at:
        return DATETIME
    if name in _NUMBER_CALLS and at == 0:
        return AMOUNT
    if name == "FORMAT" and at == 0:
        shown = call.expressions[1].name if len(call.expressions) > 1 else ""
        return DATETIME if re.search("[yMdHh]", shown) else AMOUNT
    return TEXT if name in _TEXT_CALLS else None


def _by_other(other: exp.Expr, *, added: bool = False) -> SqlType | None:
    """What stands on the other side: a literal, the clock, a conversion."""
    from sqlglot import exp

    while isinstance(other, exp.Paren | exp.Neg):
        other = other.this
    if isinstance(other, exp.Literal):
        if other.is_string:
            return DATETIME if _DATE_TEXT.match(other.name) and not added else TEXT
        return None if added else INT if other.is_int else AMOUNT
    if isinstance(other, exp.National):
        return TEXT
    if isinstance(other, exp.CurrentTimestamp):
        return DATETIME
    if isinstance(other, exp.Anonymous):
        name = other.name.upper()
        words = " ".join(argument.name for argument in other.expressions[:1]) if name == "CONVERT" else ""
        if name == "CAST" and len(other.expressions) > 1:
            words = other.expressions[1].name
        if name in _CLOCK or words.lower().startswith(("date", "smalldate")):
            return DATETIME
        return TEXT if name in _TEXT_CALLS | {"LEFT", "RIGHT", "CONCAT"} else None
    if isinstance(other, exp.Mul | exp.Div):
        return AMOUNT
    return None
