"""FORMAT: .NET patterns for dates and numbers. learn: t-sql/functions/format-transact-sql and .NET's format strings"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any

from store.query.runtime import RunError, python
from store.query.runtime.cultures import CULTURES, Culture
from store.query.runtime.moments import Moment, stored
from store.query.runtime.scalars import quantized

# The same in every culture. learn: .NET standard date and time format strings
_COMMON = {"Y": "MMMM yyyy", "y": "MMMM yyyy", "s": "yyyy-MM-ddTHH:mm:ss",
"u": "yyyy-MM-dd HH:mm:ssZ",
           "o": "yyyy-MM-ddTHH:mm:ss.fffffff", "O": "yyyy-MM-ddTHH:mm:ss.fffffff",
           "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'", "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'"}  # fmt: skip
_TOKENS = re.compile(
    r"d{1,4}|M{1,4}|y{1,5}|H{1,2}|h{1,2}|m{1,2}|s{1,2}|f{1,7}|F{1,7}|t{1,2}|z{1,3}|\"[^\"]*\"|'[^']*'|\\.|%|.", re.S
)


@python("tsql_format", 4, ".NET format strings")
def format_value(value: Any, pattern: str | None, culture: str | None, kind: str) -> str | None:
    """FORMAT of a date, time or number in a culture. Raises RunError for a culture or format not simulated."""
    if value is None or pattern is None:
        return None
    name = (culture or "en-US").lower()
    if name not in CULTURES:
        raise RunError(f"The culture parameter '{culture}' provided in the function call is not simulated.")
    if kind.isdigit():  # an exact number of that scale
        return number_text(quantized(Decimal(repr(value)), int(kind)), pattern, CULTURES[name], whole=kind == "0")
    if kind == "float":
        return number_text(Decimal(repr(value)), pattern, CULTURES[name], whole=False)
    moment = stored(value)
    return time_text(moment, pattern) if kind == "time" else date_text(moment, pattern, CULTURES[name])


def date_text(moment: Moment, pattern: str, culture: Culture) -> str | None:
    """A moment in a .NET date pattern; None for a single letter that is no standard pattern."""
    if len(pattern) == 1:
        culture = CULTURES["en-us"] if pattern in "Rr" else culture
        standard = _standard(pattern, culture)
        if standard is None:
            return None
        pattern = standard
    return "".join(_part(token, moment, culture) for token in _tokens(pattern))


def _standard(letter: str, culture: Culture) -> str | None:
    date, time = {"g": ("d", "t"), "G": ("d", "T"), "f": ("D", "t"), "F": ("D", "T")}.get(letter, ("", ""))
    if date:
        return f"{_standard(date, culture)} {_standard(time, culture)}"
    own = {"d": culture.short, "D": culture.long, "t": culture.time, "T": culture.full_time}
    own |= dict.fromkeys("Mm", culture.month_day)
    return own.get(letter) or _COMMON.get(letter)


@lru_cache(maxsize=256)
def _tokens(pattern: str) -> tuple[str, ...]:
    return tuple(_TOKENS.findall(pattern))


def _part(token: str, moment: Moment, culture: Culture) -> str:
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
        return culture.month(at.month, short=size == 3) if size >= 3 else str(at.month).zfill(size)
    if letter == "d":
        return culture.day(at.weekday(), short=size == 3) if size >= 3 else str(at.day).zfill(size)
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
        str(hours[token[0]]).zfill(len(token)) if token[0] in hours else _part(token, moment, CULTURES["en-us"])
        for token in _tokens(pattern)
    )


def number_text(value: Decimal, pattern: str, culture: Culture, *, whole: bool) -> str | None:
    """A number in a .NET number pattern; None for a standard pattern that does not go with it."""
    match = re.fullmatch(r"([A-Za-z])(\d{0,2})", pattern)
    if match is None:
        return _custom_number(value, pattern, culture)
    letter, places = match[1].upper(), int(match[2]) if match[2] else None
    if letter in "DX" and not whole:
        return None
    writer = _STANDARD.get(letter)
    return writer(value, places, culture, match[1]) if writer else None


def _grouped(value: Decimal, places: int | None, culture: Culture, *, group: bool = True) -> str:
    shown = f"{quantized(value, 2 if places is None else places):{',' if group else ''}f}"
    return shown.replace(",", "\0").replace(".", culture.point).replace("\0", culture.thousands)


def _money(value: Decimal, places: int | None, culture: Culture, letter: str) -> str:
    places = culture.money_places if places is None else places
    shown = culture.money.format(_grouped(abs(value), places, culture))
    return culture.negative_money.format(shown) if value < 0 else shown


def _hex(value: Decimal, places: int | None, culture: Culture, letter: str) -> str:
    bits = 0xFFFFFFFF if -(2**31) <= value < 2**31 else 0xFFFFFFFFFFFFFFFF
    made = f"{int(value) & bits:X}".zfill(places or 0)
    return made if letter == "X" else made.lower()


def _scientific(value: Decimal, places: int | None, culture: Culture, letter: str) -> str:
    mantissa, exponent = f"{value:.{6 if places is None else places}e}".split("e")
    return f"{mantissa.replace('.', culture.point)}{letter}{exponent[0]}{int(exponent[1:]):03d}"


def _general(value: Decimal, places: int | None, culture: Culture, letter: str) -> str:
    """As many digits as the number has (a decimal keeps its scale), or `places` significant ones."""
    if places:
        value = value.normalize(Context(prec=places, rounding=ROUND_HALF_UP))
    return f"{value:f}".replace(".", culture.point)


_STANDARD: dict[str, Callable[[Decimal, int | None, Culture, str], str]] = {
    "C": _money,
    "D": lambda value, places, culture, letter: ("-" if value < 0 else "") + str(abs(int(value))).zfill(places or 0),
    "E": _scientific,
    "F": lambda value, places, culture, letter: _grouped(value, places, culture, group=False),
    "G": _general,
    "N": lambda value, places, culture, letter: _grouped(value, places, culture),
    "P": lambda value, places, culture, letter: culture.percent.format(_grouped(value * 100, places, culture)),
    "X": _hex,
}


def _custom_number(value: Decimal, pattern: str, culture: Culture) -> str:
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
    group = culture.thousands if re.search("[0#],+[0#]", whole) else ""
    shown = _whole_digits(digits.lstrip("0"), whole, group)
    keep = len(re.findall("[0#]", fraction[: fraction.rfind("0") + 1]))
    decimals = decimals[:keep] + decimals[keep:].rstrip("0")
    after = re.sub("[0#\"'\\\\]", "", fraction)
    return ("-" if rounded < 0 else "") + shown + (culture.point + decimals if decimals else "") + after


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
