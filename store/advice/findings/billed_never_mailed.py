"""Billed, but never mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.advice.finding import Evidence, finding, from_sql

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "billed-never-mailed",
    severity="info",
    title="{count} billable [contact has|contacts have] never been mailed",
    why="Every Contact, Lead and User that MC Connect synchronizes becomes a contact in All Contacts and is billed,"
    " whether a message is ever sent or not.",
    fix="Filter what is synchronized: records created since a date, or one checkbox that marks whom you market to."
    " `mctui show FILE billing` names the filters that would have left out nobody who was mailed.",
)
def billed_never_mailed(org: Org) -> Evidence:
    """One row is a cause of billing with the contacts that are in All Contacts and not in All Subscribers."""
    never = "FROM contacts c WHERE NOT EXISTS (SELECT 1 FROM all_subscribers s WHERE s.contact_id = c.contact_id)"
    count = int(org.value(f"SELECT count(*) {never}"))
    rows = from_sql(org, f"SELECT c.source AS cause, count(*) AS contacts {never} GROUP BY c.source ORDER BY 2 DESC, 1")
    return Evidence(rows.rows, count)
