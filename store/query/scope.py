"""Names in a query: what FROM brings in, and where a column name leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from store.query.catalog import Catalog
from store.query.options import Options
from store.query.refused import QueryRefused, did_you_mean
from store.query.typed import Typed

if TYPE_CHECKING:
    from sqlglot import exp

Origin = tuple[str, str]  # (table, column)


@dataclass(slots=True)
class SourceColumn:
    """A column of something in FROM. `origins` are the stored columns that its value comes from."""

    name: str
    value: Typed
    hidden: bool = False
    nullable: bool = True
    origins: tuple[Origin, ...] = ()


class Source:
    """Something in FROM with a name; columns are found without regard to case."""

    def __init__(self, alias: str, columns: Iterable[SourceColumn]) -> None:
        self.alias = alias
        self.columns = list(columns)
        self.by_name = {column.name.lower(): column for column in self.columns}

    @property
    def visible(self) -> list[SourceColumn]:
        return [column for column in self.columns if not column.hidden]


@dataclass(slots=True)
class Compilation:
    """What one compile_query carries along."""

    sql: str
    catalog: Catalog
    options: Options
    sources: list[str] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    compared: set[Origin] = field(default_factory=set)
    ctes: dict[str, exp.CTE] = field(default_factory=dict)
    counter: int = 0

    def refuse(self, node: exp.Expr, message: str, *, cause: str = "", fix: str = "") -> QueryRefused:
        from store.query.parse import offset_of, refuse_at

        return refuse_at(self.sql, offset_of(node), message, cause=cause, fix=fix)

    def fresh(self, stem: str) -> str:
        self.counter += 1
        return f"_{stem}{self.counter}"


@dataclass(slots=True)
class Grouping:
    """How the SELECT at hand groups. `keys`: SQL of the grouped expressions; `absent`:

    those a ROLLUP row leaves out.
    """

    keys: tuple[str, ...] = ()
    absent: frozenset[str] = frozenset()


@dataclass(slots=True)
class Scope:
    """The names that one SELECT sees, and what was noticed while its expressions were read."""

    compilation: Compilation
    parent: Scope | None = None
    sources: list[Source] = field(default_factory=list)
    clause: str = "SELECT"
    inside_aggregate: bool = False
    aggregates: int = 0
    windows: int = 0
    ungrouped: list[tuple[exp.Expr, str]] = field(default_factory=list)
    grouping: Grouping = field(default_factory=Grouping)
    joins_rows: bool = False  # FOR XML PATH('') may stand here
    firsts: frozenset[tuple[str, str]] = frozenset()  # (alias, column) of what WHERE wants to be 1, in lower case
    aliases: frozenset[str] = frozenset()  # of the select list, to explain a WHERE that uses one

    def refuse(self, node: exp.Expr, message: str, *, cause: str = "", fix: str = "") -> QueryRefused:
        return self.compilation.refuse(node, message, cause=cause, fix=fix)

    def child(self) -> Scope:
        return Scope(self.compilation, parent=self)

    def add(self, source: Source, node: exp.Expr) -> None:
        if any(source.alias.lower() == other.alias.lower() for other in self.sources):
            message = (
                f'The objects "{source.alias}" and "{source.alias}" in the FROM clause have the same exposed names. '
            )
            raise self.refuse(
                node, message + "Use correlation names to distinguish them.", fix="Give each its own alias."
            )
        self.sources.append(source)

    def source(self, alias: str) -> Source | None:
        return next((source for source in self.sources if source.alias.lower() == alias.lower()), None)

    def column(self, node: exp.Column) -> Typed:
        """The value of a column reference. Raises QueryRefused when it is unknown or ambiguous."""
        qualifier, wanted = node.table, node.name
        scope: Scope | None = self
        while scope is not None:
            found = scope._find(node, qualifier, wanted)
            if found is not None:
                source, column = found
                self.compilation.origins.extend(column.origins)
                if scope is self and not self.inside_aggregate:
                    self.ungrouped.append((node, f"{source.alias}.{column.name}"))
                return column.value
            scope = scope.parent
        raise self._unknown(node, qualifier, wanted)

    def _find(self, node: exp.Column, qualifier: str, wanted: str) -> tuple[Source, SourceColumn] | None:
        if qualifier:
            source = self.source(qualifier)
            if source is None:
                return None
            column = source.by_name.get(wanted.lower())
            if column is None:
                raise self._invalid_column(node, wanted, [source])
            return source, column
        hits = [(source, source.by_name[wanted.lower()]) for source in self.sources if wanted.lower() in source.by_name]
        if len(hits) > 1:
            choices = " or ".join(f"{source.alias}.{wanted}" for source, _ in hits)
            raise self.refuse(node, f"Ambiguous column name '{wanted}'.", fix=f"Write {choices}.")
        return hits[0] if hits else None

    def _unknown(self, node: exp.Column, qualifier: str, wanted: str) -> QueryRefused:
        everything: list[Source] = []
        scope: Scope | None = self
        while scope is not None:
            everything += scope.sources
            scope = scope.parent
        if qualifier:
            full = ".".join(part.name for part in node.parts)
            hint = did_you_mean(qualifier, [source.alias for source in everything])
            return self.refuse(node, f'The multi-part identifier "{full}" could not be bound.', fix=hint)
        return self._invalid_column(node, wanted, everything)

    def _invalid_column(self, node: exp.Column, wanted: str, sources: list[Source]) -> QueryRefused:
        hint = did_you_mean(wanted, [column.name for source in sources for column in source.columns])
        if wanted.lower() in self.aliases and self.clause != "SELECT":
            hint = (
                f"{wanted} is an alias of the select list, which {self.clause} does not see yet: repeat its expression."
            )
        if node.this.args.get("quoted") and self.compilation.sql[node.this.meta.get("start", 0)] == '"':
            hint = hint or "Text stands in single quotes: '" + wanted + "'."
        return self.refuse(node, f"Invalid column name '{wanted}'.", fix=hint)
