"""ISNULL, COALESCE, NULLIF, IIF, CHOOSE."""

from __future__ import annotations

from dataclasses import replace

from store.query.compare import compare
from store.query.convert import convert
from store.query.registry import Call, tsql
from store.query.typed import Typed, null


@tsql("ISNULL", args=2)
def isnull(call: Call) -> Typed:
    """The type of the first argument, so a longer replacement is cut. learn: t-sql/functions/isnull-transact-sql"""
    checked, other = call.value(0), call.value(1)
    if checked.is_null:
        return other
    wanted = replace(checked.type, precision=None) if checked.type.kind == "int" else checked.type
    given = convert(other, wanted)
    return Typed(f"coalesce({checked.sql}, {given.sql})", wanted, unpadded=checked.unpadded and given.unpadded)


@tsql("COALESCE", args=(2, None))
def coalesce(call: Call) -> Typed:
    """The type of highest precedence. learn: t-sql/language-elements/coalesce-transact-sql"""
    from store.query.expressions import result_type

    values = call.values()
    if all(value.is_null for value in values):
        raise call.refuse(
            "At least one of the arguments to COALESCE must be an expression that is not the NULL constant."
        )
    target = result_type(values)
    made = [convert(value, target) for value in values if not value.is_null]
    if len(made) == 1:
        return made[0]
    return Typed(
        f"coalesce({', '.join(item.sql for item in made)})", target, unpadded=all(item.unpadded for item in made)
    )


@tsql("NULLIF", args=2)
def nullif(call: Call) -> Typed:
    """learn: t-sql/language-elements/nullif-transact-sql"""
    first, second = call.value(0), call.value(1)
    if first.is_null:
        raise call.refuse(
            "The type of the first argument to NULLIF cannot be the NULL constant because the type of the first "
            "argument has to be known."
        )
    never_zero = second.literal == 0 and first.type.is_number
    sql = f"(CASE WHEN {compare('=', first, second, call.scope)} THEN NULL ELSE {first.sql} END)"
    if first.type.is_number and second.type.is_number:
        sql = f"nullif({first.sql}, {second.sql})"
    return Typed(sql, first.type, nonzero=never_zero or first.nonzero, unpadded=first.unpadded)


@tsql("IIF", args=3)
def iif(call: Call) -> Typed:
    """learn: t-sql/functions/logical-functions-iif-transact-sql"""
    from store.query.expressions import choose, predicate

    condition = predicate(call.arguments[0], call.scope)
    return choose(call.node, call.scope, [condition], [call.value(1)], call.value(2))


@tsql("CHOOSE", args=(2, None))
def choose_by_index(call: Call) -> Typed:
    """1-based; NULL beyond the list. learn: t-sql/functions/logical-functions-choose-transact-sql"""
    from store.query.expressions import choose

    index = call.whole(0)
    values = [call.value(at) for at in range(1, len(call))]
    conditions = [f"{index.sql} = {at}" for at in range(1, len(values) + 1)]
    return choose(call.node, call.scope, conditions, values, null())
