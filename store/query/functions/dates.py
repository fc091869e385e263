"""The clock, moments from parts, and time zones.

The account's clock is system time: UTC-6 all year. source: domain D1, mateuszdabrowski.pl sql-date-functions
"""

from __future__ import annotations

from store.query.conversion import How
from store.query.convert import to_text
from store.query.moments import moment_from
from store.query.registry import Call, tsql
from store.query.typed import Typed, fail
from store.query.types import DATE, DATETIME, DATETIME2, DATETIMEOFFSET, SqlType

_SYSTEM_SECONDS = "-21600"
_EXPLICIT = How(explicit=True)


@tsql("GETDATE", "CURRENT_TIMESTAMP", args=0)
def getdate(call: Call) -> Typed:
    """learn: t-sql/functions/getdate-transact-sql"""
    return Typed(f"datetime(:now_utc {_SYSTEM_SECONDS}, 'unixepoch')", DATETIME, simple=True, unpadded=True)


@tsql("GETUTCDATE", args=0)
def getutcdate(call: Call) -> Typed:
    """learn: t-sql/functions/getutcdate-transact-sql"""
    return Typed("datetime(:now_utc, 'unixepoch')", DATETIME, simple=True, unpadded=True)


@tsql("SYSDATETIME", args=0)
def sysdatetime(call: Call) -> Typed:
    """learn: t-sql/functions/sysdatetime-transact-sql"""
    return getdate(call).of(type=DATETIME2)


@tsql("SYSUTCDATETIME", args=0)
def sysutcdatetime(call: Call) -> Typed:
    """learn: t-sql/functions/sysutcdatetime-transact-sql"""
    return getutcdate(call).of(type=DATETIME2)


@tsql("SYSDATETIMEOFFSET", args=0)
def sysdatetimeoffset(call: Call) -> Typed:
    """learn: t-sql/functions/sysdatetimeoffset-transact-sql"""
    return Typed(f"({getdate(call).sql} || ' -06:00')", DATETIMEOFFSET, unpadded=True)


def _parts(call: Call, count: int, target: SqlType, pattern: str, valid: str, least: int) -> Typed:
    """Numbers put together with printf; what SQLite moves on to another day (`+0 days` makes it do so) fails."""
    numbers = [call.whole(at).sql for at in range(count)]
    some_null = " OR ".join(f"{number} IS NULL" for number in numbers)
    made = f"printf({pattern}, {', '.join(numbers)})"
    failed = fail(f"Cannot construct data type {target.name}, some of the arguments have values which are not valid.")
    check = valid.format(made=made)
    limits = f"{numbers[0]} BETWEEN {least} AND 9999 AND {check}"
    return Typed(
        f"(CASE WHEN {some_null} THEN NULL WHEN {limits} THEN {made} ELSE {failed} END)", target, unpadded=True
    )


@tsql("DATEFROMPARTS", args=3)
def datefromparts(call: Call) -> Typed:
    """learn: t-sql/functions/datefromparts-transact-sql"""
    return _parts(call, 3, DATE, "'%04d-%02d-%02d'", "date({made}, '+0 days') = {made}", 1)


@tsql("DATETIMEFROMPARTS", args=7)
def datetimefromparts(call: Call) -> Typed:
    """learn: t-sql/functions/datetimefromparts-transact-sql"""
    whole = _parts(call, 6, DATETIME, "'%04d-%02d-%02d %02d:%02d:%02d'", "datetime({made}, '+0 days') = {made}", 1753)
    milliseconds = call.whole(6)
    if milliseconds.literal == 0:
        return whole
    failed = fail("Cannot construct data type datetime, some of the arguments have values which are not valid.")
    made = f"tsql_moment({whole.sql} || printf('.%03d', {milliseconds.sql}), 'datetime', 3)"
    fits = f"{milliseconds.sql} BETWEEN 0 AND 999"
    sql = f"(CASE WHEN {milliseconds.sql} IS NULL THEN NULL WHEN {fits} THEN {made} ELSE {failed} END)"
    return whole.of(sql=sql)


@tsql("SMALLDATETIMEFROMPARTS", args=5)
def smalldatetimefromparts(call: Call) -> Typed:
    """learn: t-sql/functions/smalldatetimefromparts-transact-sql"""
    return _parts(
        call, 5, SqlType("smalldatetime"), "'%04d-%02d-%02d %02d:%02d:00'", "datetime({made}, '+0 days') = {made}", 1900
    )


