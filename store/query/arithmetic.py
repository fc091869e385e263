"""+ - * / % and the bit operators, by the types of both sides.

Source: learn: t-sql/language-elements/arithmetic-operators-transact-sql, string-concatenation-transact-sql,
t-sql/data-types/precision-scale-and-length-transact-sql.
"""

from __future__ import annotations

from decimal import Decimal

from store.query.conversion import NUDGE, NotAllowed, within
from store.query.convert import convert
from store.query.moments import add_days, plain
from store.query.typed import Typed, fail, integer, null
from store.query.types import (
    BIGINT,
    DATETIME,
    INT,
    INT_RANGES,
    MAX,
    PRECEDENCE,
    SqlType,
    decimal_result,
    nvarchar,
    varchar,
)

_NAMES = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "modulo"}
_ZERO = fail("Divide by zero error encountered.")


def arithmetic(operator: str, left: Typed, right: Typed) -> Typed:
    """left operator right. Raises NotAllowed."""
    kinds = {left.type.kind, right.type.kind}
    if operator == "+" and kinds <= {"text", "null"} and "text" in kinds:
        return concatenated(left, right)
    if kinds == {"null"}:
        return null().of(type=INT)
    if "moment" in kinds:
        return _moment_arithmetic(operator, left, right)
    if kinds <= {"text", "null"}:
        if left.type.name == right.type.name or "null" in kinds:
            text = left if left.type.kind == "text" else right
            raise NotAllowed(f"Operand data type {text.type.spoken} is invalid for {_NAMES[operator]} operator.")
        raise NotAllowed(
            f"The data types {left.type.name} and {right.type.name} are incompatible in the {_NAMES[operator]} "
            "operator."
        )
    if "guid" in kinds or "binary" in kinds:
        raise NotAllowed(f"Operand type clash: {left.type.spoken} is incompatible with {right.type.spoken}")
    result = (
        left.type if right.type.kind in ("null", "text") else right.type if left.type.kind in ("null", "text") else None
    )
    if result is not None:  # a text or NULL meets a number: it becomes one
        left, right = convert(left, result), convert(right, result)
        left, right = (left.of(type=result), right.of(type=result))
    if "float" in (left.type.kind, right.type.kind):
        return _float_arithmetic(operator, left, right)
    if "decimal" in (left.type.kind, right.type.kind):
        return _decimal_arithmetic(operator, left, right)
    return _int_arithmetic(operator, left, right)


def concatenated(left: Typed, right: Typed) -> Typed:
    """Text + text: NULL when one is NULL; up to 8000 (nvarchar 4000) characters."""
    lengths = [side.type.length or 1 for side in (left, right) if side.type.kind == "text"]
    total = MAX if MAX in lengths else sum(lengths)
    made = nvarchar(total) if left.type.is_unicode or right.type.is_unicode else varchar(total)
    binary = left.binary or right.binary
    return Typed(
        f"({left.sql} || {right.sql})",
        made,
        unpadded=right.unpadded and isinstance(right.literal, str) and right.literal != "",
        binary=binary,
    )


def _int_type(left: SqlType, right: SqlType) -> SqlType:
    name = max(left.name, right.name, key=PRECEDENCE.index)
    return SqlType(name) if name != "bit" else INT


