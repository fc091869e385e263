"""The templates that a data extension can be created from, with the fields that each brings.

source: domain B3 (mcdev definitions/DataExtension.definition.js) for the names; SendLog's types from
MD:enhanced-send-log. The types of the others are those of the same columns in the data views, else ASSUMED texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.data_extensions.model import DataExtension, by_id
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org

SEND_LOG = "SendLog"


@dataclass(frozen=True)
class Template:
    """`once` templates stand for a function of the business unit, which has one of them at most."""

    name: str
    about: str
    fields: tuple[dict[str, Any], ...]
    once: bool = False
    sendable: dict[str, Any] | None = None


def _numbers(*names: str) -> tuple[dict[str, Any], ...]:
    return tuple({"name": name, "type": "Number"} for name in names)


def _texts(length: int, *names: str) -> tuple[dict[str, Any], ...]:
    return tuple({"name": name, "length": length} for name in names)


_SUBSCRIBER = ({"name": "SubscriberKey", "length": 254, "is_nullable": False},)
_ADDRESS = ({"name": "EmailAddress", "type": "EmailAddress", "is_nullable": False},)
_BY_KEY = {"is_sendable": True, "sendable_field": "SubscriberKey", "sendable_to": "Subscriber Key"}
_LOG_DATE = ({"name": "LogDate", "type": "Date", "default": "GetDate()"},)

_TEMPLATES = (
    Template(
        SEND_LOG,
        "every attempted email of the business unit, with the error that stopped it",
        (*_numbers("JobID", "ListID", "BatchID", "SubID"), *_texts(36, "TriggeredSendID"), *_numbers("ErrorCode")),
        once=True,
    ),
    Template(
        "SmsSendLog",
        "every attempted SMS; sends of the simulation do not fill it yet",
        (*_texts(36, "SmsJobID", "SmsTriggeredSendID"), *_numbers("SmsBatchID", "SubID")),
        once=True,
    ),
    Template(
        "PushSendLog",
        "every attempted push message; sends of the simulation do not fill it yet",
        (
            *_texts(36, "PushJobID", "PushTriggeredSendRequestID"),
            *_numbers("PushBatchID", "SubID"),
            *_texts(200, "DeviceId"),
            *_texts(36, "AppId"),
            *_LOG_DATE,
        ),
        once=True,
    ),  # fmt: skip
    Template("TriggeredSendDataExtension", "the data of triggered sends", (*_SUBSCRIBER, *_ADDRESS), sendable=_BY_KEY),
    Template(
        "DomainExclusion",
        "domains that are not sent to",
        ({"name": "Domain", "length": 254, "is_primary_key": True},),
    ),
    Template(
        "CONTEXTUAL_SUPPRESSION_LISTS",
        "addresses of an auto-suppression list",
        (
            {"name": "Email Address", "type": "EmailAddress", "is_primary_key": True},
            {"name": "Date Added", "type": "Date", "default": "GetDate()"},
        ),
    ),
    Template(
        "Event DE Template",
        "the entries of a journey's API event",
        (
            *_texts(36, "EventInstanceID", "ParentEventInstanceID"),
            {"name": "ContactKey", "length": 254, "is_nullable": False},
        ),
        sendable=_BY_KEY | {"sendable_field": "ContactKey"},
    ),
    Template(
        "SmartCapture - Contacts Template Extension",
        "what a CloudPages form captures",
        (
            *_texts(50, "Source"),
            {"name": "EmailAddress", "type": "EmailAddress", "is_primary_key": True},
            {"name": "CreateDate", "type": "Date", "default": "GetDate()"},
        ),
    ),
    Template(
        "AudienceBuilderResult",
        "the result of an audience",
        (
            *_SUBSCRIBER,
            *_texts(36, "CustomerKey", "AudienceId"),
            *_texts(100, "TrackingCode", "AudienceCode", "SegmentCode", "SegmentName"),
            *_numbers("Priority"),
            *_texts(36, "SegmentID", "SplitID"),
            *_texts(100, "SplitName", "SplitCode"),
            *_texts(36, "SendGroupID"),
        ),
        sendable=_BY_KEY,
    ),  # fmt: skip
    Template(
        "Sendable_Reconcilable_Data_Extension",
        "the data of transactional sends with reconciliation; its own fields are not documented",
        (*_SUBSCRIBER, *_ADDRESS),
        sendable=_BY_KEY,
    ),
)
# Names by which people and files call them too.
_ALSO = {"smartcapture": "SmartCapture - Contacts Template Extension"}


def templates() -> tuple[Template, ...]:
    """All of them, in the product's order."""
    return _TEMPLATES


def template(name: str) -> Template:
    """The template of that name, case not counting. Raises Refused with the nearest name."""
    wanted = _ALSO.get(name.strip().lower(), name.strip()).lower()
    found = next((one for one in _TEMPLATES if one.name.lower() == wanted), None)
    if found is None:
        known = [one.name for one in _TEMPLATES]
        fix = did_you_mean(name, known) or f"There are: {', '.join(known)}."
        raise Refused(f"There is no data extension template '{name}'.", fix=fix)
    return found


def with_template(definition: dict[str, Any]) -> dict[str, Any]:
    """A definition with what its template brings: its fields first, unless the definition has them otherwise."""
    if not definition.get("template"):
        return definition
    found = template(str(definition["template"]))
    own = list(definition.get("fields") or [])
    named = {str(field.get("name", "")).strip().lower(): field for field in own if isinstance(field, dict)}
    brought = [named.get(field["name"].lower(), field) for field in found.fields]
    fields = brought + [field for field in own if field not in brought]
    relation = found.sendable if found.sendable and "is_sendable" not in definition else {}
    return {**definition, "template": found.name, "fields": fields, **(relation or {})}


def refuse_second(org: Org, mid: int, name: str) -> None:
    """Raises Refused when the business unit has one of a template of which there is one at most."""
    there = made_of(org, mid, name) if template(name).once else None
    if there:
        raise Refused(
            f"There is a data extension of the template {name} already: {there.path}.",
            cause="A business unit has one send log of each channel.",  # source: domain G
        )


def made_of(org: Org, mid: int, name: str) -> DataExtension | None:
    """The first data extension of a business unit that was made of a template."""
    found = org.value(
        "SELECT de_id FROM data_extensions WHERE mid = ? AND template = ? ORDER BY de_id LIMIT 1", mid, name
    )
    return None if found is None else by_id(org, found)
