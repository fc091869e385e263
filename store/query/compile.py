"""compile_query: query text and catalog in, SQLite out."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from store.query.catalog import Catalog, Column
from store.query.compiled import Compiled
from store.query.looks import looks
from store.query.options import Options
from store.query.parse import parse, refuse_at
from store.query.plans import Plan
from store.query.scope import Compilation, Scope
from store.query.select import plan
from store.query.sources import check_names
from store.query.types import INT, SqlType, varchar

_TOO_DEEP = (
    "Some part of your SQL statement is nested too deeply. Rewrite the query or break it up into smaller queries."
)


def compile_query(sql: str, catalog: Catalog, *, options: Options | None = None) -> Compiled:
    """Translates one SELECT. Raises QueryRefused with the product's message, line and column."""
    compilation = Compilation(sql, catalog, options or Options())
    try:
        tree = parse(sql)
        made = plan(tree, Scope(compilation))
    except RecursionError:
        raise refuse_at(sql, 0, _TOO_DEEP, fix="Write the inner parts into data extensions of their own.") from None
    if compilation.options.require_names:
        check_names(
            [output.name for output in made.outputs],
            [output.node for output in made.outputs],
            "query",
            Scope(compilation),
        )
    columns = tuple(Column(output.name, _output_type(output.value.type), output.nullable) for output in made.outputs)
    lineage = tuple((output.name, *origin) for output in made.outputs for origin in output.origins)
    return Compiled(
        made.render(_distinct_names(made)),
        columns,
        tuple(compilation.sources),
        lineage,
        tuple(sorted(compilation.compared)),
    )


def _distinct_names(made: Plan) -> list[str]:
    """SQLite needs every result column named once where the result is read again."""
    seen: set[str] = set()
    names = []
    for at, output in enumerate(made.outputs, 1):
        shown = output.name or f"(No column name {at})"
        while shown.lower() in seen:
            shown += " "
        seen.add(shown.lower())
        names.append(shown)
    return names


def _output_type(given: SqlType) -> SqlType:
    if given.kind == "null":
        return INT
    if given.kind == "int" and given.precision is not None:
        return replace(given, precision=None)
    return varchar(1) if given.kind == "text" and given.length == 0 else given


def prepare(db: sqlite3.Connection, sql: str, catalog: Catalog, *, options: Options | None = None) -> Compiled:
    """compile_query for the data at hand: columns that NOCASE does not compare right are compared by functions.

    Costs one scan per compared text column (about 0.1 s for a million rows); only those that hold text which ends in a
    blank, or letters beyond A to Z, lose their index.
    """
    chosen = options or Options()
    made = compile_query(sql, catalog, options=chosen)
    looked = {origin: looks(db, catalog, origin) for origin in made.compared}
    padded = frozenset(origin for origin, (blank, _) in looked.items() if blank)
    accented = frozenset(origin for origin, (_, beyond) in looked.items() if beyond)
    if padded <= chosen.padded and accented <= chosen.accented:
        return made
    exact = replace(chosen, padded=chosen.padded | padded, accented=chosen.accented | accented)
    return compile_query(sql, catalog, options=exact)
