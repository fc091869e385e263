"""The time zones that Journey Builder offers, by the names that its JSON writes, and times of day in them.

The JSON has Windows names (`W. Europe Standard Time`); each stands for a zone of the IANA database with its daylight
saving. Source: SFD:wait (timeZone), Unicode CLDR windowsZones for what a name means.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from store.clock import DAY, SYSTEM_ZONE
from store.errors import Refused, did_you_mean

_ZONES = {
    "Afghanistan Standard Time": "Asia/Kabul", "Alaskan Standard Time": "America/Anchorage",
    "Arab Standard Time": "Asia/Riyadh", "Arabian Standard Time": "Asia/Dubai",
    "Arabic Standard Time": "Asia/Baghdad", "Argentina Standard Time": "America/Buenos_Aires",
    "Atlantic Standard Time": "America/Halifax", "AUS Central Standard Time": "Australia/Darwin",
    "AUS Eastern Standard Time": "Australia/Sydney", "Azerbaijan Standard Time": "Asia/Baku",
    "Azores Standard Time": "Atlantic/Azores", "Bangladesh Standard Time": "Asia/Dhaka",
    "Belarus Standard Time": "Europe/Minsk", "Canada Central Standard Time": "America/Regina",
    "Cape Verde Standard Time": "Atlantic/Cape_Verde", "Caucasus Standard Time": "Asia/Yerevan",
    "Cen. Australia Standard Time": "Australia/Adelaide", "Central America Standard Time": "America/Guatemala",
    "Central Asia Standard Time": "Asia/Bishkek", "Central Brazilian Standard Time": "America/Cuiaba",
    "Central Europe Standard Time": "Europe/Budapest", "Central European Standard Time": "Europe/Warsaw",
    "Central Pacific Standard Time": "Pacific/Guadalcanal", "Central Standard Time": "America/Chicago",
    "Central Standard Time (Mexico)": "America/Mexico_City", "China Standard Time": "Asia/Shanghai",
    "E. Africa Standard Time": "Africa/Nairobi", "E. Australia Standard Time": "Australia/Brisbane",
    "E. Europe Standard Time": "Europe/Chisinau", "E. South America Standard Time": "America/Sao_Paulo",
    "Eastern Standard Time": "America/New_York", "Egypt Standard Time": "Africa/Cairo",
    "Ekaterinburg Standard Time": "Asia/Yekaterinburg", "Fiji Standard Time": "Pacific/Fiji",
    "FLE Standard Time": "Europe/Kiev", "Georgian Standard Time": "Asia/Tbilisi",
    "GMT Standard Time": "Europe/London", "Greenland Standard Time": "America/Godthab",
    "Greenwich Standard Time": "Atlantic/Reykjavik", "GTB Standard Time": "Europe/Bucharest",
    "Hawaiian Standard Time": "Pacific/Honolulu", "India Standard Time": "Asia/Calcutta",
    "Iran Standard Time": "Asia/Tehran", "Israel Standard Time": "Asia/Jerusalem",
    "Jordan Standard Time": "Asia/Amman", "Korea Standard Time": "Asia/Seoul",
    "Mauritius Standard Time": "Indian/Mauritius", "Middle East Standard Time": "Asia/Beirut",
    "Morocco Standard Time": "Africa/Casablanca", "Mountain Standard Time": "America/Denver",
    "Mountain Standard Time (Mexico)": "America/Mazatlan", "Myanmar Standard Time": "Asia/Rangoon",
    "N. Central Asia Standard Time": "Asia/Novosibirsk", "Namibia Standard Time": "Africa/Windhoek",
    "Nepal Standard Time": "Asia/Katmandu", "New Zealand Standard Time": "Pacific/Auckland",
    "Newfoundland Standard Time": "America/St_Johns", "North Asia East Standard Time": "Asia/Irkutsk",
    "North Asia Standard Time": "Asia/Krasnoyarsk", "Pacific SA Standard Time": "America/Santiago",
    "Pacific Standard Time": "America/Los_Angeles", "Pakistan Standard Time": "Asia/Karachi",
    "Paraguay Standard Time": "America/Asuncion", "Romance Standard Time": "Europe/Paris",
    "Russian Standard Time": "Europe/Moscow", "SA Eastern Standard Time": "America/Cayenne",
    "SA Pacific Standard Time": "America/Bogota", "SA Western Standard Time": "America/La_Paz",
    "Samoa Standard Time": "Pacific/Apia", "SE Asia Standard Time": "Asia/Bangkok",
    "Singapore Standard Time": "Asia/Singapore", "South Africa Standard Time": "Africa/Johannesburg",
    "Sri Lanka Standard Time": "Asia/Colombo", "Syria Standard Time": "Asia/Damascus",
    "Taipei Standard Time": "Asia/Taipei", "Tasmania Standard Time": "Australia/Hobart",
    "Tokyo Standard Time": "Asia/Tokyo", "Tonga Standard Time": "Pacific/Tongatapu",
    "Turkey Standard Time": "Europe/Istanbul", "US Eastern Standard Time": "America/Indianapolis",
    "US Mountain Standard Time": "America/Phoenix", "UTC": "Etc/UTC",
    "Venezuela Standard Time": "America/Caracas", "Vladivostok Standard Time": "Asia/Vladivostok",
    "W. Australia Standard Time": "Australia/Perth", "W. Central Africa Standard Time": "Africa/Lagos",
    "W. Europe Standard Time": "Europe/Berlin", "West Asia Standard Time": "Asia/Tashkent",
    "West Pacific Standard Time": "Pacific/Port_Moresby", "Yakutsk Standard Time": "Asia/Yakutsk",
}  # fmt: skip
_BY_NAME = {name.lower(): iana for name, iana in _ZONES.items()}


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """The zone of a Windows or IANA name; system time for none (ASSUMED). Raises Refused for a name that is neither."""
    wanted = name.strip()
    if not wanted or wanted.lower() == "system time":
        return SYSTEM_ZONE
    if wanted.lower() == "utc":
        return UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(_BY_NAME.get(wanted.lower(), wanted))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fix = did_you_mean(wanted, _ZONES) or "Write it as Windows does: Eastern Standard Time, UTC."
        raise Refused(f"The time zone '{wanted}' is not known.", fix=fix) from None


def time_of_day(text: str) -> int:
    """Seconds since midnight of `09:30`, `9:30 AM` or a date-time that ends so. Raises Refused for anything else."""
    words = text.strip().upper().replace("T", " ").split()
    half = words.pop() if words and words[-1] in ("AM", "PM") else ""
    numbers = words[-1].split(":") if words else []
    if not 2 <= len(numbers) <= 3 or not all(part.isdecimal() for part in numbers):
        raise Refused(f"'{text}' is not a time of day.", fix="Write it as 09:30.")
    hour, minute = int(numbers[0]), int(numbers[1])
    if half:
        hour = hour % 12 + (12 if half == "PM" else 0)
    if hour > 23 or minute > 59:
        raise Refused(f"'{text}' is not a time of day.", fix="Write it as 09:30.")
    return hour * 3600 + minute * 60


def next_time_of_day(at: int, seconds: int, where: tzinfo) -> int:
    """The first moment at or after `at` when it is so many seconds after midnight there; UTC seconds."""
    local = datetime.fromtimestamp(at, where)
    found = _at(local, seconds, where)
    return found if found >= at else _at(local + timedelta(days=1), seconds, where)


def local_moment(text: str, where: tzinfo) -> int:
    """UTC seconds of a date-time written in local time, or with a zone of its own. Raises Refused when it is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"'{text}' is not a date.", fix="Write it as 2026-02-01T09:00:00.") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=where)).timestamp())


