"""What a query was read into, and how it is written: one SELECT, or several joined by a set operator."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from sqlglot import exp

from store.query.compare import beyond_ascii, collation, comparable
from store.query.convert import convert
from store.query.ordering import Top
from store.query.scope import Origin, Scope
from store.query.typed import Typed, name
from store.query.types import SqlType


@dataclass(slots=True)
class Output:
    """A column of a result. `name` is empty when the query gave none."""

    name: str
    value: Typed
    node: exp.Expr
    nullable: bool = True
    origins: tuple[Origin, ...] = ()
    key: str = ""  # its SQL before any conversion: what ORDER BY finds it by


class Plan(Protocol):
    """A query that was read: its output columns, whose types can still change, and its SQL."""

    outputs: list[Output]

    @property
    def at_most_one_row(self) -> bool: ...

    def render(self, names: list[str] | None = None) -> str: ...

    def retype(self, values: list[Typed]) -> None: ...


def output_names(outputs: list[Output], names: list[str] | None) -> list[str]:
    """The names to write: those given, with a stand-in for a missing one."""
    return names or [output.name or f"(No column name {at})" for at, output in enumerate(outputs, 1)]


@dataclass(slots=True)
class SelectPlan:
    """One SELECT. `keys` are its ORDER BY terms as SQL."""

    outputs: list[Output]
    scope: Scope
    source: str = ""
    where: str = ""
    group: list[str] = field(default_factory=list)
    having: str = ""
    distinct: bool = False
    top: Top = field(default_factory=Top)
    keys: list[str] = field(default_factory=list)
    dedupe: bool = False  # a side of UNION, EXCEPT or INTERSECT: its text columns compare without case
    aggregated: bool = False
    first_only: int | None = None  # the output that the outer query wants to be 1

    @property
    def at_most_one_row(self) -> bool:
        return (self.aggregated and not self.group) or self.top.count in ("0", "1") or not self.source

    def retype(self, values: list[Typed]) -> None:
        for output, converted in zip(self.outputs, values, strict=True):
            output.value = converted

    def _newest(self, names: list[str] | None) -> str:
        """ROW_NUMBER() = 1 as a GROUP BY: SQLite takes the other columns from the row of the max() or min().

        source: SQLite, lang_select, "Bare columns in an aggregate query". It is the same row, or one that ties with it,
        for half the time of a window function, which numbers all rows to keep one of each partition.
        """
        if self.first_only is None or self.top.count or self.top.offset or self.keys or self.distinct or self.dedupe:
            return ""
        ranked = self.outputs[self.first_only].value.ranked
        if ranked is None or self.aggregated or self.scope.windows != 1 or not self.source:
            return ""
        shown = output_names(self.outputs, names)
        columns = [
            f"{'1' if at == self.first_only else output.value.sql} AS {name(title)}"
            for at, (output, title) in enumerate(zip(self.outputs, shown, strict=True))
        ]
        # NULL is lowest in T-SQL: max() passes over it, for min() it has to become less than everything.
        chosen = f"max({ranked.key})" if ranked.descending else f"min(coalesce({ranked.key}, -9e999))"
        where = f" WHERE {self.where}" if self.where else ""
        groups = ", ".join(ranked.partition)
        return f"SELECT {', '.join(columns)}, {chosen} AS _first FROM {self.source}{where} GROUP BY {groups}"

    def render(self, names: list[str] | None = None) -> str:
        newest = self._newest(names)
        if newest:
            return newest
        if self.top.ties or self.top.percent:
            return self._ranked(names)
        order = f" ORDER BY {', '.join(self.keys)}" if self.keys else ""
        return self._body(names) + order + self.top.limit()

    def folded_keys(self, names: list[str]) -> list[str]:
        """What makes rows of the result equal, by column name; empty when SQLite's own DISTINCT sees it too."""
        folded, keys = False, []
        for output, shown in zip(self.outputs, names, strict=True):
            same = output.value.of(sql=name(shown), column=None, literal=None)
            marked = beyond_ascii(self.scope, output.value)
            plain = output.value.type.kind != "text" or (
                comparable(output.value, self.scope, folded=marked) == output.value.sql
            )
            folded = folded or not plain
            keys.append((name(shown) if plain else comparable(same, self.scope, folded=marked)) + collation(same))
        return keys if folded else []

    def _body(self, names: list[str] | None, extra: str = "") -> str:
        shown = output_names(self.outputs, names)
        keys = self.folded_keys(shown) if self.distinct and not extra else []
        if keys:  # DISTINCT that ignores blanks at the end, of rows that keep theirs
            bare = replace(self, distinct=False)._body(shown)
            return f"SELECT {', '.join(name(each) for each in shown)} FROM ({bare}) GROUP BY {', '.join(keys)}"
        distinct = self.distinct or self.dedupe
        columns = []
        for output, title in zip(self.outputs, shown, strict=True):
            sql = output.value.sql
            if distinct and output.value.type.kind == "text":
                sql = comparable(output.value, self.scope) + collation(output.value)
            columns.append(f"{sql} AS {name(title)}")
        sql = f"SELECT {'DISTINCT ' if self.distinct else ''}{', '.join(columns)}{extra}"
        for clause, text in (
            (" FROM ", self.source),
            (" WHERE ", self.where),
            (" GROUP BY ", ", ".join(self.group)),
            (" HAVING ", self.having),
        ):
            sql += clause + text if text else ""
        return sql

    def _ranked(self, names: list[str] | None) -> str:
        """TOP ... PERCENT and WITH TIES: rank the rows, keep those within the limit. PERCENT rounds up."""
        shown = output_names(self.outputs, names)
        order = f"ORDER BY {', '.join(self.keys)}" if self.keys else ""
        ranking = f"{'rank' if self.top.ties else 'row_number'}() OVER ({order})"
        if self.distinct:
            ordinals = [self._by_name(key, shown) for key in self.keys]
            order = f"ORDER BY {', '.join(ordinals)}" if ordinals else ""
            ranking = f"{'rank' if self.top.ties else 'row_number'}() OVER ({order})"
            inner = f"SELECT *, {ranking} AS _rank, count(*) OVER () AS _rows FROM ({self._body(names)})"
        else:
            keys = [self._by_value(key) for key in self.keys]
            order = f"ORDER BY {', '.join(keys)}" if keys else ""
            ranking = f"{'rank' if self.top.ties else 'row_number'}() OVER ({order})"
            inner = self._body(names, f", {ranking} AS _rank, count(*) OVER () AS _rows")
        columns = ", ".join(name(column) for column in shown)
        return f"SELECT {columns} FROM ({inner}) WHERE _rank <= {self.top.bound('_rows')} ORDER BY _rank"

    def _by_value(self, key: str) -> str:
        """An ordinal means a column only in ORDER BY itself; inside of OVER its expression is written."""
        first, _, rest = key.partition(" ")
        return f"{self.outputs[int(first) - 1].value.sql} {rest}".rstrip() if first.isdigit() else key

    def _by_name(self, key: str, shown: list[str]) -> str:
        first, _, rest = key.partition(" ")
        return f"{name(shown[int(first) - 1])} {rest}".rstrip() if first.isdigit() else key


