"""Dates to text and back, for styles and formats that SQLite's strftime does not have."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from store.query.runtime import RunError, python
from store.query.runtime.moments import FAILED, MONTHS, BadMoment, Moment, offset_text, read, stored, write

_STYLES = {
    0: "{mon} {day} {year}{hour12:>3}:{minute}{half}", 1: "{mm}/{dd}/{yy}", 2: "{yy}.{mm}.{dd}", 3: "{dd}/{mm}/{yy}",
    4: "{dd}.{mm}.{yy}", 5: "{dd}-{mm}-{yy}", 6: "{dd} {mon} {yy}", 7: "{mon} {dd}, {yy}", 8: "{time}",
    9: "{mon} {day} {year}{hour12:>3}:{minute}:{second}:{fff}{half}", 10: "{mm}-{dd}-{yy}", 11: "{yy}/{mm}/{dd}",
    12: "{yy}{mm}{dd}", 13: "{dd} {mon} {year} {time}:{fff}", 14: "{time}:{fff}", 20: "{year}-{mm}-{dd} {time}",
    21: "{year}-{mm}-{dd} {time}.{fff}", 22: "{mm}/{dd}/{yy}{hour12:>3}:{minute}:{second} {half}",
    23: "{year}-{mm}-{dd}", 24: "{time}",
    25: "{year}-{mm}-{dd} {time}.{fff}", 101: "{mm}/{dd}/{year}", 102: "{year}.{mm}.{dd}", 103: "{dd}/{mm}/{year}",
    104: "{dd}.{mm}.{year}", 105: "{dd}-{mm}-{year}", 106: "{dd} {mon} {year}", 107: "{mon} {dd}, {year}",
    110: "{mm}-{dd}-{year}", 111: "{year}/{mm}/{dd}", 112: "{year}{mm}{dd}", 126: "{year}-{mm}-{dd}T{time}{.fff}",
    127: "{year}-{mm}-{dd}T{time}{.fff}", 130: "", 131: "",
}  # fmt: skip
_STYLES |= {
    100: _STYLES[0],
    108: _STYLES[8],
    109: _STYLES[9],
    113: _STYLES[13],
    114: _STYLES[14],
    120: _STYLES[20],
    121: _STYLES[21],
}
KNOWN_STYLES = frozenset(style for style, pattern in _STYLES.items() if pattern)
# A date has no time and a time no date: what is left of a style.
_TIME_ONLY = {
    0: "{hour12}:{minute}{half}",
    9: "{hour12}:{minute}:{second}.{fff}{half}",
    22: "{hour12}:{minute}:{second} {half}",
}

WINDOWS_ZONES = {
    "utc": "UTC", "central america standard time": "Etc/GMT+6", "central standard time": "America/Chicago",
    "eastern standard time": "America/New_York", "us eastern standard time": "America/Indianapolis",
    "mountain standard time": "America/Denver", "us mountain standard time": "America/Phoenix",
    "pacific standard time": "America/Los_Angeles", "alaskan standard time": "America/Anchorage",
    "hawaiian standard time": "Pacific/Honolulu", "atlantic standard time": "America/Halifax",
    "canada central standard time": "America/Regina", "newfoundland standard time": "America/St_Johns",
    "e. south america standard time": "America/Sao_Paulo", "argentina standard time": "America/Buenos_Aires",
    "sa pacific standard time": "America/Bogota", "gmt standard time": "Europe/London",
    "greenwich standard time": "Atlantic/Reykjavik",
    "w. europe standard time": "Europe/Berlin", "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw", "romance standard time": "Europe/Paris",
    "gtb standard time": "Europe/Bucharest",
    "fle standard time": "Europe/Kiev", "e. europe standard time": "Europe/Chisinau",
    "turkey standard time": "Europe/Istanbul",
    "israel standard time": "Asia/Jerusalem", "russian standard time": "Europe/Moscow",
    "south africa standard time": "Africa/Johannesburg",
    "egypt standard time": "Africa/Cairo", "arab standard time": "Asia/Riyadh", "arabian standard time": "Asia/Dubai",
    "pakistan standard time": "Asia/Karachi", "india standard time": "Asia/Calcutta",
    "bangladesh standard time": "Asia/Dhaka",
    "se asia standard time": "Asia/Bangkok", "china standard time": "Asia/Shanghai",
    "singapore standard time": "Asia/Singapore",
    "taipei standard time": "Asia/Taipei", "w. australia standard time": "Australia/Perth",
    "tokyo standard time": "Asia/Tokyo",
    "korea standard time": "Asia/Seoul", "cen. australia standard time": "Australia/Adelaide",
    "aus central standard time": "Australia/Darwin", "e. australia standard time": "Australia/Brisbane",
    "aus eastern standard time": "Australia/Sydney", "tasmania standard time": "Australia/Hobart",
    "new zealand standard time": "Pacific/Auckland",
}  # fmt: skip


def moment_from_text(value: str, target: str, source: str, style: int, scale: int) -> str:
    """Text -> date or time. Raises RunError with SQL Server's text."""
    try:
        moment = read(value, style)
        if target in ("datetime", "smalldatetime"):
            if moment.ticks % 10_000 or (moment.offset is not None and "T" not in value.upper()):
                raise BadMoment
            moment = Moment(moment.at - timedelta(minutes=moment.offset or 0), moment.ticks)
        elif target != "datetimeoffset" and moment.offset is not None and target == "time":
            moment = Moment(moment.at, moment.ticks)
        return write(moment, target, scale)
    except BadMoment as bad:
        if bad.out_of_range and target in ("datetime", "smalldatetime"):
            raise RunError(
                f"The conversion of a {source} data type to a {target} data type resulted in an out-of-range value."
            ) from None
        raise RunError(FAILED) from None
    except OverflowError:
        raise RunError(FAILED) from None


