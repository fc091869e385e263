"""DATEADD, DATEDIFF, EOMONTH, DATETRUNC. The parts are in date_parts.PARTS."""

from __future__ import annotations

from store.query.conversion import within
from store.query.convert import convert
from store.query.functions.date_parts import part_of
from store.query.moments import plain
from store.query.registry import Call, tsql
from store.query.typed import Typed, fail
from store.query.types import BIGINT, DATE, DATETIME2, INT, INT_RANGES, SqlType

_DAYS = {"day": 1, "dayofyear": 1, "weekday": 1, "week": 7}
_MONTHS = {"year": 12, "quarter": 3, "month": 1}
_SECONDS = {"hour": 3600, "minute": 60, "second": 1}
# Part -> digits of the fraction that count, parts in a second, parts in the last digit.
_FRACTIONS = {"millisecond": (3, 1000, 1), "microsecond": (6, 1_000_000, 1), "nanosecond": (7, 1_000_000_000, 100)}
_TICKS = {"millisecond": 10_000, "microsecond": 10}  # of 100 ns
# Seconds from year 0 to 1970, so that moments before 1970 divide like later ones.
_EPOCH = 62167219200
_PRECISE = ("datetime2", "time", "datetimeoffset")


@tsql("DATEADD", args=3)
def dateadd(call: Call) -> Typed:
    """The moment moved by n parts; months keep the day or take the last of the month.

    learn: t-sql/functions/dateadd-transact-sql
    """
    part, number, moment = part_of(call), convert(call.value(1), INT), call.moment(2)
    _check_part(call, part, moment, "dateadd")
    sql = _not_beyond(_added(call, part, number, moment), number, moment)
    if moment.type.name == "datetimeoffset":
        sql = f"({sql} || substr({moment.sql}, -7))"
    if moment.type.name == "smalldatetime" and part in ("second", "millisecond"):
        sql = f"tsql_moment({sql}, 'smalldatetime', 0)"
    return Typed(sql, moment.type, unpadded=True)


def _added(call: Call, part: str, number: Typed, moment: Typed) -> str:
    at = plain(moment)
    if part in _MONTHS:
        sql = _plus_months(at, _times(number, _MONTHS[part]), moment)
    elif part in _DAYS and moment.type.name == "date":
        sql = f"date({at}, ({_times(number, _DAYS[part])}) || ' days')"
    elif part in _DAYS:
        sql = _shift(at, f"({_times(number, _DAYS[part])}) || ' days'", moment)
    elif part in _SECONDS:
        sql = _shift(at, f"({_times(number, _SECONDS[part])}) || ' seconds'", moment)
    elif part in ("millisecond", "microsecond", "nanosecond") and moment.type.name in _PRECISE:
        ticks = f"tsql_round_half({number.sql}, 100)" if part == "nanosecond" else f"{number.sql} * {_TICKS[part]}"
        sql = f"tsql_add_ticks({at}, {ticks}, {7 if moment.type.scale is None else moment.type.scale})"
    elif part == "millisecond":
        shifted = f"strftime('%Y-%m-%d %H:%M:%f', {at}, printf('%+.3f seconds', ({number.sql}) / 1000.0))"
        sql = f"tsql_moment({shifted}, '{moment.type.name}', {moment.type.scale or 0})"
    else:
        kind = moment.type.name
        raise call.refuse(f"The datepart {part} is not supported by date function dateadd for data type {kind}.")
    return f"substr({sql}, 12)" if moment.type.name == "time" else sql


def _check_part(call: Call, part: str, moment: Typed, function: str) -> None:
    kind = moment.type.name
    clock = part in ("hour", "minute", "second", "millisecond", "microsecond", "nanosecond")
    if (kind == "date" and clock) or (kind == "time" and not clock):
        raise call.refuse(f"The datepart {part} is not supported by date function {function} for data type {kind}.")


def _times(number: Typed, factor: int) -> str:
    if isinstance(number.literal, int):
        return str(number.literal * factor)
    return number.sql if factor == 1 else f"{number.sql} * {factor}"


def _shift(at: str, modifier: str, moment: Typed) -> str:
    """The moment moved by days or seconds, with its fraction: strftime keeps three digits, seven are put back."""
    if moment.type.name in _PRECISE:
        return f"(strftime('%Y-%m-%d %H:%M:%S', substr({at}, 1, 19), {modifier}) || substr({at}, 20))"
    return f"replace(strftime('%Y-%m-%d %H:%M:%f', {at}, {modifier}), '.000', '')"


def _plus_months(at: str, months: str, moment: Typed) -> str:
    """SQLite lets Jan 31 + 1 month run into March; the earlier of that and the month's last day is T-SQL's answer."""
    after = f"{int(months) + 1}" if months.lstrip("-").isdigit() else f"{months} + 1"
    day = f"min(date({at}, ({months}) || ' months'), date({at}, 'start of month', ({after}) || ' months', '-1 day'))"
    return day if moment.type.name == "date" else f"({day} || substr({at}, 11))"


