"""The connection to the CRM is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import connect, crm
from store.advice.finding import Evidence, finding, from_sql
from store.clock import sql_utc_text

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "connection-broken",
    severity="error",
    title="The connection to the CRM is broken",
    why="Nothing is polled, no Salesforce Data event arrives, flows cannot send, and no tracking goes back. What"
    " Marketing Cloud believes is what it read last. Depending on the cause the Synchronized Data Extensions are gone"
    " with their data, and with them what queries read.",
    fix="Mend what the cause names, reconnect (connect.reconnect), and look at the names under which the Synchronized"
    " Data Extensions came back.",
)
def connection_broken(org: Org) -> Evidence:
    """One row is the loss that lasts, with how many data extensions went."""
    if not connect.broken_orgs(org):
        return Evidence((), 0)
    which = f"CASE org WHEN '' THEN '{crm.FIRST}' ELSE org END AS org," if crm.several_orgs(org) else ""
    return from_sql(
        org,
        f"""SELECT {which} {sql_utc_text("broken_at")} AS broken_utc, cause,
                   (SELECT count(*) FROM lost_synchronizations s
                     WHERE substr(s.object, 1, instr(s.object, ':') - (instr(s.object, ':') > 0)) = l.org)
                     AS data_extensions_lost
              FROM connection_losses l WHERE reconnected_at IS NULL""",
    )
