"""What became of each message, as SQL for rooms that carry it on: MC Connect writes it to the CRM.

Named parameters: `first_batch` (batches above it count), `last_batch`, `since` and `until` (UTC seconds).
"""

from __future__ import annotations

from store.messaging.bounces import sql_is_hard
from store.messaging.tables import MOMENTS
from store.messaging.views import CONTACT_OF_VISIT


def sql_messages(of_jobs: str = "1") -> str:
    """A SELECT of the messages that left in batches above `last_batch`, with their subscriber.

    Gives job_id, batch_id, contact_id, subscriber_id, subscriber_key, email_address, sent_at. `of_jobs` is a condition
    about the batch b.
    """
    return f"""
        SELECT DISTINCT b.job_id, b.batch_id, s.contact_id, s.subscriber_id, k.contact_key AS subscriber_key,
               s.email_address, b.sent_at
          FROM send_batches b CROSS JOIN journey_members m ON m.cohort_id = b.cohort_id
               JOIN all_subscribers s ON s.contact_id = m.visit & {CONTACT_OF_VISIT}
               JOIN contacts k ON k.contact_id = s.contact_id
         WHERE b.batch_id > :last_batch AND {of_jobs}
           AND NOT EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit)"""


def sql_mails_to(whom: str) -> str:
    """A condition about the batch b: whether `whom`, SQL over s.subscriber_key, is true of some recipient s."""
    return f"""EXISTS (
        SELECT 1 FROM journey_members m JOIN subscribers s ON s.contact_id = m.visit & {CONTACT_OF_VISIT}
         WHERE m.cohort_id = b.cohort_id AND {whom})"""


def _sql_new(moment: str, of_jobs: str) -> str:
    """FROM and WHERE of the responses r, with their batch b, that have a moment between `since` and `until`.

    What a person made happen at the moment `since` itself counts too: the look before may have come first.
    """
    return f"""
        FROM send_batches b CROSS JOIN responses r ON r.batch_id = b.batch_id
        WHERE b.batch_id > :first_batch AND b.last_event_at >= :since AND {of_jobs}
          AND r.{moment} BETWEEN :since + (b.by_hand = 0) AND :until"""


def sql_responses(of_jobs: str = "1") -> str:
    """A SELECT of all that those have done until now who did anything between `since` and `until`.

    Gives batch_id, contact_id, opened_at, clicks, links (different ones), hard, soft, bounced_at, unsubscribed_at.
    """
    did = " UNION ".join(f"SELECT r.batch_id, r.visit {_sql_new(moment, of_jobs)}" for moment in MOMENTS)
    return f"""
        SELECT e.batch_id, e.visit & {CONTACT_OF_VISIT} AS contact_id,
               min(e.event_at) FILTER (WHERE e.kind = 'open') AS opened_at,
               count(*) FILTER (WHERE e.kind = 'click') AS clicks,
               count(DISTINCT e.detail) FILTER (WHERE e.kind = 'click') AS links,
               count(*) FILTER (WHERE e.kind = 'bounce' AND {sql_is_hard("e.detail")}) > 0 AS hard,
               count(*) FILTER (WHERE e.kind = 'bounce' AND NOT {sql_is_hard("e.detail")}) > 0 AS soft,
               min(e.event_at) FILTER (WHERE e.kind = 'bounce') AS bounced_at,
               min(e.event_at) FILTER (WHERE e.kind = 'unsubscribe') AS unsubscribed_at
          FROM ({did}) AS did
               CROSS JOIN tracking_events e ON e.batch_id = did.batch_id AND e.visit = did.visit
                    AND e.event_at <= :until
         GROUP BY e.batch_id, e.visit & {CONTACT_OF_VISIT}"""


def sql_clicks(of_jobs: str = "1") -> str:
    """A SELECT of batch_id, contact_id, link (its number from 0), clicks, first_at, last_at of links clicked lately."""
    did = " UNION ".join(
        f"SELECT r.batch_id, r.visit, r.{link} AS link {_sql_new(moment, of_jobs)}"
        for moment, link in (("clicked_at", "link"), ("reclicked_at", "relink"))
    )
    return f"""
        SELECT e.batch_id, e.visit & {CONTACT_OF_VISIT} AS contact_id, e.detail AS link,
               count(*) AS clicks, min(e.event_at) AS first_at, max(e.event_at) AS last_at
          FROM ({did}) AS did
               CROSS JOIN tracking_events e ON e.batch_id = did.batch_id AND e.kind = 'click' AND e.visit = did.visit
                    AND e.detail = did.link AND e.event_at <= :until
         GROUP BY e.batch_id, e.visit & {CONTACT_OF_VISIT}, e.detail"""


def sql_next_event(of_jobs: str = "1") -> str:
    """SQL for the moment of the first event after `until`; NULL when nothing will happen any more."""
    firsts = " UNION ALL ".join(
        f"""SELECT min(r.{moment}) AS at FROM send_batches b CROSS JOIN responses r ON r.batch_id = b.batch_id
             WHERE b.batch_id > :first_batch AND b.last_event_at > :until AND r.{moment} > :until AND {of_jobs}"""
        for moment in MOMENTS
    )
    return f"(SELECT min(at) FROM ({firsts}))"
