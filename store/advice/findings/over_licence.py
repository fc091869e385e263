"""More billable contacts than the licence includes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import contacts
from store.advice.finding import Evidence, finding

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "over-licence",
    severity="warning",
    title="{count} billable [contact is|contacts are] over the licence",
    why="The licence includes a number of contacts, and every distinct Contact Key of All Contacts counts:"
    " synchronized, imported, mailed or let into a journey, in any business unit. More are not refused but invoiced.",
    fix="`mctui show FILE billing` names the causes and the filters that would save contacts. What is there already"
    " only goes by contact deletion.",
)
def over_licence(org: Org) -> Evidence:
    """One row is a cause of billing, the largest first; the count is what is over."""
    licence, bill = contacts.licence(org), contacts.billing(org)
    over = bill.billable - licence.contacts if licence.contacts else 0
    if over <= 0:
        return Evidence((), 0)
    rows = ({"cause": cause, "contacts": number, "licence": licence.contacts} for cause, number in bill.by_cause)
    return Evidence(tuple(rows), over)
