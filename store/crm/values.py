"""From what a person or a file writes to what a column holds, by field type.

Dates become 'YYYY-MM-DD', moments UTC seconds, checkboxes 0 or 1, empty texts None. What does not fit raises a
ValueProblem with the API's status code and text.
source: Data Loader Guide, "Data Types Supported by Data Loader"; SOAP API Developer Guide, "StatusCode".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from store.crm.fields import Field
from store.crm.problems import ValueProblem
from store.ids import is_record_id, to_18

Stored = str | int | float | None

# source: Data Loader Guide, "Data Types Supported by Data Loader": case does not count.
TRUE = frozenset(("yes", "y", "true", "on", "1"))
FALSE = frozenset(("no", "n", "false", "off", "0"))
# source: Data Loader Guide, "Data Import Dates".
_FIRST_YEAR, _LAST_YEAR = 1700, 4000

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
_ISO = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|(?:GMT|UTC)?[-+]\d{1,2}:?\d{2}|GMT|UTC)?)?",
    re.I,
)
_US = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})"
    r"(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(AM|PM)?\s*(Z|(?:GMT|UTC)?[-+]\d{1,2}:?\d{2}|GMT|UTC)?)?",
    re.I,
)
_OFFSET = re.compile(r"([-+])(\d{1,2}):?(\d{2})$")


def coerce(field: Field, value: Any) -> Stored:
    """The value as the field's column holds it. Raises ValueProblem when it does not fit."""
    if isinstance(value, str):
        value = value.strip()  # source: SOAP API, "string": leading and trailing spaces are removed
    if value is None or value == "":
        return None
    return _COERCE[field.type](field, value)


def _wrong_type(field: Field, value: Any) -> ValueProblem:
    return ValueProblem("INVALID_TYPE_ON_FIELD_IN_RECORD", f"{field.label}: value not of required type: {value}")


def _text(field: Field, value: Any) -> str:
    if isinstance(value, dict | list):
        raise _wrong_type(field, value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if field.length is not None and len(text) > field.length:
        shown = text if len(text) <= 60 else f"{text[:60]}..."
        raise ValueProblem(
            "STRING_TOO_LONG", f"{field.label}: data value too large: {shown} (max length={field.length})"
        )
    return text


def _email(field: Field, value: Any) -> str:
    text = _text(field, value)
    if not _EMAIL.fullmatch(text):
        raise ValueProblem("INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {text}")
    return text


def _picklist(field: Field, value: Any) -> str:
    text = _text(field, value)
    active = {choice.lower() for choice in field.picklist} - {choice.lower() for choice in field.inactive}
    if field.restricted and text.lower() not in active:
        raise ValueProblem(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"{field.label}: bad value for restricted picklist field: {text}",
        )
    return text


def _boolean(field: Field, value: Any) -> int:
    word = str(value).lower()
    if word in TRUE or word in FALSE:
        return int(word in TRUE)
    raise _wrong_type(field, value)


def _number(field: Field, value: Any) -> float:
    if isinstance(value, str) and _THOUSANDS.fullmatch(value):
        value = value.replace(",", "")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise _wrong_type(field, value) from None
    if isinstance(value, bool) or not math.isfinite(number):
        raise _wrong_type(field, value)
    # Digits before the point only: the API takes more decimals than the scale shows.
    whole_digits = (field.precision or 18) - (field.scale or 0)
    if abs(number) >= 10**whole_digits:
        raise ValueProblem(
            "NUMBER_OUTSIDE_VALID_RANGE", f"{field.label}: value outside of valid range on numeric field: {value}"
        )
    return number


def _int(field: Field, value: Any) -> int:
    number = _number(field, value)
    if number != int(number):
        raise _wrong_type(field, value)
    return int(number)


def _moment(field: Field, value: Any) -> datetime:
    """What the text says, with its zone; UTC where it names none."""
    text = str(value)
    if iso := _ISO.fullmatch(text):
        year, month, day, hour, minute, second, zone = iso.groups()
        half = None
    elif us := _US.fullmatch(text):
        month, day, year, hour, minute, second, half, zone = us.groups()
    else:
        raise _wrong_type(field, value)
    clock = int(hour or 0)
    if half:
        clock = clock % 12 + (12 if half.upper() == "PM" else 0)
    try:
        moment = datetime(int(year), int(month), int(day), clock, int(minute or 0), int(second or 0), tzinfo=UTC)
    except ValueError:
        raise _wrong_type(field, value) from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueProblem("NUMBER_OUTSIDE_VALID_RANGE", f"{field.label}: invalid date: {value}")
    offset = _OFFSET.search(zone or "")
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return datetime.fromtimestamp(moment.timestamp() - (minutes if offset[1] == "+" else -minutes) * 60, UTC)
    return moment


def _date(field: Field, value: Any) -> str:
    return _moment(field, value).strftime("%Y-%m-%d")


def _datetime(field: Field, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value  # already UTC seconds: what the simulation itself hands over
    return int(_moment(field, value).timestamp())


def _id(field: Field, value: Any) -> str:
    record_id = to_18(str(value))
    if not is_record_id(record_id):
        raise ValueProblem("MALFORMED_ID", f"{field.label}: id value of incorrect type: {value}")
    return record_id


_COERCE: dict[str, Callable[[Field, Any], Stored]] = {
    "string": _text,
    "textarea": _text,
    "phone": _text,
    "url": _text,
    "email": _email,
    "picklist": _picklist,
    "boolean": _boolean,
    "int": _int,
    "double": _number,
    "currency": _number,
    "percent": _number,
    "date": _date,
    "datetime": _datetime,
    "reference": _id,
    "id": _id,
}
