"""T-SQL types: names, precedence, what two operands become, and the precision of decimal arithmetic.

How a value of each type stands in SQLite: every text TEXT, int/bigint/bit INTEGER, decimal and float REAL, date
'YYYY-MM-DD', time 'HH:MM:SS[.fff]', datetime 'YYYY-MM-DD HH:MM:SS[.fff]' (no fraction when it is zero; seven digits
only when three are not enough), datetimeoffset the same plus ' +hh:mm', uniqueidentifier upper-case text, varbinary
BLOB. Source of the rules: learn: t-sql/data-types/data-type-precedence-transact-sql and
.../precision-scale-and-length-transact-sql.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

MAX = -1  # the length of nvarchar(max)

# Lowest first; the operand of the lower type is converted to the higher one.
PRECEDENCE = (
    "null", "binary", "varbinary", "char", "varchar", "nchar", "nvarchar", "uniqueidentifier", "text", "ntext", "bit",
    "tinyint",
    "smallint", "int", "bigint", "smallmoney", "money", "decimal", "real", "float", "time", "date", "smalldatetime",
    "datetime",
    "datetime2", "datetimeoffset", "xml", "sql_variant",
)  # fmt: skip
_RANK = {name: rank for rank, name in enumerate(PRECEDENCE)}

_KINDS = {
    "null": "null",
    **dict.fromkeys(("binary", "varbinary"), "binary"),
    **dict.fromkeys(("char", "varchar", "nchar", "nvarchar", "text", "ntext", "xml"), "text"),
    "uniqueidentifier": "guid",
    "bit": "bit",
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "int"),
    **dict.fromkeys(("smallmoney", "money", "decimal"), "decimal"),
    **dict.fromkeys(("real", "float"), "float"),
    **dict.fromkeys(("time", "date", "smalldatetime", "datetime", "datetime2", "datetimeoffset"), "moment"),
}
_SYNONYMS = {
    "numeric": "decimal", "dec": "decimal", "integer": "int", "character": "char", "double precision": "float",
    "char varying": "varchar", "character varying": "varchar", "national varchar": "nvarchar", "sysname": "nvarchar",
}  # fmt: skip
INT_RANGES = {
    "bit": (0, 1),
    "tinyint": (0, 255),
    "smallint": (-(2**15), 2**15 - 1),
    "int": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
}
_INT_DIGITS = {"bit": 1, "tinyint": 3, "smallint": 5, "int": 10, "bigint": 19}


@dataclass(frozen=True, slots=True)
class SqlType:
    """A T-SQL type. `length` is in characters (MAX for max), `scale` also counts fractional seconds."""

    name: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None

    @property
    def kind(self) -> str:
        """null, text, int, bit, decimal, float, moment, guid or binary: what the translation rules go by."""
        return _KINDS.get(self.name, "other")

    @property
    def is_number(self) -> bool:
        return self.kind in ("int", "bit", "decimal", "float")

    @property
    def is_unicode(self) -> bool:
        return self.name in ("nchar", "nvarchar", "ntext")

    @property
    def spoken(self) -> str:
        """The name as SQL Server's messages say it: `numeric` for decimal."""
        return "numeric" if self.name == "decimal" else self.name

    def __str__(self) -> str:
        if self.name == "decimal":
            return f"decimal({self.precision},{self.scale})"
        if self.length is not None:
            return f"{self.name}({'max' if self.length == MAX else self.length})"
        return self.name


NULL = SqlType("null")
INT, BIGINT, BIT, FLOAT = SqlType("int"), SqlType("bigint"), SqlType("bit"), SqlType("float")
DATE, TIME, DATETIME = SqlType("date"), SqlType("time", scale=7), SqlType("datetime", scale=3)
DATETIME2, DATETIMEOFFSET = SqlType("datetime2", scale=7), SqlType("datetimeoffset", scale=7)
GUID = SqlType("uniqueidentifier")


def nvarchar(length: int = 4000) -> SqlType:
    """nvarchar(length), within 1 to 4000 or MAX."""
    return SqlType("nvarchar", length=length if length == MAX else max(1, min(length, 4000)))


def varchar(length: int = 8000) -> SqlType:
    """varchar(length), within 1 to 8000 or MAX."""
    return SqlType("varchar", length=length if length == MAX else max(1, min(length, 8000)))


