"""Text functions that SQLite lacks or that have to ignore case as SQL Server's collation does."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from store.query.runtime import RunError, python


def fold(text: str) -> str:
    """The text without case, position by position (lower() may change the length of a few letters)."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _bases() -> dict[str, str]:
    """Latin letters with marks -> the letter that they stand behind in the order of the collation."""
    found = {"æ": "a", "ø": "o", "œ": "o", "ß": "s", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i"}
    for code in range(0xE0, 0x180):
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter)[0]
        if letter.islower() and base.isascii() and base.isalpha():
            found[letter] = base
    return found


_BASES = _bases()


def accented_between(low: str, high: str) -> str:
    """The letters with marks that a range takes in: an e with an accent sorts between e and f.

    ASSUMED from how Latin1_General sorts. learn: t-sql/language-elements/like-transact-sql says only that the
    characters of a range depend on the collation.
    """
    first, last = low.lower(), high.lower()
    if first == last or not (first.isascii() and last.isascii() and first.isalpha() and last.isalpha()):
        return ""
    lower = "".join(letter for letter, base in _BASES.items() if first <= base < last)
    return lower + "".join(up for letter in lower if len(up := letter.upper()) == 1)


@lru_cache(maxsize=1024)
def like_regex(pattern: str, escape: str, case: bool) -> re.Pattern[str]:
    """A T-SQL LIKE pattern (% _ [a-c] [^a], escape) -> the regular expression for the whole text."""
    return re.compile(like_parts(pattern, escape, case) + r"\Z", re.S | (0 if case else re.I))


def like_parts(pattern: str, escape: str, case: bool) -> str:
    """The regular expression of a LIKE pattern, without its end."""
    out, at = "", 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if escape and char == escape and at < len(pattern):
            out += re.escape(pattern[at])
            at += 1
        elif char == "%":
            out += ".*"
        elif char == "_":
            out += "."
        elif char == "[":
            found = _class(pattern, at, escape, case)
            if found is None:
                return r"(?!)"  # a bracket that nothing closes matches nothing
            out, at = out + found[0], found[1]
        else:
            out += re.escape(char)
    return out


def read_class(pattern: str, at: int, escape: str) -> tuple[bool, list[tuple[str, str]], int] | None:
    """The set after `[`: (negated, ranges, index after `]`), None when it is not closed."""
    negated = pattern[at : at + 1] == "^"
    at += negated
    ranges: list[tuple[str, str]] = []
    start = at
    while at < len(pattern):
        char = pattern[at]
        if char == "]" and (at > start or ranges):
            return negated, ranges, at + 1
        if escape and char == escape and at + 1 < len(pattern):
            at += 1
            char = pattern[at]
        if pattern[at + 1 : at + 2] == "-" and pattern[at + 2 : at + 3] not in ("", "]"):
            ranges.append((char, pattern[at + 2]))
            at += 3
        else:
            ranges.append((char, char))
            at += 1
    return None


def _class(pattern: str, at: int, escape: str, case: bool) -> tuple[str, int] | None:
    found = read_class(pattern, at, escape)
    if found is None:
        return None
    negated, ranges, end = found
    kept = [(low, high) for low, high in ranges if low <= high]
    more = "" if case else "".join(accented_between(low, high) for low, high in kept)
    pairs = (re.escape(low) if low == high else f"{re.escape(low)}-{re.escape(high)}" for low, high in kept)
    body = more + "".join(pairs)
    if not body:
        return ("." if negated else "(?!)"), end
    return f"[{'^' if negated else ''}{body}]", end


@python("tsql_like", 4, "LIKE with [ ] classes whose pattern is no literal (a literal becomes GLOB)")
def like(value: str | None, pattern: str | None, escape: str | None, case: int) -> int | None:
    if value is None or pattern is None:
        return None
    return int(like_regex(str(pattern), escape or "", bool(case)).match(str(value)) is not None)


@python("tsql_patindex", 3, "SQLite cannot say where a pattern matches")
def patindex(pattern: str | None, value: Any, case: int) -> int | None:
    if value is None or pattern is None:
        return None
    return patindex_of(str(pattern), str(value), bool(case))


def patindex_of(pattern: str, value: str, case: bool = False) -> int:
    """learn: t-sql/functions/patindex-transact-sql: where the part between the outer % begins, 1-based;

    0 when nowhere.
    """
    if value and not pattern.strip("%"):
        return int(bool(pattern))
    free_start, core = pattern.startswith("%"), pattern.lstrip("%")
    starts = range(len(value) + 1) if free_start else range(1)
    expression = like_regex(core, "", case)
    return next((start + 1 for start in starts if expression.match(value, start)), 0)


@python("tsql_replace", 3, "SQLite's replace distinguishes case")
def replace(value: Any, old: Any, new: Any) -> str | None:
    if value is None or old is None or new is None:
        return None
    if not str(old):
        return str(value)
    return re.sub(re.escape(str(old)), lambda _: str(new), str(value), flags=re.I)


@python("tsql_charindex", 3, "SQLite's instr distinguishes case, and lower() only knows a to z")
def charindex(part: Any, value: Any, start: int | None) -> int | None:
    if part is None or value is None:
        return None
    if not str(part):
        return 0
    return fold(str(value)).find(fold(str(part)), max((start or 1) - 1, 0)) + 1


