"""API Event: contacts enter one by one, as somebody calls the REST API. Type APIEvent.

POST /interaction/v1/events is the command journey.fire_event, POST /interaction/v1/async/events journey.fire_events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from store import messaging
from store.commands import Outcome, command
from store.errors import Refused
from store.journey.activities.base import Finding
from store.journey.arrivals import Definition, arrived, definition
from store.journey.entry_sources.base import Candidates, EntrySource, entry_source
from store.journey.firing import fire

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.org import Org

MOST_JOURNEYS = 10  # that share an event definition key; source: SFD:enterContactsIntoJourneyInBatches
MOST_MEMBERS = 100  # of one asynchronous request; source: the same page
FIRED = ("APIEVENT", "EVENT", "CONTACTEVENT")  # types of event definitions that a call can fire


@entry_source("API Event", "APIEVENT")
class ApiEvent(EntrySource):
    """The event's data extension says which fields a call may bring."""

    arrives: ClassVar[bool] = True

    def check(self, checking: Checking) -> Iterator[Finding]:
        """A key that a call can name, and not too many journeys that share it."""
        yield from super().check(checking)
        if self.version.event is None:
            return
        if "." in self.event.key:  # source: SFD:postEvent
            yield self.error(f"the event definition key {self.event.key} has a period, so it cannot be fired.")
        sharing = checking.org.value(
            """SELECT count(DISTINCT journey_id) FROM journey_versions
               WHERE event_definition_id = ? AND status IN ('Running', 'Paused') AND journey_id <> ?""",
            self.version.event_definition_id, self.version.journey_id,
        )  # fmt: skip
        if sharing >= MOST_JOURNEYS:
            yield self.error(f"{sharing} journeys use the event {self.event.key}; {MOST_JOURNEYS} is the most.")

    def candidates(self, org: Org) -> Candidates:
        """The events that arrived since the last run."""
        return arrived(org, self.version, self.fields(org))

    def explain(self) -> str:
        if self.version.event is None:
            return super().explain()
        return f"A contact enters whenever the API fires the event {self.event.key}."


def _fireable(org: Org, key: str) -> Definition:
    """The event definition that a call names. Raises Refused for one that no call can fire."""
    found = definition(org, key)
    if found.event.type not in FIRED:
        raise Refused(
            f"The event {key} is of type {found.event.raw.get('type') or '(none)'}: a call does not fire it.",
            fix="Make an event definition of type APIEvent.",
        )
    return found


@command("journey.fire_event")
def fire_event(org: Org, *, contact_key: str, event_definition_key: str, data: dict[str, Any] | None = None) -> Outcome:
    """Fire an entry event for a contact, as POST /interaction/v1/events does; it enters at the next full minute."""
    found = _fireable(org, event_definition_key)
    instance = fire(org, found, contact_key, data or {})
    messaging.count_call(org, messaging.REST)
    name = found.event.raw.get("name") or found.event.key
    title = f"Event {name} fired for {contact_key} (eventInstanceId {instance})"
    return Outcome(title, {"events": 1}, f"contact/{contact_key}")


@command("journey.fire_events")
def fire_events(org: Org, *, event_definition_key: str, members: list[dict[str, Any]]) -> Outcome:
    """Fire an entry event for up to 100 members {contactKey, data}, as POST /interaction/v1/async/events does.

    A member whose data is refused does not keep the others from being queued; the title says how many were not.
    """
    found = _fireable(org, event_definition_key)
    if not 1 <= len(members) <= MOST_MEMBERS:
        raise Refused(f"A request has 1 to {MOST_MEMBERS} members, not {len(members)}.")
    refused: list[str] = []
    for member in members:
        lowered: Mapping[str, Any] = {name.lower(): value for name, value in member.items()}
        try:
            fire(org, found, str(lowered.get("contactkey") or ""), lowered.get("data") or {})
        except Refused as error:
            refused.append(error.message)
    if len(refused) == len(members):
        raise Refused(f"No member was queued: {refused[0]}")
    messaging.count_call(org, messaging.REST)
    queued = len(members) - len(refused)
    said = f", {len(refused)} not queued: {refused[0]}" if refused else ""
    title = f"Event {found.event.key}: {queued} queued{said}"
    changes = {"events": queued, "not queued": len(refused)}
    return Outcome(title, {what: count for what, count in changes.items() if count}, f"event/{found.event.key}")
