"""Triggered Send Definitions of Email Studio, and the SOAP calls on them.

A definition is New, then Active; Inactive it takes requests and lets them wait for up to three days; Canceled and
Deleted are the end. While it is Active its content is what it was: pause it, change it, publish (RefreshContent) and
start it. Source: WSDL, TriggeredSendStatusEnum; domain G; error codes: SFD:triggered_email_scenario_guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import data_extensions
from store.commands import Outcome, command
from store.errors import did_you_mean
from store.messaging.api_sends import definitions as kept
from store.messaging.api_sends import queue
from store.messaging.api_sends.calls import SOAP, count_call
from store.messaging.api_sends.definitions import TRIGGERED, Definition, field, is_true
from store.messaging.api_sends.errors import soap_refusal
from store.messaging.api_sends.transactional import merged

if TYPE_CHECKING:
    from store.org import Org

Json = dict[str, Any]
_SHOWN = "triggered-sends"
# What a status may become, and the code of the refusal otherwise. ASSUMED where the documents name only the codes.
_MOVES: dict[str, tuple[tuple[str, ...], int]] = {
    "Active": (("New", "Inactive", "Active"), 17000),
    "Inactive": (("Active", "Inactive"), 17002),
    "Canceled": (("New", "Active", "Inactive", "Canceled"), 17001),
    "Deleted": (("New", "Inactive", "Canceled"), 17004),
}


def definition_of(org: Org, key: str) -> Definition:
    """The definition of a CustomerKey or ObjectID. Raises ApiRefused with 17015 when there is none."""
    found = kept.find(org, TRIGGERED, key)
    if found is None or found.status == "Deleted":
        known = [each.key for each in kept.definitions(org, TRIGGERED) if each.status != "Deleted"]
        raise soap_refusal(17015, f"'{key}'", fix=did_you_mean(key, known) or "messaging.create_triggered_send.")
    return found


@command("messaging.create_triggered_send")
def create_triggered_send(org: Org, *, definition: Json) -> Outcome:
    """Make a Triggered Send Definition, as SOAP Create does with these properties; it is New and sends nothing yet."""
    key = str(field(definition, "CustomerKey") or "").strip()
    if not key:
        raise soap_refusal(17100, "a Triggered Send Definition needs a CustomerKey")
    if not field(definition, "Name"):
        raise soap_refusal(17101, "a Triggered Send Definition needs a Name")
    there = kept.find(org, TRIGGERED, key)
    if there is not None and there.status != "Deleted":
        raise soap_refusal(17012, f"there is a Triggered Send Definition '{key}' already")
    _check(org, definition)
    if there is not None:  # a deleted definition keeps its rows under its ObjectID and gives its key free
        org.run("UPDATE send_definitions SET key = object_id WHERE definition_id = ?", there.definition_id)
    made = kept.create(org, TRIGGERED, key, "email", "New", definition)
    count_call(org, SOAP)
    return Outcome(f"TriggeredSendDefinition {made.key} created: New", {"definitions": 1}, _SHOWN)


@command("messaging.update_triggered_send")
def update_triggered_send(org: Org, *, key: str, changes: Json) -> Outcome:
    """Change a Triggered Send Definition, as SOAP Update does: TriggeredSendStatus, RefreshContent, any property.

    Active starts it (the first time with what it is then), Inactive pauses it, RefreshContent publishes.
    """
    found = definition_of(org, key)
    status = _status(found, field(changes, "TriggeredSendStatus"))
    refresh = is_true(field(changes, "RefreshContent"))
    others = {
        name: value for name, value in changes.items() if name.lower() not in ("triggeredsendstatus", "refreshcontent")
    }
    said = _change(org, found, others, status, refresh)
    count_call(org, SOAP)
    return Outcome(f"TriggeredSendDefinition {found.key} {', '.join(said) or 'unchanged'}", {}, _SHOWN)


def _change(org: Org, found: Definition, others: Json, status: str, refresh: bool) -> list[str]:
    """Change, publish and move a definition, in this order; what was done, in words."""
    said = []
    if others:
        if found.status == "Active":
            raise soap_refusal(17003, f"{found.key} is Active", fix="Pause it: TriggeredSendStatus Inactive.")
        settings = merged(found.settings, others)
        _check(org, settings)
        found = kept.change(org, found, settings=settings)
        said.append("changed")
    if refresh:
        if found.status in ("Active", "Canceled"):
            fix = "Pause it: TriggeredSendStatus Inactive." if found.status == "Active" else ""
            raise soap_refusal(17005, f"{found.key} is {found.status}", fix=fix)
        found = kept.publish(org, found)
        said.append("published")
    if status != found.status:
        if status == "Active" and found.published is None:
            found = kept.publish(org, found)
        found = kept.change(org, found, status=status)
        waiting = queue.resume(org, found) if status == "Active" else 0
        said.append(status + (f", {waiting} that waited leave" if waiting else ""))
        if status == "Inactive":
            queue.wait(org, found)
        elif status == "Canceled":
            queue.drop(org, found, queue.DELETED)
    return said


@command("messaging.delete_triggered_send")
def delete_triggered_send(org: Org, *, key: str) -> Outcome:
    """Delete a Triggered Send Definition, as SOAP Delete does; one that is Active must be paused before."""
    found = definition_of(org, key)
    status = _status(found, "Deleted")
    dropped = queue.drop(org, found, queue.DELETED)
    kept.change(org, found, status=status)
    count_call(org, SOAP)
    return Outcome(f"TriggeredSendDefinition {found.key} deleted", {"dropped": dropped} if dropped else {}, _SHOWN)


def _status(found: Definition, wanted: Any) -> str:
    """The status that is asked for, else the one it has. Raises ApiRefused for a move that there is not."""
    if not wanted:
        return found.status
    named = next((name for name in _MOVES if name.lower() == str(wanted).lower()), None)
    if named is None or found.status not in _MOVES[named][0]:
        code = _MOVES[named][1] if named else 17003
        fix = "Pause it: TriggeredSendStatus Inactive." if (named, found.status) == ("Deleted", "Active") else ""
        raise soap_refusal(code, f"{found.key} is {found.status}", fix=fix)
    return named


def _check(org: Org, given: Json) -> None:
    """The email and the data extension must be there."""
    email = field(given, "Email")
    number = field(email, "ID") if isinstance(email, dict) else email
    if not number:
        raise soap_refusal(17013, "Email.ID is missing")
    found = kept.email_of(org, kept.blank(TRIGGERED, given))
    if found is None:
        raise soap_refusal(17016, f"there is no email {number}", fix="messaging.create_email.")
    de = kept.blank(TRIGGERED, given).data_extension
    if de and data_extensions.find(org, de) is None:
        raise soap_refusal(17015, f"there is no data extension '{de}'")
