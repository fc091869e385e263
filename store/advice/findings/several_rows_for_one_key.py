"""A query that gives several rows for one primary key of its target: a flat model of what is one-to-many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.advice.finding import Evidence, finding, from_sql
from store.clock import sql_utc_text

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "several-rows-for-one-key",
    severity="error",
    title="{count} query [run|runs] gave several rows for one primary key",
    why="A person's many - orders, cases, subscriptions - do not fit into a data extension that is keyed by the person."
    " Where the key is new the run fails and the target stays as it was; where it is there already one of the rows"
    " stays and the run says success.",
    fix="Give the many a data extension of their own, keyed by the record, with the contact as a field to join by; or"
    " roll them up in the query with GROUP BY.",
)
def several_rows_for_one_key(org: Org) -> Evidence:
    """One row is a run whose rows did not all find a place of their own."""
    return from_sql(
        org,
        f"""SELECT q.name AS query, q.target, CASE WHEN r.ok THEN 'success' ELSE 'failed' END AS run,
                   r.selected AS rows_given,
                   CASE WHEN r.ok THEN r.selected - r.inserted - r.updated ELSE r.rejected END AS rows_without_place,
                   {sql_utc_text("r.at")} AS at_utc
              FROM query_runs r JOIN query_activities q USING (query_id)
             WHERE CASE WHEN r.ok THEN r.selected > r.inserted + r.updated
                        ELSE r.message LIKE 'Violation of PRIMARY KEY constraint%' END
             ORDER BY r.run_id""",
    )
