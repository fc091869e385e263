"""What became of each message, as SQL for rooms that carry it on: MC Connect writes it to the CRM.

Named parameters: `first_batch` (batches above it count), `last_batch`, `since` and `until` (UTC seconds).
"""

from __future__ import annotations

from store.messaging.engagement import USER_UNKNOWN
from store.messaging.views import CONTACT_OF_VISIT


def sql_messages(of_jobs: str = "1") -> str:
    """A SELECT of the messages that left in batches above `last_batch`, with their subscriber.

    Gives job_id, batch_id, contact_id, subscriber_id, subscriber_key, email_address, sent_at. `of_jobs` is a condition
    about the batch b.
    """
    return f"""
        SELECT DISTINCT b.job_id, b.batch_id, s.contact_id, s.subscriber_id, s.subscriber_key, s.email_address,
               b.sent_at
          FROM send_batches b CROSS JOIN journey_members m ON m.cohort_id = b.cohort_id
               JOIN all_subscribers s ON s.contact_id = m.visit & {CONTACT_OF_VISIT}
         WHERE b.batch_id > :last_batch AND {of_jobs}
           AND NOT EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit)"""


def _sql_new_events(of_jobs: str = "1") -> str:
    """FROM and WHERE of the events between `since` and `until`: the batch b and the event e.

    What a person made happen at the moment `since` itself counts too: the look before may have come first.
    """
    return f"""
        FROM send_batches b CROSS JOIN tracking_events e ON e.batch_id = b.batch_id
        WHERE b.batch_id > :first_batch AND b.last_event_at >= :since AND {of_jobs}
          AND e.event_at <= :until AND (e.event_at > :since OR (b.by_hand AND e.event_at = :since))"""


def sql_responses(of_jobs: str = "1") -> str:
    """A SELECT of all that those have done until now who did anything between `since` and `until`.

    Gives batch_id, contact_id, opened_at, clicks, links (different ones), hard, soft, bounced_at, unsubscribed_at.
    """
    return f"""
        SELECT e.batch_id, e.visit & {CONTACT_OF_VISIT} AS contact_id,
               min(e.event_at) FILTER (WHERE e.kind = 'open') AS opened_at,
               count(*) FILTER (WHERE e.kind = 'click') AS clicks,
               count(DISTINCT e.detail) FILTER (WHERE e.kind = 'click') AS links,
               count(*) FILTER (WHERE e.kind = 'bounce' AND e.detail = {USER_UNKNOWN}) > 0 AS hard,
               count(*) FILTER (WHERE e.kind = 'bounce' AND e.detail <> {USER_UNKNOWN}) > 0 AS soft,
               min(e.event_at) FILTER (WHERE e.kind = 'bounce') AS bounced_at,
               min(e.event_at) FILTER (WHERE e.kind = 'unsubscribe') AS unsubscribed_at
          FROM (SELECT DISTINCT e.batch_id, e.visit {_sql_new_events(of_jobs)}) AS did
               CROSS JOIN (VALUES ('open'), ('click'), ('bounce'), ('unsubscribe')) AS kinds
               JOIN tracking_events e ON e.batch_id = did.batch_id AND e.kind = kinds.column1 AND e.visit = did.visit
                    AND e.event_at <= :until
         GROUP BY e.batch_id, e.visit & {CONTACT_OF_VISIT}"""


def sql_clicks(of_jobs: str = "1") -> str:
    """A SELECT of batch_id, contact_id, link (its number from 0), clicks, first_at, last_at of links clicked lately."""
    return f"""
        SELECT e.batch_id, e.visit & {CONTACT_OF_VISIT} AS contact_id, e.detail AS link,
               count(*) AS clicks, min(e.event_at) AS first_at, max(e.event_at) AS last_at
          FROM (SELECT DISTINCT e.batch_id, e.visit, e.detail {_sql_new_events(of_jobs)} AND e.kind = 'click') AS did
               JOIN tracking_events e ON e.batch_id = did.batch_id AND e.kind = 'click' AND e.visit = did.visit
                    AND e.detail = did.detail AND e.event_at <= :until
         GROUP BY e.batch_id, e.visit & {CONTACT_OF_VISIT}, e.detail"""


def sql_next_event(of_jobs: str = "1") -> str:
    """SQL for the moment of the first event after `until`; NULL when nothing will happen any more."""
    return f"""(SELECT min(e.event_at) FROM send_batches b CROSS JOIN tracking_events e ON e.batch_id = b.batch_id
                 WHERE b.batch_id > :first_batch AND b.last_event_at > :until AND e.event_at > :until AND {of_jobs})"""