def _int_arithmetic(operator: str, left: Typed, right: Typed) -> Typed:
    result = _int_type(left.type, right.type)
    if isinstance(left.literal, int) and isinstance(right.literal, int):
        folded = _folded(operator, left.literal, right.literal)
        if folded is not None and INT_RANGES[result.name][0] <= folded <= INT_RANGES[result.name][1]:
            return integer(folded).of(type=result)
    if operator in "/%":
        if isinstance(right.literal, int) and right.literal in (0, -1):
            checked = _ZERO if right.literal == 0 else f"({left.sql} {operator} -1)"
            return Typed(checked, result)
        if right.nonzero:
            return Typed(f"({left.sql} {operator} {right.sql})", result)
        return Typed(_unless_zero(f"{left.sql} {operator} {right.sql}", left, right), result)
    raw = f"({left.bare} {operator} {right.bare})"
    low, high = INT_RANGES[result.name]
    message = f"Arithmetic overflow error converting expression to data type {result.name}."
    span = _span(operator, left, right)
    if span is not None and low <= span[0] and span[1] <= high:
        return Typed(raw, result, span=span)
    if result == BIGINT:  # beyond 64 bits SQLite goes on in floating point
        checked = f"(CASE WHEN typeof({raw}) = 'real' THEN {fail(message)} ELSE {raw} END)"
        return Typed(checked if len(raw) < 240 else f"tsql_within({raw}, {low}, {high}, '{message}')", result)
    return Typed(within(raw, str(low), str(high), message), result, raw=raw)


def _span(operator: str, left: Typed, right: Typed) -> tuple[int, int] | None:
    """The values that a sum, difference or product can have, when both sides are known to be small."""
    a, b = (side.span or INT_RANGES[side.type.name] for side in (left, right))
    if operator == "+":
        return a[0] + b[0], a[1] + b[1]
    if operator == "-":
        return a[0] - b[1], a[1] - b[0]
    products = [x * y for x in a for y in b]
    return min(products), max(products)


def _folded(operator: str, left: int, right: int) -> int | None:
    if operator in "/%":
        if right == 0:
            return None
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if operator == "/" else left - quotient * right
    return left + right if operator == "+" else left - right if operator == "-" else left * right


def _unless_zero(sql: str, left: Typed, right: Typed) -> str:
    """A division that fails when the divisor is 0; x / 0 is NULL in SQLite, so the check costs nothing otherwise."""
    return f"coalesce({sql}, CASE WHEN {right.sql} = 0 AND {left.sql} IS NOT NULL THEN {_ZERO} END)"


def _float_arithmetic(operator: str, left: Typed, right: Typed) -> Typed:
    from store.query.types import FLOAT

    if operator == "%":
        raise NotAllowed(
            f"The data types {left.type.spoken} and {right.type.spoken} are incompatible in the modulo operator."
        )
    a, b = convert(left, FLOAT), convert(right, FLOAT)
    if operator != "/" or right.nonzero:
        return Typed(f"({a.sql} {operator} {b.sql})", FLOAT)
    return Typed(_unless_zero(f"{a.sql} / {b.sql}", left, right), FLOAT)


def _decimal_arithmetic(operator: str, left: Typed, right: Typed) -> Typed:
    result = decimal_result(operator, left.type, right.type)
    if {left.type.name, right.type.name} & {"money", "smallmoney"} and "decimal" not in (
        left.type.name,
        right.type.name,
    ):  # money comes before every whole number in the precedence of types, so it stays money
        result = max(left.type, right.type, key=lambda each: PRECEDENCE.index(each.name))
    scale = result.scale or 0
    if operator == "/":
        return Typed(_decimal_quotient(left, right, result), result)
    if operator == "%":
        # SQLite's % takes whole numbers only: scale both up, and back.
        factor = 10**scale
        up = [f"CAST(round({side.sql} * {factor}.0) AS INTEGER)" for side in (left, right)]
        remainder = f"{up[0]} % {up[1]} / {factor}.0"
        return Typed(f"({remainder})" if right.nonzero else _unless_zero(remainder, left, right), result)
    exact = f"{left.sql} {operator} {right.sql}"
    return Typed(f"round({exact}, {scale})" if scale <= 15 else f"({exact})", result)


def _decimal_quotient(left: Typed, right: Typed, result: SqlType) -> str:
    """SQL Server cuts a quotient at its scale and does not round."""
    scale, digits = result.scale or 0, result.precision or 38
    a = left.sql if left.type.kind != "int" else left.bare
    if scale > 15:
        quotient = f"CAST({a} AS REAL) / {right.sql}"
        return f"({quotient})" if right.nonzero else _unless_zero(quotient, left, right)
    if digits > 18:
        return f"tsql_divide({a}, {right.sql}, {scale})"
    cut = f"CAST(round(CAST({a} AS REAL) / {right.sql} * {10**scale}.0 * {NUDGE}, 3) AS INTEGER) / {10**scale}.0"
    return f"({cut})" if right.nonzero else _unless_zero(cut, left, right)


