"""CAST, CONVERT, PARSE and their TRY_ forms."""

from __future__ import annotations

from store.query.conversion import How, NotAllowed
from store.query.convert import convert, to_text
from store.query.registry import Call, tsql
from store.query.typed import Typed, null
from store.query.types import INT, SqlType, parse_type


def _target(call: Call, index: int) -> SqlType:
    written = call.arguments[index].name
    found = parse_type(written)
    if found is None:
        raise call.refuse(f"Type {written.split('(')[0].strip()} is not a defined system type.", argument=index)
    if found.name == "decimal" and (found.scale or 0) > (found.precision or 0):
        raise call.refuse(
            f"The scale ({found.scale}) for column '' must be within the range 0 to {found.precision}.", argument=index
        )
    if found.name in ("nvarchar", "nchar") and (found.length or 0) > 4000 or (found.length or 0) > 8000:
        limit = 4000 if found.is_unicode else 8000
        raise call.refuse(
            f"The size ({found.length}) given to the type '{found.name}' exceeds the maximum allowed ({limit}).",
            argument=index,
        )
    return found


@tsql("CAST", args=2)
def cast(call: Call) -> Typed:
    """learn: t-sql/functions/cast-and-convert-transact-sql"""
    return convert(call.value(0), _target(call, 1), How(explicit=True))


@tsql("TRY_CAST", args=2)
def try_cast(call: Call) -> Typed:
    """learn: t-sql/functions/try-cast-transact-sql"""
    return convert(call.value(0), _target(call, 1), How(explicit=True, attempt=True))


def _style(call: Call) -> int | None:
    if len(call) < 3:
        return 0
    given = call.value(2)
    if given.is_null:
        return None
    if not isinstance(given.literal, int):
        raise NotAllowed("The style of CONVERT has to be a number written in the query.")
    return given.literal


def _styled(call: Call, *, attempt: bool) -> Typed:
    target, style = _target(call, 0), _style(call)
    if style is None:  # the page: for a style of NULL, NULL is returned
        return null().of(type=target)
    return convert(call.value(1), target, How(style=style, explicit=True, attempt=attempt))


@tsql("CONVERT", args=(2, 3))
def convert_style(call: Call) -> Typed:
    """learn: t-sql/functions/cast-and-convert-transact-sql"""
    return _styled(call, attempt=False)


@tsql("TRY_CONVERT", args=(2, 3))
def try_convert(call: Call) -> Typed:
    """learn: t-sql/functions/try-convert-transact-sql"""
    return _styled(call, attempt=True)


def _parse(call: Call, attempt: bool) -> Typed:
    from store.query.runtime.cultures import CULTURES

    culture = "en-US"
    if len(call) == 3:
        culture = str(to_text(call.value(2)).literal)
        culture = "en-US" if culture.lower() == "en" else culture
        if culture.lower() not in CULTURES:
            raise call.refuse(
                f"The culture parameter '{culture}' provided in the function call is not simulated.",
                fix=f"These are: {', '.join(sorted(CULTURES))}.",
            )
    target = _target(call, 1)
    size = f"{target.precision or 0}, {target.scale or 0}, {int(attempt)}"
    sql = f"tsql_parse({call.text(0).sql}, '{target.name}', {size}, '{culture}')"
    return Typed(sql, target, unpadded=True)


@tsql("PARSE", args=(2, 3))
def parse(call: Call) -> Typed:
    """learn: t-sql/functions/parse-transact-sql"""
    return _parse(call, attempt=False)


@tsql("TRY_PARSE", args=(2, 3))
def try_parse(call: Call) -> Typed:
    """learn: t-sql/functions/try-parse-transact-sql"""
    return _parse(call, attempt=True)


@tsql("ISNUMERIC")
def isnumeric(call: Call) -> Typed:
    """learn: t-sql/functions/isnumeric-transact-sql"""
    given = call.value(0)
    if given.type.is_number:
        return Typed(f"({given.sql} IS NOT NULL)", INT)
    return Typed(f"tsql_isnumeric({call.text(0).sql})", INT)


@tsql("ISDATE")
def isdate(call: Call) -> Typed:
    """1 when the text reads as a datetime. learn: t-sql/functions/isdate-transact-sql"""
    from store.query.types import DATETIME

    given = call.value(0)
    if given.type.kind == "moment" and given.type.name in ("datetime", "smalldatetime"):
        return Typed(f"({given.sql} IS NOT NULL)", INT)
    if given.is_null:
        return Typed("0", INT)
    if given.type.kind != "text":
        raise call.refuse(f"Argument data type {given.type.spoken} is invalid for argument 1 of isdate function.")
    read = convert(given, DATETIME, How(attempt=True))
    return Typed(f"({read.sql} IS NOT NULL AND rtrim({given.sql}) <> '')", INT)
