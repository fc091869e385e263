"""SELECT and set operations: the clauses in their logical order, each checked as SQL Server checks it, then written.

`plan(tree, scope)` reads a query into a Plan whose output columns have types; `render()` writes it. Between the
two, UNION brings the columns of its sides to common types.
"""

from __future__ import annotations

from sqlglot import exp

from store.query import grouping
from store.query.conversion import NotAllowed
from store.query.expressions import predicate, result_type, value
from store.query.ordering import order_keys, read_top
from store.query.plans import Output, Plan, SelectPlan, SetPlan, retyped
from store.query.scope import Grouping, Scope
from store.query.sources import from_clause
from store.query.typed import Typed


def plan(node: exp.Expr, scope: Scope) -> Plan:
    """Reads a query expression. Raises QueryRefused."""
    if isinstance(node, exp.Subquery):
        inner = plan(node.this, scope)
        if node.args.get("order") is not None or node.args.get("limit") is not None:
            raise scope.refuse(node, "Incorrect syntax near the keyword 'ORDER'.")
        return inner
    _check_with(node, scope)
    if isinstance(node, exp.SetOperation):
        return _set_operation(node, scope)
    if isinstance(node, exp.Select):
        return _select(node, scope)
    raise scope.refuse(node, f"Incorrect syntax near '{node.sql('tsql')[:30]}'.", fix="Write a SELECT.")


def _check_with(node: exp.Expr, scope: Scope) -> None:
    clause = node.args.get("with_")
    if clause is None:
        return
    if not scope.compilation.options.allow_cte or scope.parent is not None:
        raise scope.refuse(
            clause.expressions[0], "Incorrect syntax near the keyword 'WITH'.",
            cause="A query activity does not take common table expressions.",
            fix="Write the expression as a subquery in FROM, or into a data extension of its own.",
        )  # fmt: skip
    for cte in clause.expressions:
        scope.compilation.ctes[cte.alias.lower()] = cte


_ALLOWED = {
    "expressions", "from_", "joins", "where", "group", "having", "distinct", "limit", "offset", "order", "with_",
    "options",
    "laterals", "kind", "hint", "into", "for_", "operation_modifiers",
}  # fmt: skip


def _check_clauses(node: exp.Select, scope: Scope) -> None:
    if node.args.get("into") is not None:
        raise scope.refuse(
            node.args["into"],
            "Incorrect syntax near the keyword 'INTO'.",
            fix="The target data extension is a setting of the activity.",
        )
    if node.args.get("for_") and not scope.joins_rows:
        raise scope.refuse(
            node, "FOR XML and FOR JSON are not simulated but for (SELECT ... FOR XML PATH('')).",
            fix="STRING_AGG joins texts.",
        )  # fmt: skip
    for key, clause in node.args.items():
        if clause and key not in _ALLOWED:
            at = clause[0] if isinstance(clause, list) else clause
            raise scope.refuse(
                at if isinstance(at, exp.Expr) else node, f"Incorrect syntax near '{key.strip('_').upper()}'."
            )


def _select(node: exp.Select, scope: Scope) -> Plan:
    _check_clauses(node, scope)
    if not node.expressions:
        raise scope.refuse(node, "Incorrect syntax near 'SELECT'.", cause="The list of columns is empty.")
    _check_order(node, scope)
    sets = grouping.grouping_sets(node, scope)
    if sets is not None:
        return _grouping_union(node, scope, sets)
    made = _one_select(node, scope, None)
    made.top = read_top(node, scope)
    made.keys = order_keys(node, made.outputs, scope, distinct=made.distinct)
    _check_grouped(node, made, scope)
    return made


def _one_select(node: exp.Select, scope: Scope, group_by: grouping.GroupBy | None) -> SelectPlan:
    """Everything but ORDER BY and TOP."""
    scope.aliases = frozenset(item.alias.lower() for item in node.expressions if isinstance(item, exp.Alias))
    scope.firsts = _wanted_to_be_one(node)
    source = from_clause(node, scope)
    where = ""
    if node.args.get("where") is not None:
        scope.clause = "WHERE"
        where = predicate(node.args["where"].this, scope)
    group = group_by or grouping.plain(node, scope)
    scope.clause = "GROUP BY"
    keys = [(item, value(item, scope)) for item in group.items]
    grouping.check_items(keys, scope)
    scope.ungrouped.clear()
    scope.grouping = Grouping(tuple(key.sql for _, key in keys), frozenset(keys[at][1].sql for at in group.absent))
    scope.clause = "SELECT"
    outputs = [output for item in node.expressions for output in _outputs(item, scope)]
    having = ""
    if node.args.get("having") is not None:
        scope.clause = "HAVING"
        having = predicate(node.args["having"].this, scope)
    scope.clause = "ORDER BY"
    made = SelectPlan(outputs, scope, source, where, having=having, distinct=node.args.get("distinct") is not None)
    made.group = [grouping.key_sql(key, scope) for at, (_, key) in enumerate(keys) if at not in group.absent]
    made.aggregated = bool(scope.aggregates or having or keys)
    return made


