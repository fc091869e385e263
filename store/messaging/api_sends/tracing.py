"""Messages that an API asked for, each with what became of it, and the stations of the last one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.messaging.api_sends.definitions import TRANSACTIONAL
from store.messaging.api_sends.errors import MOBILE_ERRORS, SUBSCRIBER_ERRORS

if TYPE_CHECKING:
    from store.org import Org

Station = tuple[int, str, str]  # when (UTC seconds), where, what happened there


def sql_messages(api: str) -> str:
    """A SELECT of key, contact_key, asked_at, left_at, state (waiting, sent, not sent), why and channel.

    Those whom an answer refused are in it too, as far as the answer names them: subscribers of a SOAP call.
    """
    reasons = "".join(
        f" WHEN d.channel = '{channel}' AND r.code = {code} THEN '{name}'"
        for channel, names in (("email", SUBSCRIBER_ERRORS), ("sms", MOBILE_ERRORS))
        for code, name in names.items()
    )
    refused = "".join(f" WHEN {code} THEN '{name}'" for code, name in SUBSCRIBER_ERRORS.items())
    return f"""
        SELECT d.key, r.contact_key, r.at AS asked_at, r.done_at AS left_at,
               CASE r.state WHEN 'queued' THEN 'waiting' ELSE r.state END AS state,
               CASE{reasons} ELSE '' END AS why, d.channel
          FROM send_recipients r JOIN send_definitions d USING (definition_id) WHERE d.api = '{api}'
         UNION ALL
        SELECT d.key, f.value ->> '$.Subscriber.SubscriberKey', q.at, NULL, 'not sent',
               CASE f.value ->> '$.ErrorCode'{refused} ELSE '' END, d.channel
          FROM send_requests q JOIN send_definitions d USING (definition_id)
               CROSS JOIN json_each(q.answer, '$.Results[0].SubscriberFailures') AS f WHERE d.api = '{api}'"""


def last_stations(org: Org, api: str) -> list[Station]:
    """The way of the last message of an API that left, or was asked for; empty before the first."""
    row = org.row(
        """SELECT r.*, q.door, d.key, d.channel, d.status, d.published
             FROM send_recipients r JOIN send_requests q USING (request_no)
                  JOIN send_definitions d ON d.definition_id = r.definition_id
            WHERE d.api = ? ORDER BY r.state = 'sent' DESC, r.recipient_no DESC LIMIT 1""",
        api,
    )
    if row is None:
        return []
    entry = "Transactional Messaging API" if api == TRANSACTIONAL else "Email Studio"
    stations = [
        (row["at"], "an outside system", row["door"]),
        (row["at"], entry, f"definition {row['key']}: answered, message {row['recipient_no']} queued"),
    ]
    if row["state"] == "queued":
        return stations
    names = SUBSCRIBER_ERRORS if row["channel"] == "email" else MOBILE_ERRORS
    said = "the message left" if row["state"] == "sent" else f"not sent: {names.get(row['code'], '')}"
    return [*stations, (row["done_at"], "send", f"batch {row['batch_id']}: {said}" if row["batch_id"] else said)]
