"""CROSS APPLY, OUTER APPLY and OPENJSON.

SQLite has no lateral join, but a table-valued function may take arguments of the row on its left. So the applied
query becomes one JSON array of arrays, and json_each turns it back into rows: any query, correlated in any way, in
its own order.
"""

from __future__ import annotations

from sqlglot import exp

from store.query.conversion import How
from store.query.convert import convert, to_text
from store.query.scope import Scope, Source, SourceColumn
from store.query.sources import alias_columns, check_names
from store.query.typed import Typed, name, quote
from store.query.types import INT, MAX, SqlType, nvarchar, parse_type


def apply(node: exp.Lateral, scope: Scope) -> str:
    """` JOIN json_each(...) AS x ON 1`, or LEFT JOIN for OUTER APPLY."""
    word = "JOIN" if node.args.get("cross_apply") else "LEFT JOIN"
    inner = node.this
    if isinstance(inner, exp.OpenJSON):
        return f" {word} {_open_json(inner, node.alias, node, scope)}"
    if not isinstance(inner, exp.Subquery):
        shown = inner.name or inner.sql("tsql")[:30]
        raise scope.refuse(
            node,
            f"Invalid object name '{shown}'.",
            cause="Table-valued functions are not available in a query activity.",
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


def open_json(node: exp.Table, scope: Scope) -> str:
    """FROM OPENJSON(...) without APPLY."""
    return _open_json(node.this, node.alias, node, scope).removesuffix(" ON 1")


def _open_json(inner: exp.OpenJSON, alias: str, node: exp.Expr, scope: Scope) -> str:
    """OPENJSON(json) gives key, value, type; WITH (name type 'path') gives typed columns."""
    from store.query.expressions import value

    document = to_text(value(inner.this, scope))
    if inner.args.get("path"):
        raise scope.refuse(node, "OPENJSON with a path is not simulated.", fix="Take the part with JSON_QUERY first.")
    alias = alias or scope.compilation.fresh("json")
    line = name(alias)
    if not inner.expressions:
        kinds = (
            "CASE {0}.type WHEN 'null' THEN 0 WHEN 'text' THEN 1 WHEN 'integer' THEN 2 WHEN 'real' THEN 2 WHEN "
            "'true' THEN 3 WHEN 'false' THEN 3 WHEN 'array' THEN 4 ELSE 5 END"
        )
        word = f"CASE {line}.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST({line}.value AS TEXT) END"
        columns = [
            SourceColumn("key", Typed(f"CAST({line}.key AS TEXT)", nvarchar(4000))),
            SourceColumn("value", Typed(f"({word})", nvarchar(MAX))),
            SourceColumn("type", Typed(f"({kinds.format(line)})", INT)),
        ]
    else:
        columns = [_json_column(column, line, scope) for column in inner.expressions]
    scope.add(Source(alias, columns), node)
    rows = (
        document.sql
        if not inner.expressions
        else f"(CASE WHEN json_type({document.sql}) = 'array' THEN {document.sql} "
        f"ELSE json_array(json({document.sql})) END)"
    )
    return f"json_each({rows}) AS {line} ON 1"


def _json_column(column: exp.Expr, line: str, scope: Scope) -> SourceColumn:
    path = column.args.get("path")
    where = path.name if path is not None else f'$."{column.name}"'
    kind = column.args.get("kind")
    wanted: SqlType | None = parse_type(kind.sql("tsql")) if kind is not None else None
    if wanted is None:
        raise scope.refuse(column, f"Type {kind} is not a defined system type.")
    function = "tsql_json_query" if column.args.get("as_json") else "tsql_json_text"
    text = Typed(f"{function}({line}.value, {quote(where)})", nvarchar(4000))
    return SourceColumn(column.name, convert(text, wanted, How(explicit=True)))
