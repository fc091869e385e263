"""Simulated time.

Inside the file a moment is an integer: seconds since 1970-01-01T00:00:00Z. The product shows two clocks: UTC, and
system time, which is UTC-6 all year round without daylight saving.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from store.errors import Refused

# Source: Marketing Cloud Engagement server time, "Central Standard Time (no daylight savings)", UTC-6.
SYSTEM_OFFSET = -6 * 3600
SYSTEM_ZONE = timezone(timedelta(seconds=SYSTEM_OFFSET), "system time")

MINUTE, HOUR, DAY = 60, 3600, 86400
_UNITS = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}


def utc_text(at: int) -> str:
    """`YYYY-MM-DD HH:MM:SS` in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def system_text(at: int) -> str:
    """`YYYY-MM-DD HH:MM:SS` in system time (UTC-6)."""
    return utc_text(at + SYSTEM_OFFSET)


def system_day_start(at: int) -> int:
    """The moment at which the system-time day of `at` began."""
    return (at + SYSTEM_OFFSET) // DAY * DAY - SYSTEM_OFFSET


def sql_system_text(expression: str) -> str:
    """SQL for the system-time text of an integer UTC expression; NULL stays NULL."""
    return f"datetime({expression} - {-SYSTEM_OFFSET}, 'unixepoch')"


def sql_utc_text(expression: str) -> str:
    """SQL for the UTC text of an integer UTC expression; NULL stays NULL."""
    return f"datetime({expression}, 'unixepoch')"


def parse(text: str) -> int:
    """UTC seconds of an ISO date or date-time; without a zone it is UTC.

    Raises Refused for anything else.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        fix = "Write 2026-01-05, 2026-01-05T06:00 or 2026-01-05T06:00Z."
        raise Refused(f"'{text}' is not a time.", fix=fix) from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def duration(text: str) -> int:
    """Seconds of `14d`, `6h`, `30m`, `90s`, `2w` or a sum such as `1d12h`. Raises Refused for anything else."""
    compact = text.strip().lower().replace(" ", "")
    if not re.fullmatch(r"(\d+[smhdw])+", compact):
        raise Refused(f"'{text}' is not a duration.", fix="Write a number and s, m, h, d or w: 90s, 30m, 6h, 14d, 2w.")
    return sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)([smhdw])", compact))


def span(seconds: int) -> str:
    """A duration as a person says it: `3 d 4 h`, `15 min`, `40 s`."""
    if seconds < 0:
        return f"-{span(-seconds)}"
    parts = []
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1, "s")):
        if seconds >= size:
            parts.append(f"{seconds // size} {unit}")
            seconds %= size
    return " ".join(parts[:2]) or "0 s"
