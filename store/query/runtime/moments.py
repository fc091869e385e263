"""Dates and times as text: reading what people write, in the order SQL Server reads it, and writing its styles.

Source: learn: t-sql/functions/cast-and-convert-transact-sql (styles), t-sql/data-types/datetime-transact-sql
(literals). Language is us_english: month/day/year, two-digit years up to 49 are 20xx.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FAILED = "Conversion failed when converting date and/or time from character string."


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: `ticks` are 100 ns within the second, `offset` minutes from UTC or None."""

    at: datetime
    ticks: int = 0
    offset: int | None = None
    has_date: bool = True
    has_time: bool = True


class BadMoment(ValueError):
    """Not a date or time. `out_of_range` when it has the form of one but such a day or hour does not exist."""

    def __init__(self, out_of_range: bool = False) -> None:
        super().__init__("out of range" if out_of_range else "no date")
        self.out_of_range = out_of_range


_STORED = re.compile(
    r"(?:(\d{4})-(\d\d)-(\d\d))?[ T]?(?:(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?)?(?: ([+-])(\d\d):(\d\d))?$"
)
_TIME = re.compile(
    r"(?:^|[ T])(\d{1,2})(?:(?::(\d{1,2})(?::(\d{1,2})(?:[.:](\d{1,9}))?)?)\s*([ap]m)?|\s*([ap]m))"
    r"\s*(z|[+-]\d{1,2}:\d\d)?\s*$",
    re.I,
)
_NUMERIC = re.compile(r"(\d{1,4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,4})$")
_NAMED_MONTH = re.compile(r"[a-z]{3,9}", re.I)


def stored(text: str) -> Moment:
    """A value as SQLite holds it (types.py) -> Moment."""
    match = _STORED.match(text)
    if match is None or not text:
        raise BadMoment
    year, month, day, hour, minute, second, fraction, sign, off_hour, off_minute = match.groups()
    at = datetime(int(year or 1900), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0))
    offset = None if sign is None else (1 if sign == "+" else -1) * (int(off_hour) * 60 + int(off_minute))
    return Moment(at, int((fraction or "0").ljust(7, "0")), offset, year is not None, hour is not None)


def order_of(style: int) -> str:
    """The order of day, month and year in which a style reads 01/02/03."""
    last = style % 100
    if last in (3, 4, 5, 6, 13, 30, 31) and style != 120:
        return "dmy"
    return "ymd" if last in (2, 11, 12, 20, 21, 23, 25, 26, 27) else "mdy"


def read(text: str, style: int = 0) -> Moment:
    """What a person wrote -> Moment. Raises BadMoment."""
    given = text.strip()
    if not given:
        return Moment(datetime(1900, 1, 1))
    time = _TIME.search(given)
    day_text = given[: time.start()].rstrip("T ") if time else given
    hour = minute = second = ticks = 0
    offset: int | None = None
    if time:
        hour, minute, second, ticks, offset = _time_of_day(time)
    elif given[-1:] in "zZ":
        raise BadMoment
    try:
        found = _date(day_text.strip(), style) if day_text.strip() else date(1900, 1, 1)
        return Moment(
            datetime(found.year, found.month, found.day, hour, minute, second),
            ticks,
            offset,
            bool(day_text),
            bool(time),
        )
    except BadMoment:
        raise
    except ValueError:
        raise BadMoment(out_of_range=True) from None


def _time_of_day(match: re.Match[str]) -> tuple[int, int, int, int, int | None]:
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    half = (match[5] or match[6] or "").lower()
    if half and not (1 <= hour <= 12 or (hour == 0 and half == "am")):
        raise BadMoment(out_of_range=True)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    zone, offset = match[7], None
    if zone:
        offset = (
            0
            if zone in "zZ"
            else (-1 if zone[0] == "-" else 1) * (int(zone[1:].split(":")[0]) * 60 + int(zone.split(":")[1]))
        )
    return hour, minute, second, int((match[4] or "0")[:7].ljust(7, "0")), offset


