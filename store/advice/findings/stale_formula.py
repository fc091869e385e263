"""Formula fields of Synchronized Data Extensions that are not what the CRM computes now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import connect
from store.advice.finding import SHOWN, Evidence, finding, from_sql
from store.clock import sql_utc_text

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "stale-formula",
    severity="warning",
    title="{count} synchronized formula [value is|values are] out of date, and no poll will renew [it|them]",
    why="MC Connect polls what was saved since, by SystemModstamp. A formula over another record or over the date"
    " changes its value without its record being saved, so its row is never read again.",
    fix="Compute it in the query from synchronized fields, let a flow write the value into a plain field, or run a full"
    " refresh before you use it.",
)
def stale_formula(org: Org) -> Evidence:
    """One row is a formula of a record: what the CRM says now and what Marketing Cloud has, read when."""
    rows: list[dict[str, object]] = []
    count = 0
    for each in connect.sources(org):
        stale = connect.sql_stale_formulas(org, each.object)
        if not stale:
            continue
        found = from_sql(
            org,
            f"""SELECT '{each.object}' AS object, record_id, field, crm AS crm_now, mc AS synchronized,
                       {sql_utc_text("read_at")} AS read_utc
                  FROM ({stale}) ORDER BY read_at, record_id, field""",
        )
        rows, count = [*rows, *found.rows], count + found.count
    return Evidence(tuple(rows[:SHOWN]), count)
