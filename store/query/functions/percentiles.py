"""PERCENTILE_CONT and PERCENTILE_DISC: WITHIN GROUP (ORDER BY x) OVER (PARTITION BY ...)."""

from __future__ import annotations

from store.query.calls import sorted_value
from store.query.convert import convert
from store.query.registry import Call, tsql
from store.query.typed import Typed
from store.query.types import FLOAT


def _percentile(call: Call, function: str) -> Typed:
    fraction = call.value(0).literal
    if fraction is None or isinstance(fraction, str) or not 0 <= fraction <= 1:
        raise call.refuse(f"The function '{call.name}' takes a numeric literal between 0.0 and 1.0.", argument=0)
    if len(call.order) != 1:
        raise call.refuse(f"The function '{call.name}' must have a WITHIN GROUP clause.")
    given, descending = sorted_value(call.order[0], call.scope)
    if function.endswith("cont"):
        if not given.type.is_number:
            raise call.refuse(f"Operand data type {given.type.spoken} is invalid for {call.name.lower()} operator.")
        given = convert(given, FLOAT)
    made = FLOAT if function.endswith("cont") else given.type
    return Typed(f"{function}({given.sql}, {float(fraction)}, {int(descending)}){call.over}", made)


@tsql("PERCENTILE_CONT", window_only=True)
def percentile_cont(call: Call) -> Typed:
    """Interpolated. learn: t-sql/functions/percentile-cont-transact-sql"""
    return _percentile(call, "tsql_percentile_cont")


@tsql("PERCENTILE_DISC", window_only=True)
def percentile_disc(call: Call) -> Typed:
    """A value that is there. learn: t-sql/functions/percentile-disc-transact-sql"""
    return _percentile(call, "tsql_percentile_disc")
