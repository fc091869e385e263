"""Messages that flows asked for through triggered sends of MC Connect, and the stations of the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import messaging

if TYPE_CHECKING:
    from store.org import Org


def sql_triggered_messages() -> str:
    """A SELECT of key, contact_key, asked_at, left_at, state (waiting, sent, not sent), why and channel."""
    reasons = "".join(f" WHEN {code} THEN '{name}'" for code, name in messaging.EXCLUSIONS.items())
    outcomes = messaging.sql_outcomes("b.cohort_id < 0")
    return f"""
        SELECT r.key, r.record_id AS contact_key, r.at AS asked_at, r.done_at AS left_at,
               CASE WHEN r.state = 'queued' THEN 'waiting'
                    WHEN r.state = 'sent' AND o.code = 0 THEN 'sent' ELSE 'not sent' END AS state,
               CASE r.state WHEN 'expired' THEN 'Exceeded Expiration Policy'
                            WHEN 'refused' THEN 'The triggered send does not run'
                            WHEN 'sent' THEN CASE o.code WHEN 0 THEN ''{reasons} ELSE 'No such person' END
                            ELSE '' END AS why, 'email' AS channel
          FROM triggered_send_requests r LEFT JOIN contacts k ON k.contact_key = r.record_id
               LEFT JOIN (SELECT definition_key, sent_at, contact_id, min(code) AS code FROM ({outcomes})
                           GROUP BY 1, 2, 3) AS o
                 ON o.definition_key = r.key AND o.sent_at = r.done_at AND o.contact_id = k.contact_id"""


def last_triggered_stations(org: Org) -> list[messaging.api_sends.Station]:
    """The way of the last message that a flow asked for; empty before the first."""
    row = org.row("SELECT * FROM triggered_send_requests ORDER BY state = 'sent' DESC, request_id DESC LIMIT 1")
    if row is None:
        return []
    stations = [
        (row["at"], "CRM", f"record {row['record_id']} changed: the flow {row['flow']} asks"),
        (row["at"], "MC Connect", f"triggered send {row['key']}: request {row['request_id']} {row['state']}"),
    ]
    if row["state"] == "sent":
        stations.append((row["done_at"], "send", "the message left, unless the subscriber was excluded"))
    return stations
