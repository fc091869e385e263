"""Who was mailed after something had happened to their CRM record: what several findings ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import crm
from store.advice.finding import Evidence, from_sql
from store.clock import sql_utc_text

if TYPE_CHECKING:
    from store.org import Org

# CRM objects whose records are people in Marketing Cloud. Source: domain A4.
_PEOPLE = ("Contact", "Lead", "User")


def mailed_after(org: Org, happened: str, *, also: str = "1", extra: str = "") -> Evidence:
    """One row is one message sent to a person after an event of theirs.

    `happened` is a SELECT with object, row_id and at (UTC seconds) and perhaps more, known as `c`; `also` is a
    condition on c, the message b and the visit m, and `extra` more columns of the evidence. It starts from the
    events, which are few, and looks the visits up by key: a contact's visits are its id plus a multiple of 2**32.
    """
    most_entries = int(org.value("SELECT coalesce(max(entries), 0) FROM journey_entries"))
    parts = []
    for name in crm.every_object(org):
        if crm.api_name(name) in _PEOPLE:
            parts.append(f"""
                SELECT r.Id AS contact_key, h.* FROM ({happened}) h JOIN {crm.table_of(name)} r ON r.row_id = h.row_id
                WHERE h.object = '{name}'
            """)
    columns = f", {extra}" if extra else ""
    return from_sql(
        org,
        f"""
        WITH RECURSIVE
          entry(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM entry WHERE n + 1 < {max(most_entries, 1)}),
          c AS MATERIALIZED ({" UNION ALL ".join(parts)})
        SELECT c.contact_key, j.name AS email, {sql_utc_text("c.at")} AS happened_utc,
               {sql_utc_text("b.sent_at")} AS sent_utc {columns}
        FROM c  -- the order of the joins is as written: left to choose, SQLite reads every visit for each event
        CROSS JOIN contacts k ON k.contact_key = c.contact_key
        CROSS JOIN entry
        CROSS JOIN send_batches b ON b.sent_at >= c.at
        CROSS JOIN jobs j ON j.job_id = b.job_id
        CROSS JOIN (SELECT i.cohort_id, i.visit, h.root_cohort_id
                    FROM journey_members i CROSS JOIN journey_cohorts h ON h.cohort_id = i.cohort_id) m
          ON m.cohort_id = b.cohort_id AND m.visit = k.contact_id + (entry.n << 32)
        WHERE NOT EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit)
          AND {also}
        ORDER BY b.sent_at, c.contact_key
        """,
    )