@python("tsql_moment", 3, "1/300 s of datetime and rounding of fractional seconds")
def moment_to(value: str | None, target: str, scale: int) -> str | None:
    """A stored moment as another type of moment."""
    if value is None:
        return None
    try:
        return write(stored(value), target, scale)
    except (BadMoment, OverflowError):
        raise RunError(f"The conversion to a {target} data type resulted in an out-of-range value.") from None


def style_text(moment: Moment, style: int, source: str, scale: int) -> str:
    """A moment in one of CONVERT's styles. Raises RunError for an unknown style."""
    at = moment.at
    if style not in KNOWN_STYLES:
        raise RunError(f"{style} is not a valid style number when converting from {source} to a character string.")
    pattern = _STYLES[style]
    if source == "time":
        pattern = _TIME_ONLY.get(
            style % 100, "{time}.{fff}" if style in (21, 25, 121, 126, 13, 14, 113, 114) else "{time}"
        )
    elif source == "date" and style in (0, 100, 9, 109, 20, 120, 21, 25, 121, 126, 127, 13, 113, 22):
        date_part = {0: "{mon} {day} {year}", 9: "{mon} {day} {year}", 13: "{dd} {mon} {year}", 22: "{mm}/{dd}/{yy}"}
        pattern = date_part.get(style % 100, "{year}-{mm}-{dd}")
    digits = 3 if source == "datetime" else scale if source in ("datetime2", "datetimeoffset", "time") else 0
    parts = f"{moment.ticks:07d}"[:digits]
    clock = f"{at:%H:%M:%S}"
    if not digits:
        pattern = pattern.replace(".{fff}", "" if source != "smalldatetime" else ".000").replace(":{fff}", ":000")
    elif source != "datetime":
        pattern = pattern.replace(":{fff}", ".{fff}")
    values = {
        "mon": MONTHS[at.month - 1][:3], "day": f"{at.day:>2}", "year": f"{at.year:04d}", "yy": f"{at.year % 100:02d}",
        "mm": f"{at.month:02d}",
        "dd": f"{at.day:02d}", "hour12": str(at.hour % 12 or 12), "minute": clock[3:5], "second": clock[6:],
        "half": "AM" if at.hour < 12 else "PM",
        "time": clock, "fff": parts,
    }  # fmt: skip
    pattern = pattern.replace("{.fff}", "." + parts if parts and (moment.ticks or source != "datetime") else "")
    written = pattern.format(**values)
    if source == "datetimeoffset":
        written += (
            ("Z" if not moment.offset and style == 127 else offset_text(moment.offset or 0))
            if style in (0, 20, 120, 21, 25, 121, 126, 127, 9, 100, 109)
            else ""
        )
    return written