def decimal(precision: int, scale: int) -> SqlType:
    """decimal(precision, scale)."""
    return SqlType("decimal", precision=precision, scale=scale)


_TYPE_TEXT = re.compile(r"^\s*\[?([a-z][a-z0-9_ ]*?)\]?\s*(?:\(\s*(max|\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*$", re.I)


def parse_type(text: str) -> SqlType | None:
    """`decimal(10, 2)` -> SqlType;

    None when it is no type that a query can name. CAST's default length 30 is applied.
    """
    match = _TYPE_TEXT.match(text)
    if match is None:
        return None
    name = _SYNONYMS.get(match[1].lower(), match[1].lower())
    if name not in _KINDS or name in ("null", "xml"):
        return None
    first = MAX if (match[2] or "").lower() == "max" else int(match[2]) if match[2] else None
    if name == "decimal":
        return decimal(18 if first is None else first, int(match[3] or 0))
    if name in ("money", "smallmoney"):
        return SqlType(name, precision=19 if name == "money" else 10, scale=4)
    if name in ("text", "ntext"):
        return SqlType(name, length=MAX)
    if _KINDS[name] in ("text", "binary"):
        return SqlType(name, length=30 if first is None else first)
    if name in ("time", "datetime2", "datetimeoffset"):
        return SqlType(name, scale=7 if first is None else first)
    if name == "datetime":
        return DATETIME
    if name == "float" and first is not None and first <= 24:
        return SqlType("real")
    return SqlType(name)


def as_decimal(sql_type: SqlType) -> SqlType:
    """The decimal that an exact number becomes when it meets one: int -> decimal(10,0)."""
    if sql_type.kind == "decimal":
        return decimal(sql_type.precision or 18, sql_type.scale or 0)
    if sql_type.precision is not None:  # an integer literal: its own number of digits
        return decimal(sql_type.precision, 0)
    return decimal(_INT_DIGITS.get(sql_type.name, 18), 0)


def _fit(precision: int, scale: int, *, keep_integer_part: bool) -> SqlType:
    if precision <= 38:
        return decimal(max(precision, 1), scale)
    integer_part = precision - scale
    if keep_integer_part or integer_part < 32:
        return decimal(38, max(0, min(scale, 38 - integer_part)))
    return decimal(38, 6 if scale > 6 else scale)


def decimal_result(operator: str, left: SqlType, right: SqlType) -> SqlType:
    """Type of decimal arithmetic. learn: t-sql/data-types/precision-scale-and-length-transact-sql"""
    a, b = as_decimal(left), as_decimal(right)
    p1, s1, p2, s2 = a.precision or 0, a.scale or 0, b.precision or 0, b.scale or 0
    if operator == "*":
        return _fit(p1 + p2 + 1, s1 + s2, keep_integer_part=False)
    if operator == "/":
        scale = max(6, s1 + p2 + 1)
        return _fit(p1 - s1 + s2 + scale, scale, keep_integer_part=False)
    if operator == "%":
        return _fit(min(p1 - s1, p2 - s2) + max(s1, s2), max(s1, s2), keep_integer_part=True)
    return _fit(max(s1, s2) + max(p1 - s1, p2 - s2) + 1, max(s1, s2), keep_integer_part=True)


def _widest(left: SqlType, right: SqlType, name: str) -> SqlType:
    lengths = [side.length or 30 for side in (left, right) if side.kind == "text"]
    return SqlType(name, length=MAX if MAX in lengths else max(lengths, default=30))


def common_type(left: SqlType, right: SqlType) -> SqlType:
    """What both sides of a comparison, CASE, COALESCE or UNION become."""
    if left.kind == "null" or right.kind == "null":
        return right if left.kind == "null" else left
    high, low = (left, right) if _RANK[left.name] >= _RANK[right.name] else (right, left)
    if high.kind == "text":
        return _widest(left, right, high.name)
    if high.name == "decimal" and low.kind in ("int", "bit", "decimal"):
        a, b = as_decimal(high), as_decimal(low)
        scale = max(a.scale or 0, b.scale or 0)
        return decimal(
            min(38, scale + max((a.precision or 0) - (a.scale or 0), (b.precision or 0) - (b.scale or 0))), scale
        )
    if high.kind == "moment" and low.kind == "moment":
        return replace(high, scale=max(high.scale or 0, low.scale or 0) or high.scale)
    return replace(high, precision=None) if high.kind == "int" else high
