"""Mathematical functions. learn: t-sql/functions/mathematical-functions-transact-sql"""

from __future__ import annotations

from store.query.conversion import NUDGE, within
from store.query.convert import convert
from store.query.registry import Call, tsql
from store.query.typed import Typed, fail
from store.query.types import FLOAT, INT, INT_RANGES, SqlType, as_decimal, decimal

_OVERFLOW = "Arithmetic overflow error converting expression to data type {}."


def _numeric(call: Call, index: int = 0) -> Typed:
    """A number argument; text is read as float, bit and small integers count as int."""
    given = call.value(index)
    if given.type.kind in ("bit", "null") or given.type.name in ("tinyint", "smallint"):
        return convert(given, INT)
    if given.type.kind in ("int", "decimal", "float"):
        return given
    return convert(given, FLOAT)


@tsql("ABS")
def absolute(call: Call) -> Typed:
    """learn: t-sql/functions/abs-transact-sql"""
    given = _numeric(call)
    sql = f"abs({given.sql})"
    if given.type.name == "int" and given.type.precision is None:
        sql = within(sql, "0", str(INT_RANGES["int"][1]), _OVERFLOW.format("int"))
    return Typed(sql, given.type, nonzero=given.nonzero)


@tsql("CEILING")
def ceiling(call: Call) -> Typed:
    """learn: t-sql/functions/ceiling-transact-sql"""
    given = _numeric(call)
    if given.type.kind == "int":
        return given
    return Typed(f"(CAST({given.sql} AS INTEGER) + ({given.sql} > CAST({given.sql} AS INTEGER)))", _whole(given.type))


@tsql("FLOOR")
def floor(call: Call) -> Typed:
    """learn: t-sql/functions/floor-transact-sql"""
    given = _numeric(call)
    if given.type.kind == "int":
        return given
    return Typed(f"(CAST({given.sql} AS INTEGER) - ({given.sql} < CAST({given.sql} AS INTEGER)))", _whole(given.type))


def _whole(given: SqlType) -> SqlType:
    return decimal(given.precision or 18, 0) if given.name == "decimal" else given


@tsql("ROUND", args=(2, 3))
def round_number(call: Call) -> Typed:
    """Keeps the type and its scale; a third argument other than 0 cuts. learn: t-sql/functions/round-transact-sql"""
    given, places = _numeric(call), call.whole(1)
    cut = call.whole(2) if len(call) == 3 else None
    if cut is not None and not isinstance(cut.literal, int):
        raise call.refuse("The third argument of ROUND has to be a number written in the query.", argument=2)
    if not isinstance(places.literal, int):
        if cut is not None and cut.literal:
            raise call.refuse("ROUND with a computed length and truncation is not simulated.")
        return Typed(f"round({given.sql} * {NUDGE}, {places.sql})", given.type)
    if cut is not None and cut.literal:
        return Typed(_cut(given, places.literal), given.type)
    if given.type.kind == "int":
        return given if places.literal >= 0 else Typed(_rounded_whole(given, 10**-places.literal), given.type)
    if places.literal < 0:
        unit = 10**-places.literal
        sql = f"(round({given.sql} / {unit}.0 * {NUDGE}) * {unit})"
    else:
        sql = f"round({given.sql} * {NUDGE}, {min(places.literal, 15)})"
    return Typed(_must_fit(sql, given.type), given.type)


def _must_fit(sql: str, wanted: SqlType) -> str:
    """ROUND keeps the precision: 748.58 to thousands does not fit into decimal(5,2)."""
    scale = wanted.scale or 0
    room = (wanted.precision or 38) - scale
    if wanted.kind != "decimal" or room > 15:
        return sql
    edge = 10**room - 10.0**-scale
    return within(sql, repr(-edge), repr(edge), _OVERFLOW.format("numeric"))


def _rounded_whole(given: Typed, unit: int) -> str:
    low, high = INT_RANGES[given.type.name]
    sql = f"(round({given.sql} / {unit}.0 * {NUDGE}) * {unit})"
    return f"CAST({within(sql, str(low), str(high), _OVERFLOW.format(given.type.name))} AS INTEGER)"


def _cut(given: Typed, places: int) -> str:
    if places < 0:
        unit = 10**-places
        return f"(CAST({given.sql} / {unit} AS INTEGER) * {unit})"
    if given.type.kind == "int":
        return given.sql
    return f"(CAST(round({given.sql} * {10**places}.0 * {NUDGE}, 3) AS INTEGER) / {10**places}.0)"


