"""GROUP BY: its items, and the groupings that ROLLUP, CUBE and GROUPING SETS stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

from sqlglot import exp

from store.query.compare import sort_key
from store.query.expressions import value
from store.query.scope import Scope
from store.query.typed import Typed

if TYPE_CHECKING:
    from store.query.plans import Output


@dataclass(frozen=True, slots=True)
class GroupBy:
    """`items` are all the grouped expressions, `absent` the positions of those that this grouping leaves out."""

    items: tuple[exp.Expr, ...]
    absent: frozenset[int] = frozenset()


def plain(node: exp.Select, scope: Scope) -> GroupBy:
    """The items of a GROUP BY without ROLLUP and its kind."""
    group = node.args.get("group")
    return GroupBy(tuple(_bare(item) for item in group.expressions)) if group is not None else GroupBy(())


def _bare(item: exp.Expr) -> exp.Expr:
    while isinstance(item, exp.Paren):
        item = item.this
    return item


def check_items(keys: list[tuple[exp.Expr, Typed]], scope: Scope) -> None:
    """Refuses constants and subqueries among the grouped expressions."""
    for item, key in keys:
        if key.literal is not None or not any(isinstance(part, exp.Column) for part in item.walk()):
            message = "Each GROUP BY expression must contain at least one column that is not an outer reference."
            raise scope.refuse(item, message, fix="GROUP BY takes columns, not positions or constants.")
        if any(isinstance(part, exp.Select) for part in item.walk()):
            raise scope.refuse(
                item,
                (
                    "Cannot use an aggregate or a subquery in an expression used for the group by list of a GROUP BY "
                    "clause."
                ),
            )


def key_sql(key: Typed, scope: Scope) -> str:
    """SQL of one GROUP BY term."""
    return sort_key(key, scope)


def grouping_sets(node: exp.Select, scope: Scope) -> list[GroupBy] | None:
    """None for a plain GROUP BY, else one GroupBy per grouping, in SQL Server's order of writing."""
    group = node.args.get("group")
    if group is None:
        return None
    special = any(isinstance(item, exp.Rollup | exp.Cube | exp.GroupingSets) for item in group.expressions)
    with_rollup, with_cube = group.args.get("rollup"), group.args.get("cube")
    if not special and not with_rollup and not with_cube and not group.args.get("grouping_sets"):
        return None
    parts: list[list[tuple[exp.Expr, ...]]] = []
    written = [_bare(item) for item in group.expressions]
    if (with_rollup or with_cube) and not special:
        parts.append(_rollup(written) if with_rollup else _cube(written))
    else:
        parts += [
            _sets(item)
            for item in [*written, *(with_rollup or []), *(with_cube or []), *(group.args.get("grouping_sets") or [])]
        ]
    items: dict[str, exp.Expr] = {}
    for choices in parts:
        for choice in choices:
            for item in choice:
                items.setdefault(item.sql("tsql").lower(), item)
    names = list(items)
    made = []
    for chosen in product(*parts):
        present = {item.sql("tsql").lower() for choice in chosen for item in choice}
        made.append(GroupBy(tuple(items.values()), frozenset(at for at, key in enumerate(names) if key not in present)))
    return made


def _tuple(item: exp.Expr) -> tuple[exp.Expr, ...]:
    if isinstance(item, exp.Tuple):
        return tuple(_bare(part) for part in item.expressions)
    return (_bare(item),)


def _rollup(items: list[exp.Expr]) -> list[tuple[exp.Expr, ...]]:
    columns = [_tuple(item) for item in items]
    return [tuple(part for column in columns[:size] for part in column) for size in range(len(columns), -1, -1)]


def _cube(items: list[exp.Expr]) -> list[tuple[exp.Expr, ...]]:
    columns = [_tuple(item) for item in items]
    sizes = range(len(columns), -1, -1)
    return [
        tuple(part for column in chosen for part in column) for size in sizes for chosen in combinations(columns, size)
    ]


def _sets(item: exp.Expr) -> list[tuple[exp.Expr, ...]]:
    if isinstance(item, exp.Rollup):
        return _rollup(item.expressions)
    if isinstance(item, exp.Cube):
        return _cube(item.expressions)
    if isinstance(item, exp.GroupingSets):
        return [
            one
            for part in item.expressions
            for one in (_sets(part) if isinstance(part, exp.Rollup | exp.Cube) else [_tuple(part)])
        ]
    return [_tuple(item)]


def order_outputs(node: exp.Select, outputs: list[Output], scope: Scope) -> list[str]:
    """ORDER BY over a union of groupings: every term becomes an ordinal, what is not selected a hidden output."""
    from store.query.ordering import ordinal, output_position
    from store.query.plans import Output

    order = node.args.get("order")
    if order is None:
        return []
    visible: Sequence[Output] = list(outputs)
    keys = []
    for item in order.expressions:
        position = output_position(item.this, visible, scope)
        if position is None:
            made = value(item.this, scope)
            position = next(
                (at for at, output in enumerate(outputs) if output.key == made.sql and not made.is_null), None
            )
            if position is None:
                outputs.append(Output("", made, item, key=made.sql))
                position = len(outputs) - 1
        keys.append(ordinal(position, outputs) + (" DESC" if item.args.get("desc") else ""))
    return keys