@dataclass(slots=True)
class SetPlan:
    """left UNION [ALL] | EXCEPT | INTERSECT right, or the UNION ALL of ROLLUP's groupings."""

    sides: list[Plan]
    operator: str
    outputs: list[Output]
    top: Top = field(default_factory=Top)
    keys: list[str] = field(default_factory=list)
    hidden: int = 0  # columns at the end that only the ORDER BY needs

    @property
    def at_most_one_row(self) -> bool:
        return self.top.count in ("0", "1")

    def retype(self, values: list[Typed]) -> None:
        for output, converted in zip(self.outputs, values, strict=True):
            output.value = converted
        for side in self.sides:
            side.retype(
                [retyped(output.value, converted.type) for output, converted in zip(side.outputs, values, strict=False)]
            )

    def render(self, names: list[str] | None = None) -> str:
        shown = output_names(self.outputs, names)
        every = shown + [f"_key{at}" for at in range(self.hidden)]
        sql = self._joined(every)
        if not self.keys and not self.top.count and not self.hidden:
            return sql
        columns = ", ".join(name(column) for column in shown)
        ranked = self.top.ties or self.top.percent
        if ranked:
            keys = [f"{name(every[int(key.split(' ')[0]) - 1])} {key.partition(' ')[2]}" for key in self.keys]
            ranking = f"{'rank' if self.top.ties else 'row_number'}() OVER (ORDER BY {', '.join(keys) or 'NULL'})"
            inner = f"SELECT *, {ranking} AS _rank, count(*) OVER () AS _rows FROM ({sql})"
            return f"SELECT {columns} FROM ({inner}) WHERE _rank <= {self.top.bound('_rows')} ORDER BY _rank"
        keys = [f"{name(every[int(key.split(' ')[0]) - 1])} {key.partition(' ')[2]}".rstrip() for key in self.keys]
        order = f" ORDER BY {', '.join(keys)}" if keys else ""
        return f"SELECT {columns} FROM ({sql}){order}{self.top.limit()}"

    def _joined(self, names: list[str]) -> str:
        operator, keys = self.operator, self._folded_keys(names)
        if keys:
            operator = "UNION ALL"
            for side in self.sides:
                if isinstance(side, SelectPlan):
                    side.dedupe = False
        sql = f" {operator} ".join(self._side(side, names, first=at == 0) for at, side in enumerate(self.sides))
        columns = ", ".join(name(each) for each in names)
        return f"SELECT {columns} FROM ({sql}) GROUP BY {', '.join(keys)}" if keys else sql

    def _folded_keys(self, names: list[str]) -> list[str]:
        """Of a UNION of plain SELECTs whose texts may end in a blank."""
        if self.operator != "UNION":
            return []
        found = [side.folded_keys(names) for side in self.sides if isinstance(side, SelectPlan)]
        return next((keys for keys in found if keys), []) if len(found) == len(self.sides) else []

    def _side(self, side: Plan, names: list[str], *, first: bool) -> str:
        sql = side.render(names)
        simple = isinstance(side, SelectPlan) and not side.top.count and not side.keys
        chain = first and isinstance(side, SetPlan) and not side.keys and not side.top.count
        return sql if simple or chain else f"SELECT * FROM ({sql})"


def retyped(value: Typed, target: SqlType) -> Typed:
    """The value as `target`. Raises NotAllowed."""
    return convert(value, target) if value.type != target else value
