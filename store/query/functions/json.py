"""JSON functions. learn: t-sql/functions/json-functions-transact-sql"""

from __future__ import annotations

from store.query.registry import Call, tsql
from store.query.typed import Typed
from store.query.types import INT, MAX, nvarchar


@tsql("ISJSON")
def isjson(call: Call) -> Typed:
    """1 for an object or an array. learn: t-sql/functions/isjson-transact-sql"""
    given = call.text(0)
    valid = f"json_valid({given.sql}) AND json_type({given.sql}) IN ('object', 'array')"
    return Typed(f"(CASE WHEN {given.sql} IS NULL THEN NULL WHEN json_valid({given.sql}) THEN {valid} ELSE 0 END)", INT)


@tsql("JSON_VALUE", args=2)
def json_value(call: Call) -> Typed:
    """A scalar as text. learn: t-sql/functions/json-value-transact-sql"""
    return Typed(f"tsql_json_text({call.text(0).sql}, {call.text(1).sql})", nvarchar())


@tsql("JSON_QUERY", args=(1, 2))
def json_query(call: Call) -> Typed:
    """An object or array. learn: t-sql/functions/json-query-transact-sql"""
    path = call.text(1).sql if len(call) == 2 else "'$'"
    return Typed(f"tsql_json_query({call.text(0).sql}, {path})", nvarchar(MAX))
