"""What a SQL Query Activity can name: data extensions and data views, with T-SQL types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.data_extensions.data_views import data_views
from store.data_extensions.model import Field, find
from store.data_extensions.storage import quoted

if TYPE_CHECKING:
    from store.org import Org
    from store.query.catalog import Table
    from store.query.types import SqlType


class AccountCatalog:
    """The tables of one file, looked up when a query names them; implements store.query.catalog.Catalog."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._views = {view.lower(): view for view in data_views()}

    def table(self, name: str, qualifier: str | None) -> Table | None:
        """The data extension or data view of that name, or None.

        There is one business unit, the parent: `Ent.` names what the plain name does. Source: domain B5.
        """
        if qualifier is not None and qualifier.lower() != "ent":
            return None
        view = self._views.get(name.lower())
        return self._view(view) if view else self._data_extension(name)

    def names(self) -> list[str]:
        """Every name, data extensions first."""
        found = self._org.rows("SELECT name FROM data_extensions ORDER BY name")
        return [row["name"] for row in found] + sorted(self._views.values())

    def _view(self, view: str) -> Table:
        from store.query.catalog import Column, Table

        columns = tuple(Column(f.name, sql_type(f), f.is_nullable) for f in data_views()[view])
        return Table(view, quoted(view), columns)

    def _data_extension(self, name: str) -> Table | None:
        from store.query.catalog import Column, Table
        from store.query.types import BIGINT, DATETIME

        de = find(self._org, name)
        if de is None or de.name.lower() != name.strip().lower():  # queries go by name, never by external key
            return None
        columns = [Column(f.name, sql_type(f), f.is_nullable) for f in de.fields]
        columns.append(Column("_CustomObjectKey", BIGINT, nullable=False, hidden=True))
        if de.retention:  # source: domain B2, only data extensions with retention expose it
            columns.append(Column("_CreatedDate", DATETIME, hidden=True))
        return Table(de.name, quoted(de.table_name), tuple(columns))


def sql_type(field: Field) -> SqlType:
    """The T-SQL type behind a field. Source: domain B1."""
    from store.query.types import BIT, DATETIME, INT, MAX, decimal, nvarchar

    if field.type == "Decimal":
        return decimal(field.length or 18, field.scale or 0)
    fixed = {"Number": INT, "Boolean": BIT, "Date": DATETIME}
    return fixed[field.type] if field.type in fixed else nvarchar(field.length or MAX)


def catalog(org: Org) -> AccountCatalog:
    """The catalog of this file."""
    return AccountCatalog(org)