@lru_cache(maxsize=4096)
def _style_text(value: str, style: int, source: str, scale: int) -> str:
    return style_text(stored(value), style, source, scale)


@python("tsql_style", 4, "CONVERT styles with month names, 12-hour clock or fractions")
def style(value: str | None, number: int | None, source: str, scale: int) -> str | None:
    """A stored moment as text in one of CONVERT's styles."""
    return None if value is None or number is None else _style_text(value, number, source, scale)


def zone(name: str) -> ZoneInfo:
    """A Windows time zone name -> ZoneInfo. Raises RunError for an unknown one."""
    iana = WINDOWS_ZONES.get(name.strip().lower())
    if iana is None:
        raise RunError(f"The time zone parameter '{name}' provided to AT TIME ZONE clause is invalid.")
    return ZoneInfo(iana)


@python("tsql_at_time_zone", 3, "SQLite knows no time zones")
def at_time_zone(value: str | None, name: str | None, has_offset: int) -> str | None:
    """Local time -> with the zone's offset; with an offset -> the same instant in the zone."""
    if value is None or name is None:
        return None
    moment, place = stored(value), zone(name)
    if has_offset:
        from datetime import UTC

        instant = (moment.at - timedelta(minutes=moment.offset or 0)).replace(tzinfo=UTC).astimezone(place)
    else:
        instant = moment.at.replace(tzinfo=place)
        # A time that the change to summer time leaves out moves forward, as in SQL Server.
        instant = instant.astimezone(ZoneInfo("UTC")).astimezone(place)
    shift = instant.utcoffset() or timedelta()
    return write(Moment(instant.replace(tzinfo=None), moment.ticks, int(shift.total_seconds() // 60)), "datetimeoffset")


@python("tsql_switch_offset", 3, "arithmetic on +hh:mm offsets")
def switch_offset(value: str | None, offset: str | int | None, keep: int) -> str | None:
    """SWITCHOFFSET (keep 0: the same instant) and TODATETIMEOFFSET (keep 1: the same local time)."""
    if value is None or offset is None:
        return None
    if isinstance(offset, str):
        try:
            minutes = (-1 if offset.strip()[0] == "-" else 1) * (
                int(offset.strip()[1:3]) * 60 + int(offset.strip()[4:6])
            )
        except (ValueError, IndexError):
            raise RunError("The timezone provided to builtin function switchoffset is invalid.") from None
    else:
        minutes = int(offset)
    if abs(minutes) > 14 * 60:
        raise RunError("The timezone provided to builtin function switchoffset is invalid.")
    moment = stored(value)
    at = moment.at if keep else moment.at - timedelta(minutes=moment.offset or 0) + timedelta(minutes=minutes)
    return write(Moment(at, moment.ticks, minutes), "datetimeoffset")


@python("tsql_utc", 1, "comparing moments of different offsets")
def utc(value: str | None) -> str | None:
    """A datetimeoffset as UTC text without offset, which sorts and compares."""
    if value is None:
        return None
    moment = stored(value)
    return write(Moment(moment.at - timedelta(minutes=moment.offset or 0), moment.ticks), "datetime2")


@python("tsql_add_ticks", 3, "SQLite's date functions keep three digits of a second, datetime2 has seven")
def add_ticks(value: str | None, ticks: int | None, scale: int) -> str | None:
    """A stored moment moved by units of 100 ns; None beyond the years 1 to 9999."""
    if value is None or ticks is None:
        return None
    moment = stored(value)
    seconds, left = divmod(moment.ticks + ticks, 10_000_000)
    try:
        return write(Moment(moment.at + timedelta(seconds=seconds), left), "datetime2", scale)
    except OverflowError:
        return None
