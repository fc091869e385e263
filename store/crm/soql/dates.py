"""Date literals on the simulated clock: each is a span of time, from a moment up to another.

source: SOQL and SOSL Reference, "Date Formats and Date Literals". The user's zone is GMT; weeks begin on Sunday.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

Span = tuple[date, date]  # first day, and the day after the last


def today(now: int) -> date:
    """The day of a moment."""
    return datetime.fromtimestamp(now, UTC).date()


def _month(day: date, by: int) -> date:
    months = day.year * 12 + day.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def _start(unit: str, day: date) -> date:
    if unit == "WEEK":
        return day - timedelta(days=(day.weekday() + 1) % 7)
    if unit == "MONTH":
        return day.replace(day=1)
    if unit == "QUARTER":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return day if unit == "DAY" else date(day.year, 1, 1)


def _moved(unit: str, start: date, by: int) -> date:
    """The beginning of the unit so many units later."""
    if unit in ("DAY", "WEEK"):
        return start + timedelta(days=by * (7 if unit == "WEEK" else 1))
    return _month(start, by * {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit])


_PLAIN: dict[str, Callable[[date], Span]] = {
    "TODAY": lambda day: (day, _moved("DAY", day, 1)),
    "YESTERDAY": lambda day: (_moved("DAY", day, -1), day),
    "TOMORROW": lambda day: (_moved("DAY", day, 1), _moved("DAY", day, 2)),
    "LAST_90_DAYS": lambda day: _last_days(day, 90),
    "NEXT_90_DAYS": lambda day: _next("DAY", day, 90),
}
_UNITS = ("WEEK", "MONTH", "QUARTER", "YEAR")


def _last_days(day: date, count: int) -> Span:
    return _moved("DAY", day, -count), _moved("DAY", day, 1)  # up to now, today included


def _next(unit: str, day: date, count: int) -> Span:
    start = _moved(unit, _start(unit, day), 1)
    return start, _moved(unit, start, count)


def span_of(literal: str, now: int) -> Span | None:
    """The days that a literal means, None when there is no such literal."""
    word, _, number = literal.upper().partition(":")
    day = today(now)
    if not number:
        if word in _PLAIN:
            return _PLAIN[word](day)
        which, _, unit = word.partition("_")
        by = {"LAST": -1, "THIS": 0, "NEXT": 1}.get(which)
        if by is None or unit not in _UNITS:
            return None
        start = _moved(unit, _start(unit, day), by)
        return start, _moved(unit, start, 1)
    return _counted(word, int(number), day)


def _counted(word: str, count: int, day: date) -> Span | None:
    for unit in ("DAY", *_UNITS):
        start = _start(unit, day)
        if word == f"LAST_N_{unit}S":
            return _last_days(day, count) if unit == "DAY" else (_moved(unit, start, -count), start)
        if word == f"NEXT_N_{unit}S":
            return _next(unit, day, count)
        if word == f"N_{unit}S_AGO":
            first = _moved(unit, start, -count)
            return first, _moved(unit, first, 1)
    return None
