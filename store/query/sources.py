"""FROM: tables, joins, derived tables, VALUES and APPLY; each becomes SQL and a Source in the scope."""

from __future__ import annotations

import re

from sqlglot import exp

from store.query.parse import multi_part, offset_of
from store.query.refused import did_you_mean
from store.query.rowsets import is_rowset, rowset
from store.query.scope import Scope, Source, SourceColumn
from store.query.typed import Typed, name
from store.query.types import nvarchar

_TABLE_PARTS = {"this", "db", "catalog", "alias", "hints", "pivots", "joins"}


def from_clause(node: exp.Select, scope: Scope) -> str:
    """The FROM of a SELECT as SQL, empty when there is none. Fills scope.sources."""
    clause = node.args.get("from_")
    if clause is None:
        return ""
    scope.clause = "ON"
    sql = source(clause.this, scope)
    return sql + _joins(node.args.get("joins") or [], scope)


def _joins(joins: list[exp.Join], scope: Scope) -> str:
    return "".join(_join(join, scope) for join in joins)


def _join(join: exp.Join, scope: Scope) -> str:
    from store.query.expressions import predicate

    if join.args.get("using") or join.method in ("NATURAL", "ASOF"):
        raise scope.refuse(join, "Incorrect syntax near 'USING'.", fix="Write ON a.key = b.key.")
    if isinstance(join.this, exp.Lateral):
        from store.query.apply import apply

        return apply(join.this, scope)
    side, kind = join.side.upper(), join.kind.upper()
    if kind in ("SEMI", "ANTI", "STRAIGHT"):
        raise scope.refuse(join, f"Incorrect syntax near '{kind}'.", fix="Write EXISTS or NOT EXISTS.")
    right = source(join.this, scope)
    on = join.args.get("on")
    if on is None:
        if side or kind in ("INNER", "OUTER") or (not kind and not _follows_comma(join, scope)):
            raise scope.refuse(
                join, "Incorrect syntax: ON is missing.", cause="A join needs a condition.",
                fix="Add ON a.key = b.key, or write CROSS JOIN.",
            )  # fmt: skip
        return f" JOIN {right}" if kind == "CROSS" else f", {right}"
    condition = predicate(on, scope)
    words = {"LEFT": "LEFT JOIN", "RIGHT": "RIGHT JOIN", "FULL": "FULL JOIN"}.get(side, "JOIN")
    return f" {words} {right} ON {condition}"


def _follows_comma(join: exp.Join, scope: Scope) -> bool:
    """FROM a, b: sqlglot reads the comma as a join without a kind, like JOIN."""
    before = scope.compilation.sql[: offset_of(join)].rstrip('( \t\r\n["')
    return not re.search(
        r"\bjoin$", re.sub(r"(/\*.*?\*/|--[^\n]*\n?)\s*$", "", before, flags=re.S).rstrip("( \t\r\n"), re.I
    )


def source(node: exp.Expr, scope: Scope) -> str:
    """One item of FROM."""
    if isinstance(node, exp.Table):
        made = _table(node, scope)
    elif isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table):
        made = f"({source(node.this, scope)}{_joins(node.args.get('joins') or [], scope)})"
        return made
    elif isinstance(node, exp.Subquery):
        made = _derived(node, scope)
    elif isinstance(node, exp.Values):
        made = _values(node, scope)
    elif isinstance(node, exp.Paren):
        return f"({source(node.this, scope)})"
    else:
        raise scope.refuse(
            node,
            f"Incorrect syntax near '{node.sql('tsql')[:30]}'.",
            cause="FROM takes data extensions, data views and subqueries.",
        )
    inner = node.args.get("joins")
    return f"({made}{_joins(inner, scope)})" if inner else made


def _table(node: exp.Table, scope: Scope) -> str:
    if is_rowset(node.this):
        return rowset(node.this, node, scope, Scope(scope.compilation, parent=scope.parent))
    if not isinstance(node.this, exp.Identifier):
        shown = node.this.name if isinstance(node.this, exp.Anonymous) else node.sql("tsql")[:30]
        raise scope.refuse(
            node,
            f"Invalid object name '{shown}'.",
            cause="Of the table-valued functions, OPENJSON and STRING_SPLIT are simulated.",
        )
    for key, clause in node.args.items():
        if clause and key not in _TABLE_PARTS:
            raise scope.refuse(node, f"Incorrect syntax near '{key.upper()}'.")
    if node.args.get("pivots"):
        from store.query.pivot import pivoted

        return pivoted(node, scope)
    return base_table(node, scope, node.alias or node.name)


def base_table(node: exp.Table, scope: Scope, alias: str) -> str:
    """A data extension or data view under a name. Raises QueryRefused for an unknown one."""
    compilation = scope.compilation
    cte = compilation.ctes.get(node.name.lower()) if not node.db else None
    if cte is not None:
        return _cte(cte, scope, alias)
    qualifier = node.db or None
    written = ".".join(part.name for part in node.parts)
    if node.args.get("catalog") is not None or (qualifier is not None and qualifier.lower() not in ("ent", "dbo")):
        raise multi_part(compilation.sql, offset_of(node), written)
    found = compilation.catalog.table(node.name, "Ent" if (qualifier or "").lower() == "ent" else None)
    if found is None:
        hint = did_you_mean(node.name, compilation.catalog.names())
        raise scope.refuse(node, f"Invalid object name '{written}'.", fix=hint)
    if found.name not in compilation.sources:
        compilation.sources.append(found.name)
    columns = []
    for column in found.columns:
        origin = (found.name, column.name)
        value = Typed(f"{name(alias)}.{name(column.name)}", column.type, simple=True, column=origin)
        columns.append(SourceColumn(column.name, value, column.hidden, column.nullable, (origin,)))
    scope.add(Source(alias, columns), node)
    return f"{found.sqlite_name} AS {name(alias)}"


