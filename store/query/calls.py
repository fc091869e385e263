"""Function calls: found in the registry, checked for their number of arguments, with OVER and WITHIN GROUP."""

from __future__ import annotations

from sqlglot import exp

from store.query.refused import did_you_mean
from store.query.registry import FUNCTIONS, Call, Function
from store.query.scope import Scope
from store.query.typed import Ranked, Typed

# What people write from other dialects -> what T-SQL has.
_ELSEWHERE = {
    "NOW": "GETDATE()", "CURDATE": "CAST(GETDATE() AS date)", "CURRENT_DATE": "CAST(GETDATE() AS date)",
    "IFNULL": "ISNULL(a, b)",
    "NVL": "ISNULL(a, b)", "LENGTH": "LEN(text)", "SUBSTR": "SUBSTRING(text, start, length)",
    "GROUP_CONCAT": "STRING_AGG(text, ',')",
    "INSTR": "CHARINDEX(part, text)", "LOCATE": "CHARINDEX(part, text)", "DATE_ADD": "DATEADD(day, n, date)",
    "CEIL": "CEILING(x)",
    "TO_CHAR": "FORMAT or CONVERT", "TO_DATE": "CONVERT(date, text, style)", "IF": "IIF(condition, a, b)",
    "DECODE": "CASE", "MOD": "a % b",
    "TRUNC": "CAST(x AS date) or ROUND(x, n, 1)", "DATE": "CAST(x AS date)", "POW": "POWER(x, y)", "RANDOM": "NEWID()",
    "LPAD": "RIGHT(REPLICATE('0', n) + text, n)",
}  # fmt: skip
# What SQL Server has and this program does not, with what to do instead.
_NOT_SIMULATED = {
    **dict.fromkeys(("OPENROWSET", "OPENQUERY", "OPENXML"), "A query activity reads data extensions and data views."),
    **dict.fromkeys(("CONTAINS", "FREETEXT"), "Write LIKE or CHARINDEX: data extensions have no full-text index."),
    **dict.fromkeys(("COMPRESS", "DECOMPRESS"), "A data extension has no binary field to hold it."),
    **dict.fromkeys(("CHECKSUM_AGG", "BINARY_CHECKSUM"), "HASHBYTES over a concatenation tells changes apart."),
    **dict.fromkeys(("ENCRYPTBYPASSPHRASE", "DECRYPTBYPASSPHRASE", "CRYPT_GEN_RANDOM"), "Use HASHBYTES or NEWID()."),
    **dict.fromkeys(
        ("SESSION_USER", "CURRENT_USER", "SYSTEM_USER", "USER_NAME", "SUSER_SNAME", "SUSER_NAME", "HOST_NAME",
         "APP_NAME", "SESSION_CONTEXT", "CONTEXT_INFO", "DB_NAME", "DB_ID", "OBJECT_ID", "OBJECT_NAME", "SCHEMA_NAME",
         "SERVERPROPERTY", "DATABASEPROPERTYEX", "ORIGINAL_LOGIN", "CONNECTIONPROPERTY", "NEWSEQUENTIALID",
         "SCOPE_IDENTITY", "IDENT_CURRENT", "ERROR_MESSAGE", "ERROR_NUMBER", "FORMATMESSAGE", "MIN_ACTIVE_ROWVERSION",
         "COL_LENGTH", "COL_NAME", "TYPE_NAME", "SQL_VARIANT_PROPERTY", "CURRENT_TIMEZONE", "CURRENT_TIMEZONE_ID"),
        "It tells of the server and the session, which an account does not show.",
    ),
}  # fmt: skip


def find(node: exp.Expr, name: str, count: int, scope: Scope) -> Function:
    """The registered function. Raises QueryRefused for an unknown name or a wrong number of arguments."""
    from store.query import functions

    functions.load()
    found = FUNCTIONS.get(name.upper())
    if found is None:
        if name.upper() in _NOT_SIMULATED:
            raise scope.refuse(
                node, f"{name.upper()} is not simulated.", cause="SQL Server has this function; this program does not.",
                fix=_NOT_SIMULATED[name.upper()],
            )  # fmt: skip
        hint = (
            f"T-SQL writes {_ELSEWHERE[name.upper()]}." if name.upper() in _ELSEWHERE else did_you_mean(name, FUNCTIONS)
        )
        raise scope.refuse(node, f"'{name}' is not a recognized built-in function name.", fix=hint)
    server = scope.compilation.options.server
    if found.since > server:
        raise scope.refuse(
            node, f"'{name}' is not a recognized built-in function name.",
            cause=f"It came with SQL Server {found.since}; query activities run on about SQL Server {server}.",
            fix="The assumption query_server_version switches that.",
        )  # fmt: skip
    if count < found.least or (found.most is not None and count > found.most):
        if found.most == found.least:
            raise scope.refuse(node, f"The {name.lower()} function requires {found.least} argument(s).")
        upper = "any number of" if found.most is None else str(found.most)
        raise scope.refuse(node, f"The {name.lower()} function requires {found.least} to {upper} arguments.")
    return found