def _full_year(written: str) -> int:
    if len(written) > 2:
        return int(written)
    return int(written) + (2000 if int(written) <= 49 else 1900)


def _date(text: str, style: int) -> date:
    if re.fullmatch(r"\d{8}", text):
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if re.fullmatch(r"\d{6}", text):
        return date(_full_year(text[:2]), int(text[2:4]), int(text[4:]))
    if re.fullmatch(r"\d{4}", text):
        return date(int(text), 1, 1)
    match = _NUMERIC.match(text)
    if match:
        return _ordered_date(match[1], match[2], match[3], order_of(style))
    return _named_date(text)


def _ordered_date(first: str, second: str, third: str, order: str) -> date:
    if len(first) == 4:
        return date(int(first), int(second), int(third))
    if len(third) != 4 and len(third) > 2 or len(first) == 3:
        raise BadMoment
    if order == "ymd" and len(third) <= 2:
        return date(_full_year(first), int(second), int(third))
    if order == "ymd" or order == "mdy":
        return date(_full_year(third), int(first), int(second))
    return date(_full_year(third), int(second), int(first))


def _named_date(text: str) -> date:
    words = [word for word in re.split(r"[\s,./-]+", text) if word]
    names = [word for word in words if _NAMED_MONTH.fullmatch(word)]
    numbers = [word for word in words if word.isdigit()]
    if len(names) != 1 or len(names) + len(numbers) != len(words) or not 1 <= len(numbers) <= 2:
        raise BadMoment
    months = [n for n, month in enumerate(MONTHS, 1) if names[0].lower() in (month.lower(), month[:3].lower())]
    if not months:
        raise BadMoment
    if len(numbers) == 1:
        if len(numbers[0]) != 4:
            raise BadMoment
        return date(int(numbers[0]), months[0], 1)
    day, year = (numbers[1], numbers[0]) if len(numbers[0]) == 4 else (numbers[0], numbers[1])
    return date(_full_year(year), months[0], int(day))


def fraction(ticks: int) -> str:
    """'.mmm', '.fffffff' or nothing, as SQLite holds it."""
    if not ticks:
        return ""
    return f".{ticks // 10000:03d}" if ticks % 10000 == 0 else f".{ticks:07d}"


def to_three_hundredths(at: datetime, ticks: int) -> tuple[datetime, int]:
    """A datetime counts in 1/300 s: milliseconds end in 0, 3 or 7. learn: t-sql/data-types/datetime-transact-sql"""
    units = (ticks * 300 + 5_000_000) // 10_000_000
    if units == 300:
        return at + timedelta(seconds=1), 0
    return at, (units * 10 + 1) // 3 * 10000


def rounded(at: datetime, ticks: int, scale: int) -> tuple[datetime, int]:
    """Fractional seconds rounded to `scale` digits."""
    unit = 10 ** (7 - scale)
    ticks = (ticks + unit // 2) // unit * unit
    return (at + timedelta(seconds=1), 0) if ticks >= 10_000_000 else (at, ticks)


def write(moment: Moment, target: str, scale: int = 7) -> str:
    """A Moment as SQLite holds a value of type `target`. Raises BadMoment when the type cannot hold it."""
    at, ticks = moment.at, moment.ticks
    if target == "date":
        return f"{at:%Y-%m-%d}".rjust(10, "0")
    if target == "smalldatetime":
        at = (at + timedelta(seconds=30)).replace(second=0)
        ticks = 0
    elif target == "datetime":
        at, ticks = to_three_hundredths(at, ticks)
        if at.year < 1753:
            raise BadMoment(out_of_range=True)
    else:
        at, ticks = rounded(at, ticks, scale)
    clock = f"{at:%H:%M:%S}{fraction(ticks)}"
    if target == "time":
        return clock
    day = f"{at.year:04d}-{at.month:02d}-{at.day:02d} {clock}"
    return day + offset_text(moment.offset or 0) if target == "datetimeoffset" else day


def offset_text(minutes: int) -> str:
    """Minutes from UTC as ' +hh:mm'."""
    return f" {'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
