"""The schedule of an automation: an iCalendar recurrence and a Windows time zone.

The simulation knows every n minutes, hours, days or weeks at a time of day; anything else is kept as a note.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

_EVERY = {"MINUTELY": "minutely", "HOURLY": "hourly", "DAILY": "daily", "WEEKLY": "weekly"}
_SECONDS = {"minutely": 60, "hourly": 3600, "daily": 86400, "weekly": 7 * 86400}
_SYSTEM = -6.0
# Standard time of the zones that the product offers most; daylight saving is not simulated.
# Source: Windows time zone names, hours from UTC.
_ZONES = {
    "central standard time (no dst)": -6, "central america standard time": -6, "central standard time": -6,
    "canada central standard time": -6, "central standard time (mexico)": -6, "mountain standard time": -7,
    "us mountain standard time": -7, "pacific standard time": -8, "alaskan standard time": -9,
    "hawaiian standard time": -10, "eastern standard time": -5, "us eastern standard time": -5,
    "sa pacific standard time": -5, "atlantic standard time": -4, "sa western standard time": -4,
    "pacific sa standard time": -4, "newfoundland standard time": -3.5, "e. south america standard time": -3,
    "argentina standard time": -3, "sa eastern standard time": -3, "azores standard time": -1, "utc": 0,
    "gmt standard time": 0, "greenwich standard time": 0, "morocco standard time": 0,
    "w. europe standard time": 1, "central europe standard time": 1, "romance standard time": 1,
    "central european standard time": 1, "w. central africa standard time": 1, "e. europe standard time": 2,
    "fle standard time": 2, "gtb standard time": 2, "south africa standard time": 2, "israel standard time": 2,
    "egypt standard time": 2, "russian standard time": 3, "arab standard time": 3, "turkey standard time": 3,
    "arabian standard time": 4, "pakistan standard time": 5, "india standard time": 5.5,
    "se asia standard time": 7, "china standard time": 8, "singapore standard time": 8, "taipei standard time": 8,
    "w. australia standard time": 8, "tokyo standard time": 9, "korea standard time": 9,
    "cen. australia standard time": 9.5, "e. australia standard time": 10, "aus eastern standard time": 10,
    "new zealand standard time": 12,
}  # fmt: skip


def schedule_of(raw: Any, notes: list[str]) -> dict[str, Any] | None:
    """{every, interval, at, first, last} in system time, or None when there is none that is simulated, with a note.

    `at` is HH:MM, `first` and `last` (or None) are system-time moments in ISO form.
    """
    if not isinstance(raw, dict) or not raw.get("icalRecur"):
        return None
    rule = _rule(str(raw["icalRecur"]))
    start = _moment(raw.get("startDate"))
    every = _EVERY.get(rule.get("FREQ", ""))
    interval = int(rule["INTERVAL"]) if rule.get("INTERVAL", "").isdecimal() else 1
    several_days = "," in rule.get("BYDAY", "")
    if every is None or start is None or several_days or interval < 1:
        notes.append(f"Its schedule is not simulated ({raw['icalRecur']}): start it by hand.")
        return None
    zone = str(raw.get("timezoneName") or "")
    if zone and zone.lower() not in _ZONES:
        notes.append(f"The time zone '{zone}' is not known: its times are taken as system time (UTC-6).")
    shift = timedelta(hours=_SYSTEM - _ZONES.get(zone.lower(), _SYSTEM))
    first = start + shift
    if every == "weekly":
        notes.append(f"It runs weekly at {first:%H:%M}, whatever the day of the week.")
    last = _last(rule, raw, start, _SECONDS[every] * interval)
    return {
        "every": every,
        "interval": interval,
        "at": f"{first:%H:%M}",
        "first": first.isoformat(),
        "last": (last + shift).isoformat() if last else None,
    }


def _last(rule: dict[str, str], raw: dict[str, Any], start: datetime, seconds: int) -> datetime | None:
    """The end of the recurrence in its own zone: after COUNT runs, else its end date."""
    if rule.get("COUNT", "").isdecimal():
        try:
            return start + timedelta(seconds=seconds * (int(rule["COUNT"]) - 1))
        except OverflowError:
            return None
    return _moment(raw.get("endDate"))


def _rule(text: str) -> dict[str, str]:
    """`FREQ=DAILY;INTERVAL=1` as a mapping in upper case."""
    pairs = (part.partition("=") for part in text.removeprefix("RRULE:").split(";"))
    return {name.strip().upper(): value.strip().upper() for name, _, value in pairs}


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None, microsecond=0)
    except ValueError:
        return None
