"""FORMAT: .NET patterns for dates and numbers. learn: t-sql/functions/format-transact-sql and .NET's format strings"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from store.query.runtime import RunError, python
from store.query.runtime.moments import DAYS, MONTHS, Moment, stored
from store.query.runtime.scalars import quantized

# Standard date patterns by culture. learn: .NET standard date and time format strings
_DATES = {
    "en-us": {"d": "M/d/yyyy", "D": "dddd, MMMM d, yyyy", "t": "h:mm tt", "T": "h:mm:ss tt"},
    "en-gb": {"d": "dd/MM/yyyy", "D": "dd MMMM yyyy", "t": "HH:mm", "T": "HH:mm:ss"},
    "de-de": {"d": "dd.MM.yyyy", "t": "HH:mm", "T": "HH:mm:ss"},
    "fr-fr": {"d": "dd/MM/yyyy", "t": "HH:mm", "T": "HH:mm:ss"},
    "nl-nl": {"d": "d-M-yyyy", "t": "HH:mm", "T": "HH:mm:ss"},
    "sv-se": {"d": "yyyy-MM-dd", "t": "HH:mm", "T": "HH:mm:ss"},
    "zh-cn": {"d": "yyyy/M/d", "t": "H:mm", "T": "H:mm:ss"},
}
_COMMON = {"M": "MMMM d", "m": "MMMM d", "Y": "MMMM yyyy", "y": "MMMM yyyy", "s": "yyyy-MM-ddTHH:mm:ss",
"u": "yyyy-MM-dd HH:mm:ssZ",
           "o": "yyyy-MM-ddTHH:mm:ss.fffffff", "O": "yyyy-MM-ddTHH:mm:ss.fffffff",
           "R": "ddd, dd MMM yyyy HH:mm:ss GMT"}  # fmt: skip
# thousands, decimal point, currency pattern
_NUMBERS = {
    "en-us": (",", ".", "${}"), "en-gb": (",", ".", "\u00a3{}"), "de-de": (".", ",", "{} \u20ac"),
    "fr-fr": ("\u202f", ",", "{} \u20ac"),
    "nl-nl": (".", ",", "\u20ac {}"), "sv-se": ("\u00a0", ",", "{} kr"), "zh-cn": (",", ".", "\u00a5{}"),
}  # fmt: skip
_TOKENS = re.compile(
    r"d{1,4}|M{1,4}|y{1,5}|H{1,2}|h{1,2}|m{1,2}|s{1,2}|f{1,7}|F{1,7}|t{1,2}|z{1,3}|\"[^\"]*\"|'[^']*'|\\.|%|.", re.S
)


@python("tsql_format", 4, ".NET format strings")
def format_value(value: Any, pattern: str | None, culture: str | None, kind: str) -> str | None:
    """FORMAT of a date, time or number in a culture. Raises RunError for a culture or format not simulated."""
    if value is None or pattern is None:
        return None
    name = (culture or "en-US").lower()
    if name not in _NUMBERS:
        raise RunError(f"The culture parameter '{culture}' provided in the function call is not simulated.")
    if kind in ("int", "number"):
        return number_text(value, pattern, name)
    moment = stored(value)
    return time_text(moment, pattern) if kind == "time" else date_text(moment, pattern, name)


def date_text(moment: Moment, pattern: str, culture: str) -> str:
    """A moment in a .NET date pattern."""
    if len(pattern) == 1:
        pattern = _standard(pattern, culture)
    return "".join(_part(token, moment) for token in _tokens(pattern))


def _standard(letter: str, culture: str) -> str:
    named = _DATES[culture] | _COMMON
    pairs = {"g": "d t", "G": "d T", "f": "D t", "F": "D T"}
    if letter in pairs:
        return " ".join(_standard(part, culture) for part in pairs[letter].split())
    if letter not in named:
        raise RunError(f"The format '{letter}' is not simulated for the culture '{culture}'.")
    return named[letter]


@lru_cache(maxsize=256)
def _tokens(pattern: str) -> tuple[str, ...]:
    return tuple(_TOKENS.findall(pattern))


def _part(token: str, moment: Moment) -> str:
    at, letter, size = moment.at, token[0], len(token)
    if letter in "\"'":
        return token[1:-1]
    if letter == "\\":
        return token[1:]
    if letter == "%":
        return ""
    if letter == "y":
        return str(at.year % 100) if size == 1 else f"{at.year % 100:02d}" if size == 2 else str(at.year).zfill(size)
    if letter == "M":
        return MONTHS[at.month - 1][: 3 if size == 3 else None] if size >= 3 else str(at.month).zfill(size)
    if letter == "d":
        return DAYS[at.weekday()][: 3 if size == 3 else None] if size >= 3 else str(at.day).zfill(size)
    if letter in "fF":
        digits = f"{moment.ticks:07d}"[:size]
        return digits if letter == "f" else digits.rstrip("0")
    if letter == "t":
        return ("AM" if at.hour < 12 else "PM")[:size]
    if letter == "z":
        offset = moment.offset if moment.offset is not None else 0
        sign, hours = "-" if offset < 0 else "+", abs(offset) // 60
        return f"{sign}{hours:0{min(size, 2)}d}" + (f":{abs(offset) % 60:02d}" if size == 3 else "")
    numbers = {"H": at.hour, "h": at.hour % 12 or 12, "m": at.minute, "s": at.second}
    return str(numbers[letter]).zfill(size) if letter in numbers else token


def time_text(moment: Moment, pattern: str) -> str | None:
    """A time is a .NET TimeSpan: only hh, mm, ss and f, separators quoted, else NULL."""
    if pattern in ("c", "t", "T"):
        return f"{moment.at:%H:%M:%S}" + (f".{moment.ticks:07d}" if moment.ticks else "")
    if re.search(r"(?<!\\)[:. ](?=(?:[^']*'[^']*')*[^']*$)", pattern) or re.search(
        r"[HMyt]", re.sub(r"'[^']*'|\\.", "", pattern)
    ):
        return None
    hours = {"h": moment.at.hour, "m": moment.at.minute, "s": moment.at.second}
    return "".join(
        str(hours[token[0]]).zfill(len(token)) if token[0] in hours else _part(token, moment)
        for token in _tokens(pattern)
    )


def number_text(value: int | float, pattern: str, culture: str) -> str:
    """A number in a .NET number pattern."""
    exact = Decimal(repr(value))
    match = re.fullmatch(r"([CcDdEeFfGgNnPpXxRr])(\d{0,2})", pattern)
    if match:
        return _standard_number(exact, match[1].upper(), int(match[2]) if match[2] else None, culture, pattern)
    return _custom_number(exact, pattern, culture)


def _grouped(value: Decimal, places: int, culture: str, *, group: bool = True) -> str:
    thousands, point, _ = _NUMBERS[culture]
    shown = f"{quantized(value, places):{',' if group else ''}f}"
    return shown.replace(",", "\0").replace(".", point).replace("\0", thousands)


def _standard_number(value: Decimal, letter: str, places: int | None, culture: str, pattern: str) -> str:
    if letter == "N":
        return _grouped(value, 2 if places is None else places, culture)
    if letter == "F":
        return _grouped(value, 2 if places is None else places, culture, group=False)
    if letter == "P":
        sign = "%" if culture in ("en-us", "en-gb", "zh-cn") else " %"
        return _grouped(value * 100, 2 if places is None else places, culture) + sign
    if letter == "C":
        shown = _NUMBERS[culture][2].format(_grouped(abs(value), 2 if places is None else places, culture))
        return f"({shown})" if value < 0 and culture == "en-us" else f"-{shown}" if value < 0 else shown
    if letter == "D" and value == value.to_integral_value():
        return ("-" if value < 0 else "") + str(abs(int(value))).zfill(places or 0)
    if letter == "X" and value == value.to_integral_value():
        made = f"{int(value) & 0xFFFFFFFF:X}".zfill(places or 0)
        return made if pattern[0] == "X" else made.lower()
    if letter == "E":
        mantissa, exponent = f"{value:.{6 if places is None else places}e}".split("e")
        return f"{mantissa}{pattern[0]}{exponent[0]}{int(exponent[1:]):03d}"
    return f"{value.normalize():f}".replace(".", _NUMBERS[culture][1])


def _custom_number(value: Decimal, pattern: str, culture: str) -> str:
    """0 and # digits, thousands comma, percent, literal text, sections for negative and zero."""
    sections = pattern.split(";")
    if value < 0 and len(sections) > 1 and sections[1]:
        value, pattern = -value, sections[1]
    elif value == 0 and len(sections) > 2:
        pattern = sections[2]
    else:
        pattern = sections[0]
    if "%" in pattern:
        value *= 100
    whole, _, fraction = pattern.partition(".")
    places = len(re.findall("[0#]", fraction))
    rounded = quantized(value, places)
    digits, _, decimals = f"{abs(rounded):f}".partition(".")
    thousands, point, _ = _NUMBERS[culture]
    group = thousands if re.search("[0#],+[0#]", whole) else ""
    shown = _whole_digits(digits.lstrip("0"), whole, group)
    keep = len(re.findall("[0#]", fraction[: fraction.rfind("0") + 1]))
    decimals = decimals[:keep] + decimals[keep:].rstrip("0")
    after = re.sub("[0#\"'\\\\]", "", fraction)
    return ("-" if rounded < 0 else "") + shown + (point + decimals if decimals else "") + after


def _whole_digits(digits: str, pattern: str, group: str) -> str:
    """The digits poured into the places from the right, with the signs between them; what is left over goes first."""
    out, count, left = "", 0, digits
    places = len(re.findall("[0#]", pattern))
    for sign in reversed(pattern.replace(",", "") if group else pattern):
        if sign not in "0#":
            out = sign + out if sign not in "\"'\\" else out
            continue
        places -= 1
        taken = left[-1:] if places else left
        left = left[:-1] if places else ""
        for digit in reversed(taken or ("0" if sign == "0" else "")):
            if group and count and count % 3 == 0:
                out = group + out
            out, count = digit + out, count + 1
    return out