def _cte(cte: exp.CTE, scope: Scope, alias: str) -> str:
    if any(isinstance(part, exp.Table) and part.name.lower() == cte.alias.lower() for part in cte.this.walk()):
        raise scope.refuse(cte, "Recursive common table expressions are not simulated.")
    return subselect(cte.this, scope, alias, [column.name for column in cte.args["alias"].columns], cte)


def _derived(node: exp.Subquery, scope: Scope) -> str:
    if node.args.get("pivots"):
        from store.query.pivot import pivoted

        return pivoted(node, scope)
    if not node.alias:
        raise scope.refuse(
            node, "Incorrect syntax near ')'.", cause="A subquery in FROM needs an alias.", fix="Write ( ... ) AS x."
        )
    if isinstance(node.this, exp.Values):
        return values_source(node.this, node, scope)
    return subselect(node.this, scope, node.alias, alias_columns(node), node)


def alias_columns(node: exp.Expr) -> list[str]:
    """The column names of `AS x(a, b)`."""
    alias = node.args.get("alias")
    return [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []


def subselect(query: exp.Expr, scope: Scope, alias: str, renamed: list[str], node: exp.Expr) -> str:
    """A derived table. Its columns all have names, each once."""
    from store.query.plans import SelectPlan
    from store.query.select import plan

    made = plan(query, Scope(scope.compilation, parent=scope.parent or Scope(scope.compilation)))
    shown = renamed or [output.name for output in made.outputs]
    if len(shown) != len(made.outputs):
        raise scope.refuse(
            node,
            (
                f"'{alias}' has {'fewer' if len(shown) < len(made.outputs) else 'more'} columns than were specified in "
                "the column list."
            ),
        )
    check_names(shown, [output.node for output in made.outputs], alias, scope)
    if isinstance(made, SelectPlan):
        wanted = [title for title in shown if {(alias.lower(), title.lower()), ("", title.lower())} & scope.firsts]
        made.first_only = shown.index(wanted[0]) if len(wanted) == 1 else None
    columns = []
    for output, title in zip(made.outputs, shown, strict=True):
        given = output.value
        value = Typed(
            f"{name(alias)}.{name(title)}",
            given.type,
            simple=True,
            unpadded=given.unpadded,
            nonzero=given.nonzero,
            binary=given.binary,
            column=given.column,
        )
        columns.append(SourceColumn(title, value, False, output.nullable, output.origins))
    scope.add(Source(alias, columns), node)
    return f"({made.render(shown)}) AS {name(alias)}"


def check_names(shown: list[str], nodes: list[exp.Expr], alias: str, scope: Scope) -> None:
    """Refuses columns without a name or with the name of another one."""
    seen: set[str] = set()
    for at, (title, node) in enumerate(zip(shown, nodes, strict=True), 1):
        if not title:
            raise scope.refuse(
                node, f"No column name was specified for column {at} of '{alias}'.", fix="Give it a name with AS."
            )
        if title.lower() in seen:
            raise scope.refuse(
                node,
                f"The column '{title}' was specified multiple times for '{alias}'.",
                fix="Give one of them another name with AS.",
            )
        seen.add(title.lower())


def _values(node: exp.Values, scope: Scope) -> str:
    return values_source(node, node, scope)


def values_source(node: exp.Values, owner: exp.Expr, scope: Scope) -> str:
    """FROM (VALUES (1, 'a'), (2, 'b')) AS v(id, name)"""
    from store.query.convert import convert
    from store.query.expressions import result_type, value

    alias, titles = owner.alias, alias_columns(owner)
    rows = [
        [value(cell, scope.child()) for cell in (row.expressions if isinstance(row, exp.Tuple) else [row])]
        for row in node.expressions
    ]
    if not alias or len({len(row) for row in rows} | {len(titles)}) != 1:
        raise scope.refuse(
            owner, "VALUES needs an alias with one name per column.", fix="Write (VALUES (1, 2)) AS v(a, b)."
        )
    types = [result_type([row[at] for row in rows]) for at in range(len(titles))]
    types = [each if each.kind != "null" else nvarchar(1) for each in types]
    selects = []
    for row in rows:
        cells = ", ".join(f"{convert(cell, types[at]).sql} AS {name(titles[at])}" for at, cell in enumerate(row))
        selects.append(f"SELECT {cells}")
    columns = [
        SourceColumn(title, Typed(f"{name(alias)}.{name(title)}", types[at], simple=True))
        for at, title in enumerate(titles)
    ]
    scope.add(Source(alias, columns), owner)
    return f"({' UNION ALL '.join(selects)}) AS {name(alias)}"
