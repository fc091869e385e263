"""What a person can make happen now: to a contact, to a message, to the connection, and the way at the next split.

Functions take the Org and return choices. The key of a choice says what comes next, as JSON: a `command` with its
`arguments`, a `prompt` for what is still missing in them, or `ask` for another list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mctui.reading.drafting import Question
from mctui.views import Choice

if TYPE_CHECKING:
    from store import Org
    from store.journey import Version

LISTED = 200  # contacts to choose from
_CONDUCT = {
    "open": "the message is opened",
    "bounce": "it comes back: the mailbox is full",
    "hard bounce": "it comes back: there is no such user",
    "complaint": "it is reported as spam",
    "unsubscribe": "by the link in the message",
    "list-unsubscribe header": "by the button of the mail program",
    "leave reply": "by a reply",
    "unsubscribe from all": "by the link, from all of the enterprise",
}


def what(org: Org, contact: str) -> Question:
    """Everything that can happen to a contact now; without one an event of somebody, and the connection."""
    of_contact = [*_messages(org, contact), *_record(org, contact), *_ways(org, contact)] if contact else []
    choices = (*of_contact, *_events(org, contact), *_connection(org))
    title = f"Let happen to {contact}" if contact else "Let happen"
    return Question(title, ("What", "To", "Which"), choices, last=40)


def _choice(cells: tuple[str, ...], **then: Any) -> Choice:
    return Choice(json.dumps(then), cells)


def _messages(org: Org, contact: str) -> Iterator[Choice]:
    """The messages that were sent to the contact, the last one first."""
    from store import clock, journey
    from store.errors import OrgError

    try:
        received = journey.messages(org, contact)
    except OrgError:
        return  # not in All Contacts yet
    for one in reversed(received):
        if one.excluded_code is None:
            cells = ("respond to", one.email, f"{clock.system_text(one.sent_at)[5:16]} {one.subject}")
            yield _choice(cells, ask="responses", contact=contact, batch=one.batch_id, job=one.job_id)


def responses(org: Org, contact: str, batch: int, job: int) -> Question:
    """What the contact can do about a message; a click is one for each link."""
    from store import messaging

    def choice(kind: str, about: str, **more: Any) -> Choice:
        arguments = {"contact_key": contact, "kind": kind, "batch_id": batch, **more}
        return _choice((kind, about), command="messaging.inject", arguments=arguments)

    email = messaging.find_email(org, messaging.get_job(org, job).email_id)
    links = email.links if email else ()
    clicks = [choice("click", f"{number}: {name or url}", link=number) for number, (url, name) in enumerate(links)]
    rest = [choice(kind, about) for kind, about in _CONDUCT.items()]
    return Question(f"{contact} and {email.name if email else 'the message'}", ("Response", "How"),
                    (rest[0], *(clicks or [choice("click", "a message without links")]), *rest[1:]))  # fmt: skip


def _record(org: Org, contact: str) -> Iterator[Choice]:
    from store import crm
    from store.errors import OrgError

    try:
        whole = crm.record(org, contact)
    except OrgError:
        return
    arguments = {"object": whole.object, "records": [{"Id": whole.id}]}
    label = f"{whole.object} {whole.name}: field = value"
    yield _choice(("CRM update", f"{whole.object} {whole.name}", "a field gets another value"),
                  command="crm.update", arguments=arguments, prompt="field", label=label)  # fmt: skip


def _events(org: Org, contact: str) -> Iterator[Choice]:
    """API events and forms that running journeys listen to."""
    from store import journey
    from store.journey.entry_sources.api_event import FIRED
    from store.journey.entry_sources.cloudpages import TYPE

    seen = set()
    for each in journey.journeys(org):
        version = journey.current(org, each.key)
        if version.event is None or version.status not in ("Running", "Paused") or version.event.key in seen:
            continue
        seen.add(version.event.key)
        key = {"contact_key": contact, "event_definition_key": version.event.key}
        about = f"{version.event.data_extension} of {version.name}"
        asked = {"prompt": "data", "value": json.dumps(_filled(org, version, contact)), "label": "data (JSON):"}
        if version.event.type in FIRED:
            yield _choice(("API event", version.event.key, about), command="journey.fire_event", arguments=key, **asked)
        elif version.event.type == TYPE:
            cells = ("form post", version.event.key, about)
            yield _choice(cells, command="journey.submit_form", arguments=key, **asked)


def _filled(org: Org, version: Version, contact: str) -> dict[str, str]:
    """The fields that an event must bring, with what is known of the contact."""
    from store import contacts
    from store.errors import OrgError

    try:
        subscription = contacts.contact(org, contact).subscription
        email = subscription.email_address or "" if subscription else ""
    except OrgError:
        email = ""
    data = {}
    for field in version.source.fields(org):
        if field.type == "EmailAddress":
            data[field.name] = email or "name@example.com"
        elif field.is_primary_key or (not field.is_nullable and field.default_value is None):
            data[field.name] = contact
    return data


def _ways(org: Org, contact: str) -> Iterator[Choice]:
    """The paths of the splits of every journey that the contact is in."""
    from store import journey
    from store.errors import OrgError

    try:
        inside = [visit for visit in journey.visits(org, contact) if visit.state == "inside"]
    except OrgError:
        return
    for visit in inside:
        version = journey.current(org, visit.journey_key, visit.version)
        for key in version.activities:
            yield from _forced(version, key, contact)


def _forced(version: Version, activity: str, contact: str) -> Iterator[Choice]:
    """The paths of one split, if it is one."""
    if not version.activities[activity].is_split:
        return
    spec = version.spec.activities[activity]
    for way in spec.branches:
        arguments = {"key": version.key, "activity_key": activity, "outcome": way.key, "contact_keys": [contact],
                     "version": version.number}  # fmt: skip
        next_one = version.spec.activities.get(way.next or "")
        leads = f"{way.label or way.key} → {next_one.name if next_one else 'End'}"
        yield _choice(("force", spec.name, leads), command="journey.force", arguments=arguments)


def _connection(org: Org) -> Iterator[Choice]:
    from store import connect

    if connect.broken_orgs(org):
        yield _choice(("mend", "CRM connection", ""), command="connect.reconnect", arguments={})
        return
    for cause, said in connect.CAUSES.items():
        cells = ("outage", "CRM connection", said)
        yield _choice(cells, command="connect.disconnect", arguments={"cause": cause})


# ---- from the canvas


def whom(org: Org, key: str, version: int, activity: str) -> Question:
    """Who stands at an activity, else who stands anywhere in the version."""
    from store import journey

    chosen = journey.current(org, key, version or None)
    at = [activity] if activity in chosen.activities else []
    places = at if at and journey.inside(org, key, at[0], version=chosen.number, limit=1) else [*chosen.activities]
    choices: list[Choice] = []
    for place in places:
        here = journey.inside(org, key, place, version=chosen.number, limit=LISTED - len(choices))
        choices += [Choice(contact, (contact, chosen.spec.activities[place].name)) for contact in here]
        if len(choices) >= LISTED:
            break
    return Question("Which contact?", ("Contact Key", "stands at"), tuple(choices), f"Nobody is in {chosen.name} now")


def ways(org: Org, key: str, version: int, activity: str, contact: str) -> Question:
    """Which path of a split a contact is to take. Raises Refused where the activity is no split."""
    from store import journey
    from store.errors import Refused

    chosen = journey.current(org, key, version or None)
    found = chosen.activities.get(activity)
    if found is None or not found.is_split:
        raise Refused("Only at a split can a path be forced.", fix="Move to one: decision, engagement, random.")
    title = f"{contact} takes at {chosen.spec.activities[activity].name}"
    return Question(title, ("What", "Split", "Path"), tuple(_forced(chosen, activity, contact)))
