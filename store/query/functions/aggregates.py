"""Aggregates, with their T-SQL types and OVER. learn: t-sql/functions/aggregate-functions-transact-sql"""

from __future__ import annotations

from dataclasses import replace

from store.query.calls import ordered
from store.query.compare import collation, comparable
from store.query.conversion import within
from store.query.convert import convert, to_text
from store.query.registry import Call, tsql
from store.query.typed import Typed
from store.query.types import BIGINT, FLOAT, INT, INT_RANGES, MAX, as_decimal, decimal, nvarchar, varchar


def _argument(call: Call) -> Typed:
    given = call.value(0)
    if type(call.arguments[0]).__name__ == "Star":
        raise call.refuse("Incorrect syntax near '*'.")
    return given


def _each(call: Call, given: Typed) -> str:
    """The argument with DISTINCT, compared as the collation does."""
    if not call.distinct:
        return given.sql
    if call.over:
        raise call.refuse("Use of DISTINCT is not allowed with the OVER clause.")
    return f"DISTINCT {comparable(given, call.scope)}{collation(given)}"


def _numbers_only(call: Call, given: Typed, function: str) -> None:
    if given.type.kind not in ("int", "decimal", "float"):
        spoken = "NULL" if given.is_null else given.type.spoken
        raise call.refuse(
            f"Operand data type {spoken} is invalid for {function} operator.",
            fix="Convert it to a number first, for example CAST(x AS int).",
        )


def _count(call: Call) -> str:
    if type(call.arguments[0]).__name__ == "Star":
        return f"count(*){call.over}"
    return f"count({_each(call, call.value(0))}){call.over}"


@tsql("COUNT", aggregate=True)
def count(call: Call) -> Typed:
    """learn: t-sql/functions/count-transact-sql"""
    return Typed(_count(call), INT)


@tsql("APPROX_COUNT_DISTINCT", aggregate=True)
def approx_count_distinct(call: Call) -> Typed:
    """Exact here, which is within its 2 percent. learn: t-sql/functions/approx-count-distinct-transact-sql"""
    given = call.value(0)
    return Typed(f"count(DISTINCT {comparable(given, call.scope)}{collation(given)})", BIGINT)


@tsql("COUNT_BIG", aggregate=True)
def count_big(call: Call) -> Typed:
    """learn: t-sql/functions/count-big-transact-sql"""
    return Typed(_count(call), BIGINT)


@tsql("CHECKSUM_AGG", aggregate=True)
def checksum_agg(call: Call) -> Typed:
    """ASSUMED to be the exclusive or of the values. learn: t-sql/functions/checksum-agg-transact-sql"""
    given = _argument(call)
    if given.type.kind not in ("int", "null") or call.over:
        raise call.refuse(f"Operand data type {given.type.spoken} is invalid for checksum_agg operator.")
    return Typed(f"tsql_checksum_agg({_each(call, given)})", INT)


@tsql("SUM", aggregate=True)
def total(call: Call) -> Typed:
    """int stays int and overflows; decimal becomes decimal(38,s). learn: t-sql/functions/sum-transact-sql"""
    given = _argument(call)
    _numbers_only(call, given, "sum")
    sql = f"sum({_each(call, given)}){call.over}"
    if given.type.kind == "float":
        return Typed(sql, FLOAT)
    if given.type.kind == "decimal":
        scale = as_decimal(given.type).scale or 0
        return Typed(f"round({sql}, {scale})", decimal(38, scale))
    result = BIGINT if given.type.name == "bigint" else INT
    if result == BIGINT:
        return Typed(sql, BIGINT)
    message = "Arithmetic overflow error converting expression to data type int."
    return Typed(within(sql, str(INT_RANGES["int"][0]), str(INT_RANGES["int"][1]), message), INT)


@tsql("AVG", aggregate=True)
def average(call: Call) -> Typed:
    """Of int it is int, truncated. learn: t-sql/functions/avg-transact-sql"""
    given = _argument(call)
    _numbers_only(call, given, "avg")
    each = _each(call, given)
    if given.type.kind == "int":
        result = BIGINT if given.type.name == "bigint" else INT
        return Typed(f"(sum({each}){call.over} / count({each}){call.over})", result)
    if given.type.kind == "float":
        return Typed(f"avg({each}){call.over}", FLOAT)
    scale = max(6, as_decimal(given.type).scale or 0)
    return Typed(
        f"(CAST(round(avg({each}){call.over} * {10**scale}.0, 3) AS INTEGER) / {10**scale}.0)", decimal(38, scale)
    )


