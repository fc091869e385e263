"""=, <, BETWEEN, IN and LIKE as SQL Server compares: by the higher type, text without case and trailing blanks.

Text columns are stored COLLATE NOCASE, so `a.Key = b.Key COLLATE NOCASE` still finds its index. Two things NOCASE does
not ignore: blanks at the end, and case beyond A to Z. `rtrim(column)` and `tsql_lower(column)` would hide a column from
its index; so a stored column is compared as it is and noted in Compilation.compared. `prepare` (compile.py) looks
whether such a column really holds a value of that kind and, only then, compiles again with the functions around it: the
right answer always, the index nearly always.
"""

from __future__ import annotations

from store.query.convert import convert, to_text
from store.query.like import like_sql
from store.query.runtime.strings import fold
from store.query.scope import Scope
from store.query.typed import Typed, quote
from store.query.types import SqlType, common_type, nvarchar

_NOCASE = " COLLATE NOCASE"


def aligned(values: list[Typed]) -> tuple[SqlType, list[Typed]]:
    """All values as the type that T-SQL compares them in."""
    target = values[0].type
    for value in values[1:]:
        target = common_type(target, value.type)
    return target, [_aligned(value, target) for value in values]


def _aligned(value: Typed, target: SqlType) -> Typed:
    if target.kind == "text":
        return to_text(value) if value.type.kind != "text" else value
    if target.is_number and value.type.is_number:
        return value  # SQLite compares numbers of any type by value
    if target.name == "datetimeoffset":
        full = convert(value, target)
        return full.of(sql=f"tsql_utc({full.sql})", column=None)
    if (
        target.kind == "moment"
        and value.type.kind == "moment"
        and {value.type.name, target.name} <= {"datetime", "datetime2", "smalldatetime"}
    ):
        return value  # one text form, so it sorts and compares
    return convert(value, target)


def comparable(value: Typed, scope: Scope, *, folded: bool = False) -> str:
    """SQL of one side of a comparison: without trailing blanks, and without case when `folded`."""
    if value.type.kind not in ("text", "guid") or value.is_null:
        return value.sql
    if isinstance(value.literal, str):
        return quote(fold(value.literal.rstrip(" ")) if folded else value.literal.rstrip(" "))
    made = value.sql
    if value.column is not None:
        scope.compilation.compared.add(value.column)
        if value.column in scope.compilation.options.padded:
            made = f"rtrim({made})"
    elif not value.unpadded:
        made = f"rtrim({made})"
    return f"tsql_lower({made})" if folded else made


def beyond_ascii(scope: Scope, *values: Typed) -> bool:
    """True when NOCASE is not enough: a literal or a column has letters beyond A to Z."""
    if any(value.binary for value in values):
        return False
    accented = scope.compilation.options.accented
    return any(
        value.column in accented or (isinstance(value.literal, str) and not value.literal.isascii()) for value in values
    )


def collation(*values: Typed) -> str:
    """What to write after text that is compared or sorted."""
    if not any(value.type.kind in ("text", "guid") for value in values):
        return ""
    return " COLLATE BINARY" if any(value.binary for value in values) else _NOCASE


def compare(operator: str, left: Typed, right: Typed, scope: Scope) -> str:
    """SQL of `left operator right`."""
    _, (a, b) = aligned([left, right])
    folded = beyond_ascii(scope, a, b)
    left_sql, right_sql = (comparable(side, scope, folded=folded) for side in (a, b))
    if folded and operator not in ("=", "<>"):  # what is before what: letters with marks beside those without
        left_sql, right_sql = f"tsql_sort_key({left_sql})", f"tsql_sort_key({right_sql})"
    return f"({left_sql} {operator} {right_sql}{collation(a, b)})"


def between(value: Typed, low: Typed, high: Typed, scope: Scope) -> str:
    """SQL of BETWEEN, all three sides in one type."""
    _, sides = aligned([value, low, high])
    folded = beyond_ascii(scope, *sides)
    v, a, b = (comparable(side, scope, folded=folded) for side in sides)
    return f"({v}{collation(*sides)} BETWEEN {a} AND {b})"


def is_in(value: Typed, choices: list[Typed], scope: Scope) -> str:
    """value IN (...): every choice is compared by its own pair of types, so mixed lists become ORs."""
    kinds = {choice.type.kind for choice in choices if not choice.is_null}
    if len(kinds) > 1:
        return "(" + " OR ".join(compare("=", value, choice, scope) for choice in choices) + ")"
    _, sides = aligned([value, *choices])
    folded = beyond_ascii(scope, *sides)
    subject, *listed = (comparable(side, scope, folded=folded) for side in sides)
    return f"({subject}{collation(*sides)} IN ({', '.join(listed)}))"


def sort_key(value: Typed, scope: Scope) -> str:
    """SQL for GROUP BY of a value."""
    if value.type.name == "datetimeoffset":
        return f"tsql_utc({value.sql})"
    return comparable(value, scope, folded=beyond_ascii(scope, value)) + collation(value)


def partition_key(value: Typed, scope: Scope) -> str:
    """SQL for PARTITION BY of a value.

    SQLite sorts by the bytes of a text in two thirds of the time that NOCASE takes, and lower() folds what NOCASE does.
    A GROUP BY keeps NOCASE: an index of its columns may save it the whole sort.
    """
    key = sort_key(value, scope)
    bare = key.removesuffix(_NOCASE)
    return key if bare == key else f"lower({bare})"


def order_key(value: Typed, scope: Scope) -> str:
    """SQL for ORDER BY: é stands between e and f, not behind z."""
    key = sort_key(value, scope)
    return f"tsql_sort_key({key.removesuffix(_NOCASE)})" if beyond_ascii(scope, value) else key


def like(value: Typed, pattern: Typed, escape: Typed | None, scope: Scope) -> str:
    """SQL of LIKE; a literal pattern needs no Python."""
    subject, wanted = to_text(value), to_text(pattern)
    if not subject.type.is_unicode and not wanted.type.is_unicode and not subject.unpadded:
        # The page: blanks at the end of what is matched are ignored, unless one side is Unicode.
        padded = subject.of(type=nvarchar(subject.type.length or 1))
        bare = padded.of(sql=f"rtrim({subject.sql})", column=None, literal=None)
        return f"({like(padded, pattern, escape, scope)} OR {like(bare, pattern, escape, scope)})"
    if not isinstance(wanted.literal, str) or (escape is not None and not isinstance(escape.literal, str)):
        sign = "NULL" if escape is None else to_text(escape).sql
        return f"tsql_like({subject.sql}, {wanted.sql}, {sign}, {int(subject.binary or wanted.binary)})"
    sign = str(escape.literal) if escape is not None else ""
    case, accented = subject.binary or wanted.binary, True
    if subject.column is not None and "[" in wanted.literal:
        scope.compilation.compared.add(subject.column)
        accented = subject.column in scope.compilation.options.accented
    return like_sql(subject.sql, wanted.literal, sign, case=case, accented=accented)