def call(node: exp.Expr, scope: Scope, over: str = "") -> Typed:
    """A call that is no window function by itself."""
    if isinstance(node, exp.Trim):
        arguments = [node.this] + ([node.expression] if node.expression is not None else [])
        if node.args.get("position"):
            raise scope.refuse(node, f"Incorrect syntax near '{node.args['position']}'.")
        name = "TRIM"
    else:
        arguments, name = list(node.expressions), node.name
    if (
        name.upper() == "COUNT"
        and len(arguments) == 1
        and isinstance(arguments[0], exp.Distinct)
        and len(arguments[0].expressions) > 1
    ):
        raise scope.refuse(node, "Incorrect syntax near ','.", fix="COUNT(DISTINCT ...) takes one expression.")
    distinct = len(arguments) == 1 and isinstance(arguments[0], exp.Distinct)
    if distinct:
        arguments = list(arguments[0].expressions)
    found = find(node, name, len(arguments), scope)
    made = Call(name.upper(), node, arguments, scope, over=over, distinct=distinct)
    if found.aggregate:
        return _aggregate(found, made)
    if found.window_only and not over:
        raise scope.refuse(node, f"The function '{name.upper()}' must have an OVER clause.")
    return found.translate(made)


def aggregate_call(node: exp.GroupConcat, scope: Scope, over: str = "") -> Typed:
    """STRING_AGG, which sqlglot reads by itself because of WITHIN GROUP."""
    found = find(node, "STRING_AGG", 2, scope)
    separator = node.args.get("separator")
    if separator is None:
        raise scope.refuse(node, "The string_agg function requires 2 argument(s).")
    inner, order = node.this, []
    if isinstance(inner, exp.Order):
        inner, order = inner.this, inner.expressions
    return _aggregate(found, Call("STRING_AGG", node, [inner, separator], scope, over=over, order=order))


def _aggregate(found: Function, made: Call) -> Typed:
    scope = made.scope
    if made.over:
        scope.windows += 1
        return found.translate(made)
    if scope.clause in ("WHERE", "ON"):
        message = (
            "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause "
            "or a select list, "
        )
        raise scope.refuse(
            made.node,
            message + "and the column being aggregated is an outer reference.",
            fix="Filter groups with HAVING.",
        )
    if scope.clause == "GROUP BY":
        message = (
            "Cannot use an aggregate or a subquery in an expression used for the group by list of a GROUP BY clause."
        )
        raise scope.refuse(made.node, message)
    if scope.inside_aggregate:
        message = "Cannot perform an aggregate function on an expression containing an aggregate or a subquery."
        raise scope.refuse(made.node, message, fix="Compute the inner aggregate in a subquery.")
    scope.aggregates += 1
    scope.inside_aggregate = True
    try:
        return found.translate(made)
    finally:
        scope.inside_aggregate = False


def window(node: exp.Window, scope: Scope) -> Typed:
    """f(...) OVER (PARTITION BY ... ORDER BY ... ROWS ...)"""
    if scope.clause not in ("SELECT", "ORDER BY"):
        raise scope.refuse(
            node, "Windowed functions can only appear in the SELECT or ORDER BY clauses.",
            fix="Compute it in a subquery and filter outside of it.",
        )  # fmt: skip
    if node.alias:
        raise scope.refuse(node, f"Incorrect syntax near '{node.alias}'.", fix="Write out OVER ( ... ).")
    over = f" OVER ({_over(node, scope)})"
    scope.windows += 1
    if isinstance(node.this, exp.WithinGroup):
        return _within_group(node, scope, over)
    if isinstance(node.this, exp.GroupConcat):
        raise scope.refuse(node, "Incorrect syntax near 'OVER'.", cause="STRING_AGG is no window function.")
    if not isinstance(node.this, exp.Anonymous):
        raise scope.refuse(node, f"Incorrect syntax near '{node.this.sql('tsql')[:30]}'.")
    name = node.this.name.upper()
    if name in (
        "ROW_NUMBER",
        "RANK",
        "DENSE_RANK",
        "NTILE",
        "LAG",
        "LEAD",
        "FIRST_VALUE",
        "LAST_VALUE",
        "PERCENT_RANK",
        "CUME_DIST",
    ) and not node.args.get("order"):
        raise scope.refuse(node, f"The function '{name}' must have an OVER clause with ORDER BY.")
    made = call(node.this, scope, over)
    return made.of(ranked=_ranked(node, scope)) if name == "ROW_NUMBER" else made


