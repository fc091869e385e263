"""Ranking and analytic functions.

learn: t-sql/functions/ranking-functions-transact-sql, analytic-functions-transact-sql
"""

from __future__ import annotations

from dataclasses import replace

from store.query.convert import convert
from store.query.registry import Call, tsql
from store.query.typed import Typed
from store.query.types import BIGINT, FLOAT


@tsql("ROW_NUMBER", args=0, window_only=True)
def row_number(call: Call) -> Typed:
    """learn: t-sql/functions/row-number-transact-sql"""
    return Typed(f"row_number(){call.over}", BIGINT, nonzero=True)


@tsql("RANK", args=0, window_only=True)
def rank(call: Call) -> Typed:
    """learn: t-sql/functions/rank-transact-sql"""
    return Typed(f"rank(){call.over}", BIGINT, nonzero=True)


@tsql("DENSE_RANK", args=0, window_only=True)
def dense_rank(call: Call) -> Typed:
    """learn: t-sql/functions/dense-rank-transact-sql"""
    return Typed(f"dense_rank(){call.over}", BIGINT, nonzero=True)


@tsql("NTILE", window_only=True)
def ntile(call: Call) -> Typed:
    """learn: t-sql/functions/ntile-transact-sql"""
    number = call.whole(0)
    if isinstance(number.literal, int) and number.literal < 1:
        raise call.refuse("The function 'ntile' takes only a positive int or bigint expression as its input.")
    return Typed(f"ntile({number.sql}){call.over}", BIGINT, nonzero=True)


@tsql("PERCENT_RANK", args=0, window_only=True)
def percent_rank(call: Call) -> Typed:
    """learn: t-sql/functions/percent-rank-transact-sql"""
    return Typed(f"percent_rank(){call.over}", FLOAT)


@tsql("CUME_DIST", args=0, window_only=True)
def cume_dist(call: Call) -> Typed:
    """learn: t-sql/functions/cume-dist-transact-sql"""
    return Typed(f"cume_dist(){call.over}", FLOAT)


def _of(given: Typed, sql: str) -> Typed:
    kept = replace(given.type, precision=None) if given.type.kind == "int" else given.type
    return Typed(sql, kept, unpadded=given.unpadded, binary=given.binary)


def _neighbor(call: Call, function: str) -> Typed:
    given = call.value(0)
    offset = call.whole(1).sql if len(call) > 1 else "1"
    default = f", {convert(call.value(2), given.type).sql}" if len(call) > 2 else ""
    return _of(given, f"{function}({given.sql}, {offset}{default}){call.over}")


@tsql("LAG", args=(1, 3), window_only=True)
def lag(call: Call) -> Typed:
    """learn: t-sql/functions/lag-transact-sql"""
    return _neighbor(call, "lag")


@tsql("LEAD", args=(1, 3), window_only=True)
def lead(call: Call) -> Typed:
    """learn: t-sql/functions/lead-transact-sql"""
    return _neighbor(call, "lead")


@tsql("FIRST_VALUE", window_only=True)
def first_value(call: Call) -> Typed:
    """learn: t-sql/functions/first-value-transact-sql"""
    given = call.value(0)
    return _of(given, f"first_value({given.sql}){call.over}")


@tsql("LAST_VALUE", window_only=True)
def last_value(call: Call) -> Typed:
    """learn: t-sql/functions/last-value-transact-sql"""
    given = call.value(0)
    return _of(given, f"last_value({given.sql}){call.over}")
