"""Deleted contacts whose keys are still in data extensions that a deletion does not reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import data_extensions
from store.advice.finding import SHOWN, Evidence, finding
from store.contacts.deletion import deleted_count, sql_deleted_keys

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "deleted-in-data-extensions",
    severity="warning",
    title="{count} [row|rows] of non-sendable data extensions still [has|have] the key of a deleted contact",
    why="A contact deletion takes the rows of sendable data extensions only. What was copied elsewhere stays, with all"
    " that it says of the person, and a query that reads it makes the contact anew.",
    fix="Delete these rows too: with a query that overwrites, a retention policy, or data_extensions.delete_rows.",
)
def deleted_in_data_extensions(org: Org) -> Evidence:
    """One row is a data extension and field with how many rows hold such keys."""
    if not deleted_count(org):
        return Evidence((), 0)
    found = []
    for de in data_extensions.all_definitions(org):
        if de.is_sendable or de.is_synchronized:
            continue
        for field in de.fields:
            if field.type not in ("Text", "EmailAddress"):
                continue
            name = f"{data_extensions.quoted(field.name)} COLLATE NOCASE"
            row = org.row(
                f"""SELECT count(*) AS rows, min({name}) AS such_as FROM {data_extensions.quoted(de.table_name)}
                     WHERE {name} IN (SELECT contact_key FROM ({sql_deleted_keys()}))"""
            )
            if row and row["rows"]:
                found.append({"data_extension": de.path, "field": field.name, **dict(row)})
    return Evidence(tuple(found[:SHOWN]), sum(one["rows"] for one in found))