def _at(day: datetime, seconds: int, where: tzinfo) -> int:
    moment = datetime(day.year, day.month, day.day, seconds // 3600, seconds % 3600 // 60, tzinfo=where)
    return int(moment.timestamp())


def sql_utc_of_local(local: str, where: tzinfo, around: int) -> str:
    """SQL for the UTC seconds of local ones (as if the wall clock were UTC), with daylight saving from `around` on.

    Offsets are those of a year before `around` to ten years after it; earlier and later moments take the nearest. A
    wall-clock time that comes twice is the first; one that is skipped is told by the offset before.
    """
    changes = _changes(where, around)
    since = [at + max(offset, before) for (at, offset), (_, before) in zip(changes[1:], changes, strict=False)]
    return f"({local} - {_sql_offset(local, since, [offset for _, offset in changes])})"


def sql_local_of_utc(at: str, where: tzinfo, around: int) -> str:
    """SQL for the wall clock's seconds of UTC ones; the other way round."""
    changes = _changes(where, around)
    return f"({at} + {_sql_offset(at, [since for since, _ in changes[1:]], [offset for _, offset in changes])})"


def _sql_offset(moment: str, since: list[int], offsets: list[int]) -> str:
    if not since:
        return f"({offsets[0]})"
    pairs = zip(reversed(since), reversed(offsets[1:]), strict=True)
    cases = "".join(f" WHEN {moment} >= {at} THEN {offset}" for at, offset in pairs)
    return f"CASE{cases} ELSE {offsets[0]} END"


def _changes(where: tzinfo, around: int) -> list[tuple[int, int]]:
    """(UTC seconds, the offset from then on), the first holding since ever."""
    changes: list[tuple[int, int]] = []
    for day in range(around // DAY - 366, around // DAY + 3660):
        offset = _offset(day * DAY, where)
        if not changes or changes[-1][1] != offset:
            changes.append((_change(day, where), offset))
    return changes


def _change(day: int, where: tzinfo) -> int:
    """The moment in the day before at which the offset became that of the start of `day`."""
    low, high = (day - 1) * DAY, day * DAY
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, where) != _offset(day * DAY, where) else (low, middle)
    return high


def _offset(at: int, where: tzinfo) -> int:
    found = datetime.fromtimestamp(at, where).utcoffset()
    assert found is not None
    return int(found.total_seconds())
