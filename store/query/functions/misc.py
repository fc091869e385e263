"""NEWID, HASHBYTES, CHECKSUM, RAND."""

from __future__ import annotations

from store.query.convert import to_text
from store.query.registry import Call, tsql
from store.query.typed import Typed
from store.query.types import FLOAT, GUID, INT, SqlType


@tsql("NEWID", args=0)
def newid(call: Call) -> Typed:
    """A different GUID for every row and call, the same for the same :seed.

    learn: t-sql/functions/newid-transact-sql
    """
    return Typed(f"tsql_newid(:seed, {_call_number(call)})", GUID, unpadded=True)


def _call_number(call: Call) -> int:
    call.scope.compilation.counter += 1
    return call.scope.compilation.counter


@tsql("RAND", args=(0, 1))
def rand(call: Call) -> Typed:
    """One number for the whole query, as in SQL Server. learn: t-sql/functions/rand-transact-sql"""
    made = f"tsql_rand_of({call.whole(0).sql})" if len(call) else f"tsql_rand(:seed + {_call_number(call)})"
    return Typed(made, FLOAT)


@tsql("HASHBYTES", args=2)
def hashbytes(call: Call) -> Typed:
    """nvarchar is hashed as UTF-16, varchar as code page 1252. learn: t-sql/functions/hashbytes-transact-sql"""
    algorithm, given = call.text(0), call.value(1)
    sizes = {"MD5": 16, "SHA": 20, "SHA1": 20, "SHA2_256": 32, "SHA2_512": 64}
    if isinstance(algorithm.literal, str) and algorithm.literal.upper() not in sizes:
        raise call.refuse(
            f"'{algorithm.literal}' is not a hash that HASHBYTES has here.",
            fix="MD5, SHA1, SHA2_256 and SHA2_512 are there.",
            argument=0,
        )
    if given.type.kind not in ("text", "binary", "null"):
        raise call.refuse(
            f"Argument data type {given.type.spoken} is invalid for argument 2 of hashbytes function.",
            fix="Convert it to text first.",
            argument=1,
        )
    data = (
        given.sql
        if given.type.kind == "binary"
        else f"tsql_to_binary({to_text(given).sql}, {int(given.type.is_unicode)}, 0)"
    )
    length = sizes.get(str(algorithm.literal).upper(), 64)
    return Typed(f"tsql_hash({algorithm.sql}, {data})", SqlType("varbinary", length=length))


@tsql("CHECKSUM", args=(1, None))
def checksum(call: Call) -> Typed:
    """A hash of the values, ASSUMED to be other numbers than SQL Server's.

    learn: t-sql/functions/checksum-transact-sql
    """
    if any(type(argument).__name__ == "Star" for argument in call.arguments):
        raise call.refuse("CHECKSUM(*) is not simulated.", fix="Name the columns.")
    return Typed(f"tsql_checksum({', '.join(value.sql for value in call.values())})", INT)
