"""Expressions and conditions: one small rule per kind of sqlglot node, found by its class.

`value` gives a Typed, `predicate` gives SQL of a condition: T-SQL keeps the two apart (`SELECT a = b` is no comparison,
`WHERE Active` no condition), and so do we. A node without a rule is refused, never passed through.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from store.query.arithmetic import arithmetic, bitwise, inverted, negated
from store.query.calls import aggregate_call, call, window, without_over
from store.query.compare import aligned, between, beyond_ascii, collation, comparable, compare, is_in, like
from store.query.conversion import How, NotAllowed
from store.query.convert import convert, to_text
from store.query.moments import moment_from
from store.query.scope import Scope
from store.query.typed import Typed, null, number, text
from store.query.types import DATETIMEOFFSET, NULL, SqlType, common_type
from store.query.xml_path import joined, joins_rows

NOT_BOOLEAN = "An expression of non-boolean type specified in a context where a condition is expected, near '{}'."


_SIGNS: dict[type[exp.Expr], str] = {exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<="}


def value(node: exp.Expr, scope: Scope) -> Typed:
    """The value of an expression. Raises QueryRefused."""
    rule = _VALUES.get(type(node))
    if rule is None:
        if type(node) in _PREDICATES:
            sign = (
                scope.compilation.sql[node.meta.get("start", 0)]
                if "start" in node.meta
                else _SIGNS.get(type(node), type(node).__name__.upper())
            )
            raise scope.refuse(
                node,
                f"Incorrect syntax near '{sign}'.",
                fix="A condition is no value: write CASE WHEN ... THEN 1 ELSE 0 END.",
            )
        raise scope.refuse(
            node,
            f"Incorrect syntax near '{node.sql('tsql')[:40]}'.",
            cause="This is not part of a query activity's T-SQL.",
        )
    _check_read(node, scope)
    before = len(scope.ungrouped)
    try:
        made = rule(node, scope)
    except NotAllowed as problem:
        raise scope.refuse(node, str(problem)) from None
    if scope.grouping.keys and not scope.inside_aggregate and made.sql in scope.grouping.keys:
        del scope.ungrouped[before:]
        if made.sql in scope.grouping.absent:
            return null().of(type=made.type)
    return made


def predicate(node: exp.Expr, scope: Scope) -> str:
    """SQL of a condition. Raises QueryRefused."""
    rule = _PREDICATES.get(type(node))
    if rule is None:
        value(node, scope)  # an error inside of it comes first
        raise scope.refuse(
            node, NOT_BOOLEAN.format(node.sql("tsql")[:40]), fix="Compare it with something, for example = 1."
        )
    _check_read(node, scope)
    try:
        return rule(node, scope)
    except NotAllowed as problem:
        raise scope.refuse(node, str(problem)) from None


# What the rules read of a node beside its operands. A clause that the parser knows and no rule reads is refused: the
# parser puts NOT LIKE, for one, into an argument of Like, and to pass over that would turn the answer around.
_OPERANDS = {"this", "expression", "expressions"}
_ALSO_READ: dict[type, set[str]] = {
    exp.Literal: {"is_string"},
    exp.Column: {"table", "db", "catalog"},
    exp.Case: {"ifs", "default"},
    exp.AtTimeZone: {"zone"},
    exp.Window: {"partition_by", "order", "spec", "over", "alias"},
    exp.GroupConcat: {"separator"},
    exp.Trim: {"position"},
    exp.Div: {"typed", "safe"},  # says of the dialect, not written
    exp.Between: {"low", "high"},
    exp.In: {"query"},
    exp.Like: {"negate"},
    exp.Is: {"negate"},
}


def _check_read(node: exp.Expr, scope: Scope) -> None:
    read = _OPERANDS | _ALSO_READ.get(type(node), set())
    for key, clause in node.args.items():
        if clause and key not in read:
            raise scope.refuse(node, f"Incorrect syntax near '{key.upper()}'.", cause="This clause is not simulated.")


# --- values ----------------------------------------------------------------------------------------------------------


def _literal(node: exp.Literal, scope: Scope) -> Typed:
    return text(node.name) if node.is_string else number(node.name)


def _column(node: exp.Column, scope: Scope) -> Typed:
    if isinstance(node.this, exp.Star):
        raise scope.refuse(node, "Incorrect syntax near '*'.")
    return scope.column(node)


def _paren(node: exp.Paren, scope: Scope) -> Typed:
    return value(node.this, scope)


def _operation(sign: str) -> Callable[[exp.Binary, Scope], Typed]:
    return lambda node, scope: arithmetic(sign, value(node.left, scope), value(node.right, scope))


def _bits(sign: str) -> Callable[[exp.Binary, Scope], Typed]:
    return lambda node, scope: bitwise(sign, value(node.left, scope), value(node.right, scope))


def _case(node: exp.Case, scope: Scope) -> Typed:
    results = [value(branch.args["true"], scope) for branch in node.args["ifs"]]
    otherwise = value(node.args["default"], scope) if node.args.get("default") is not None else null()
    subject = value(node.this, scope) if node.this is not None else None
    if subject is not None:
        tests = [value(branch.this, scope) for branch in node.args["ifs"]]
        conditions = [compare("=", subject, test, scope) for test in tests]
    else:
        conditions = [predicate(branch.this, scope) for branch in node.args["ifs"]]
    return choose(node, scope, conditions, results, otherwise)


def choose(node: exp.Expr, scope: Scope, conditions: list[str], results: list[Typed], otherwise: Typed) -> Typed:
    """CASE with the results in their common type."""
    if all(result.is_null for result in (*results, otherwise)):
        raise scope.refuse(
            node,
            (
                "At least one of the result expressions in a CASE specification must be an expression other than the "
                "NULL constant."
            ),
        )
    target = result_type([*results, otherwise])
    *made, last = [convert(result, target) for result in (*results, otherwise)]
    branches = " ".join(
        f"WHEN {condition} THEN {result.sql}" for condition, result in zip(conditions, made, strict=True)
    )
    unpadded = all(result.unpadded for result in (*made, last))
    return Typed(
        f"(CASE {branches} ELSE {last.sql} END)",
        target,
        unpadded=unpadded,
        nonzero=all(r.nonzero for r in (*made, last)),
    )


def result_type(values: list[Typed]) -> SqlType:
    """The type of highest precedence, with the length or scale that holds them all."""
    target: SqlType = NULL
    for item in values:
        target = common_type(target, item.type)
    return SqlType(target.name) if target.kind == "int" else target


def _subquery(node: exp.Subquery, scope: Scope) -> Typed:
    from store.query.select import plan

    if joins_rows(node):
        return joined(node, scope)
    made = plan(node.this, scope.child())
    if len(made.outputs) != 1:
        raise scope.refuse(
            node,
            "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
        )
    found = made.outputs[0].value
    if made.at_most_one_row:
        return found.of(sql=f"({made.render()})", literal=None, simple=False, raw="", column=None)
    several = (
        "Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= "
    )
    several += "or when the subquery is used as an expression."
    checked = f"CASE WHEN count(*) > 1 THEN tsql_fail('{several}') ELSE max(v) END"
    sql = f"(SELECT {checked} FROM (SELECT * FROM ({made.render(names=['v'])}) LIMIT 2))"
    return found.of(sql=sql, literal=None, simple=False, raw="", column=None)


def _collate(node: exp.Collate, scope: Scope) -> Typed:
    wanted = node.expression.name.lower()
    made = value(node.this, scope)
    if made.type.kind != "text":
        raise scope.refuse(node, "Expression type " + made.type.spoken + " is invalid for COLLATE clause.")
    if wanted in ("database_default",) or "_ci_as" in wanted:
        return made.of(binary=False)
    if "_cs_as" in wanted or "_bin" in wanted:
        return made.of(binary=True, column=made.column)
    raise scope.refuse(
        node, f"Collation '{node.expression.name}' is not simulated.", fix="Latin1_General_CS_AS distinguishes case."
    )


def _at_time_zone(node: exp.AtTimeZone, scope: Scope) -> Typed:
    moment, zone = value(node.this, scope), to_text(value(node.args["zone"], scope))
    if moment.type.kind == "text":
        moment = moment_from(moment, DATETIMEOFFSET, How())
    if moment.type.name not in ("datetime", "datetime2", "smalldatetime", "datetimeoffset"):
        raise NotAllowed(f"Argument data type {moment.type.spoken} is invalid for argument 1 of AT TIME ZONE function.")
    if isinstance(zone.literal, str):
        from store.query.runtime import RunError
        from store.query.runtime.dates import zone as zone_named

        try:
            zone_named(zone.literal)
        except RunError as problem:
            raise NotAllowed(str(problem)) from None
    has_offset = int(moment.type.name == "datetimeoffset")
    return Typed(f"tsql_at_time_zone({moment.sql}, {zone.sql}, {has_offset})", DATETIMEOFFSET)


def _now(node: exp.Expr, scope: Scope) -> Typed:
    from store.query.registry import FUNCTIONS, Call

    return FUNCTIONS["GETDATE"].translate(Call("CURRENT_TIMESTAMP", node, [], scope))


def _hex(node: exp.HexString, scope: Scope) -> Typed:
    digits = node.name if len(node.name) % 2 == 0 else "0" + node.name
    return Typed(f"x'{digits}'", SqlType("varbinary", length=max(1, len(digits) // 2)), simple=True)


# --- conditions ------------------------------------------------------------------------------------------------------


def _comparison(sign: str) -> Callable[[exp.Binary, Scope], str]:
    def rule(node: exp.Binary, scope: Scope) -> str:
        if isinstance(node.right, exp.Any | exp.All):
            return _quantified(sign, node, scope)
        return compare(sign, value(node.left, scope), value(node.right, scope), scope)

    return rule


def _quantified(sign: str, node: exp.Binary, scope: Scope) -> str:
    """x > ALL (...): no row for which it is not true; x > ANY (...): a row for which it is."""
    from store.query.select import plan

    inner = node.right.this
    made = plan(inner.this if isinstance(inner, exp.Subquery) else inner, scope.child())
    right = made.outputs[0].value.of(sql="q.v", literal=None, column=None, raw="")
    test = compare(sign, value(node.left, scope), right, scope)
    if isinstance(node.right, exp.Any):
        return f"EXISTS (SELECT 1 FROM ({made.render(names=['v'])}) AS q WHERE {test})"
    return f"NOT EXISTS (SELECT 1 FROM ({made.render(names=['v'])}) AS q WHERE {test} IS NOT 1)"


def _and(node: exp.And, scope: Scope) -> str:
    return " AND ".join(predicate(part, scope) for part in node.flatten(unnest=False))


def _or(node: exp.Or, scope: Scope) -> str:
    return "(" + " OR ".join(predicate(part, scope) for part in node.flatten(unnest=False)) + ")"


def _not(node: exp.Not, scope: Scope) -> str:
    if isinstance(node.this, exp.Is) and not node.this.args.get("negate"):
        return f"({_is_subject(node.this, scope)} IS NOT NULL)"
    return f"NOT ({predicate(node.this, scope)})"


def _is(node: exp.Is, scope: Scope) -> str:
    return f"({_is_subject(node, scope)} IS {'NOT ' if node.args.get('negate') else ''}NULL)"


def _is_subject(node: exp.Is, scope: Scope) -> str:
    if not isinstance(node.expression, exp.Null):
        raise scope.refuse(
            node, f"Incorrect syntax near '{node.expression.sql('tsql')}'.", fix="IS compares only with NULL."
        )
    return value(node.this, scope).sql


def _between(node: exp.Between, scope: Scope) -> str:
    return between(value(node.this, scope), value(node.args["low"], scope), value(node.args["high"], scope), scope)


def _in(node: exp.In, scope: Scope) -> str:
    query = node.args.get("query")
    subject = value(node.this, scope)
    if query is None:
        return is_in(subject, [value(item, scope) for item in node.expressions], scope)
    from store.query.select import plan

    made = plan(query.this if isinstance(query, exp.Subquery) else query, scope.child())
    if len(made.outputs) != 1:
        raise scope.refuse(
            query,
            "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
        )
    _, (left, right) = aligned([subject, made.outputs[0].value])
    folded = beyond_ascii(scope, left, right)
    made.outputs[0].value = right.of(sql=comparable(right, scope, folded=folded))
    return f"({comparable(left, scope, folded=folded)}{collation(left, right)} IN ({made.render()}))"


def _exists(node: exp.Exists, scope: Scope) -> str:
    from store.query.select import plan

    inner = node.this.this if isinstance(node.this, exp.Subquery) else node.this
    if isinstance(inner, exp.Select) and len(inner.expressions) == 1 and isinstance(inner.expressions[0], exp.Star):
        inner = inner.copy()  # EXISTS does not look at the columns, so * may stand beside GROUP BY
        inner.set("expressions", [exp.Literal.number(1)])
    return f"EXISTS ({plan(inner, scope.child()).render()})"


def _like(node: exp.Expr, scope: Scope) -> str:
    escape = None
    if isinstance(node, exp.Escape):
        escape, node = value(node.expression, scope), node.this
    if not isinstance(node, exp.Like):
        raise scope.refuse(node, "Incorrect syntax near 'ESCAPE'.")
    matches = like(value(node.this, scope), value(node.expression, scope), escape, scope)
    return f"NOT {matches}" if node.args.get("negate") else matches


def _paren_condition(node: exp.Paren, scope: Scope) -> str:
    return f"({predicate(node.this, scope)})"


_VALUES: dict[type, Callable[..., Typed]] = {
    exp.Literal: _literal,
    exp.National: lambda node, scope: text(node.name, unicode=True),
    exp.Null: lambda node, scope: null(),
    exp.Column: _column,
    exp.Paren: _paren,
    exp.Add: _operation("+"),
    exp.Sub: _operation("-"),
    exp.Mul: _operation("*"),
    exp.Div: _operation("/"),
    exp.Mod: _operation("%"),
    exp.BitwiseAnd: _bits("&"),
    exp.BitwiseOr: _bits("|"),
    exp.BitwiseXor: _bits("^"),
    exp.BitwiseNot: lambda node, scope: inverted(value(node.this, scope)),
    exp.Neg: lambda node, scope: negated(value(node.this, scope)),
    exp.Case: _case,
    exp.Subquery: _subquery,
    exp.Collate: _collate,
    exp.AtTimeZone: _at_time_zone,
    exp.CurrentTimestamp: _now,
    exp.HexString: _hex,
    exp.Anonymous: call,
    exp.Window: window,
    exp.WithinGroup: without_over,
    exp.GroupConcat: aggregate_call,
    exp.Trim: call,
    exp.Boolean: lambda node, scope: scope.column(exp.column("TRUE" if node.this else "FALSE")),
}
_PREDICATES: dict[type, Callable[..., str]] = {
    exp.EQ: _comparison("="),
    exp.NEQ: _comparison("<>"),
    exp.LT: _comparison("<"),
    exp.LTE: _comparison("<="),
    exp.GT: _comparison(">"),
    exp.GTE: _comparison(">="),
    exp.And: _and,
    exp.Or: _or,
    exp.Not: _not,
    exp.Is: _is,
    exp.Between: _between,
    exp.In: _in,
    exp.Exists: _exists,
    exp.Like: _like,
    exp.Escape: _like,
    exp.Paren: _paren_condition,
}
