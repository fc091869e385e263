"""TOP, OFFSET and ORDER BY."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from store.query.compare import beyond_ascii, order_key
from store.query.expressions import value
from store.query.scope import Scope

if TYPE_CHECKING:
    from store.query.plans import Output


@dataclass(slots=True)
class Top:
    """`count` rows (SQL; empty: all), or percent of them, or with those that tie with the last;

    `offset` rows left out.
    """

    count: str = ""
    percent: bool = False
    ties: bool = False
    offset: str = ""

    def limit(self) -> str:
        if not self.count and not self.offset:
            return ""
        return f" LIMIT {self.count or -1}" + (f" OFFSET {self.offset}" if self.offset else "")

    def bound(self, rows: str) -> str:
        """The last rank that stays; PERCENT rounds up. learn: t-sql/queries/top-transact-sql"""
        if not self.percent:
            return self.count
        return (
            f"(CAST({rows} * {self.count} / 100.0 AS INTEGER) + ({rows} * {self.count} / 100.0 > CAST({rows} * "
            f"{self.count} / 100.0 AS INTEGER)))"
        )


def read_top(node: exp.Expr, scope: Scope) -> Top:
    """TOP n [PERCENT] [WITH TIES], or OFFSET n ROWS FETCH NEXT m ROWS ONLY."""
    limit, offset = node.args.get("limit"), node.args.get("offset")
    made = Top()
    if limit is not None:
        amount = limit.args.get("count") if isinstance(limit, exp.Fetch) else limit.expression
        options = limit.args.get("limit_options")
        made.count = _number(amount, scope)
        made.percent = bool(options is not None and options.args.get("percent"))
        made.ties = bool(options is not None and options.args.get("with_ties"))
        if isinstance(limit, exp.Limit) and offset is not None:
            raise scope.refuse(limit, "A TOP can not be used in the same query or sub-query as an OFFSET.")
        if made.ties and node.args.get("order") is None:
            raise scope.refuse(
                limit, "The TOP N WITH TIES clause is not allowed without a corresponding ORDER BY clause."
            )
        if made.percent and not 0 <= float(made.count) <= 100:
            raise scope.refuse(limit, "Percent values must be between 0 and 100.")
    if offset is not None:
        made.offset = _number(offset.expression, scope)
        if node.args.get("order") is None:
            raise scope.refuse(offset, "Incorrect syntax near 'OFFSET'.", fix="OFFSET needs an ORDER BY.")
    return made


def _number(amount: exp.Expr | None, scope: Scope) -> str:
    if amount is None:
        return "1"
    made = value(amount, scope.child())
    if made.literal is None or not made.type.is_number:
        raise scope.refuse(
            amount, "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer."
        )
    if isinstance(made.literal, int) and made.literal < 0:
        raise scope.refuse(amount, "A TOP N or FETCH rowcount value may not be negative.")
    return str(made.literal)


def order_keys(
    node: exp.Expr, outputs: Sequence[Output], scope: Scope, *, distinct: bool, set_operation: bool = False
) -> list[str]:
    """The terms of ORDER BY as SQL: output columns by ordinal, everything else as expression."""
    order = node.args.get("order")
    if order is None:
        return []
    scope.clause = "ORDER BY"
    return [
        _key(item, outputs, scope, distinct, set_operation) + (" DESC" if item.args.get("desc") else "")
        for item in order.expressions
    ]


def _key(item: exp.Ordered, outputs: Sequence[Output], scope: Scope, distinct: bool, set_operation: bool) -> str:
    inner = item.this
    position = output_position(inner, outputs, scope)
    if position is not None:
        given = outputs[position].value
        key = order_key(given, scope)  # also notes the column as compared
        marked = not distinct and not set_operation and beyond_ascii(scope, given)
        return key if marked else ordinal(position, outputs)
    if set_operation:
        raise scope.refuse(
            item,
            (
                "ORDER BY items must appear in the select list if the statement contains a UNION, INTERSECT or EXCEPT "
                "operator."
            ),
        )
    made = value(inner, scope)
    if distinct:
        for at, output in enumerate(outputs):
            if output.key == made.sql:
                return ordinal(at, outputs)
        raise scope.refuse(item, "ORDER BY items must appear in the select list if SELECT DISTINCT is specified.")
    key = order_key(made, scope)
    # A bare number would mean a column of the result in SQLite.
    return f"({key})" if made.literal is not None else key


def ordinal(position: int, outputs: Sequence[Output]) -> str:
    """A column of the result by its number, with its collation."""
    from store.query.compare import collation

    return f"{position + 1}{collation(outputs[position].value)}"


def output_position(inner: exp.Expr, outputs: Sequence[Output], scope: Scope) -> int | None:
    """ORDER BY 2, or by the name of an output column (an alias comes before a column of FROM)."""
    if isinstance(inner, exp.Literal) and not inner.is_string and inner.is_int:
        if not 1 <= int(inner.name) <= len(outputs):
            message = (
                f"The ORDER BY position number {inner.name} is out of range of the number of items in the select list."
            )
            raise scope.refuse(inner, message)
        return int(inner.name) - 1
    if isinstance(inner, exp.Literal):
        raise scope.refuse(inner, "A constant expression was encountered in the ORDER BY list, position 1.")
    if not isinstance(inner, exp.Column) or inner.table:
        return None
    hits = [at for at, output in enumerate(outputs) if output.name.lower() == inner.name.lower()]
    if len({outputs[at].key for at in hits}) > 1:
        raise scope.refuse(inner, f"Ambiguous column name '{inner.name}'.")
    return hits[0] if hits else None
