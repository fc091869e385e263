"""Transactional Messaging API: messages, `/messaging/v1/{email|sms}/messages`.

One request takes a recipient under a messageKey of the path, or up to 2,000 recipients. It is answered before anything
is sent; what became of a message is asked for by its key. Source: SFD:sendMessageSingleRecipient,
SFD:sendMessageMultipleRecipients, SFD:getSendStatusForRecipient.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from store import contacts
from store.assumptions import assume
from store.clock import DAY, HOUR, system_text
from store.commands import Outcome, command
from store.ids import guid
from store.messaging.api_sends import queue, requests
from store.messaging.api_sends.calls import REST
from store.messaging.api_sends.definitions import TRANSACTIONAL, Definition, field, find
from store.messaging.api_sends.errors import REST_ERRORS, rest_refusal, why
from store.messaging.api_sends.requests import Recipient
from store.messaging.api_sends.transactional import CHANNELS

if TYPE_CHECKING:
    from store.org import Org

Json = dict[str, Any]
MOST_RECIPIENTS = 2_000  # of one request; source: SFD:sendMessageMultipleRecipients
LONGEST_KEY = 100  # characters of a messageKey; source: SFD:sendMessageSingleRecipient
STATUS_KEPT = 3 * DAY  # source: domain F3, status kept 3 days

assume(
    "message_key_unique_hours",
    48,
    (48, 72),
    "For how many hours a messageKey cannot be used again in its business unit",
    "domain I.7: SFD:sendMessageSingleRecipient has 2 days, SFD:transactional-messaging-best-practices 72 hours",
)


@command("messaging.send_messages")
def send_messages(org: Org, *, body: Json, message_key: str = "", channel: str = "email") -> Outcome:
    """Ask for transactional messages: POST /messaging/v1/email/messages with this JSON, or .../messages/{message_key}.

    `body` has definitionKey and either recipient {contactKey, to, attributes} or recipients [{..., messageKey}].
    Raises ApiRefused for what the API refuses as a whole; recipients that fail beside others that do not are answered.
    """
    if channel not in CHANNELS:
        raise rest_refusal(10005, f"there is no channel '{channel}'", fix=f"Choose one of: {', '.join(CHANNELS)}.")
    definition = _definition(org, body, channel)
    number = requests.next_request(org)
    recipients = _recipients(org, body, message_key, number)
    _check(org, definition, recipients)
    requests.fit(org, definition, [one for one in recipients if one.problem is None])
    answer = _answer(org, number, recipients)
    door = f"POST /messaging/v1/{channel}/messages" + (f"/{message_key}" if message_key else "")
    accepted = sum(one.problem is None for one in recipients)
    if not accepted:
        ((code, said), *_) = [one.problem for one in recipients if one.problem]
        # ASSUMED: one recipient is refused with its own code, several that all fail with 109103.
        more = {"responses": answer["responses"]} if len(recipients) > 1 else {}
        raise rest_refusal(109103 if len(recipients) > 1 else code, said, **more)
    requests.keep_request(org, definition, door, REST, recipients, answer)
    queue.send_soon(org, definition)
    failed = len(recipients) - accepted
    title = f"{door} for {definition.key}: 202, {accepted:,} accepted" + (f", {failed:,} not" if failed else "")
    changes = {"accepted": accepted, "failed": failed}
    return Outcome(title, {what: count for what, count in changes.items() if count}, f"request/{number}")


def _definition(org: Org, body: Json, channel: str) -> Definition:
    key = str(field(body, "definitionKey") or "").strip()
    if not key:
        raise rest_refusal(109107, "the request names no definitionKey")
    found = find(org, TRANSACTIONAL, key)
    if found is None or found.status == "Deleted" or found.channel != channel:
        fix = "messaging.create_definition makes one; `mctui show FILE triggered-sends` lists them."
        raise rest_refusal(109111, f"there is no {channel} definition '{key}'", fix=fix)
    return found


def _recipients(org: Org, body: Json, message_key: str, number: int) -> list[Recipient]:
    """The recipients of a request, with the request's own attributes below each one's own."""
    one, many = field(body, "recipient"), field(body, "recipients")
    if one is not None and many is not None:
        raise rest_refusal(10005, "a request has recipient or recipients, not both")
    listed = [one] if isinstance(one, dict) else many if isinstance(many, list) else []
    if not listed:
        raise rest_refusal(109102, "the request has no recipient")
    if len(listed) > MOST_RECIPIENTS:
        raise rest_refusal(109101, f"the request has {len(listed):,} recipients; {MOST_RECIPIENTS:,} is the most")
    if message_key and many is not None:
        raise rest_refusal(10005, "with a messageKey in the path a request has one recipient")
    shared = field(body, "attributes")
    found = []
    for place, each in enumerate(listed):
        raw = each if isinstance(each, dict) else {}
        own = field(raw, "attributes")
        attributes = {**(shared if isinstance(shared, dict) else {}), **(own if isinstance(own, dict) else {})}
        key = message_key or str(field(raw, "messageKey") or "") or guid(org.seed, "message key", number, place)
        contact, to = str(field(raw, "contactKey") or "").strip(), str(field(raw, "to") or "").strip()
        found.append(Recipient(contact, to, attributes, key))
    return found


def _check(org: Org, definition: Definition, recipients: Sequence[Recipient]) -> None:
    """Say of each recipient why it is not accepted. Source: SFD:transactional-send-response, codes of /messages."""
    used = _used(org, definition, [one.message_key for one in recipients])
    times = Counter(one.message_key for one in recipients)
    for one in recipients:
        reasons = (
            (109105, not one.contact_key, "Invalid subscriber"),
            (109106, not one.address, "Invalid subscriber"),
            (109109, len(one.contact_key) > contacts.MAX_KEY_LENGTH, "the contactKey is too long"),
            (109108, len(one.message_key) > LONGEST_KEY, f"a messageKey has {LONGEST_KEY} characters at most"),
            (109110, times[one.message_key] > 1 or one.message_key in used, f"'{one.message_key}' is not unique"),
            (109121, not _is_reachable(definition, one.address), f"'{one.address}' is no address"),
        )
        one.problem = next(((code, said) for code, holds, said in reasons if holds), None)


def _is_reachable(definition: Definition, to: str) -> bool:
    if definition.channel == "email":
        return requests.is_address(to)
    digits = "".join(char for char in to if char.isdecimal())
    return 7 <= len(digits) <= 15 and not any(char.isalpha() for char in to)  # source: E.164


def _used(org: Org, definition: Definition, keys: Sequence[str]) -> set[str]:
    """Which of these message keys the business unit has used lately."""
    rows = org.rows(
        """SELECT DISTINCT r.message_key FROM json_each(:keys) AS k
                  CROSS JOIN send_recipients AS r ON r.message_key = k.value AND r.at > :since
                  JOIN send_definitions AS d USING (definition_id)
            WHERE d.mid = :mid""",
        {
            "keys": json.dumps(list(keys)), "mid": definition.mid,
            "since": org.now - int(org.assumption("message_key_unique_hours")) * HOUR,
        },
    )  # fmt: skip
    return {row["message_key"] for row in rows}


def _answer(org: Org, number: int, recipients: Sequence[Recipient]) -> Json:
    """The body of 202, with 109001 where some recipients failed. Source: SFD:sendMessageMultipleRecipients."""
    responses: list[Json] = []
    for one in recipients:
        said: Json = {"messageKey": one.message_key}
        if one.problem:
            code, words = one.problem
            said |= {"errorcode": code, "message": f"{REST_ERRORS[code]}: {words}"}
        responses.append(said)
    failed = sum(one.problem is not None for one in recipients)
    answer: Json = {"requestId": requests.request_id(org, number), "errorcode": 109001 if failed else 0}
    if failed:
        answer["message"] = f"{REST_ERRORS[109001]}: {failed} subscribers failed to queue out of {len(recipients)}"
    return {**answer, "responses": responses}


# ---- what became of a message


def message_status(org: Org, message_key: str) -> Json:
    """The answer of GET /messaging/v1/email/messages/{messageKey}: sent, queued or not sent, for three days.

    Raises ApiRefused for a key that is not known any more.
    """
    row = org.row(
        """SELECT r.*, d.channel, d.object_id, b.job_id, b.batch_id AS batch
             FROM send_recipients r JOIN send_definitions d USING (definition_id)
                  LEFT JOIN send_batches b ON d.channel = 'email' AND b.batch_id = r.batch_id
            WHERE r.message_key = ? ORDER BY r.recipient_no DESC LIMIT 1""",
        message_key,
    )
    if row is None or (row["done_at"] is not None and row["done_at"] < org.now - STATUS_KEPT):
        raise rest_refusal(30003, f"no message has the messageKey '{message_key}'", status=404)
    kind = {"email": "Email", "sms": "SMS"}[row["channel"]]
    event = {"queued": "Queued", "sent": "Sent", "not sent": "NotSent"}[row["state"]]
    at = row["done_at"] or row["at"]
    answer: Json = {
        "requestId": guid(org.seed, "status", row["recipient_no"], org.now),
        "eventCategoryType": f"TransactionalSendEvents.{kind}{event}",
        "timestamp": system_text(at).replace(" ", "T"),  # Central Standard Time, no daylight saving
    }
    if row["state"] == "queued":
        return answer
    info: Json = {"messageKey": message_key, "contactKey": row["contact_key"], "to": row["address"]}
    if row["state"] == "not sent":
        info |= {"statusCode": row["code"], "statusMessage": why(row["channel"], row["code"])}
    if row["job_id"] is not None:
        subscriber = (row["visit"] or 0) & 0xFFFFFFFF
        answer["compositeId"] = f"{row['object_id'].upper()}.{row['job_id']}.{subscriber}.{row['batch']}"
    return {**answer, "info": info}


def not_sent(org: Org, limit: int = 100) -> list[Json]:
    """The entries of GET /messaging/v1/email/messages/?type=notSent, oldest first."""
    rows = org.rows(
        """SELECT r.*, d.channel, d.key FROM send_recipients r JOIN send_definitions d USING (definition_id)
            WHERE d.api = ? AND r.state = 'not sent' AND r.done_at >= ? ORDER BY r.done_at, r.recipient_no LIMIT ?""",
        TRANSACTIONAL, org.now - STATUS_KEPT, limit,
    )  # fmt: skip
    return [
        {
            "eventCategoryType": f"TransactionalSendEvents.{'Email' if row['channel'] == 'email' else 'SMS'}NotSent",
            "timestamp": system_text(row["done_at"]).replace(" ", "T"), "definitionKey": row["key"],
            "eventID": row["recipient_no"], "messageKey": row["message_key"], "contactKey": row["contact_key"],
            "to": row["address"], "statusCode": row["code"], "statusMessage": why(row["channel"], row["code"]),
        }
        for row in rows
    ]  # fmt: skip