def _wanted_to_be_one(node: exp.Select) -> frozenset[tuple[str, str]]:
    """(alias or nothing, column) of each `x.rn = 1` that every row has to meet, or every row of a joined x that counts.

    LEFT JOIN (...) x ON ... AND x.rn = 1 drops the other rows of x as WHERE does; RIGHT and FULL JOIN keep them.
    """
    where = node.args.get("where")
    found = set() if where is None else _equal_to_one(where.this)
    for join in node.args.get("joins") or []:
        condition, alias = join.args.get("on"), join.this.alias.lower()
        if condition is not None and join.side in ("", "LEFT"):
            found |= {each for each in _equal_to_one(condition) if each[0] == alias}
    return frozenset(found)


def _equal_to_one(condition: exp.Expr) -> set[tuple[str, str]]:
    """(alias or nothing, column) of each `x.rn = 1` that the condition asks for, in lower case."""
    found = set()
    for part in condition.flatten() if isinstance(condition, exp.And) else [condition]:
        bare = part.unnest()
        if not isinstance(bare, exp.EQ) or not isinstance(bare.left, exp.Column):
            continue
        if isinstance(bare.right, exp.Literal) and bare.right.this == "1" and not bare.right.is_string:
            found.add((bare.left.table.lower(), bare.left.name.lower()))
    return found


def _check_grouped(node: exp.Select, made: SelectPlan, scope: Scope) -> None:
    """Every column of a grouped SELECT is grouped or inside of an aggregate."""
    if not (scope.aggregates or made.group or made.having or scope.grouping.keys) or not scope.ungrouped:
        if made.having and not made.group and not scope.aggregates:
            made.group = ["NULL"]  # HAVING alone makes one group
        return
    column, shown = scope.ungrouped[0]
    order = node.args.get("order")
    having = node.args.get("having")
    clause = "select list"
    if order is not None and any(part is column for part in order.walk()):
        clause = "ORDER BY clause"
    elif having is not None and any(part is column for part in having.walk()):
        clause = "HAVING clause"
    words = "because it is not contained in either an aggregate function or the GROUP BY clause."
    raise scope.refuse(
        column,
        f"Column '{shown}' is invalid in the {clause} {words}",
        fix=f"Add {column.sql('tsql')} to GROUP BY, or aggregate it.",
    )


def _outputs(item: exp.Expr, scope: Scope) -> list[Output]:
    """The output columns of one item of the select list; * gives many."""
    if isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star)):
        return _star(item, scope)
    alias = item.alias if isinstance(item, exp.Alias) else ""
    inner = item.this if isinstance(item, exp.Alias) else item
    start = len(scope.compilation.origins)
    made = value(inner, scope)
    origins = tuple(dict.fromkeys(scope.compilation.origins[start:]))
    shown = alias or (inner.name if isinstance(inner, exp.Column) else "")
    return [Output(shown, made, item, origins=origins, key=made.sql)]


def _star(item: exp.Expr, scope: Scope) -> list[Output]:
    wanted = item.table if isinstance(item, exp.Column) else ""
    chosen = (
        scope.sources if not wanted else [source for source in scope.sources if source.alias.lower() == wanted.lower()]
    )
    if not chosen:
        message = (
            "Must specify table to select from."
            if not wanted
            else f"The column prefix '{wanted}' does not match with a table name or alias name used in the query."
        )
        raise scope.refuse(item, message)
    found = []
    for source in chosen:
        for column in source.visible:
            if not scope.inside_aggregate:
                node = exp.column(column.name, source.alias)
                scope.ungrouped.append((node if "start" not in item.meta else item, f"{source.alias}.{column.name}"))
                if column.value.sql in scope.grouping.keys:
                    scope.ungrouped.pop()
            found.append(Output(column.name, column.value, item, column.nullable, column.origins, column.value.sql))
    return found