@python("tsql_upper", 1, "SQLite's upper only knows a to z")
def upper(value: Any) -> str | None:
    return None if value is None else "".join(up if len(up := letter.upper()) == 1 else letter for letter in str(value))


@python("tsql_lower", 1, "SQLite's lower only knows a to z")
def lower(value: Any) -> str | None:
    return None if value is None else fold(str(value))


@python("tsql_reverse", 1, "SQLite has no reverse")
def reverse(value: Any) -> str | None:
    return None if value is None else str(value)[::-1]


@python("tsql_translate", 3, "SQLite has no translate")
def translate(value: Any, old: Any, new: Any) -> str | None:
    if value is None or old is None or new is None:
        return None
    if len(old) != len(new):
        raise RunError(
            "The second and third arguments of the TRANSLATE built-in function must contain an equal number of "
            "characters."
        )
    table: dict[str, str] = {}
    for before, after in zip(old, new, strict=True):
        table.setdefault(before.lower(), after)
    return "".join(table.get(letter.lower(), letter) for letter in str(value))


@python("tsql_quotename", 2, "doubles the closing quote")
def quotename(value: Any, quote: str | None) -> str | None:
    if value is None or len(str(value)) > 128:
        return None
    pairs = {
        "[": "[]",
        "]": "[]",
        "'": "''",
        '"': '""',
        "(": "()",
        ")": "()",
        "<": "<>",
        ">": "<>",
        "{": "{}",
        "}": "{}",
        "`": "``",
    }
    pair = pairs.get(quote or "[")
    return None if pair is None else pair[0] + str(value).replace(pair[1], pair[1] * 2) + pair[1]


_SOUNDEX = {letter: str(n) for n, group in enumerate(("BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"), 1) for letter in group}


@python("tsql_soundex", 1, "SQLite has soundex only when compiled with it")
def soundex(value: Any) -> str | None:
    """learn: t-sql/functions/soundex-transact-sql:

    H and W between two letters of one code do not part them (SQL Server 2012 on).
    """
    if value is None:
        return None
    word = re.match(r"[A-Za-z]*", str(value).strip() if value else "")
    letters = word[0].upper() if word else ""
    if not letters:
        return "0000"
    code, last = letters[0], _SOUNDEX.get(letters[0], "")
    for letter in letters[1:]:
        digit = _SOUNDEX.get(letter, "")
        if digit and digit != last:
            code += digit
        if letter not in "HW":
            last = digit
    return code[:4].ljust(4, "0")


@python("tsql_difference", 2, "compares two SOUNDEX codes")
def difference(left: Any, right: Any) -> int | None:
    a, b = soundex(left), soundex(right)
    return None if a is None or b is None else sum(x == y for x, y in zip(a, b, strict=True))


@python("tsql_str", 3, "STR pads to the left and gives stars when a number does not fit")
def str_number(value: float | None, length: int | None, places: int | None) -> str | None:
    if value is None or length is None or places is None:
        return None
    from decimal import Decimal

    from store.query.runtime.scalars import quantized

    exact = Decimal(repr(float(value)))
    shown = f"{quantized(exact, min(places, 16)):f}"
    whole = shown.split(".")[0]
    if len(whole) > length:
        return "*" * length
    if len(shown) > length:
        room = max(0, length - len(whole) - 1)
        shown = f"{quantized(exact, room):f}"
    return shown.rjust(length)


@python("tsql_ascii", 1, "SQLite's unicode() knows no code page 1252, in which a euro sign is 128")
def ascii_code(value: Any) -> int | None:
    return None if not value else str(value)[0].encode("cp1252", "replace")[0]


@python("tsql_char", 1, "SQLite's char() knows no code page 1252")
def char(code: int | None) -> str | None:
    return None if code is None else bytes([code]).decode("cp1252", "replace")


@python("tsql_parsename", 2, "takes a name apart by its dots and brackets")
def parsename(value: Any, piece: int | None) -> str | None:
    """1 is the last part. NULL for what is no name. learn: t-sql/functions/parsename-transact-sql"""
    if value is None or piece is None:
        return None
    parts = re.findall(r'\[((?:[^\]]|\]\])*)\](?=\.|$)|"([^"]*)"(?=\.|$)|([^.\[\]"]*)(?=\.|$)', str(value))
    parts = [bracketed.replace("]]", "]") or quoted or plain for bracketed, quoted, plain in parts]
    count = str(value).count(".") + 1 if "[" not in str(value) and '"' not in str(value) else len(parts)
    named = [part for part in parts if part]
    if len(named) != count or not 1 <= count <= 4 or not 1 <= piece <= count or any(len(part) > 128 for part in named):
        return None
    return str(named[-piece])


@python("tsql_sort_key", 1, "SQLite sorts letters with marks behind z")
def sort_key(value: Any) -> str | None:
    """Sorts as Latin1_General_CI_AS: by the bare letters, then by their marks, without case."""
    if value is None:
        return None
    lower = fold(str(value))
    bare = "".join(_BASES.get(letter, letter) for letter in lower)
    return f"{bare}\0{lower}" if bare != lower else bare
