"""Messages that left after something had happened to the person, in journeys and outside: what several findings ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.advice.finding import Evidence, from_sql
from store.clock import sql_utc_text

if TYPE_CHECKING:
    from store.org import Org

NOBODY = Evidence((), 0)
_CONTACT_OF_VISIT = 0xFFFFFFFF


def messages_to(org: Org, people: str, columns: str, *, of: str = "1") -> Evidence:
    """One row is one message that left after `at` to one of `people`: a SELECT of contact_id and at (UTC seconds).

    `columns` are of the people c, the job j and the batch b; `of` is a condition about them. It starts from the side
    that costs less: each person is looked up in each batch, or all who were in those batches are read once.
    """
    found = org.row(f"SELECT count(*) AS people, min(at) AS first FROM ({people})")
    assert found is not None
    if not found["people"]:
        return NOBODY
    sent = org.row(
        "SELECT count(*) AS batches, coalesce(sum(size), 0) AS people FROM send_batches WHERE sent_at > ?",
        found["first"],
    )
    assert sent is not None
    if not sent["batches"]:
        return NOBODY
    visits = _most_visits(org)
    by_key = found["people"] * sent["batches"] * visits < sent["people"]
    # The order of the joins is as written: left to choose, SQLite reads every visit for each of the people.
    met = (
        """FROM c CROSS JOIN send_batches b ON b.sent_at > c.at CROSS JOIN jobs j ON j.job_id = b.job_id
             CROSS JOIN entry CROSS JOIN journey_members m
               ON m.cohort_id = b.cohort_id AND m.visit = c.contact_id + (entry.n << 32)"""
        if by_key
        else f"""FROM send_batches b CROSS JOIN jobs j ON j.job_id = b.job_id
             CROSS JOIN journey_members m ON m.cohort_id = b.cohort_id
             CROSS JOIN c ON c.contact_id = m.visit & {_CONTACT_OF_VISIT} AND b.sent_at > c.at"""
    )
    return from_sql(
        org,
        f"""WITH RECURSIVE
              entry(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM entry WHERE n + 1 < {visits}),
              c AS MATERIALIZED ({people})
            SELECT (SELECT contact_key FROM contacts k WHERE k.contact_id = c.contact_id) AS contact_key,
                   j.name AS email, {columns}, {sql_utc_text("b.sent_at")} AS sent_utc
              {met}
             WHERE ({of})
               AND NOT EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit)
             ORDER BY b.sent_at, b.batch_id, m.visit""",
    )


def _most_visits(org: Org) -> int:
    """How many visits one contact has at most."""
    again = org.value("SELECT max(entries) FROM journey_entry_counts") or 1  # who is not in it entered once
    return max(int(again), int(org.value("SELECT max(sends) FROM sends_outside") or 0))