@tsql("DATETIME2FROMPARTS", args=8)
def datetime2fromparts(call: Call) -> Typed:
    """learn: t-sql/functions/datetime2fromparts-transact-sql"""
    whole = _parts(call, 6, DATETIME2, "'%04d-%02d-%02d %02d:%02d:%02d'", "datetime({made}, '+0 days') = {made}", 1)
    return _with_fraction(call, whole, 6, "datetime2")


@tsql("DATETIMEOFFSETFROMPARTS", args=10)
def datetimeoffsetfromparts(call: Call) -> Typed:
    """learn: t-sql/functions/datetimeoffsetfromparts-transact-sql"""
    whole = _parts(
        call, 6, DATETIMEOFFSET, "'%04d-%02d-%02d %02d:%02d:%02d'", "datetime({made}, '+0 days') = {made}", 1
    )
    hours, minutes = call.whole(7).sql, call.whole(8).sql
    offset = (
        f"printf(' %s%02d:%02d', CASE WHEN {hours} < 0 OR {minutes} < 0 THEN '-' ELSE '+' END, abs({hours}), "
        f"abs({minutes}))"
    )
    full = _with_fraction(call, whole, 6, "datetime2", precision=9)
    return full.of(sql=f"({full.sql} || {offset})", type=DATETIMEOFFSET)


@tsql("TIMEFROMPARTS", args=5)
def timefromparts(call: Call) -> Typed:
    """learn: t-sql/functions/timefromparts-transact-sql"""
    numbers = [call.whole(at).sql for at in range(3)]
    made = f"printf('%02d:%02d:%02d', {', '.join(numbers)})"
    some_null = " OR ".join(f"{number} IS NULL" for number in numbers)
    failed = fail("Cannot construct data type time, some of the arguments have values which are not valid.")
    sql = f"(CASE WHEN {some_null} THEN NULL WHEN time({made}) = {made} THEN {made} ELSE {failed} END)"
    return _with_fraction(call, Typed(sql, SqlType("time", scale=7), unpadded=True), 3, "time")


def _with_fraction(call: Call, whole: Typed, index: int, target: str, precision: int | None = None) -> Typed:
    """`fractions` counts units of 10^-precision seconds, of which a second has no more than that."""
    fractions, digits = call.whole(index), call.whole(index + 1 if precision is None else precision)
    if not isinstance(digits.literal, int) or not 0 <= digits.literal <= 7:
        raise call.refuse(
            f"Scale argument is not valid. Valid expressions for data type {target} scale argument are integer "
            "constants and integer constant expressions."
        )
    made = whole.type
    if fractions.literal == 0:
        return whole.of(type=SqlType(made.name, scale=digits.literal))
    failed = fail(f"Cannot construct data type {made.name}, some of the arguments have values which are not valid.")
    text = f"{whole.sql} || printf('.%0{digits.literal}d', {fractions.sql})"
    fits = f"{fractions.sql} BETWEEN 0 AND {10**digits.literal - 1}"
    made_sql = f"tsql_moment({text}, '{target}', {digits.literal})"
    sql = f"(CASE WHEN {fractions.sql} IS NULL THEN NULL WHEN {fits} THEN {made_sql} ELSE {failed} END)"
    return whole.of(sql=sql, type=SqlType(made.name, scale=digits.literal))


@tsql("TODATETIMEOFFSET", args=2)
def todatetimeoffset(call: Call) -> Typed:
    """The local time with an offset put to it. learn: t-sql/functions/todatetimeoffset-transact-sql"""
    moment = call.moment(0)
    local = moment_from(moment, DATETIME2, _EXPLICIT) if moment.type.name != "datetime2" else moment
    return Typed(f"tsql_switch_offset({local.sql}, {_offset(call)}, 1)", DATETIMEOFFSET, unpadded=True)


@tsql("SWITCHOFFSET", args=2)
def switchoffset(call: Call) -> Typed:
    """The same instant with another offset. learn: t-sql/functions/switchoffset-transact-sql"""
    given = call.value(0)
    if given.is_null:
        return given.of(type=DATETIMEOFFSET)
    if given.type.name != "datetimeoffset":
        given = moment_from(given, DATETIMEOFFSET, _EXPLICIT)
    return Typed(f"tsql_switch_offset({given.sql}, {_offset(call)}, 0)", DATETIMEOFFSET, unpadded=True)


def _offset(call: Call) -> str:
    given = call.value(1)
    return given.sql if given.type.kind == "int" else to_text(given).sql
