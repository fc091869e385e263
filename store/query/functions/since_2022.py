"""Functions that came with SQL Server 2022; Options.server says whether the account has them."""

from __future__ import annotations

from store.query.compare import collation
from store.query.convert import convert
from store.query.functions.date_parts import PARTS, part_of
from store.query.registry import Call, tsql
from store.query.typed import Typed, quote
from store.query.types import DATETIME2

_BUCKETS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond")
_CLOCK = ("hour", "minute", "second", "millisecond", "microsecond")


def _extreme(call: Call, function: str) -> Typed:
    """The values in their common type; NULL is left out."""
    from store.query.expressions import result_type

    values = [value for value in call.values() if not value.is_null]
    if not values:
        return call.value(0)
    target = result_type(values)
    made = [convert(value, target) for value in values]
    rows = " UNION ALL ".join(f"SELECT {item.sql} AS v" for item in made)
    sql = f"(SELECT {function}(v{collation(made[0])}) FROM ({rows}))"
    return Typed(sql, target, unpadded=all(item.unpadded for item in made))


@tsql("GREATEST", args=(1, 254), since=2022)
def greatest(call: Call) -> Typed:
    """learn: t-sql/functions/logical-functions-greatest-transact-sql"""
    return _extreme(call, "max")


@tsql("LEAST", args=(1, 254), since=2022)
def least(call: Call) -> Typed:
    """learn: t-sql/functions/logical-functions-least-transact-sql"""
    return _extreme(call, "min")


def _unsupported(call: Call, part: str, kind: str) -> Exception:
    return call.refuse(
        f"The datepart {part} is not supported by date function {call.name.lower()} for data type {kind}."
    )


@tsql("DATETRUNC", args=2, since=2022)
def datetrunc(call: Call) -> Typed:
    """The moment cut to a part, in its own type. learn: t-sql/functions/datetrunc-transact-sql"""
    part, moment = part_of(call), call.moment(1, DATETIME2)
    kind, scale = moment.type.name, 7 if moment.type.scale is None else moment.type.scale
    wrong = part in ("weekday", "tzoffset", "nanosecond")
    wrong = wrong or (kind == "date" and part in _CLOCK) or (kind == "time" and part not in _CLOCK)
    wrong = wrong or scale < {"millisecond": 3, "microsecond": 6}.get(part, 0)
    if wrong:
        raise _unsupported(call, part, kind)
    return Typed(f"tsql_datetrunc({moment.sql}, {quote(part)}, {quote(kind)}, {scale})", moment.type, unpadded=True)


@tsql("DATE_BUCKET", args=(3, 4), since=2022)
def date_bucket(call: Call) -> Typed:
    """The start of the bucket of n parts. learn: t-sql/functions/date-bucket-transact-sql"""
    part, width, moment = part_of(call), call.whole(1), call.value(2)
    if moment.type.kind != "moment":
        raise call.refuse(
            f"Argument data type {moment.type.spoken} is invalid for argument 3 of Date_Bucket function.", argument=2
        )
    origin = convert(call.value(3), moment.type).sql if len(call) == 4 else "NULL"
    part = "day" if PARTS[part] in ("dayofyear", "weekday") else part
    kind, scale = moment.type.name, 7 if moment.type.scale is None else moment.type.scale
    if part not in _BUCKETS or (kind == "date" and part in _CLOCK):
        raise _unsupported(call, part, kind)
    arguments = f"{moment.sql}, {quote(part)}, {width.sql}, {origin}, {quote(kind)}, {scale}"
    return Typed(f"tsql_date_bucket({arguments})", moment.type, unpadded=True)
