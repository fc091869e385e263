"""SOAP TriggeredSend, and the REST call on the same definitions: messages that an outside system asks for.

The call is answered with what became of the request: the subscribers that cannot be sent to are its SubscriberFailures,
each with its code; with nobody left it fails with 180008. Source: WSDL, TriggeredSendCreateResult; appendix B of
SFD:triggered_email_scenario_guide; SFD:messageDefinitionSends.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from store import contacts
from store.assumptions import assume
from store.commands import Outcome, command
from store.messaging.api_sends import queue, requests
from store.messaging.api_sends.calls import REST, SOAP
from store.messaging.api_sends.definitions import TRIGGERED, Definition, field, find
from store.messaging.api_sends.errors import SOAP_ERRORS, soap_refusal
from store.messaging.api_sends.requests import Recipient
from store.messaging.emails import get_job

if TYPE_CHECKING:
    from store.org import Org

Json = dict[str, Any]
UNSUBSCRIBED, HELD, MISSING_ADDRESS, INVALID_ADDRESS, NOT_A_SUBSCRIBER, KEY_TOO_LONG = 1, 2, 4, 5, 11, 30
ACCEPTED = "Created TriggeredSend"  # recorded LastMessage of a Send() that succeeded
# Source: SFD:transactional-send-subscriber and the recorded journey history of such failures.
_DESCRIPTIONS = {
    UNSUBSCRIBED: "The subscriber is unsubscribed.",
    HELD: "The subscriber's status is held.",
    MISSING_ADDRESS: "The subscriber has no email address.",
    INVALID_ADDRESS: "The Email Address for this subscriber has invalid syntax.",
    NOT_A_SUBSCRIBER: "The subscriber isn't on the All Subscribers list for the account.",
    KEY_TOO_LONG: "The subscriber key is too long.",
}

assume(
    "triggered_send_checks_status",
    "at the request",
    ("at the request", "at the send"),
    "When a TriggeredSend finds out that a subscriber is unsubscribed, held or unknown: the call answers with a"
    " SubscriberFailure, or it is accepted and the message is not sent",
    "appendix B of SFD:triggered_email_scenario_guide has the failures; a journey's history has them too",
)


@command("messaging.triggered_send")
def triggered_send(org: Org, *, key: str, subscribers: list[Json], door: str = "SOAP") -> Outcome:
    """Ask for messages of a Triggered Send Definition, as SOAP Create TriggeredSend does; one per subscriber.

    A subscriber is {SubscriberKey, EmailAddress, Attributes}. `door` REST asks as POST
    /messaging/v1/messageDefinitionSends/key:{key}/send does, which takes one.
    """
    definition = _definition(org, key)
    recipients = [_recipient(each) for each in subscribers]
    if not recipients:
        raise soap_refusal(180007, fix="Name a subscriber: {SubscriberKey, EmailAddress, Attributes}.")
    _check(org, definition, recipients)
    requests.fit(org, definition, [one for one in recipients if one.problem is None])
    number, by_rest = requests.next_request(org), door.upper() == "REST"
    answer = _rest_answer(org, number, recipients) if by_rest else _soap_answer(org, number, recipients)
    said = f"POST /messaging/v1/messageDefinitionSends/key:{definition.key}/send" if by_rest else "Create TriggeredSend"
    requests.keep_request(org, definition, said, REST if by_rest else SOAP, recipients, answer)
    queue.send_soon(org, definition)
    accepted = sum(one.problem is None for one in recipients)
    failed = len(recipients) - accepted
    status = f"{accepted:,} accepted" + (f", {failed:,} not" if failed else "")
    changes = {"accepted": accepted, "failed": failed}
    shown = {what: count for what, count in changes.items() if count}
    return Outcome(f"{said} for {definition.key}: {status}", shown, f"request/{number}")


def _definition(org: Org, key: str) -> Definition:
    """A definition that takes requests. Source: appendix B, 18001 and 18002."""
    found = find(org, TRIGGERED, key)
    if found is None or found.status == "Deleted":
        raise soap_refusal(18002, f"Invalid Customer Key '{key}'", fix="messaging.create_triggered_send makes one.")
    if found.status == "New":
        fix = "Start it: messaging.update_triggered_send, TriggeredSendStatus Active."
        raise soap_refusal(18001, found.key, fix=fix)
    if found.status == "Canceled":
        raise soap_refusal(18002, f"{found.key} is Canceled")
    return found


def _recipient(raw: Json) -> Recipient:
    """A subscriber as the call writes it. ASSUMED: without a key the address is the key."""
    address = str(field(raw, "EmailAddress") or field(raw, "Address") or "").strip()
    given = field(raw, "Attributes")
    if isinstance(given, list):  # SOAP writes a list of Name and Value
        pairs = [each for each in given if isinstance(each, dict)]
        attributes = {str(field(each, "Name")): field(each, "Value") for each in pairs}
    else:
        attributes = dict(given) if isinstance(given, dict) else {}
    return Recipient(str(field(raw, "SubscriberKey") or "").strip() or address, address, attributes)


def _check(org: Org, definition: Definition, recipients: Sequence[Recipient]) -> None:
    """Say of each subscriber why it cannot be sent to."""
    at_once = org.assumption("triggered_send_checks_status") == "at the request"
    known = _known(org, definition, recipients) if at_once else {}
    commercial = definition.job_id is None or not get_job(org, definition.job_id).is_transactional
    for one in recipients:
        status = known.get(one.contact_key.lower(), "")
        reasons = (
            (KEY_TOO_LONG, len(one.contact_key) > contacts.MAX_KEY_LENGTH),
            (MISSING_ADDRESS, not one.address),
            (INVALID_ADDRESS, not requests.is_address(one.address)),
            (HELD, status == "held"),
            (UNSUBSCRIBED, status == "unsubscribed" and commercial),
            (NOT_A_SUBSCRIBER, status == "unknown"),
        )
        code = next((code for code, holds in reasons if holds), None)
        one.problem = None if code is None else (code, _DESCRIPTIONS[code])


def _known(org: Org, definition: Definition, recipients: Sequence[Recipient]) -> dict[str, str]:
    """Lower-case key -> status of those who are not plainly active; `unknown`: not in All Subscribers, nor added."""
    here = contacts.sql_unsubscribed_from(definition.mid)
    rows = org.rows(
        f"""SELECT lower(g.value) AS key,
                   CASE WHEN s.contact_id IS NULL THEN 'unknown'
                        WHEN s.status IN ('active', 'bounced') AND s.contact_id IN ({here}) THEN 'unsubscribed'
                        ELSE s.status END AS status
              FROM json_each(:keys) AS g LEFT JOIN contacts AS k ON k.contact_key = g.value
                   LEFT JOIN subscribers AS s ON s.contact_id = k.contact_id""",
        {"keys": json.dumps([one.contact_key for one in recipients])},
    )
    adds = {"unknown"} if definition.auto_add else set()
    return {row["key"]: row["status"] for row in rows if row["status"] not in {"active", "bounced"} | adds}


# ---- the answers


def _soap_answer(org: Org, number: int, recipients: Sequence[Recipient]) -> Json:
    """TriggeredSendCreateResult in a CreateResponse, as the names and values of its elements."""
    failures = [
        {
            "ErrorCode": one.problem[0],
            "ErrorDescription": one.problem[1],
            "Ordinal": place,
            "Subscriber": {"SubscriberKey": one.contact_key, "EmailAddress": one.address},
        }
        for place, one in enumerate(recipients)
        if one.problem
    ]
    ok = len(failures) < len(recipients)
    result: Json = {
        "StatusCode": "OK" if ok else "Error",
        "StatusMessage": ACCEPTED if ok else SOAP_ERRORS[180008],
        "OrdinalID": 0,
        "NewID": 0,
    }
    if not ok:
        result["ErrorCode"] = 180008
    if failures:
        result["SubscriberFailures"] = failures
    status = "OK" if ok else "Error"
    return {"Results": [result], "RequestID": requests.request_id(org, number), "OverallStatus": status}


def _rest_answer(org: Org, number: int, recipients: Sequence[Recipient]) -> Json:
    """The body of 202. Source: SFD:messageDefinitionSends, the answers of its examples."""
    (one, *others) = recipients
    if others:
        raise soap_refusal(180007, "this resource takes one subscriber a call")
    if one.problem and one.problem[0] in (MISSING_ADDRESS, INVALID_ADDRESS):
        return {"recipientSendId": "", "hasErrors": True, "messages": ["InvalidOrMissingToAddress"]}
    sent_as = requests.request_id(org, number)
    said: Json = {"recipientSendId": sent_as, "hasErrors": one.problem is not None}
    if one.problem:
        said["messageErrors"] = [{"messageErrorCode": 180008, "messageErrorStatus": SOAP_ERRORS[180008]}]
    else:
        said["messages"] = ["Queued"]
    return {"requestId": sent_as, "responses": [said]}
