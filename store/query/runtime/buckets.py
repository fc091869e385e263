"""DATETRUNC and DATE_BUCKET."""

from __future__ import annotations

from datetime import datetime, timedelta

from store.query.runtime import RunError, python
from store.query.runtime.moments import Moment, stored, write

_ORIGIN = datetime(1900, 1, 1)
_MONTHS = {"year": 12, "quarter": 3, "month": 1}
_SECONDS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


def _months_later(at: datetime, months: int) -> datetime:
    index = at.year * 12 + at.month - 1 + months
    first = datetime(index // 12, index % 12 + 1, 1, at.hour, at.minute, at.second)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(at.day, last.day))


@python("tsql_datetrunc", 4, "cuts a moment to weeks, quarters and fractions, which SQLite's modifiers do not know")
def datetrunc(value: str | None, part: str, kind: str, scale: int) -> str | None:
    """learn: t-sql/functions/datetrunc-transact-sql; weeks begin on Sunday (DATEFIRST 7)."""
    if value is None:
        return None
    moment = stored(value)
    at, ticks = moment.at, 0
    midnight = datetime(at.year, at.month, at.day)
    if part in _MONTHS:
        at = datetime(at.year, (at.month - 1) // _MONTHS[part] * _MONTHS[part] + 1, 1)
    elif part in ("week", "iso_week"):
        days = (at.weekday() + 1) % 7 if part == "week" else at.weekday()
        try:
            at = midnight - timedelta(days=days)
        except OverflowError:
            raise RunError(
                "An invalid date value was encountered: The date value is less than the minimum date value allowed "
                "for the data type."
            ) from None
    elif part in ("day", "dayofyear"):
        at = midnight
    elif part in ("hour", "minute"):
        at = at.replace(minute=at.minute if part == "minute" else 0, second=0)
    elif part in ("millisecond", "microsecond"):
        unit = 10_000 if part == "millisecond" else 10
        ticks = moment.ticks // unit * unit
    return write(Moment(at, ticks, moment.offset), kind, scale)


@python("tsql_date_bucket", 6, "the start of the bucket of n parts that a moment lies in")
def date_bucket(
    value: str | None, part: str, width: int | None, origin: str | None, kind: str, scale: int
) -> str | None:
    """learn: t-sql/functions/date-bucket-transact-sql"""
    if value is None or width is None:
        return None
    if width <= 0:
        raise RunError("Invalid bucket width value passed to DATE_BUCKET function. Only positive values are allowed.")
    moment = stored(value)
    start = stored(origin) if origin is not None else Moment(_ORIGIN)
    if part in _MONTHS:
        step = width * _MONTHS[part]
        months = (moment.at.year - start.at.year) * 12 + moment.at.month - start.at.month
        at = _months_later(start.at, months // step * step)
        if (at, start.ticks) > (moment.at, moment.ticks):
            at = _months_later(start.at, (months // step - 1) * step)
        return write(Moment(at, start.ticks, moment.offset), kind, scale)
    unit = width * (10_000 if part == "millisecond" else _SECONDS[part] * 10_000_000)
    past = (moment.at - start.at) // timedelta(seconds=1) * 10_000_000 + moment.ticks - start.ticks
    seconds, ticks = divmod(past // unit * unit + start.ticks, 10_000_000)
    return write(Moment(start.at + timedelta(seconds=seconds), ticks, moment.offset), kind, scale)
