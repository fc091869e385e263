"""String functions. learn: t-sql/functions/string-functions-transact-sql"""

from __future__ import annotations

from store.query.convert import convert, to_text
from store.query.registry import Call, text_result, tsql
from store.query.typed import Typed, fail, null, text
from store.query.types import BIGINT, INT, MAX, SqlType, nvarchar, varchar

_BAD_LENGTH = "Invalid length parameter passed to the {} function."


def _length(*values: Typed) -> int:
    lengths = [value.type.length or 30 for value in values]
    return MAX if MAX in lengths else sum(lengths)


@tsql("LEN")
def length(call: Call) -> Typed:
    """Characters without trailing blanks. learn: t-sql/functions/len-transact-sql"""
    given = call.text(0)
    bare = given.sql if given.unpadded else f"rtrim({given.sql})"
    if given.type.length == MAX:
        return Typed(f"length({bare})", BIGINT)
    return Typed(f"length({bare})", INT, span=(0, 8000))


@tsql("DATALENGTH")
def datalength(call: Call) -> Typed:
    """Bytes: two a character for nvarchar. learn: t-sql/functions/datalength-transact-sql"""
    given = call.value(0)
    sizes = {
        "int": 4,
        "bigint": 8,
        "smallint": 2,
        "tinyint": 1,
        "bit": 1,
        "float": 8,
        "real": 4,
        "datetime": 8,
        "date": 3,
        "uniqueidentifier": 16,
        "smalldatetime": 4,
        "money": 8,
    }
    if given.type.name in sizes:
        return Typed(f"(CASE WHEN {given.sql} IS NOT NULL THEN {sizes[given.type.name]} END)", INT)
    if given.type.kind == "decimal":
        precision = given.type.precision or 18
        size = 5 if precision <= 9 else 9 if precision <= 19 else 13 if precision <= 28 else 17
        return Typed(f"(CASE WHEN {given.sql} IS NOT NULL THEN {size} END)", INT)
    if given.type.kind not in ("text", "binary"):
        raise call.refuse(f"DATALENGTH of {given.type.name} is not simulated.")
    return Typed(f"(length({given.sql}) * 2)" if given.type.is_unicode else f"length({given.sql})", INT)


def _count(call: Call, index: int, function: str) -> str:
    """A number of characters that must not be negative."""
    number = call.whole(index)
    if isinstance(number.literal, int) and number.literal >= 0:
        return number.sql
    failed = fail(_BAD_LENGTH.format(function))
    return f"(CASE WHEN {number.sql} < 0 THEN {failed} ELSE {number.sql} END)"


@tsql("LEFT", args=2)
def left(call: Call) -> Typed:
    """learn: t-sql/functions/left-transact-sql"""
    given, number = call.text(0), call.whole(1)
    most = number.literal if isinstance(number.literal, int) else _length(given)
    return Typed(
        f"substr({given.sql}, 1, {_count(call, 1, 'LEFT or SUBSTRING')})",
        text_result(int(most), given),
        binary=given.binary,
    )


@tsql("RIGHT", args=2)
def right(call: Call) -> Typed:
    """learn: t-sql/functions/right-transact-sql"""
    given, number = call.text(0), call.whole(1)
    if number.literal == 0:
        return text("", unicode=given.type.is_unicode)
    most = number.literal if isinstance(number.literal, int) else _length(given)
    count = _count(call, 1, "right")
    sql = (
        f"substr({given.sql}, -{count})"
        if isinstance(number.literal, int)
        else f"substr({given.sql}, max(length({given.sql}) - {count} + 1, 1))"
    )
    return Typed(sql, text_result(int(most), given), binary=given.binary, unpadded=given.unpadded)


@tsql("SUBSTRING", args=3)
def substring(call: Call) -> Typed:
    """A start below 1 uses up the length. learn: t-sql/functions/substring-transact-sql"""
    given, start = call.value(0), call.whole(1)
    if given.type.kind == "binary":
        return Typed(f"substr({given.sql}, {start.sql}, {call.whole(2).sql})", given.type)
    if given.type.kind != "text" and not given.is_null:
        raise call.refuse(
            f"Argument data type {given.type.spoken} is invalid for argument 1 of substring function.",
            fix="Convert it to text first.",
            argument=0,
        )
    given = to_text(given)
    count = _count(call, 2, "LEFT or SUBSTRING")
    number = call.whole(2)
    most = number.literal if isinstance(number.literal, int) else _length(given)
    if isinstance(start.literal, int) and start.literal >= 1:
        sql = f"substr({given.sql}, {start.literal}, {count})"
    else:
        sql = f"substr({given.sql}, max({start.sql}, 1), max({start.sql} + {count} - max({start.sql}, 1), 0))"
    return Typed(sql, text_result(int(most), given), binary=given.binary)


