"""PARSE and TRY_PARSE: numbers and dates as a culture writes them. learn: t-sql/functions/parse-transact-sql"""

from __future__ import annotations

import re
from decimal import InvalidOperation
from functools import lru_cache
from typing import Any

from store.query.runtime import RunError, python
from store.query.runtime.cultures import CULTURES, Culture
from store.query.runtime.scalars import text_to

_DATES = ("datetime", "date", "datetime2", "time", "smalldatetime", "datetimeoffset")
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{1,4})\.?(?!\d)")


@python("tsql_parse", 6, "PARSE reads numbers with separators and long dates")
def parse_text(value: str | None, target: str, precision: int, scale: int, attempt: int, culture: str) -> Any:
    """A text of a culture as a value of type `target`; `attempt` gives NULL instead of failing."""
    if value is None:
        return None
    chosen = CULTURES[culture.lower()]
    text = _plain_date(value, chosen) if target in _DATES else _plain_number(value, chosen)
    try:
        if not text.strip():
            raise RunError("")
        return text_to(text, target, "nvarchar", 0, precision, scale)
    except (RunError, InvalidOperation):
        if attempt:
            return None
        message = f"Error converting string value '{value}' into data type {target} using culture '{culture}'."
        raise RunError(message) from None


def _plain_number(text: str, culture: Culture) -> str:
    """Without signs between thousands and of money, with a point before decimals."""
    for sign in (culture.thousands, *culture.money.replace("{}", "").strip()):
        text = text.replace(sign, "")
    return text.replace(culture.point, ".")


def _plain_date(text: str, culture: Culture) -> str:
    """In English and, where the month is a number, year-month-day."""
    english = CULTURES["en-us"]
    lengths = (False, True)
    days = [each.day(number, short=short) for each in (culture, english) for number in range(7) for short in lengths]
    for name in _longest_first(*days, "de" if "'de'" in culture.long else ""):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w),?", " ", text, flags=re.I)
    for number in range(12):
        for name in _longest_first(culture.months[number], culture.month(number + 1, short=True)):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", english.months[number], text, flags=re.I)
    return _NUMERIC_DATE.sub(lambda match: _in_order(match, culture), text)


@lru_cache(maxsize=256)
def _longest_first(*names: str) -> tuple[str, ...]:
    return tuple(sorted({name for each in names for name in each.split()}, key=lambda name: (-len(name), name)))


def _in_order(match: re.Match[str], culture: Culture) -> str:
    """The three numbers by the culture's short date; a year of four digits in front says its order itself."""
    numbers = dict(zip(_order(culture), (match[1], match[3], match[4]), strict=True))
    if len(match[1]) == 4:
        numbers = {"y": match[1], "M": match[3], "d": match[4]}
    if len(numbers["y"]) < 4:
        return f"{numbers['M']}/{numbers['d']}/{numbers['y']}"
    return f"{numbers['y']}-{int(numbers['M']):02d}-{int(numbers['d']):02d}"


def _order(culture: Culture) -> str:
    return "".join(sorted("dMy", key=culture.short.index))
