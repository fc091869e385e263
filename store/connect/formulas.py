"""Formula fields that have gone stale: their value has changed, and no poll will ever notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import crm, data_extensions
from store.connect.poll import column_values
from store.connect.sources import source
from store.data_extensions import quoted

if TYPE_CHECKING:
    from store.org import Org


def sql_stale_formulas(org: Org, object_name: str) -> str:
    """A SELECT of (record_id, field, crm, mc, read_at); '' where no formula of the object is synchronized.

    One row is a formula of a live record that gives another value now than the row has that was read from it, though
    nothing of the record itself was saved since: SystemModstamp stands still, so no poll takes it. Source: domain C1.
    """
    found = source(org, object_name)
    obj = crm.describe(org, found.object)
    table = data_extensions.get(org, found.de_name).table_name
    values = column_values(org, found.object)
    return " UNION ALL ".join(
        f"""SELECT c.Id AS record_id, '{name}' AS field, {values[name]} AS crm, d.{quoted(name)} AS mc,
                   d._ReadAt AS read_at
              FROM {crm.table_of(found.object)} c JOIN {quoted(table)} d ON d."Id" = c.Id
             WHERE c.change_no <= d._ChangeNo AND +c.IsDeleted = 0 AND {values[name]} IS NOT d.{quoted(name)}"""
        for name in values
        if name != "Id" and obj.field(name).formula
    )
