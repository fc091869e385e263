"""CHARINDEX, PATINDEX, REPLACE, TRANSLATE, SOUNDEX: text compared as the collation does, without case."""

from __future__ import annotations

from store.query.registry import Call, text_result, tsql
from store.query.typed import Typed
from store.query.types import INT, MAX, nvarchar, varchar


def caseless(text: object) -> bool:
    """True for a literal without letters, which SQLite's own functions find as well."""
    return isinstance(text, str) and text.isascii() and not any(letter.isalpha() for letter in text)


@tsql("CHARINDEX", args=(2, 3))
def charindex(call: Call) -> Typed:
    """1-based place, 0 when nowhere. learn: t-sql/functions/charindex-transact-sql"""
    part, given = call.text(0), call.text(1)
    start = call.whole(2) if len(call) == 3 else None
    span = None if given.type.length == MAX else (0, 8000)
    if start is None and (caseless(part.literal) or part.binary or given.binary) and part.literal != "":
        return Typed(f"instr({given.sql}, {part.sql})", INT, span=span)
    if start is None and isinstance(part.literal, str) and part.literal.isascii() and part.literal:
        return Typed(f"instr(lower({given.sql}), {part.sql.lower()})", INT, span=span)
    return Typed(f"tsql_charindex({part.sql}, {given.sql}, {start.sql if start else 1})", INT, span=span)


@tsql("PATINDEX", args=2)
def patindex(call: Call) -> Typed:
    """learn: t-sql/functions/patindex-transact-sql"""
    pattern, given = call.text(0), call.text(1)
    return Typed(f"tsql_patindex({pattern.sql}, {given.sql}, {int(given.binary or pattern.binary)})", INT)


@tsql("REPLACE", args=3)
def replace(call: Call) -> Typed:
    """learn: t-sql/functions/replace-transact-sql"""
    given, old, new = call.text(0), call.text(1), call.text(2)
    function = "replace" if caseless(old.literal) or given.binary or old.binary else "tsql_replace"
    length = MAX if given.type.length == MAX else 8000
    if isinstance(new.literal, str) and isinstance(old.literal, str) and len(new.literal) <= len(old.literal):
        length = given.type.length or 8000
    return Typed(
        f"{function}({given.sql}, {old.sql}, {new.sql})", text_result(length, given, old, new), binary=given.binary
    )


@tsql("TRANSLATE", args=3)
def translate(call: Call) -> Typed:
    """learn: t-sql/functions/translate-transact-sql"""
    given = call.text(0)
    return Typed(f"tsql_translate({given.sql}, {call.text(1).sql}, {call.text(2).sql})", given.type)


@tsql("SOUNDEX")
def soundex(call: Call) -> Typed:
    """learn: t-sql/functions/soundex-transact-sql"""
    return Typed(f"tsql_soundex({call.text(0).sql})", varchar(4), unpadded=True)


@tsql("DIFFERENCE", args=2)
def difference(call: Call) -> Typed:
    """4 is the same sound, 0 none of it. learn: t-sql/functions/difference-transact-sql"""
    return Typed(f"tsql_difference({call.text(0).sql}, {call.text(1).sql})", INT)


@tsql("PARSENAME", args=2)
def parsename(call: Call) -> Typed:
    """A part of a name with dots, the last is 1. learn: t-sql/functions/parsename-transact-sql"""
    return Typed(f"tsql_parsename({call.text(0).sql}, {call.whole(1).sql})", nvarchar(128))
