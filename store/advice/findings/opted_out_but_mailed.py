"""Mailed after the CRM had heard the opt-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.advice.finding import Evidence, finding
from store.advice.mailed import mailed_after

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "opted-out-but-mailed",
    severity="error",
    title="{count} [message went to a person|messages went to people] who had opted out in the CRM",
    why="The opt-out was in the CRM, but what Marketing Cloud sent from was older: a Synchronized Data Extension is"
    " read at its poll, a query copies at its schedule, and a journey keeps the row as it was at entry.",
    fix="Check consent at the send: write opt-outs to All Subscribers, or put an exclusion or a suppression list on the"
    " send classification.",
)
def opted_out_but_mailed(org: Org) -> Evidence:
    """One row is a message to a person whose HasOptedOutOfEmail was true in the CRM before."""
    opted_out = "SELECT object, row_id, at FROM crm_changes WHERE field = 'HasOptedOutOfEmail' AND new = 1"
    return mailed_after(org, opted_out)
