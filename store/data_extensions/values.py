"""What a value must be to stand in a field: conversion from what people and files write, and the refusals."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from store.clock import SYSTEM_ZONE

if TYPE_CHECKING:
    from store.data_extensions.model import Field

Stored = str | int | float | None

NUMBER_MIN, NUMBER_MAX = -(2**31), 2**31 - 1  # ASSUMED: T-SQL int; source: domain B1
TRUNCATED = "String or binary data would be truncated."  # source: domain B7
# ASSUMED; source: domain B1, Boolean "accepts true/false, 1/0, yes/no, y/n on import".
_BOOLEANS = {"true": 1, "1": 1, "yes": 1, "y": 1, "false": 0, "0": 0, "no": 0, "n": 0}
# The format check is ASSUMED; source: domain B1.
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_WIDE = Context(prec=80)
_US_DATE = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})"
    r"(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?\s*([AaPp][Mm])?)?"
)


class Unfit(ValueError):
    """A value that its field does not take; `str()` says why in the product's words where it has some."""


def is_get_date(value: object) -> bool:
    """Whether this is the token for the current system time.

    source: the product writes `GetDate()` (domain B1); SFD:dataextensionfield has `Now()` for the same.
    """
    return isinstance(value, str) and re.sub(r"\s", "", value).lower() in ("getdate()", "getdate", "now()")


def convert(field: Field, value: Any) -> Stored:
    """The value as the field's column keeps it. Raises Unfit. None stays None: nullability is not looked at here."""
    if value is None:
        return None
    if field.type == "Boolean":
        return _boolean(value)
    if field.type == "Number":
        return _number(value)
    if field.type == "Decimal":
        return _decimal(value, field.length or 38, field.scale or 0)
    if field.type == "Date":
        return date_text(value)
    text = _plain(value)
    if field.length is not None and len(text) > field.length:
        raise Unfit(f"{TRUNCATED} It has {len(text)} characters, the field takes {field.length}.")
    if field.type == "EmailAddress" and not _EMAIL.fullmatch(text):
        raise Unfit(f"'{text}' is not an email address.")
    return text


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value)  # 'True': what the product shows for a boolean as text
    return value if isinstance(value, str) else str(value)


def _boolean(value: Any) -> int:
    found = _BOOLEANS.get(str(value).strip().lower())
    if found is None:
        raise Unfit(f"'{value}' is not a Boolean: true or false, 1 or 0, yes or no.")
    return found


def _finite(value: Any, what: str) -> Decimal:
    text = str(int(value)) if isinstance(value, bool) else str(value).strip().replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unfit(f"'{value}' is not a {what}.") from None
    if not number.is_finite():
        raise Unfit(f"'{value}' is not a {what}.")
    return number


def _number(value: Any) -> int:
    number = _finite(value, "Number")
    if number != number.to_integral_value():
        raise Unfit(f"'{value}' is not a whole number.")
    if not NUMBER_MIN <= number <= NUMBER_MAX:
        raise Unfit(f"'{value}' is beyond a Number: {NUMBER_MIN} to {NUMBER_MAX}.")
    return int(number)


def _decimal(value: Any, precision: int, scale: int) -> float:
    number = _finite(value, "Decimal")
    limit = Decimal(10) ** (precision - scale)
    if abs(number) < limit:
        number = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _WIDE)
    if abs(number) >= limit:
        raise Unfit(f"'{value}' has more digits than Decimal({precision},{scale}) takes.")
    return float(number)


def date_text(value: Any) -> str:
    """`YYYY-MM-DD HH:MM:SS[.mmm]` in system time; a text with a zone is converted, one without is taken as it is.

    US forms (`1/31/2026`, `1/31/2026 5:07 PM`) and ISO forms are read. Raises Unfit.
    """
    moment = _us_moment(value) if isinstance(value, str) and "/" in value else _iso_moment(value)
    if moment is None:
        raise Unfit(f"'{value}' is not a date: write 2026-01-31, 2026-01-31 17:07:00 or 1/31/2026 5:07 PM.")
    if moment.tzinfo:
        moment = moment.astimezone(SYSTEM_ZONE)
    parts = "milliseconds" if moment.microsecond >= 1000 else "seconds"
    return moment.replace(tzinfo=None).isoformat(" ", parts)


def _iso_moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    try:
        return datetime.fromisoformat(str(value).strip()) if isinstance(value, str) else None
    except ValueError:
        return None


def _us_moment(text: str) -> datetime | None:
    found = _US_DATE.fullmatch(text.strip())
    if not found:
        return None
    month, day, year, hour, minute, second, fraction, half = found.groups()
    hours = int(hour or 0)
    if half and not 1 <= hours <= 12:
        return None
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    # source: T-SQL "two digit year cutoff" 2049.
    years = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 50 else 1900)
    microseconds = int((fraction or "0").ljust(6, "0"))
    try:
        return datetime(years, int(month), int(day), hours, int(minute or 0), int(second or 0), microseconds)
    except ValueError:
        return None
