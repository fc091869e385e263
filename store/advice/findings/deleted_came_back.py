"""Deleted contacts that MC Connect brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import connect
from store.advice.finding import Evidence, finding, from_sql

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "deleted-came-back",
    severity="warning",
    title="{count} deleted [contact|contacts] came back through synchronization",
    why="Contact deletion does not reach the CRM nor the Synchronized Data Extension. A change of the record or a"
    " refresh makes the contact anew: billed again, without history, and without the opt-out that it had.",
    fix="Delete the record in the CRM first, or take it out of the synchronization, and only then the contact.",
)
def deleted_came_back(org: Org) -> Evidence:
    """One row is a contact of today with the record that it came from."""
    return from_sql(org, f"{connect.sql_came_back()} ORDER BY 1")