def _ranked(node: exp.Window, scope: Scope) -> Ranked | None:
    """The keys of a ROW_NUMBER with a partition and one key of order; see SelectPlan.first_only."""
    from store.query.compare import partition_key
    from store.query.expressions import value

    partition, order = node.args.get("partition_by"), node.args["order"].expressions
    if not partition or len(order) != 1:
        return None
    key, descending = sorted_key(order[0], scope)
    if key == "NULL":
        return None
    return Ranked(tuple(partition_key(value(item, scope), scope) for item in partition), key, descending)


def _within_group(node: exp.Window, scope: Scope, over: str) -> Typed:
    """f(...) WITHIN GROUP (ORDER BY ...) OVER (PARTITION BY ...)"""
    inner = node.this.this
    if not isinstance(inner, exp.Anonymous):
        raise scope.refuse(node, f"Incorrect syntax near '{inner.sql('tsql')[:30]}'.")
    if node.args.get("order") is not None or node.args.get("spec") is not None:
        raise scope.refuse(node, f"The function '{inner.name.upper()}' may not have ORDER BY or a frame in OVER.")
    found = find(inner, inner.name, len(inner.expressions), scope)
    order = node.this.expression.expressions
    return found.translate(Call(inner.name.upper(), inner, list(inner.expressions), scope, over=over, order=order))


def without_over(node: exp.WithinGroup, scope: Scope) -> Typed:
    """WITHIN GROUP alone is only for STRING_AGG, which never comes here."""
    raise scope.refuse(node, f"The function '{node.this.name.upper()}' must have an OVER clause.")


def _over(node: exp.Window, scope: Scope) -> str:
    from store.query.compare import partition_key
    from store.query.expressions import value

    parts = []
    partition = node.args.get("partition_by")
    if partition:
        parts.append("PARTITION BY " + ", ".join(partition_key(value(item, scope), scope) for item in partition))
    order = node.args.get("order")
    if order is not None:
        parts.append("ORDER BY " + ", ".join(ordered(item, scope) for item in order.expressions))
    spec = node.args.get("spec")
    if spec is not None:
        parts.append(_frame(spec, scope))
    return " ".join(parts)


def ordered(item: exp.Ordered, scope: Scope) -> str:
    """One key of an ORDER BY inside of a function. (SELECT NULL) is how T-SQL says 'in any order'."""
    key, descending = sorted_key(item, scope)
    return key + (" DESC" if descending else "")


def sorted_value(item: exp.Ordered, scope: Scope) -> tuple[Typed, bool]:
    """The value of an ORDER BY term and whether it is descending."""
    from store.query.expressions import value

    return value(item.this, scope), bool(item.args.get("desc"))


def sorted_key(item: exp.Ordered, scope: Scope) -> tuple[str, bool]:
    """SQL of an ORDER BY term and whether it is descending."""
    from store.query.compare import order_key
    from store.query.expressions import value

    inner = item.this
    if isinstance(inner, exp.Subquery) and isinstance(inner.this, exp.Select) and inner.this.args.get("from_") is None:
        return "NULL", False
    if isinstance(inner, exp.Literal):
        raise scope.refuse(
            item,
            (
                "Windowed functions, aggregates and NEXT VALUE FOR functions do not support integer indices as "
                "ORDER BY "
                "clause expressions."
            ),
        )
    return order_key(value(inner, scope), scope), bool(item.args.get("desc"))


def _frame(spec: exp.WindowSpec, scope: Scope) -> str:
    def side(which: str) -> str:
        bound, direction = spec.args.get(which), spec.args.get(f"{which}_side")
        if bound is None:
            return "CURRENT ROW"
        shown = bound if isinstance(bound, str) else bound.name
        if not isinstance(bound, str) and not (isinstance(bound, exp.Literal) and bound.is_int):
            raise scope.refuse(spec, "Only a whole number can bound a window frame.")
        return f"{shown} {direction}" if direction else shown

    kind = str(spec.args.get("kind") or "ROWS")
    if kind == "RANGE" and any(isinstance(spec.args.get(which), exp.Expr) for which in ("start", "end")):
        raise scope.refuse(spec, "RANGE is only supported with UNBOUNDED and CURRENT ROW window frame delimiters.")
    return f"{kind} BETWEEN {side('start')} AND {side('end')}"
