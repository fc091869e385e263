"""Transactional Messaging API: send definitions, `/messaging/v1/{email|sms}/definitions`.

An active definition sends, an inactive one queues for up to three days, a deleted one is archived under another key.
Only transactional send classifications are taken. Source: SFD:updateMessageDefinition, SFD:deleteMessageDefinition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import data_extensions
from store.commands import Outcome, command
from store.errors import did_you_mean
from store.ids import guid
from store.messaging.api_sends import definitions as kept
from store.messaging.api_sends import queue
from store.messaging.api_sends.calls import REST, count_call
from store.messaging.api_sends.definitions import TRANSACTIONAL, Definition, field
from store.messaging.api_sends.errors import rest_refusal

if TYPE_CHECKING:
    from store.org import Org

Json = dict[str, Any]
CHANNELS = ("email", "sms")
_STATUSES = {"active": "Active", "inactive": "Inactive"}
_SHOWN = "triggered-sends"


def definition_of(org: Org, key: str, channel: str = "") -> Definition:
    """The definition of a key, of that channel where one is named. Raises ApiRefused as the API answers 404."""
    found = kept.find(org, TRANSACTIONAL, key)
    if found is None or found.status == "Deleted" or (channel and found.channel != channel):
        known = [each.key for each in kept.definitions(org, TRANSACTIONAL) if each.status != "Deleted"]
        fix = did_you_mean(key, known) or "messaging.create_definition makes one."
        raise rest_refusal(30003, f"there is no send definition '{key}'", status=404, fix=fix)
    return found


@command("messaging.create_definition")
def create_definition(org: Org, *, definition: Json, channel: str = "email") -> Outcome:
    """Make a send definition, as POST /messaging/v1/email/definitions does with this JSON; it is active at once."""
    key = str(field(definition, "definitionKey") or "").strip()
    if channel not in CHANNELS:
        raise rest_refusal(10005, f"there is no channel '{channel}'", fix=f"Choose one of: {', '.join(CHANNELS)}.")
    if not key:
        raise rest_refusal(109107, "a send definition needs a definitionKey")
    if not field(definition, "name"):
        raise rest_refusal(10002, "a send definition needs a name")
    if kept.find(org, TRANSACTIONAL, key) is not None:
        raise rest_refusal(30004, f"there is a send definition '{key}' already", fix="messaging.update_definition.")
    _check(org, definition, channel)
    status = _status(definition, "Active")
    made = kept.publish(org, kept.create(org, TRANSACTIONAL, key, channel, status, definition))
    count_call(org, REST)
    return Outcome(f"Send definition {made.key} created: {made.status}", {"definitions": 1}, _SHOWN)


@command("messaging.update_definition")
def update_definition(org: Org, *, key: str, changes: Json) -> Outcome:
    """Change a send definition, as PATCH does; `status` active sends what waits, inactive lets requests wait."""
    found = definition_of(org, key)
    settings = merged(found.settings, {name: value for name, value in changes.items() if name.lower() != "status"})
    _check(org, settings, found.channel)
    status = _status(changes, found.status)
    changed = kept.change(org, found, status=status, settings=settings)
    if settings != found.settings:
        changed = kept.publish(org, changed)
    waiting = queue.resume(org, changed) if status == "Active" and found.status != "Active" else 0
    if status != "Active":
        queue.wait(org, changed)
    count_call(org, REST)
    said = f", {waiting} that waited leave" if waiting else ""
    changes_shown = {"queued": waiting} if waiting else {}
    return Outcome(f"Send definition {changed.key} changed: {changed.status}{said}", changes_shown, _SHOWN)


@command("messaging.delete_definition")
def delete_definition(org: Org, *, key: str) -> Outcome:
    """Archive a send definition under a key of its own, which frees the old one; what waits is not sent."""
    found = definition_of(org, key)
    dropped = queue.drop(org, found, queue.DELETED)
    archived = guid(org.seed, "deleted definition", found.definition_id)
    org.run(
        "UPDATE send_definitions SET key = ?, status = 'Deleted', modified_at = ? WHERE definition_id = ?",
        archived, org.now, found.definition_id,
    )  # fmt: skip
    count_call(org, REST)
    shown = {"deleted": 1} | ({"dropped": dropped} if dropped else {})
    return Outcome(f"Send definition {found.key} deleted, archived as {archived}", shown, _SHOWN)


@command("messaging.clear_definition_queue")
def clear_definition_queue(org: Org, *, key: str) -> Outcome:
    """Drop all requests of a definition that wait, as DELETE .../queue does. Source: domain G, 39 Queue Cleared."""
    found = definition_of(org, key)
    dropped = queue.drop(org, found, queue.CLEARED)
    count_call(org, REST)
    return Outcome(f"Queue of {found.key} cleared: {dropped} dropped", {"dropped": dropped} if dropped else {}, _SHOWN)


# ---- checking


def _status(given: Json, default: str) -> str:
    named = str(field(given, "status") or default)
    if named.lower() not in _STATUSES:
        raise rest_refusal(10005, f"'{named}' is no status", fix="active or inactive; DELETE deletes a definition.")
    return _STATUSES[named.lower()]


def _check(org: Org, given: Json, channel: str) -> None:
    """Raises ApiRefused for what the API does not take."""
    classification = kept.classification_key(given)
    if classification and "commercial" in classification.lower():
        raise rest_refusal(
            109123, f"the send classification {classification} is not transactional", fix="Default Transactional."
        )
    if channel == "sms":
        subscriptions = field(given, "subscriptions") or {}
        if not field(subscriptions, "shortCode"):
            raise rest_refusal(10002, "subscriptions.shortCode is missing")
        if not field(subscriptions, "keyword"):
            raise rest_refusal(109120, "subscriptions.keyword is missing")
        if not field(field(given, "content") or {}, "message"):
            raise rest_refusal(10002, "content.message is missing")
        return
    _check_email(org, given)


def _check_email(org: Org, given: Json) -> None:
    content = field(given, "content")
    key = str(field(content, "customerKey") or "") if isinstance(content, dict) else ""
    if not key:
        raise rest_refusal(10002, "content.customerKey is missing")
    email = kept.email_of(org, kept.blank(TRANSACTIONAL, given))
    if email is None:
        raise rest_refusal(10005, f"content.customerKey: there is no email '{key}'", fix="messaging.create_email.")
    if "@" not in email.from_email:
        raise rest_refusal(109124, f"the email {email.name} is from '{email.from_email}'")
    subscriptions = field(given, "subscriptions")
    de = str(field(subscriptions, "dataExtension") or "") if isinstance(subscriptions, dict) else ""
    if de and data_extensions.find(org, de) is None:
        raise rest_refusal(10005, f"subscriptions.dataExtension: there is no data extension '{de}'")


def merged(old: Json, changes: Json) -> Json:
    """The old settings with the changes, object by object; names in any case."""
    new = dict(old)
    for name, value in changes.items():
        known = next((each for each in new if each.lower() == name.lower()), name)
        before = new.get(known)
        new[known] = merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return new