@tsql("STUFF", args=4)
def stuff(call: Call) -> Typed:
    """Deletes and inserts; NULL when start or length are out of the text. learn: t-sql/functions/stuff-transact-sql"""
    given, start, count = call.text(0), call.whole(1), call.whole(2)
    new = call.value(3)
    added = text("") if new.is_null else to_text(new)
    inserted = added.sql if isinstance(added.literal, str) else f"coalesce({added.sql}, '')"
    before = f"substr({given.sql}, 1, {start.sql} - 1)"
    after = f"substr({given.sql}, {start.sql} + {count.sql})"
    inside = f"{start.sql} BETWEEN 1 AND length({given.sql}) AND {count.sql} >= 0"
    sql = f"(CASE WHEN {inside} THEN {before} || {inserted} || {after} END)"
    return Typed(sql, text_result(_length(given, added), given, added), binary=given.binary)


def _trim(call: Call, function: str) -> Typed:
    given = call.text(0)
    if len(call) == 2:
        signs = call.text(1)
        return Typed(f"{function}({given.sql}, {signs.sql})", given.type, binary=given.binary)
    return Typed(
        f"{function}({given.sql})", given.type, binary=given.binary, unpadded=function != "ltrim" or given.unpadded
    )


@tsql("LTRIM")
def ltrim(call: Call) -> Typed:
    """learn: t-sql/functions/ltrim-transact-sql"""
    return _trim(call, "ltrim")


@tsql("RTRIM")
def rtrim(call: Call) -> Typed:
    """learn: t-sql/functions/rtrim-transact-sql"""
    return _trim(call, "rtrim")


@tsql("TRIM", args=(1, 2))
def trim(call: Call) -> Typed:
    """TRIM(text), TRIM(signs FROM text). learn: t-sql/functions/trim-transact-sql"""
    return _trim(call, "trim")


@tsql("UPPER")
def upper(call: Call) -> Typed:
    """learn: t-sql/functions/upper-transact-sql"""
    given = call.text(0)
    return Typed(f"tsql_upper({given.sql})", given.type, unpadded=given.unpadded, binary=given.binary)


@tsql("LOWER")
def lower(call: Call) -> Typed:
    """learn: t-sql/functions/lower-transact-sql"""
    given = call.text(0)
    return Typed(f"tsql_lower({given.sql})", given.type, unpadded=given.unpadded, binary=given.binary)


@tsql("REVERSE")
def reverse(call: Call) -> Typed:
    """learn: t-sql/functions/reverse-transact-sql"""
    given = call.text(0)
    return Typed(f"tsql_reverse({given.sql})", given.type, binary=given.binary)


@tsql("REPLICATE", args=2)
def replicate(call: Call) -> Typed:
    """NULL for a negative count; cut at 8000 bytes. learn: t-sql/functions/replicate-transact-sql"""
    given, number = call.text(0), call.whole(1)
    limit = 4000 if given.type.is_unicode else 8000
    made = f"replace(printf('%*s', min({number.sql}, 8000), ''), ' ', {given.sql})"
    sql = (
        f"(CASE WHEN {number.sql} = 0 AND {given.sql} IS NOT NULL THEN '' WHEN {number.sql} > 0 THEN substr({made}, "
        f"1, {limit}) END)"
    )
    unit = given.type.length if given.type.length not in (None, MAX) else 1
    most = (unit or 1) * number.literal if isinstance(number.literal, int) and number.literal > 0 else limit
    return Typed(sql, text_result(most, given))


@tsql("SPACE")
def space(call: Call) -> Typed:
    """learn: t-sql/functions/space-transact-sql"""
    number = call.whole(0)
    most = number.literal if isinstance(number.literal, int) and number.literal > 0 else 8000
    return Typed(f"(CASE WHEN {number.sql} >= 0 THEN printf('%*s', min({number.sql}, 8000), '') END)", varchar(most))


