"""Synchronized fields that the CRM has no more: they were deleted there first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import connect, crm, data_extensions
from store.advice.finding import SHOWN, Evidence, finding

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "field-deleted-in-crm-first",
    severity="warning",
    title="{count} synchronized [field is|fields are] deleted in the CRM",
    why="The Synchronized Data Extension keeps the column with what was read last, and no poll brings anything new."
    " Queries, splits and messages go on with old values, and nothing fails.",
    fix="Remove fields in Marketing Cloud first, then in the CRM: connect.change_fields takes the column away."
    " `mctui lineage FILE de/NAME/FIELD` says what reads it.",
)
def field_deleted_in_crm_first(org: Org) -> Evidence:
    """One row is a column with how many values it still has."""
    rows = []
    for each in connect.sources(org):
        obj, de = crm.describe(org, each.object), data_extensions.get(org, each.de_name)
        for field in de.fields:
            if obj.find(field.name) is None:
                name = data_extensions.quoted(field.name)
                values = org.value(f"SELECT count({name}) FROM {data_extensions.quoted(de.table_name)}")
                rows.append({"object": each.object, "field": field.name, "values_kept": values})
    return Evidence(tuple(rows[:SHOWN]), len(rows))
