"""JSON functions. learn: t-sql/functions/json-functions-transact-sql"""

from __future__ import annotations

from store.query.registry import Call, tsql
from store.query.typed import Typed
from store.query.types import INT, MAX, nvarchar


@tsql("ISJSON")
def isjson(call: Call) -> Typed:
    """1 for an object or an array. learn: t-sql/functions/isjson-transact-sql"""
    return Typed(f"tsql_is_json({call.text(0).sql})", INT)


@tsql("JSON_VALUE", args=2)
def json_value(call: Call) -> Typed:
    """A scalar as text. learn: t-sql/functions/json-value-transact-sql"""
    return Typed(f"tsql_json_text({call.text(0).sql}, {call.text(1).sql})", nvarchar())


@tsql("JSON_QUERY", args=(1, 2))
def json_query(call: Call) -> Typed:
    """An object or array. learn: t-sql/functions/json-query-transact-sql"""
    path = call.text(1).sql if len(call) == 2 else "'$'"
    return Typed(f"tsql_json_query({call.text(0).sql}, {path})", nvarchar(MAX))


@tsql("JSON_MODIFY", args=3)
def json_modify(call: Call) -> Typed:
    """One property changed, added or removed. learn: t-sql/functions/json-modify-transact-sql"""
    new = call.value(2)
    kind = "bit" if new.type.kind == "bit" else "number" if new.type.is_number else "text"
    if getattr(call.arguments[2], "name", "").upper() in ("JSON_QUERY", "JSON_MODIFY"):
        kind = "json"  # the page: what these give is JSON already and is not escaped
    if new.type.kind not in ("text", "int", "bit", "decimal", "float", "null"):
        raise call.refuse(
            f"Argument data type {new.type.spoken} is invalid for argument 3 of json_modify function.", argument=2
        )
    value = new.sql if kind != "number" else call.text(2).sql
    return Typed(f"tsql_json_modify({call.text(0).sql}, {call.text(1).sql}, {value}, '{kind}')", nvarchar(MAX))


@tsql("STRING_ESCAPE", args=2)
def string_escape(call: Call) -> Typed:
    """Special characters escaped as JSON does. learn: t-sql/functions/string-escape-transact-sql"""
    return Typed(f"tsql_string_escape({call.text(0).sql}, {call.text(1).sql})", nvarchar(MAX))