def _extreme(call: Call, function: str) -> Typed:
    given = _argument(call)
    if given.type.kind == "bit" or given.is_null:
        raise call.refuse(
            f"Operand data type {'NULL' if given.is_null else 'bit'} is invalid for {function} operator.",
            fix="Convert it: CAST(x AS int).",
        )
    made = given.type if given.type.kind != "int" else replace(given.type, precision=None)
    return Typed(
        f"{function}({given.sql}{collation(given)}){call.over}", made, unpadded=given.unpadded, binary=given.binary
    )


@tsql("MIN", aggregate=True)
def minimum(call: Call) -> Typed:
    """learn: t-sql/functions/min-transact-sql"""
    return _extreme(call, "min")


@tsql("MAX", aggregate=True)
def maximum(call: Call) -> Typed:
    """learn: t-sql/functions/max-transact-sql"""
    return _extreme(call, "max")


@tsql("STRING_AGG", args=2, aggregate=True)
def string_agg(call: Call) -> Typed:
    """NULLs are left out. learn: t-sql/functions/string-agg-transact-sql"""
    given, separator = to_text(call.value(0)), to_text(call.value(1))
    if any(type(part).__name__ in ("Column", "Subquery") for part in call.arguments[1].walk()):
        raise call.refuse("Separator parameter for STRING_AGG must be a string literal or variable.", argument=1)
    length = MAX if given.type.length == MAX else 4000 if given.type.is_unicode else 8000
    result = nvarchar(length) if given.type.is_unicode else varchar(length)
    if not call.order:
        return Typed(f"group_concat({given.sql}, {separator.sql})", result)
    keys, ways = [], ""
    for item in call.order:
        key = ordered(item, call.scope).removesuffix(" DESC")
        keys.append(key.removesuffix(" COLLATE NOCASE").removesuffix(" COLLATE BINARY"))
        ways += "d" if item.args.get("desc") else "a"
    return Typed(f"tsql_string_agg({given.sql}, {separator.sql}, '{ways}', {', '.join(keys)})", result)


def _statistic(call: Call, function: str) -> Typed:
    if call.over:
        raise call.refuse(f"{call.name} with OVER is not simulated.", fix="Aggregate in a subquery and join it.")
    given = _argument(call)
    _numbers_only(call, given, call.name.lower())
    return Typed(f"{function}({_each(call, convert(given, FLOAT))})", FLOAT)


@tsql("STDEV", aggregate=True)
def stdev(call: Call) -> Typed:
    """learn: t-sql/functions/stdev-transact-sql"""
    return _statistic(call, "tsql_stdev")


@tsql("STDEVP", aggregate=True)
def stdevp(call: Call) -> Typed:
    """learn: t-sql/functions/stdevp-transact-sql"""
    return _statistic(call, "tsql_stdevp")


@tsql("VAR", aggregate=True)
def var(call: Call) -> Typed:
    """learn: t-sql/functions/var-transact-sql"""
    return _statistic(call, "tsql_var")


@tsql("VARP", aggregate=True)
def varp(call: Call) -> Typed:
    """learn: t-sql/functions/varp-transact-sql"""
    return _statistic(call, "tsql_varp")


@tsql("GROUPING", aggregate=True)
def grouping(call: Call) -> Typed:
    """1 in a row that leaves the column out. learn: t-sql/functions/grouping-transact-sql"""
    return Typed(str(_absent(call, 0)), INT)


@tsql("GROUPING_ID", args=(1, None), aggregate=True)
def grouping_id(call: Call) -> Typed:
    """The GROUPING bits of all columns. learn: t-sql/functions/grouping-id-transact-sql"""
    bits = 0
    for at in range(len(call)):
        bits = bits * 2 + _absent(call, at)
    return Typed(str(bits), INT)


def _absent(call: Call, index: int) -> int:
    key = call.value(index).sql  # inside of an aggregate a grouped column is not replaced by NULL
    if key not in call.scope.grouping.keys:
        raise call.refuse(
            "Argument 1 of the GROUPING function does not match any of the expressions in the GROUP BY clause."
        )
    return int(key in call.scope.grouping.absent)
