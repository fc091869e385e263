"""What a query can name: tables (data extensions, data views) and their columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from store.query.types import SqlType


@dataclass(frozen=True, slots=True)
class Column:
    """`hidden` columns (`_CustomObjectKey`) can be named but are not part of `*`."""

    name: str
    type: SqlType
    nullable: bool = True
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`sqlite_name` goes into FROM as it is: already quoted."""

    name: str
    sqlite_name: str
    columns: tuple[Column, ...]


class Catalog(Protocol):
    """Finds a table by the name a query uses; names do not distinguish case."""

    def table(self, name: str, qualifier: str | None) -> Table | None:
        """The table, or None. `qualifier` is `Ent` for a shared data extension of the parent; dbo arrives as None."""

    def names(self) -> list[str]:
        """Every name, for suggestions."""


class ListedCatalog:
    """A catalog of given tables, the same for every qualifier."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._tables = {table.name.lower(): table for table in tables}

    def table(self, name: str, qualifier: str | None) -> Table | None:
        return self._tables.get(name.lower())

    def names(self) -> list[str]:
        return [table.name for table in self._tables.values()]
