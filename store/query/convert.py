"""Conversion between T-SQL types, implicit and by CAST or CONVERT, as SQL.

`convert(value, target)` is the one entry. Literals are converted here and now; everything else becomes SQL that
gives the converted value or fails the run with SQL Server's text. One function per kind of target.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from store.query.conversion import NUDGE, How, NotAllowed, from_text, not_allowed, within
from store.query.moments import moment_from, moment_text
from store.query.typed import Typed, fail, null, quote, text
from store.query.types import DATETIME, INT_RANGES, MAX, SqlType, as_decimal, varchar

__all__ = ["NotAllowed", "convert", "to_moment", "to_text", "within"]


def convert(value: Typed, target: SqlType, how: How | None = None) -> Typed:
    """The value as `target`. Raises NotAllowed."""
    how = how or How()
    if value.is_null:
        return null().of(type=target)
    if target.kind == "null" or (target == value.type and not (value.type.kind == "int" and value.type.precision)):
        return value
    rule = _RULES.get(target.kind)
    if rule is None:
        raise NotAllowed(f"Type {target.name} cannot be used in a query here.")
    return rule(value, target, how)


# --- numbers ---------------------------------------------------------------------------------------------------------


def _to_int(value: Typed, target: SqlType, how: How) -> Typed:
    kind = value.type.kind
    if kind in ("int", "bit"):
        return _int_to_int(value, target, how)
    if kind == "text":
        called = from_text(value, target, how)
        if value.simple and value.literal is None and target.name in ("int", "bigint"):
            digits = f"{value.sql} GLOB '*[^0-9]*' OR length({value.sql}) NOT BETWEEN 1 AND 9"
            called = f"(CASE WHEN {digits} THEN {called} ELSE CAST({value.sql} AS INTEGER) END)"
        return Typed(called, target, simple=isinstance(value.literal, str), literal=_number_in(called))
    low, high = INT_RANGES[target.name]
    message = (
        f"Arithmetic overflow error converting {'expression' if kind != 'money' else kind} to data type {target.name}."
    )
    if kind in ("decimal", "float"):
        made = f"CAST({value.sql} AS INTEGER)"
        if value.type.name in ("money", "smallmoney"):  # the page: money -> int rounds, the others cut
            value = value.of(sql=f"round({value.sql})")
            made = f"CAST({value.sql} AS INTEGER)"
        integer_digits = (value.type.precision or 38) - (value.type.scale or 0)
        if kind == "decimal" and 10**integer_digits <= high:
            return Typed(made, target)
        return Typed(f"CAST({within(value.sql, str(low), str(high), message, attempt=how.attempt)} AS INTEGER)", target)
    if kind == "moment" and value.type.name in ("datetime", "smalldatetime") and how.explicit:
        return Typed(f"CAST(julianday({value.sql}) - 2415020.0 AS INTEGER)", target)
    if kind == "binary":
        return Typed(f"tsql_binary_int({value.sql}, {8 if target.name == 'bigint' else 4})", target)
    raise _clash(value, target, how)


def _clash(value: Typed, target: SqlType, how: How) -> NotAllowed:
    if how.explicit:
        return not_allowed(value, target, how)
    return NotAllowed(f"Operand type clash: {value.type.spoken} is incompatible with {target.spoken}")


def _number_in(sql: str) -> int | None:
    return int(sql) if sql.isdigit() else None


def _int_to_int(value: Typed, target: SqlType, how: How) -> Typed:
    low, high = INT_RANGES[target.name]
    have = INT_RANGES[value.type.name]
    if isinstance(value.literal, int) and low <= value.literal <= high:
        return value.of(type=target)
    if low <= have[0] and have[1] <= high:
        return value.of(type=target, column=value.column, raw="")
    if target.name in ("tinyint", "smallint"):
        shown = value.literal if isinstance(value.literal, int) else None
        message = f"Arithmetic overflow error for data type {target.name}, value = {shown}."
    else:
        message = f"Arithmetic overflow error converting expression to data type {target.name}."
    return Typed(within(value.bare, str(low), str(high), message, attempt=how.attempt), target, nonzero=value.nonzero)


def _to_bit(value: Typed, target: SqlType, how: How) -> Typed:
    if value.type.kind == "text":
        called = from_text(value, target, how)
        return Typed(called, target, literal=_number_in(called), simple=value.literal is not None)
    if value.type.is_number:
        if isinstance(value.literal, int | float | Decimal):
            return Typed(str(int(bool(value.literal))), target, literal=int(bool(value.literal)), simple=True)
        return Typed(f"({value.sql} <> 0)", target)
    raise not_allowed(value, target, how)


def _to_decimal(value: Typed, target: SqlType, how: How) -> Typed:
    kind, scale = value.type.kind, target.scale or 0
    room = (target.precision or 18) - scale
    if kind == "text":
        called = from_text(value, target, how)
        return Typed(called, target, simple=isinstance(value.literal, str))
    if kind in ("int", "bit", "decimal"):
        have = as_decimal(value.type)
        made = value.bare if kind == "int" else value.sql
        if kind == "decimal" and (have.scale or 0) > scale:
            made = f"round({value.sql} * {NUDGE}, {scale})"
        needs_check = (have.precision or 0) - (have.scale or 0) > room
    elif kind == "float":
        made, needs_check = f"round({value.sql} * {NUDGE}, {scale})", True
    elif kind == "moment" and value.type.name in ("datetime", "smalldatetime"):
        made, needs_check = f"round(julianday({value.sql}) - 2415020.5, {scale})", False
    elif kind == "binary":
        raise not_allowed(value, target, how)
    else:
        raise _clash(value, target, how)
    if not needs_check or room > 15:
        return value.of(sql=made, type=target, raw="", literal=value.literal if made == value.sql else None)
    edge = 10**room
    spoken = "expression" if kind == "float" and target.kind != "decimal" else value.type.spoken
    message = f"Arithmetic overflow error converting {spoken} to data type {target.spoken}."
    limit = str(edge - 1) if scale == 0 else repr(edge - 10.0**-scale)
    return Typed(within(made, f"-{limit}", limit, message, attempt=how.attempt), target)


def _to_float(value: Typed, target: SqlType, how: How) -> Typed:
    if value.type.kind == "text":
        return Typed(from_text(value, target, how), target, simple=isinstance(value.literal, str))
    if value.type.is_number:
        return value.of(sql=f"CAST({value.sql} AS REAL)", type=target, raw="", column=None)
    if value.type.name in ("datetime", "smalldatetime") and how.explicit:
        return Typed(f"(julianday({value.sql}) - 2415020.5)", target)
    raise _clash(value, target, how)


# --- text ------------------------------------------------------------------------------------------------------------


def to_text(value: Typed) -> Typed:
    """Any value as text; text stays as it is, of its own length."""
    if value.type.kind == "text":
        return value
    if value.is_null:
        return null().of(type=varchar(1))
    return convert(value, varchar(50), How(explicit=True))


def _to_text(value: Typed, target: SqlType, how: How) -> Typed:
    kind = value.type.kind
    limit = target.length
    if kind == "text":
        return _text_to_text(value, target, limit)
    unpadded = True
    if kind in ("int", "bit"):
        made = f"CAST({value.sql} AS TEXT)"
        if isinstance(value.literal, int):
            made = quote(str(value.literal))
        made = _number_must_fit(
            made, value, target, how, 1 if kind == "bit" else 20 if value.type.name == "bigint" else 11
        )
    elif kind == "decimal":
        made = f"printf('%.{value.type.scale or 0}f', {value.sql})"
        if value.type.name in ("money", "smallmoney"):
            made = f"tsql_money_text({value.sql}, {how.style})"
        made = _number_must_fit(made, value, target, how, (value.type.precision or 18) + 2)
    elif kind == "float":
        made = f"tsql_float_text({value.sql}, {how.style})"
    elif kind == "guid":
        made = _number_must_fit(value.sql, value, target, how, 36)
    elif kind == "moment":
        made, unpadded = moment_text(value, how.style), True
        if limit is not None and limit != MAX and limit < 34:
            made = _shortened(made, limit)
            unpadded = False
    elif kind == "binary":
        made, unpadded = _binary_text(value, target, how), how.style in (1, 2)
    else:
        raise not_allowed(value, target, how)
    if target.name in ("char", "nchar") and limit not in (None, MAX):
        made, unpadded = f"substr({made} || printf('%{limit}s', ''), 1, {limit})", False
    return Typed(made, target, unpadded=unpadded)


def _shortened(made: str, limit: int) -> str:
    """The first characters; a substr that already gives fewer is left alone."""
    for known, length in (("substr(", 0), ("strftime(", 0)):
        if made.startswith(known) and made.endswith(", 1, 10)") and limit >= 10 and not length:
            return made
    return f"substr({made}, 1, {limit})"


def _text_to_text(value: Typed, target: SqlType, limit: int | None) -> Typed:
    have = value.type.length
    if target.name in ("char", "nchar") and limit not in (None, MAX):
        return Typed(f"substr({value.sql} || printf('%{limit}s', ''), 1, {limit})", target, binary=value.binary)
    if isinstance(value.literal, str) and limit is not None:
        cut = value.literal if limit == MAX else value.literal[:limit]
        return text(cut).of(type=target, binary=value.binary)
    if limit is None or limit == MAX or (have is not None and have != MAX and have <= limit):
        return value.of(type=target)
    return Typed(f"substr({value.sql}, 1, {limit})", target, binary=value.binary)


def _number_must_fit(made: str, value: Typed, target: SqlType, how: How, longest: int) -> str:
    """Too short a text: int becomes '*', everything else fails. learn: t-sql/functions/cast-and-convert-transact-sql"""
    limit = target.length
    if limit is None or limit == MAX or limit >= longest:
        return made
    if value.type.kind in ("int", "bit") and not target.is_unicode:
        instead = "'*'"
    elif value.type.kind == "guid":
        instead = fail("Insufficient result space to convert uniqueidentifier value to char.")
    else:
        of = "expression" if value.type.kind == "int" else value.type.spoken
        instead = fail(f"Arithmetic overflow error converting {of} to data type {target.name}.")
    if how.attempt and instead != "'*'":
        instead = "NULL"
    return f"(CASE WHEN length({made}) > {limit} THEN {instead} ELSE {made} END)"


def _binary_text(value: Typed, target: SqlType, how: How) -> str:
    made = f"hex({value.sql})"
    if how.style == 1:
        made = f"'0x' || {made}"
    elif how.style != 2:
        made = f"tsql_from_binary({value.sql}, {int(target.is_unicode)})"
    elif target.length in (None, MAX):
        # hex(NULL) is '' in SQLite
        return f"(CASE WHEN {value.sql} IS NOT NULL THEN {made} END)"
    cut = made if target.length in (None, MAX) else f"substr({made}, 1, {target.length})"
    return cut if how.style not in (1, 2) else f"(CASE WHEN {value.sql} IS NOT NULL THEN {cut} END)"


def _to_guid(value: Typed, target: SqlType, how: How) -> Typed:
    if value.type.kind == "text":
        return Typed(from_text(value, target, how), target, unpadded=True, simple=isinstance(value.literal, str))
    raise _clash(value, target, how)


def _to_binary(value: Typed, target: SqlType, how: How) -> Typed:
    sizes = {"bigint": 8, "int": 4, "smallint": 2, "tinyint": 1, "bit": 1}
    if value.type.kind == "text":
        made = f"tsql_to_binary({value.sql}, {int(value.type.is_unicode)}, {how.style})"
    elif value.type.kind == "binary":
        made = value.sql
    elif value.type.name in sizes:
        fixed = target.length if target.name == "binary" and target.length not in (None, MAX) else None
        return Typed(f"tsql_int_binary({value.sql}, {fixed or sizes[value.type.name]})", target)
    else:
        raise NotAllowed(f"Conversion from {value.type.spoken} to {target.name} is not simulated.")
    if target.length in (None, MAX):
        return Typed(made, target)
    return Typed(f"tsql_sized_binary({made}, {target.length}, {int(target.name == 'binary')})", target)


def to_moment(value: Typed) -> Typed:
    """A date argument: a date or time stays, anything else becomes datetime."""
    return value if value.type.kind == "moment" else convert(value, DATETIME)


_RULES: dict[str, Callable[[Typed, SqlType, How], Typed]] = {
    "int": _to_int,
    "bit": _to_bit,
    "decimal": _to_decimal,
    "float": _to_float,
    "text": _to_text,
    "guid": _to_guid,
    "binary": _to_binary,
    "moment": moment_from,
}
