"""What a SQL Query Activity can name: data extensions and data views, with T-SQL types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units
from store.business_units import ENTERPRISE_MID
from store.data_extensions.data_views import data_views
from store.data_extensions.model import DataExtension, Field, find, names_in, owned, reachable
from store.data_extensions.storage import quoted
from store.data_extensions.view_rules import rule_of, source_of

if TYPE_CHECKING:
    from store.org import Org
    from store.query.catalog import Table
    from store.query.types import SqlType

ENT = "Ent."


class AccountCatalog:
    """The tables of one file as the business unit that is worked in names them; a store.query.catalog.Catalog.

    A plain name is the business unit's own, `Ent.Name` the enterprise's, as far as it is shared or synchronized. What
    a child names by Ent. is called so in the Table too. Source: domain B5.
    """

    def __init__(self, org: Org) -> None:
        self._org = org
        self._mid = business_units.current_mid()
        self._views = {view.lower(): view for view in data_views()}

    def table(self, name: str, qualifier: str | None) -> Table | None:
        """The data extension or data view of that name, or None."""
        if qualifier is not None and qualifier.lower() != "ent":
            return None
        enterprise = qualifier is not None
        view = self._views.get(name.lower())
        return self._view(view, enterprise) if view else self._data_extension(name, enterprise)

    def names(self) -> list[str]:
        """Every name, data extensions first."""
        return names_in(self._org, self._mid) + sorted(self._views.values())

    def _title(self, name: str, enterprise: bool) -> str:
        return f"{ENT}{name}" if enterprise and self._mid != ENTERPRISE_MID else name

    def _view(self, view: str, enterprise: bool) -> Table | None:
        from store.query.catalog import Column, Table

        mid = ENTERPRISE_MID if enterprise else self._mid
        if mid != ENTERPRISE_MID and rule_of(view).enterprise_only:
            return None
        fields = data_views()[view]
        columns = tuple(Column(f.name, sql_type(f), f.is_nullable) for f in fields)
        source = source_of(self._org, view, tuple(f.name for f in fields), mid)
        return Table(self._title(view, enterprise), source, columns)

    def _data_extension(self, name: str, enterprise: bool) -> Table | None:
        name = name.strip()
        de = reachable(self._org, name) if enterprise else owned(self._org, self._mid, name)
        if de is None or de.name.lower() != name.lower():  # queries go by name, never by external key
            return None
        return as_table(de, self._title(de.name, enterprise))


def as_table(de: DataExtension, title: str) -> Table:
    """A data extension as a query sees it, with the hidden columns that it can name."""
    from store.query.catalog import Column, Table
    from store.query.types import BIGINT, DATETIME

    columns = [Column(f.name, sql_type(f), f.is_nullable) for f in de.fields]
    columns.append(Column("_CustomObjectKey", BIGINT, nullable=False, hidden=True))
    if de.retention:  # source: domain B2, only data extensions with retention expose it
        columns.append(Column("_CreatedDate", DATETIME, hidden=True))
    return Table(title, quoted(de.table_name), tuple(columns))


def name_in(de: DataExtension, mid: int) -> str:
    """What a query of a business unit calls a data extension."""
    return de.name if de.mid == mid else f"{ENT}{de.name}"


def absolute(org: Org, name: str) -> str:
    """What a name that a query uses (`Audience`, `Ent.Audience`, `_Sent`) is called from every business unit."""
    bare = name[len(ENT) :] if name[: len(ENT)].lower() == ENT.lower() else name
    view = next((view for view in data_views() if view.lower() == bare.lower()), None)
    found = None if view else find(org, name)
    return view or (found.path if found else name)


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
