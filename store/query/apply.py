"""CROSS APPLY and OUTER APPLY.

SQLite has no lateral join, but a table-valued function may take arguments of the row on its left. So the applied
query becomes one JSON array of arrays, and json_each turns it back into rows: any query, correlated in any way, in
its own order.
"""

from __future__ import annotations

from sqlglot import exp

from store.query.convert import convert
from store.query.rowsets import is_rowset, rowset
from store.query.scope import Scope, Source, SourceColumn
from store.query.sources import alias_columns, check_names
from store.query.typed import Typed, name


def apply(node: exp.Lateral, scope: Scope) -> str:
    """` JOIN json_each(...) AS x ON 1`, or LEFT JOIN for OUTER APPLY."""
    word = "JOIN" if node.args.get("cross_apply") else "LEFT JOIN"
    inner = node.this
    if is_rowset(inner):
        return f" {word} {rowset(inner, node, scope, scope)} ON 1"
    if not isinstance(inner, exp.Subquery):
        shown = inner.name or inner.sql("tsql")[:30]
        raise scope.refuse(
            node,
            f"Invalid object name '{shown}'.",
            cause="Of the table-valued functions, OPENJSON and STRING_SPLIT are simulated.",
        )
    if not node.alias:
        raise scope.refuse(node, "Incorrect syntax near ')'.", fix="Give the applied query an alias.")
    if isinstance(inner.this, exp.Values):
        return f" {word} {_applied_values(inner.this, node, scope)}"
    return f" {word} {_applied_query(inner.this, node, scope)}"


def _outer_scope(scope: Scope) -> Scope:
    """The applied query sees what stands to its left."""
    return Scope(scope.compilation, parent=scope)


def _applied_query(query: exp.Expr, node: exp.Lateral, scope: Scope) -> str:
    from store.query.select import plan

    before = len(scope.ungrouped)
    made = plan(query, _outer_scope(scope))
    del scope.ungrouped[before:]
    titles = alias_columns(node) or [output.name for output in made.outputs]
    check_names(titles, [output.node for output in made.outputs], node.alias, scope)
    cells = ", ".join(name(title) for title in titles)
    array = f"(SELECT json_group_array(json_array({cells})) FROM ({made.render(titles)}))"
    values = [output.value for output in made.outputs]
    _add(scope, node, titles, values, [output.origins for output in made.outputs])
    return f"json_each({array}) AS {name(node.alias)} ON 1"


def _applied_values(values: exp.Values, node: exp.Lateral, scope: Scope) -> str:
    from store.query.expressions import result_type, value

    titles = alias_columns(node)
    rows = [
        [value(cell, scope) for cell in (row.expressions if isinstance(row, exp.Tuple) else [row])]
        for row in values.expressions
    ]
    scope.ungrouped.clear()
    if any(len(row) != len(titles) for row in rows):
        raise scope.refuse(node, f"'{node.alias}' has a different number of columns than its VALUES.")
    types = [result_type([row[at] for row in rows]) for at in range(len(titles))]
    lines = ", ".join(
        f"json_array({', '.join(convert(cell, types[at]).sql for at, cell in enumerate(row))})" for row in rows
    )
    _add(scope, node, titles, [Typed("", each) for each in types], [()] * len(titles))
    return f"json_each(json_array({lines})) AS {name(node.alias)} ON 1"


def _add(
    scope: Scope, node: exp.Expr, titles: list[str], values: list[Typed], origins: list[tuple[tuple[str, str], ...]]
) -> None:
    columns = []
    for at, (title, given) in enumerate(zip(titles, values, strict=True)):
        cell = Typed(
            f"json_extract({name(node.alias)}.value, '$[{at}]')",
            given.type,
            simple=True,
            unpadded=given.unpadded,
            binary=given.binary,
        )
        columns.append(SourceColumn(title, cell, origins=origins[at]))
    scope.add(Source(node.alias, columns), node)
