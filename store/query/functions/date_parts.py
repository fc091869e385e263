"""DATEPART, DATENAME, YEAR, MONTH, DAY. learn: t-sql/functions/datepart-transact-sql"""

from __future__ import annotations

from collections.abc import Callable

from store.query.convert import to_text
from store.query.moments import plain
from store.query.refused import did_you_mean
from store.query.registry import Call, tsql
from store.query.typed import Typed
from store.query.types import DATETIME2, INT, nvarchar

# Every name and abbreviation -> the part.
PARTS = {
    **dict.fromkeys(("year", "yy", "yyyy"), "year"),
    **dict.fromkeys(("quarter", "qq", "q"), "quarter"),
    **dict.fromkeys(("month", "mm", "m"), "month"),
    **dict.fromkeys(("dayofyear", "dy", "y"), "dayofyear"),
    **dict.fromkeys(("day", "dd", "d"), "day"),
    **dict.fromkeys(("week", "wk", "ww"), "week"),
    **dict.fromkeys(("weekday", "dw", "w"), "weekday"),
    **dict.fromkeys(("hour", "hh"), "hour"),
    **dict.fromkeys(("minute", "mi", "n"), "minute"),
    **dict.fromkeys(("second", "ss", "s"), "second"),
    **dict.fromkeys(("millisecond", "ms"), "millisecond"),
    **dict.fromkeys(("microsecond", "mcs"), "microsecond"),
    **dict.fromkeys(("nanosecond", "ns"), "nanosecond"),
    **dict.fromkeys(("tzoffset", "tz"), "tzoffset"),
    **dict.fromkeys(("iso_week", "isowk", "isoww"), "iso_week"),
}
_FRACTION = "CAST(substr(substr({0}, 21) || '0000000', 1, {1}) AS INTEGER)"

# Part -> its number in a moment written YYYY-MM-DD[ HH:MM:SS[.fffffff]].
_NUMBERS: dict[str, Callable[[str], str]] = {
    "year": lambda at: f"CAST(substr({at}, 1, 4) AS INTEGER)",
    "quarter": lambda at: f"((substr({at}, 6, 2) + 2) / 3)",
    "month": lambda at: f"CAST(substr({at}, 6, 2) AS INTEGER)",
    "dayofyear": lambda at: f"CAST(strftime('%j', {at}) AS INTEGER)",
    "day": lambda at: f"CAST(substr({at}, 9, 2) AS INTEGER)",
    # Weeks begin on Sunday (DATEFIRST 7) and January 1 is in week 1.
    "week": lambda at: f"((strftime('%j', {at}) + strftime('%w', {at}, 'start of year') + 6) / 7)",
    "weekday": lambda at: f"(strftime('%w', {at}) + 1)",
    "hour": lambda at: f"CAST(strftime('%H', {at}) AS INTEGER)",
    "minute": lambda at: f"CAST(strftime('%M', {at}) AS INTEGER)",
    "second": lambda at: f"CAST(substr({at} || ' 00:00:00', 18, 2) AS INTEGER)",
    "millisecond": lambda at: _FRACTION.format(at, 3),
    "microsecond": lambda at: _FRACTION.format(at, 6),
    "nanosecond": lambda at: f"({_FRACTION.format(at, 7)} * 100)",
    # The week of the Thursday.
    "iso_week": lambda at: f"((strftime('%j', date({at}, '-3 days', 'weekday 4')) - 1) / 7 + 1)",
}
_CLOCK = {"hour", "minute", "second", "millisecond", "microsecond", "nanosecond"}
_MONTH_NAMES = (
    "January  February March    April    May      June     July     August   SeptemberOctober  November December "
)
_DAY_NAMES = "Sunday   Monday   Tuesday  WednesdayThursday Friday   Saturday "


def part_of(call: Call) -> str:
    """The date part a call names first. Raises QueryRefused for a word that is none."""
    written = call.word(0)
    if written not in PARTS:
        shown = call.arguments[0].name
        hint = did_you_mean(written, PARTS) if written else "Write the part as a plain word: day, not 'day'."
        raise call.refuse(f"'{shown}' is not a recognized {call.name.lower()} option.", fix=hint, argument=0)
    return PARTS[written]


def _moment(call: Call, index: int, part: str) -> str:
    moment = call.moment(index, DATETIME2)  # the page: text is read as datetime2
    if (moment.type.name == "date" and part in _CLOCK) or (moment.type.name == "time" and part not in _CLOCK):
        raise call.refuse(
            f"The datepart {part} is not supported by date function {call.name.lower()} for data type "
            f"{moment.type.name}."
        )
    return plain(moment)


def _number(call: Call, index: int, part: str) -> str:
    if part == "tzoffset":
        moment = call.moment(index, DATETIME2)
        if moment.type.name == "datetime2":
            return f"(CASE WHEN {moment.sql} IS NOT NULL THEN 0 END)"
        if moment.type.name != "datetimeoffset":
            raise call.refuse(
                f"The datepart tzoffset is not supported by date function {call.name.lower()} for data type "
                f"{moment.type.name}."
            )
        sql = moment.sql
        sign = f"CASE substr({sql}, -6, 1) WHEN '-' THEN -1 ELSE 1 END"
        return f"(({sign}) * (substr({sql}, -5, 2) * 60 + substr({sql}, -2)))"
    at = _moment(call, index, part)
    return _NUMBERS[part](at)


def _part_number(call: Call, index: int, part: str) -> Typed:
    nanoseconds = part in ("nanosecond", "microsecond")
    return Typed(_number(call, index, part), INT, span=None if nanoseconds else (-1000, 9999))


@tsql("DATEPART", args=2)
def datepart(call: Call) -> Typed:
    """learn: t-sql/functions/datepart-transact-sql"""
    return _part_number(call, 1, part_of(call))


@tsql("DATENAME", args=2)
def datename(call: Call) -> Typed:
    """learn: t-sql/functions/datename-transact-sql"""
    part = part_of(call)
    number = Typed(_number(call, 1, part), INT)
    if part == "month":
        return Typed(f"rtrim(substr('{_MONTH_NAMES}', {number.sql} * 9 - 8, 9))", nvarchar(30), unpadded=True)
    if part == "weekday":
        return Typed(f"rtrim(substr('{_DAY_NAMES}', {number.sql} * 9 - 8, 9))", nvarchar(30), unpadded=True)
    if part == "tzoffset":
        zone = f"printf('%s%02d:%02d', iif({number.sql} < 0, '-', '+'), abs({number.sql}) / 60, abs({number.sql}) % 60)"
        return Typed(f"(CASE WHEN {number.sql} IS NOT NULL THEN {zone} END)", nvarchar(30), unpadded=True)
    return to_text(number).of(type=nvarchar(30))


@tsql("YEAR")
def year(call: Call) -> Typed:
    """learn: t-sql/functions/year-transact-sql"""
    return _part_number(call, 0, "year")


@tsql("MONTH")
def month(call: Call) -> Typed:
    """learn: t-sql/functions/month-transact-sql"""
    return _part_number(call, 0, "month")


@tsql("DAY")
def day(call: Call) -> Typed:
    """learn: t-sql/functions/day-transact-sql"""
    return _part_number(call, 0, "day")
