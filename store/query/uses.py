"""What a query reads, column by column: what its values come from, what decides its rows, what it cannot do without."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from store import data_extensions
from store.query.activity import options_of
from store.query.catalog import Catalog, Table
from store.query.compiled import Compiled
from store.query.refused import QueryRefused

if TYPE_CHECKING:
    from sqlglot import exp

    from store.org import Org

Origin = tuple[str, str]  # (table, column)


@dataclass(frozen=True)
class Uses:
    """`values` are (output column, table, column), `decides` the (table, column) of joins, filters, groups, windows."""

    sources: tuple[str, ...]
    outputs: tuple[str, ...]
    values: tuple[tuple[str, str, str], ...]
    decides: tuple[Origin, ...]


def uses(org: Org, text: str) -> Uses:
    """What a query text reads of this account as it is now. Raises QueryRefused when it does not compile."""
    from store.query.parse import parse
    from store.query.scope import Compilation, Scope
    from store.query.select import plan

    compilation = Compilation(text, data_extensions.catalog(org), options_of(org))
    tree = parse(text)
    made = plan(tree, Scope(compilation))
    values = tuple(dict.fromkeys((output.name, *origin) for output in made.outputs for origin in output.origins))
    shown = {(table, column) for _, table, column in values}
    named = _names_that_decide(tree)
    decides = (each for each in compilation.origins if each not in shown or _stands_in(named, each))
    return Uses(
        tuple(compilation.sources),
        tuple(output.name for output in made.outputs),
        values,
        tuple(dict.fromkeys(decides)),
    )


def _names_that_decide(tree: exp.Expr) -> set[Origin]:
    """(table, column) in lower case of what stands anywhere but in a select list, or in a window of one.

    The table is empty where the query does not say which, or says a subquery's alias.
    """
    from sqlglot import exp

    tables = {table.alias_or_name.lower(): table.name.lower() for table in tree.find_all(exp.Table)}
    found = set()
    for column in tree.find_all(exp.Column):
        node: exp.Expr | None = column
        while node is not None and not isinstance(node.parent, exp.Select):
            node = node.parent
            if isinstance(node, exp.Window):
                break
        if node is None or isinstance(node, exp.Window) or node.arg_key != "expressions":
            found.add((tables.get(column.table.lower(), ""), column.name.lower()))
    return found


def _stands_in(named: set[Origin], origin: Origin) -> bool:
    table, column = origin[0].lower(), origin[1].lower()
    return (table, column) in named or ("", column) in named


def without(org: Org, text: str, table: str, column: str) -> Compiled | QueryRefused:
    """The query compiled as if a column of a table had gone, or the refusal that it then meets."""
    from store.query import compile_query

    try:
        return compile_query(text, _Without(data_extensions.catalog(org), table, column), options=options_of(org))
    except QueryRefused as refusal:
        return refusal


class _Without:
    """A catalog in which one table lacks one column."""

    def __init__(self, catalog: Catalog, table: str, column: str) -> None:
        self._catalog, self._table, self._column = catalog, table.lower(), column.lower()

    def table(self, name: str, qualifier: str | None) -> Table | None:
        found = self._catalog.table(name, qualifier)
        if found is None or found.name.lower() != self._table:
            return found
        return replace(found, columns=tuple(each for each in found.columns if each.name.lower() != self._column))

    def names(self) -> list[str]:
        return self._catalog.names()
