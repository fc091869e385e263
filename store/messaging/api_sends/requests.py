"""Requests on their way in: each recipient's values as the data extension keeps them, the request with its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import data_extensions
from store.clock import system_text
from store.data_extensions import Field, Stored, Unfit
from store.ids import guid
from store.messaging.api_sends.calls import count_call

if TYPE_CHECKING:
    from store.messaging.api_sends.definitions import Definition
    from store.org import Org

# Codes of the reasons; source: SFD:transactional-send-subscriber.
MISSING_FIELDS, INVALID_FIELD = 19, 20


@dataclass
class Recipient:
    """One recipient as a request names it; `problem` is why it is not queued, (code, in words)."""

    contact_key: str
    address: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    message_key: str = ""
    problem: tuple[int, str] | None = None
    not_sent: int | None = None  # accepted, but it will not be sent for this reason


def keep_request(
    org: Org, definition: Definition, door: str, api: str, recipients: Sequence[Recipient], answer: dict[str, Any]
) -> int:
    """Keep a request that was answered, with the recipients that are queued; returns its number."""
    count_call(org, api)
    number = next_request(org)
    org.run(
        "INSERT INTO send_requests VALUES (?, ?, ?, ?, ?)",
        number, definition.definition_id, door, org.now, json.dumps(answer, ensure_ascii=False),
    )  # fmt: skip
    rows = [
        [one.message_key, one.contact_key, one.address, dict(one.attributes), one.not_sent]
        for one in recipients
        if one.problem is None
    ]
    org.run(
        """INSERT INTO send_recipients(request_no, definition_id, message_key, contact_key, address, attributes, at,
                                       state, code, done_at)
           SELECT :request, :definition, nullif(value ->> 0, ''), value ->> 1, value ->> 2, value -> 3, :now,
                  iif(value ->> 4 IS NULL, 'queued', 'not sent'), value ->> 4, iif(value ->> 4 IS NULL, NULL, :now)
             FROM json_each(:rows)""",
        {
            "request": number, "definition": definition.definition_id, "now": org.now,
            "rows": json.dumps(rows, ensure_ascii=False),
        },
    )  # fmt: skip
    return number


def next_request(org: Org) -> int:
    """The number of the next request."""
    return int(org.value("SELECT coalesce(max(request_no), 0) + 1 FROM send_requests"))


def request_id(org: Org, number: int) -> str:
    """The requestId of a request."""
    return guid(org.seed, "send request", number)


def fit(org: Org, definition: Definition, recipients: Sequence[Recipient]) -> None:
    """Convert the attributes to what the definition's data extension keeps; who does not fit gets the reason.

    The fields of the key and of the address are filled from the recipient. Attributes that no field has are dropped.
    """
    de = data_extensions.find(org, definition.data_extension) if definition.data_extension else None
    if de is None:
        return
    for one in recipients:
        given = {name.lower(): value for name, value in one.attributes.items()}
        given.setdefault((de.sendable_field or "subscriberkey").lower(), one.contact_key)
        given |= {"subscriberkey": one.contact_key} | {"emailaddress": one.address}
        try:
            one.attributes = {each.name: _value(org, each, given.get(each.name.lower())) for each in de.fields}
        except Unfit:
            one.not_sent = INVALID_FIELD
        else:
            if any(one.attributes[each.name] is None and not each.is_nullable for each in de.fields):
                one.not_sent = MISSING_FIELDS


def _value(org: Org, of: Field, given: Any) -> Stored:
    if given is None and of.default_value is not None:
        is_now = of.default_value.lower().replace(" ", "").startswith("getdate")
        return system_text(org.now) if is_now else data_extensions.convert(of, of.default_value)
    return data_extensions.convert(of, given) if given is not None else None


def is_address(text: str) -> bool:
    """Whether this can be an e-mail address: one @ with something on both sides, a dot behind it, no blanks."""
    name, at, domain = text.strip().rpartition("@")
    return bool(at and name and "@" not in name and "." in domain.strip(".") and " " not in text.strip())
