"""PIVOT and UNPIVOT. learn: t-sql/queries/from-using-pivot-and-unpivot"""

from __future__ import annotations

from sqlglot import exp

from store.query.conversion import NotAllowed
from store.query.convert import convert
from store.query.scope import Scope, Source, SourceColumn
from store.query.typed import Typed, name, text
from store.query.types import nvarchar


def pivoted(node: exp.Expr, scope: Scope) -> str:
    """A table or subquery with one PIVOT or UNPIVOT, as a derived table."""
    from store.query.sources import source

    pivots = node.args["pivots"]
    pivot = pivots[0]
    if len(pivots) > 1:
        raise scope.refuse(pivots[1], "Only one PIVOT or UNPIVOT per source is simulated.")
    if not pivot.alias:
        raise scope.refuse(pivot, "Incorrect syntax near ')'.", fix="Give the PIVOT an alias.")
    inner = Scope(scope.compilation, parent=scope.parent)
    bare = node.copy()
    bare.set("pivots", None)
    if not bare.alias:
        bare.set("alias", exp.TableAlias(this=exp.to_identifier(scope.compilation.fresh("p"))))
    sql = source(bare, inner)
    return _unpivot(pivot, inner, scope, sql) if pivot.args.get("unpivot") else _pivot(pivot, inner, scope, sql)


def _field(pivot: exp.Pivot, scope: Scope) -> tuple[str, list[str]]:
    fields = pivot.args.get("fields") or []
    if len(fields) != 1 or not isinstance(fields[0], exp.In):
        raise scope.refuse(pivot, "Incorrect syntax near the keyword 'FOR'.")
    return fields[0].this.name, [item.name for item in fields[0].expressions]


def _column(inner: Scope, wanted: str, pivot: exp.Pivot) -> SourceColumn:
    found = inner.sources[0].by_name.get(wanted.lower())
    if found is None:
        raise inner.refuse(pivot, f"Invalid column name '{wanted}'.")
    return found


def _pivot(pivot: exp.Pivot, inner: Scope, scope: Scope, sql: str) -> str:
    """SELECT other columns, AGG(CASE WHEN field = 'x' THEN v END) AS x ... GROUP BY other columns"""
    from store.query.compare import compare, sort_key
    from store.query.expressions import value

    field, choices = _field(pivot, scope)
    if len(pivot.expressions) != 1 or not isinstance(pivot.expressions[0], exp.Anonymous):
        raise scope.refuse(pivot, "Incorrect syntax near the keyword 'PIVOT'.", cause="PIVOT takes one aggregate.")
    call = pivot.expressions[0]
    argument = call.expressions[0] if call.expressions else None
    if not isinstance(argument, exp.Column):
        raise scope.refuse(call, "PIVOT aggregates one column.", fix="Compute the value in a subquery.")
    measured, key = _column(inner, argument.name, pivot), _column(inner, field, pivot)
    rest = [column for column in inner.sources[0].visible if column not in (measured, key)]
    columns = [
        SourceColumn(column.name, _outside(pivot.alias, column.name, column.value), origins=column.origins)
        for column in rest
    ]
    selected = [f"{column.value.sql} AS {name(column.name)}" for column in rest]
    for choice in choices:
        condition = compare("=", key.value, convert(text(choice), key.value.type), inner)
        case = measured.value.of(sql=f"CASE WHEN {condition} THEN {measured.value.sql} END", simple=False, column=None)
        made = value(_aggregate_of(call), _one_value_scope(inner, case))
        selected.append(f"{made.sql} AS {name(choice)}")
        columns.append(SourceColumn(choice, _outside(pivot.alias, choice, made), origins=measured.origins))
    groups = ", ".join(sort_key(column.value, inner) for column in rest)
    scope.add(Source(pivot.alias, columns), pivot)
    return f"(SELECT {', '.join(selected)} FROM {sql}{' GROUP BY ' + groups if groups else ''}) AS {name(pivot.alias)}"


def _aggregate_of(call: exp.Anonymous) -> exp.Anonymous:
    made = call.copy()
    made.set("expressions", [exp.column("measured")])
    assert isinstance(made, exp.Anonymous)
    return made


def _one_value_scope(inner: Scope, value: Typed) -> Scope:
    made = Scope(inner.compilation)
    made.sources.append(Source("measured", [SourceColumn("measured", value)]))
    return made


def _outside(alias: str, title: str, given: Typed) -> Typed:
    return Typed(
        f"{name(alias)}.{name(title)}",
        given.type,
        simple=True,
        unpadded=given.unpadded,
        binary=given.binary,
        column=given.column,
    )


def _unpivot(pivot: exp.Pivot, inner: Scope, scope: Scope, sql: str) -> str:
    """One row per named column that is not NULL: a join with the list of names."""
    field, choices = _field(pivot, scope)
    title = pivot.expressions[0].name
    parts = [_column(inner, choice, pivot) for choice in choices]
    first = parts[0].value.type
    if any(part.value.type.name != first.name or part.value.type.length != first.length for part in parts):
        raise NotAllowed(
            f'The type of column "{choices[1]}" conflicts with the type of other columns specified in the UNPIVOT list.'
        )
    rest = [column for column in inner.sources[0].visible if column not in parts]
    number = scope.compilation.fresh("n")
    cases = " ".join(f"WHEN {at} THEN {part.value.sql}" for at, part in enumerate(parts))
    titles = " ".join(f"WHEN {at} THEN {text(part.name).sql}" for at, part in enumerate(parts))
    numbers = " UNION ALL ".join(f"SELECT {at} AS n" for at in range(len(parts)))
    selected = [f"{column.value.sql} AS {name(column.name)}" for column in rest]
    selected += [f"CASE {number}.n {cases} END AS {name(title)}", f"CASE {number}.n {titles} END AS {name(field)}"]
    origins = tuple(origin for part in parts for origin in part.origins)
    columns = [
        SourceColumn(column.name, _outside(pivot.alias, column.name, column.value), origins=column.origins)
        for column in rest
    ]
    columns.append(SourceColumn(title, _outside(pivot.alias, title, parts[0].value.of(column=None)), origins=origins))
    columns.append(SourceColumn(field, _outside(pivot.alias, field, Typed("", nvarchar(128), unpadded=True))))
    scope.add(Source(pivot.alias, columns), pivot)
    body = f"SELECT {', '.join(selected)} FROM {sql} JOIN ({numbers}) AS {number}"
    return f"(SELECT * FROM ({body}) WHERE {name(title)} IS NOT NULL) AS {name(pivot.alias)}"