def _not_beyond(sql: str, number: Typed, moment: Typed) -> str:
    """SQLite gives NULL beyond the year 9999, SQL Server fails."""
    if moment.sql.startswith("datetime(:now_utc") and isinstance(number.literal, int) and abs(number.literal) < 1000:
        return sql
    failed = fail(f"Adding a value to a '{moment.type.name}' column caused an overflow.")
    small = isinstance(number.literal, int) and abs(number.literal) < 100
    if moment.type.name == "datetime" and not small and len(sql) < 600:
        sql = f"(CASE WHEN {sql} < '1753' THEN {failed} ELSE {sql} END)"
    return f"coalesce({sql}, CASE WHEN {moment.sql} IS NOT NULL AND {number.sql} IS NOT NULL THEN {failed} END)"


@tsql("DATEDIFF", args=3)
def datediff(call: Call) -> Typed:
    """How many boundaries of the part lie between the two. learn: t-sql/functions/datediff-transact-sql"""
    return _difference(call, INT)


@tsql("DATEDIFF_BIG", args=3)
def datediff_big(call: Call) -> Typed:
    """learn: t-sql/functions/datediff-big-transact-sql"""
    return _difference(call, BIGINT)


def _difference(call: Call, result: SqlType) -> Typed:
    part = part_of(call)
    start, end = (_comparable(call.moment(at, DATETIME2)) for at in (1, 2))  # the page: text is read as datetime2
    sql = _boundaries(part, start, end)
    if sql is None:
        raise call.refuse(f"The datepart {part} is not supported by date function datediff.")
    if part in ("minute", "second", "millisecond", "microsecond", "nanosecond"):
        message = (
            f"The {call.name.lower()} function resulted in an overflow. The number of dateparts separating two "
            "date/time instances is too large. "
        )
        message += f"Try to use {call.name.lower()} with a less precise datepart."
        low, high = INT_RANGES[result.name]
        if result == INT:
            sql = within(sql, str(low), str(high), message)
        elif part in ("microsecond", "nanosecond"):  # beyond 64 bits SQLite goes on in floating point
            sql = f"(CASE WHEN typeof({sql}) = 'real' THEN {fail(message)} ELSE {sql} END)"
    return Typed(sql, result)


def _comparable(moment: Typed) -> str:
    return f"tsql_utc({moment.sql})" if moment.type.name == "datetimeoffset" else plain(moment)


def _boundaries(part: str, start: str, end: str) -> str | None:
    if part == "year":
        return f"(substr({end}, 1, 4) - substr({start}, 1, 4))"
    if part == "quarter":
        return "(" + " - ".join(f"(substr({at}, 1, 4) * 4 + (substr({at}, 6, 2) + 2) / 3)" for at in (end, start)) + ")"
    if part == "month":
        return "(" + " - ".join(f"(substr({at}, 1, 4) * 12 + substr({at}, 6, 2))" for at in (end, start)) + ")"
    if part in ("day", "dayofyear", "weekday"):
        return f"CAST(julianday(substr({end}, 1, 10)) - julianday(substr({start}, 1, 10)) AS INTEGER)"
    if part == "week":  # a week begins on Sunday here, whatever DATEFIRST is
        return (
            "(" + " - ".join(f"CAST(julianday(substr({at}, 1, 10)) + 1.5 AS INTEGER) / 7" for at in (end, start)) + ")"
        )
    if part in _SECONDS:
        unit = _SECONDS[part]
        return "(" + " - ".join(f"(unixepoch(substr({at}, 1, 19)) + {_EPOCH}) / {unit}" for at in (end, start)) + ")"
    if part in _FRACTIONS:
        digits, factor, unit = _FRACTIONS[part]
        seconds = f"(unixepoch(substr({end}, 1, 19)) - unixepoch(substr({start}, 1, 19))) * {factor}"
        fractions = [f"CAST(substr(substr({at}, 21) || '0000000', 1, {digits}) AS INTEGER)" for at in (end, start)]
        return f"({seconds} + ({fractions[0]} - {fractions[1]}) * {unit})"
    return None


@tsql("EOMONTH", args=(1, 2))
def eomonth(call: Call) -> Typed:
    """The last day of the month, `months` later. learn: t-sql/functions/eomonth-transact-sql"""
    at = plain(call.moment(0))
    months = _times(call.whole(1), 1) if len(call) == 2 else "0"
    after = str(int(months) + 1) if months.lstrip("-").isdigit() else f"({months}) + 1"
    return Typed(f"date({at}, 'start of month', ({after}) || ' months', '-1 day')", DATE, unpadded=True)