def _check_order(node: exp.Expr, scope: Scope) -> None:
    """ORDER BY inside of a subquery needs TOP or OFFSET."""
    order = node.args.get("order")
    if (
        order is None
        or scope.parent is None
        or node.args.get("limit") is not None
        or node.args.get("offset") is not None
        or node.args.get("for_")
    ):
        return
    message = (
        "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table "
        "expressions, "
    )
    raise scope.refuse(
        order, message + "unless TOP, OFFSET or FOR XML is also specified.", fix="Remove ORDER BY, or add TOP."
    )


def _grouping_union(node: exp.Select, scope: Scope, sets: list[grouping.GroupBy]) -> Plan:
    """ROLLUP, CUBE and GROUPING SETS: one SELECT per grouping, joined by UNION ALL."""
    sides: list[Plan] = []
    for group in sets:
        inner = Scope(scope.compilation, parent=scope.parent)
        made = _one_select(node, inner, group)
        if inner.windows:
            raise scope.refuse(
                node,
                "Window functions over ROLLUP, CUBE or GROUPING SETS are not simulated.",
                fix="Put the grouping into a subquery.",
            )
        visible = len(made.outputs)
        keys = grouping.order_outputs(node, made.outputs, inner)
        _check_grouped(node, made, inner)
        if not made.group and group.items:
            made.group = []
            made.aggregated = True
            if not inner.aggregates:  # the grand total of nothing but NULLs is still one row
                made.having = made.having or "count(*) >= 0"
        sides.append(made)
    first = sides[0].outputs
    _common_types(node, sides, scope)
    outputs = [Output(output.name, output.value, output.node, True, output.origins, output.key) for output in first]
    made_set = SetPlan(
        sides, "UNION ALL", outputs[:visible], read_top(node, scope), keys, hidden=len(outputs) - visible
    )
    if node.args.get("distinct") is not None:
        raise scope.refuse(node, "DISTINCT with ROLLUP, CUBE or GROUPING SETS is not simulated.")
    return made_set


def _common_types(node: exp.Expr, sides: list[Plan], scope: Scope) -> None:
    width = len(sides[0].outputs)
    columns: list[list[Typed]] = []
    for at in range(width):
        values = [side.outputs[at].value for side in sides]
        target = result_type(values)
        try:
            columns.append([retyped(each, target) for each in values])
        except NotAllowed as problem:
            raise scope.refuse(sides[-1].outputs[at].node, str(problem)) from None
    for index, side in enumerate(sides):
        side.retype([column[index] for column in columns])


_OPERATORS = {exp.Union: "UNION", exp.Except: "EXCEPT", exp.Intersect: "INTERSECT"}


def _set_operation(node: exp.SetOperation, scope: Scope) -> Plan:
    _check_order(node, scope)
    operator = _OPERATORS[type(node)]
    all_rows = node.args.get("distinct") is False
    if all_rows and operator != "UNION":
        raise scope.refuse(node, f"The 'ALL' version of the {operator} operator is not supported.")
    if node.args.get("by_name") or node.args.get("side") or node.args.get("on"):
        raise scope.refuse(node, f"Incorrect syntax near '{operator}'.")
    sides = []
    for part in (node.left, node.right):
        inner = Scope(scope.compilation, parent=scope.parent)
        if isinstance(part, exp.Select) and part.args.get("order") is not None:
            raise scope.refuse(
                part.args["order"],
                "Incorrect syntax near the keyword 'ORDER'.",
                fix="ORDER BY stands after the last SELECT.",
            )
        sides.append(plan(part, inner))
    left, right = sides
    if len(left.outputs) != len(right.outputs):
        message = (
            "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of "
            "expressions in their target lists."
        )
        raise scope.refuse(
            right.outputs[0].node, message, fix=f"The first has {len(left.outputs)}, this one {len(right.outputs)}."
        )
    _common_types(node, sides, scope)
    if not all_rows:
        for side in sides:
            _mark_dedupe(side)
    outputs = [
        Output(a.name, _merged(a.value, b.value), a.node, a.nullable or b.nullable, (*a.origins, *b.origins), a.key)
        for a, b in zip(left.outputs, right.outputs, strict=True)
    ]
    made = SetPlan(sides, "UNION ALL" if all_rows else operator, outputs, read_top(node, scope))
    made.keys = order_keys(node, outputs, scope, distinct=True, set_operation=True)
    return made


def _merged(a: Typed, b: Typed) -> Typed:
    return Typed(a.sql, a.type, unpadded=a.unpadded and b.unpadded, binary=a.binary)


def _mark_dedupe(side: Plan) -> None:
    if isinstance(side, SelectPlan):
        side.dedupe = True
    elif isinstance(side, SetPlan):
        for inner in side.sides:
            _mark_dedupe(inner)