def _moment_arithmetic(operator: str, left: Typed, right: Typed) -> Typed:
    """datetime + days, datetime - days, datetime - datetime; the newer types have no arithmetic."""
    for side in (left, right):
        if side.type.kind == "moment" and side.type.name not in ("datetime", "smalldatetime"):
            other = right if side is left else left
            if other.type.kind == "moment":
                words = (
                    f"The data types {left.type.name} and {right.type.name} are incompatible in the "
                    f"{_NAMES[operator]} operator."
                )
                raise NotAllowed(words)
            raise NotAllowed(f"Operand type clash: {other.type.spoken} is incompatible with {side.type.name}")
    if operator not in "+-":
        words = (
            "Implicit conversion from data type datetime to "
            f"{(left if right.type.kind == 'moment' else right).type.spoken} is not allowed."
        )
        raise NotAllowed(f"{words} Use the CONVERT function to run this query.")
    if left.type.kind == "moment" and right.type.is_number:
        days = right.sql if operator == "+" else f"-{right.sql}"
        return _checked_moment(add_days(plain(left), days), left, right)
    if operator == "+" and right.type.kind == "moment" and left.type.is_number:
        return _checked_moment(add_days(plain(right), left.sql), right, left)
    both = [convert(side, DATETIME) for side in (left, right)]
    days = f"julianday({both[1].sql}) - 2415020.5"
    return _checked_moment(add_days(both[0].sql, days if operator == "+" else f"-({days})"), both[0], both[1])


def _checked_moment(sql: str, left: Typed, right: Typed) -> Typed:
    failed = fail("Arithmetic overflow error converting expression to data type datetime.")
    if isinstance(right.literal, int) and abs(right.literal) < 3650 and left.sql.startswith("datetime(:now_utc"):
        return Typed(sql, DATETIME, unpadded=True)
    checked = f"coalesce({sql}, CASE WHEN {left.sql} IS NOT NULL AND {right.sql} IS NOT NULL THEN {failed} END)"
    return Typed(checked if len(sql) < 400 else sql, DATETIME, unpadded=True)


def negated(value: Typed) -> Typed:
    """Unary minus."""
    if isinstance(value.literal, int):
        return integer(-value.literal).of(type=value.type)
    if not value.type.is_number:
        if value.is_null:
            return value
        raise NotAllowed(f"Operand data type {value.type.spoken} is invalid for minus operator.")
    if value.literal is not None:
        opposite = -value.literal if isinstance(value.literal, float | Decimal) else None
        return Typed(f"(-{value.sql})", value.type, literal=opposite, simple=True, nonzero=value.nonzero)
    return Typed(f"(-{value.bare})", value.type, simple=value.simple)


def bitwise(operator: str, left: Typed, right: Typed) -> Typed:
    """& | ^ of whole numbers."""
    for side in (left, right):
        if side.type.kind not in ("int", "bit", "null"):
            raise NotAllowed(
                f"The data types {left.type.spoken} and {right.type.spoken} are incompatible in the '{operator}' "
                "operator."
            )
    result = _int_type(left.type, right.type) if "null" not in (left.type.kind, right.type.kind) else INT
    if operator == "^":
        return Typed(f"(({left.sql} | {right.sql}) - ({left.sql} & {right.sql}))", result)
    return Typed(f"({left.sql} {operator} {right.sql})", result)


def inverted(value: Typed) -> Typed:
    """~ of a whole number or bit."""
    if value.type.kind not in ("int", "bit"):
        raise NotAllowed(f"Operand data type {value.type.spoken} is invalid for '~' operator.")
    return Typed(f"(1 - {value.sql})" if value.type.kind == "bit" else f"(~{value.sql})", value.type)
