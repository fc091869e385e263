"""Mailed after the record was deleted in the CRM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.advice.finding import Evidence, finding
from store.advice.mailed import mailed_after

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "deleted-but-mailed",
    severity="error",
    title="{count} [message went to a person|messages went to people] whose record was deleted in the CRM",
    why="A deletion in the CRM is not a deletion in Marketing Cloud: the contact stays in All Contacts, and rows that"
    " were copied into other data extensions stay there.",
    fix="Delete the contact in Contact Builder too, or exclude by IsDeleted in the query and at the send.",
)
def deleted_but_mailed(org: Org) -> Evidence:
    """One row is a message to a person whose record was in the recycle bin by then."""
    return mailed_after(org, "SELECT object, row_id, deleted_at AS at FROM crm_recycle_bin")