@tsql("CONCAT", args=(2, 254))
def concat(call: Call) -> Typed:
    """NULL counts as ''. learn: t-sql/functions/concat-transact-sql"""
    parts = [to_text(value) for value in call.values() if not value.is_null]
    if not parts:
        return text("")
    joined = " || ".join(part.sql if part.literal is not None else f"coalesce({part.sql}, '')" for part in parts)
    return Typed(f"({joined})", text_result(_length(*parts), *parts))


@tsql("CONCAT_WS", args=(3, 254))
def concat_ws(call: Call) -> Typed:
    """Leaves NULL out together with its separator. learn: t-sql/functions/concat-ws-transact-sql"""
    separator = call.value(0)
    sign = text("") if separator.is_null else to_text(separator)
    parts = [to_text(call.value(at)) for at in range(1, len(call))]
    parts = [part for part in parts if part.sql != "NULL"]
    if not parts:
        return text("")
    joined = " || ".join(f"coalesce({sign.sql} || {part.sql}, '')" for part in parts)
    sql = f"substr({joined}, length({sign.sql}) + 1)"
    return Typed(sql, text_result(_length(*parts, *[sign] * len(parts)), *parts, sign))


@tsql("ASCII")
def ascii_code(call: Call) -> Typed:
    """learn: t-sql/functions/ascii-transact-sql"""
    return Typed(f"tsql_ascii({call.text(0).sql})", INT)


@tsql("UNICODE")
def unicode_code(call: Call) -> Typed:
    """learn: t-sql/functions/unicode-transact-sql"""
    return Typed(f"unicode({call.text(0).sql})", INT)


@tsql("CHAR")
def char(call: Call) -> Typed:
    """NULL outside of 0 to 255. learn: t-sql/functions/char-transact-sql"""
    number = call.whole(0)
    if isinstance(number.literal, int) and 1 <= number.literal <= 127:
        return Typed(f"char({number.literal})", SqlType("char", length=1), unpadded=number.literal != 32)
    return Typed(
        f"(CASE WHEN {number.sql} BETWEEN 0 AND 255 THEN tsql_char({number.sql}) END)", SqlType("char", length=1)
    )


@tsql("NCHAR")
def nchar(call: Call) -> Typed:
    """learn: t-sql/functions/nchar-transact-sql"""
    number = call.whole(0)
    return Typed(
        f"(CASE WHEN {number.sql} BETWEEN 0 AND 65535 THEN char({number.sql}) END)", SqlType("nchar", length=1)
    )


@tsql("QUOTENAME", args=(1, 2))
def quotename(call: Call) -> Typed:
    """learn: t-sql/functions/quotename-transact-sql"""
    sign = call.text(1).sql if len(call) == 2 else "'['"
    return Typed(f"tsql_quotename({call.text(0).sql}, {sign})", nvarchar(258))


@tsql("STR", args=(1, 3))
def str_number(call: Call) -> Typed:
    """A float as text of fixed width. learn: t-sql/functions/str-transact-sql"""
    from store.query.types import FLOAT

    number = convert(call.value(0), FLOAT)
    width = call.whole(1).sql if len(call) > 1 else "10"
    places = call.whole(2).sql if len(call) > 2 else "0"
    return Typed(f"tsql_str({number.sql}, {width}, {places})", varchar(255), unpadded=True)


@tsql("FORMAT", args=(2, 3))
def format_value(call: Call) -> Typed:
    """.NET patterns for dates and numbers, culture en-US and a few more. learn: t-sql/functions/format-transact-sql"""
    given, pattern = call.value(0), call.text(1)
    culture = call.text(2).sql if len(call) == 3 else "'en-US'"
    if given.is_null:
        return null().of(type=nvarchar())
    if given.type.kind not in ("int", "decimal", "float", "moment"):
        raise call.refuse(
            f"Argument data type {given.type.spoken} is invalid for argument 1 of format function.",
            fix="FORMAT takes a date or a number.",
            argument=0,
        )
    kinds = {"moment": given.type.name, "decimal": str(given.type.scale or 0), "float": "float"}
    kind = kinds.get(given.type.kind, "0")
    return Typed(f"tsql_format({given.sql}, {pattern.sql}, {culture}, '{kind}')", nvarchar())
