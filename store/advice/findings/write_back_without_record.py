"""Mailed people of whom the CRM never learns what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import connect
from store.advice.finding import Evidence, finding, from_sql

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "write-back-without-record",
    severity="warning",
    title="{count} [message has|messages have] no result in the CRM: [its|their] Subscriber Key is no record there",
    why="Tracking is written to the Contact or Lead whose id is the Subscriber Key. Under another key opens, clicks and"
    " unsubscribes stay in Marketing Cloud, and the CRM goes on offering people who have opted out.",
    fix="Use the 18-character Contact or Lead id as Contact Key from the first import on.",
)
def write_back_without_record(org: Org) -> Evidence:
    """One row is a message of a tracked send to a key that is no record's id."""
    return from_sql(org, connect.sql_unmatched())
