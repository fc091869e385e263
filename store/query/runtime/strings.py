"""Text functions that SQLite lacks or that have to ignore case as SQL Server's collation does."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from store.query.runtime import RunError, python


def fold(text: str) -> str:
    """The text without case, position by position (lower() may change the length of a few letters)."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


@lru_cache(maxsize=1024)
def like_regex(pattern: str, escape: str, case: bool) -> re.Pattern[str]:
    """A T-SQL LIKE pattern (% _ [a-c] [^a], escape) -> the regular expression for the whole text."""
    return re.compile(like_parts(pattern, escape) + r"\Z", re.S | (0 if case else re.I))


def like_parts(pattern: str, escape: str) -> str:
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
            found = _class(pattern, at, escape)
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


def _class(pattern: str, at: int, escape: str) -> tuple[str, int] | None:
    found = read_class(pattern, at, escape)
    if found is None:
        return None
    negated, ranges, end = found
    kept = [(low, high) for low, high in ranges if low <= high]
    body = "".join(re.escape(low) if low == high else f"{re.escape(low)}-{re.escape(high)}" for low, high in kept)
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


@python("tsql_json_text", 2, "JSON_VALUE gives NULL for objects and arrays and true/false as words")
def json_value(value: Any, path: str | None) -> str | None:
    """JSON_VALUE in lax mode. Raises RunError for text that is no JSON and, in strict mode,

    for a path that is not there.
    """
    import json

    if value is None or path is None:
        return None
    try:
        found: Any = json.loads(str(value))
    except ValueError:
        raise RunError("JSON text is not properly formatted. Unexpected character is found.") from None
    strict, found = walk(found, path)
    if found is None or isinstance(found, dict | list):
        if strict:
            raise RunError("Property cannot be found on the specified JSON path.")
        return None
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found) if len(str(found)) <= 4000 else None


@python("tsql_json_query", 2, "JSON_QUERY gives only objects and arrays, as they are written")
def json_query(value: Any, path: str | None) -> str | None:
    import json

    if value is None or path is None:
        return None
    try:
        found: Any = json.loads(str(value))
    except ValueError:
        raise RunError("JSON text is not properly formatted. Unexpected character is found.") from None
    strict, found = walk(found, path)
    if not isinstance(found, dict | list):
        if strict:
            raise RunError("Object or array cannot be found in the specified JSON path.")
        return None
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


_STEP = re.compile(r'\.(?:"((?:[^"\\]|\\.)*)"|([A-Za-z_$][\w$]*))|\[(\d+)\]')


def walk(document: Any, path: str) -> tuple[bool, Any]:
    """(strict, what stands at the path or None). Raises RunError for a path that is none."""
    match = re.match(r"\s*(strict|lax)?\s*\$", path)
    if match is None:
        raise RunError("JSON path is not properly formatted. Unexpected character is found at position 0.")
    at = match.end()
    while at < len(path.rstrip()):
        step = _STEP.match(path, at)
        if step is None:
            raise RunError(
                f"JSON path is not properly formatted. Unexpected character '{path[at]}' is found at position {at}."
            )
        key = step[1] if step[1] is not None else step[2]
        if key is not None:
            document = document.get(key) if isinstance(document, dict) else None
        else:
            index = int(step[3])
            document = document[index] if isinstance(document, list) and index < len(document) else None
        at = step.end()
    return match[1] == "strict", document