@tsql("POWER", args=2)
def power(call: Call) -> Typed:
    """The type of the first argument, so POWER(2, -1) is 0. learn: t-sql/functions/power-transact-sql"""
    base, exponent = _numeric(call), _numeric(call, 1)
    sql = f"pow({base.sql}, {exponent.sql})"
    if base.type.kind == "int":
        low, high = INT_RANGES[base.type.name]
        return Typed(
            f"CAST({within(sql, str(low), str(high), _OVERFLOW.format(base.type.name))} AS INTEGER)", base.type
        )
    if base.type.kind == "decimal":
        scale = as_decimal(base.type).scale or 0
        return Typed(f"round({sql} * {NUDGE}, {scale})", decimal(38, scale))
    return Typed(sql, FLOAT)


@tsql("SQRT")
def sqrt(call: Call) -> Typed:
    """learn: t-sql/functions/sqrt-transact-sql"""
    given = convert(_numeric(call), FLOAT)
    return Typed(
        (
            f"(CASE WHEN {given.sql} < 0 THEN {fail('An invalid floating point operation occurred.')} ELSE "
            f"sqrt({given.sql}) END)"
        ),
        FLOAT,
    )


@tsql("SQUARE")
def square(call: Call) -> Typed:
    """learn: t-sql/functions/square-transact-sql"""
    given = convert(_numeric(call), FLOAT)
    return Typed(f"({given.sql} * {given.sql})", FLOAT)


@tsql("SIGN")
def sign(call: Call) -> Typed:
    """learn: t-sql/functions/sign-transact-sql"""
    given = _numeric(call)
    made = f"(({given.sql} > 0) - ({given.sql} < 0))"
    return Typed(f"CAST({made} AS REAL)" if given.type.kind == "float" else made, given.type)


@tsql("LOG", args=(1, 2))
def log(call: Call) -> Typed:
    """Natural, or to a base given second. learn: t-sql/functions/log-transact-sql"""
    given = convert(_numeric(call), FLOAT)
    failed = fail("An invalid floating point operation occurred.")
    made = f"ln({given.sql})" if len(call) == 1 else f"(ln({given.sql}) / ln({convert(_numeric(call, 1), FLOAT).sql}))"
    return Typed(f"(CASE WHEN {given.sql} <= 0 THEN {failed} ELSE {made} END)", FLOAT)


@tsql("LOG10")
def log10(call: Call) -> Typed:
    """learn: t-sql/functions/log10-transact-sql"""
    given = convert(_numeric(call), FLOAT)
    return Typed(
        (
            f"(CASE WHEN {given.sql} <= 0 THEN {fail('An invalid floating point operation occurred.')} ELSE "
            f"tsql_log10({given.sql}) END)"
        ),
        FLOAT,
    )


def _plain(name: str, sqlite: str) -> None:
    @tsql(name)
    def translate(call: Call) -> Typed:
        return Typed(f"{sqlite}({convert(_numeric(call), FLOAT).sql})", FLOAT)


for _name in ("EXP", "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN"):
    _plain(_name, _name.lower())


def _angle(call: Call) -> Typed:
    """Keeps the type of a whole number, so DEGREES(2) is 114."""
    given = _numeric(call)
    sql = f"{call.name.lower()}({given.sql})"
    if given.type.kind == "int":
        return Typed(f"CAST({sql} AS INTEGER)", given.type)
    return Typed(sql, decimal(38, 18) if given.type.kind == "decimal" else FLOAT)


@tsql("DEGREES")
def degrees(call: Call) -> Typed:
    """learn: t-sql/functions/degrees-transact-sql"""
    return _angle(call)


@tsql("RADIANS")
def radians(call: Call) -> Typed:
    """learn: t-sql/functions/radians-transact-sql"""
    return _angle(call)


@tsql("ATN2", args=2)
def atn2(call: Call) -> Typed:
    """learn: t-sql/functions/atn2-transact-sql"""
    return Typed(f"atan2({convert(_numeric(call), FLOAT).sql}, {convert(_numeric(call, 1), FLOAT).sql})", FLOAT)


@tsql("COT")
def cot(call: Call) -> Typed:
    """learn: t-sql/functions/cot-transact-sql"""
    return Typed(f"(1.0 / tan({convert(_numeric(call), FLOAT).sql}))", FLOAT)


@tsql("PI", args=0)
def pi(call: Call) -> Typed:
    """learn: t-sql/functions/pi-transact-sql"""
    return Typed("3.141592653589793", FLOAT, simple=True, nonzero=True)
