"""How another room notices what happened to records since it last looked: by change_no and row_id, both of which grow.

A record whose row_id is higher than the last one then is new; one whose change_no is higher was changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.crm.fields import Field
from store.crm.tables import table_of

if TYPE_CHECKING:
    from store.org import Org


def last_change(org: Org) -> int:
    """The number of the last change of any record; 0 before the first."""
    return int(org.value("SELECT last_change_no FROM crm_sequence"))


def last_row(org: Org, object_name: str) -> int:
    """The highest row_id of an object; 0 before the first record."""
    return int(org.value(f"SELECT max(row_id) FROM {table_of(object_name)}") or 0)


def sql_before(object_name: str, field: Field, alias: str, since: str) -> str:
    """SQL for the value that a field had before the changes after change_no `since`, as stored.

    `alias` is the record in crm_<object>, `since` SQL of a number. A field that these changes left alone has the value
    that it has now.
    """
    changed = f"""FROM crm_changes h WHERE h.object = '{object_name}' AND h.row_id = {alias}.row_id
                       AND h.field = '{field.name}' AND h.change_no > {since}"""
    return f"""(CASE WHEN EXISTS (SELECT 1 {changed})
                     THEN (SELECT h.old {changed} ORDER BY h.change_no LIMIT 1) ELSE {alias}."{field.name}" END)"""
