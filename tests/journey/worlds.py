"""Small worlds and short ways to write journeys, for the tests of the rooms journey and messaging."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from store import Org, contacts, data_extensions, messaging
from store.agenda import Entry, schedule
from store.commands import Outcome, command, handler, run_command

EVENT_KEY = "DEAudience-test"
DAILY = {"startDateTime": "2026-01-05T01:00:00", "frequency": "Daily", "interval": 1}


def data_extension(name: str = "Welcome", **more: Any) -> dict[str, Any]:
    """A sendable data extension of people."""
    return {
        "name": name,
        "key": name.lower(),
        "is_sendable": True,
        "sendable_field": "ContactKey",
        "sendable_to": "Subscriber Key",
        "fields": [
            {"name": "ContactKey", "type": "Text", "length": 50, "is_primary_key": True},
            {"name": "Email", "type": "EmailAddress"},
            {"name": "FirstName", "type": "Text"},
            {"name": "Tier", "type": "Text", "length": 20},
            {"name": "Points", "type": "Number"},
            {"name": "Member", "type": "Boolean"},
            {"name": "Joined", "type": "Date"},
        ],
        **more,
    }


def person(number: int, **more: Any) -> dict[str, Any]:
    """A row of `data_extension`; a third are Gold, points are the number, odd ones are members."""
    return {
        "ContactKey": f"P{number:05}",
        "Email": f"p{number}@example.com",
        "FirstName": f"Name{number}",
        "Tier": ("Gold", "Silver", "Bronze")[number % 3],
        "Points": number,
        "Member": number % 2,
        "Joined": "2026-01-01",
        **more,
    }


def event_definition(de: str = "Welcome", **more: Any) -> dict[str, Any]:
    """An entry event from a data extension: all rows, once at publication."""
    arguments = {"criteria": more.pop("criteria", ""), "useHighWatermark": more.pop("new_only", False)}
    return {
        "eventDefinitionKey": EVENT_KEY,
        "type": "EmailAudience",
        "name": "Test entry",
        "dataExtensionName": de,
        "arguments": arguments,
        "metaData": {"scheduleFlowMode": "runOnce", "runOnceScheduleMode": "onPublish"},
        **more,
    }


def daily(de: str = "Welcome", times: int | None = None, **more: Any) -> dict[str, Any]:
    """An entry event that runs each day at 01:00 system time, for ever or some times."""
    schedule = DAILY | ({"endType": "occurrences", "occurrences": times} if times else {})
    return event_definition(de, metaData={"scheduleFlowMode": "recurring"}, schedule=schedule, **more)


def journey(
    *activities: dict[str, Any], key: str = "welcome", mode: str = "MultipleEntries", **more: Any
) -> dict[str, Any]:
    """A journey with an entry source; the first activity is where contacts begin."""
    return {
        "key": key,
        "name": key.capitalize(),
        "workflowApiVersion": 1,
        "entryMode": mode,
        "defaults": {"email": [f'{{{{Event.{EVENT_KEY}."Email"}}}}']},
        "triggers": [
            {
                "key": "TRIGGER",
                "type": "EmailAudience",
                "outcomes": [],
                "configurationArguments": {"criteria": ""},
                "metaData": {"eventDefinitionKey": EVENT_KEY},
            }
        ],
        "activities": list(activities),
        "goals": [],
        "exits": [],
        **more,
    }


def _activity(key: str, kind: str, outcomes: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"key": key, "name": more.pop("name", key), "type": kind, "outcomes": outcomes, "arguments": {}, **more}


def _to(key: str, to: str | None, **more: Any) -> dict[str, Any]:
    return {"key": key, **({"next": to} if to else {}), **more}


def email(key: str, to: str | None = None, email_id: int = 1, **more: Any) -> dict[str, Any]:
    """An email activity."""
    configuration = {"triggeredSend": {"emailId": email_id, "emailSubject": "", "autoAddSubscribers": True}}
    return _activity(key, "EMAILV2", [_to(f"{key}-out", to)], configurationArguments=configuration, **more)


def wait(key: str, to: str | None = None, amount: float = 1, unit: str = "DAYS") -> dict[str, Any]:
    """A wait by duration."""
    configuration = {"waitDuration": amount, "waitUnit": unit}
    return _activity(key, "WAIT", [_to(f"{key}-out", to)], configurationArguments=configuration)


def awaits(
    key: str, event: str, came: str | None, no_event: str | None, amount: float = 1, unit: str = "DAYS"
) -> dict[str, Any]:
    """A wait for an event, with its two ways."""
    configuration = {"waitForEventKey": event, "waitDuration": amount, "waitUnit": unit}
    outcomes = [_to("event", came), _to("no_event", no_event)]
    return _activity(key, "WAIT", outcomes, configurationArguments=configuration)


def engaged(key: str, of: str, yes: str | None, no: str | None, stats: int = 2) -> dict[str, Any]:
    """An engagement split."""
    outcomes = [
        _to("yes", yes, arguments={"when": True}, metaData={"label": "Yes"}),
        _to("no", no, arguments={"when": False}, metaData={"label": "No"}),
    ]
    configuration = {"refActivityCustomerKey": of, "statsTypeId": stats}
    return _activity(key, "ENGAGEMENTDECISION", outcomes, configurationArguments=configuration)


def randomly(key: str, *paths: tuple[float, str | None]) -> dict[str, Any]:
    """A random split of (percentage, next)."""
    outcomes = [_to(f"path-{n}", to, arguments={"percentage": share}) for n, (share, to) in enumerate(paths, start=1)]
    return _activity(key, "RANDOMSPLIT", outcomes)


def decision(key: str, *paths: tuple[str, str | None], remainder: str | None = None) -> dict[str, Any]:
    """A decision split of (criteria XML, next)."""
    outcomes = [_to(f"default_path_{n}", to) for n, (_, to) in enumerate(paths, start=1)]
    criteria = {f"default_path_{n}": xml for n, (xml, _) in enumerate(paths, start=1)}
    outcomes.append(_to("remainder_path", remainder))
    return _activity(key, "MULTICRITERIADECISION", outcomes, configurationArguments={"criteria": criteria})


def update(key: str, to: str | None, de: str, **values: str) -> dict[str, Any]:
    """An update contact activity."""
    fields = [{"dataExtensionId": de, "field": name, "value": value} for name, value in values.items()]
    arguments = {"activityData": {"updateContactFields": fields}}
    return {**_activity(key, "UPDATECONTACTDATA", [_to(f"{key}-out", to)]), "arguments": arguments}


def where(field: str, operator: str, value: str = "", **more: str) -> str:
    """Criteria of one condition; a field without a dot is journey data."""
    return all_of((field, operator, value), **more)


def all_of(*conditions: tuple[str, str, str], operator: str = "AND", **more: str) -> str:
    """Criteria of several conditions in one set."""
    inner = ""
    attributes = "".join(f' {name}="{value}"' for name, value in more.items())
    for field, compare, value in conditions:
        key = field if "." in field else f"Event.{EVENT_KEY}.{field}"
        inner += (
            f'<Condition Key="{key}" Operator="{compare}"{attributes}><Value><![CDATA[{value}]]></Value></Condition>'
        )
    return f'<FilterDefinition><ConditionSet Operator="{operator}">{inner}</ConditionSet></FilterDefinition>'


def link(org: Org, *names: str, group: str = "Test data") -> None:
    """Link data extensions of people to the Contact, so that journeys read them live."""
    if all(each.name != group for each in contacts.designer.contact_model(org).groups):
        run_command(org, "contacts.create_attribute_group", {"name": group})
    for name in names:
        field = data_extensions.get(org, name).sendable_field or "ContactKey"
        arguments = {"group": group, "de": name, "by": field, "cardinality": "1:many"}
        run_command(org, "contacts.link", arguments)


@command("test.link")
def _link(org: Org, *, names: list[str]) -> Outcome:
    link(org, *names)
    return Outcome("linked")


@command("test.world")
def _make_world(org: Org, *, people: int, emails: int) -> Outcome:
    data_extensions.create(org, data_extension())
    link(org, "Welcome")
    data_extensions.insert(org, data_extensions.get(org, "Welcome"), [person(n) for n in range(1, people + 1)])
    links = [{"url": "https://example.com/a", "name": "A"}, {"url": "https://example.com/b", "name": "B"}]
    for number in range(1, emails + 1):
        messaging.create_email(
            org, name=f"Email {number}", subject=f"Hello %%FirstName%% {number}", links=links,
            asset_key=f"asset-{number}",
        )  # fmt: skip
    return Outcome("a world")


@command("test.rows")
def _add_rows(org: Org, *, de: str, rows: list[dict[str, Any]], overwrite: bool = False) -> Outcome:
    target = data_extensions.get(org, de)
    if overwrite:
        data_extensions.clear(org, target)
    data_extensions.insert(org, target, rows)
    return Outcome(f"{len(rows)} rows")


_NUMBERS = """WITH RECURSIVE n(number) AS (SELECT :first UNION ALL SELECT number + 1 FROM n WHERE number < :last)
              SELECT {what} FROM n"""


@command("test.known_people")
def _add_contacts(org: Org, *, people: int) -> Outcome:
    keys = _NUMBERS.format(what="printf('P%06d', number)")
    contacts.establish(org, keys, {"first": 1, "last": people}, source="Import")
    return Outcome(f"{people} contacts")


@command("test.people")
def _add_people(org: Org, *, first: int, last: int) -> Outcome:
    target = data_extensions.get(org, "Welcome")
    rows = _NUMBERS.format(what="printf('P%06d', number), number")
    added = data_extensions.bulk_insert(org, target, ["ContactKey", "Points"], rows, {"first": first, "last": last})
    return Outcome(f"{added} rows")


@command("test.fire")
def _fire(org: Org, *, key: str) -> Outcome:
    schedule(org, org.now, "journey.entry", {"event_definition_key": key}, "an automation's entry")
    return Outcome("fired")


def world(folder: Path, people: int = 0, *, seed: int = 1, emails: int = 3) -> Org:
    """A new file with the data extension Welcome, people in it and emails."""
    org = Org.create(folder / "test.mctui", seed=seed)
    org.do("test.world", people=people, emails=emails)
    return org


def published(org: Org, spec: dict[str, Any], event: dict[str, Any] | None = None) -> Org:
    """The world with a journey created and published."""
    org.do("journey.create", spec=spec, event_definition=event or event_definition())
    org.do("journey.publish", key=spec["key"])
    return org


def run_all(org: Org, days: int | None = None) -> list[str]:
    """Step to the end, or for some days; returns the titles."""
    first = org.k
    org.run_until(None if days is None else org.now + days * 86400)
    return [step.title for step in org.steps(limit=10_000) if step.k > first]


def cohort_states(org: Org) -> dict[str, int]:
    """People by the state of their cohort."""
    return {row[0]: row[1] for row in org.rows("SELECT state, sum(size) FROM journey_cohorts GROUP BY state")}


@command("test.journey_contacts")
def _make_contacts(org: Org, *, keys: list[str]) -> Outcome:
    listed = " UNION ALL ".join(f"SELECT '{key}'" for key in keys)
    return Outcome("contacts", {"contacts": contacts.establish(org, listed, source="Import")})


@handler("test.clock")
def _tick(org: Org, entry: Entry) -> Outcome:
    return Outcome("the clock was looked at")


@command("test.wait_until")
def _wait_until(org: Org, *, at: int) -> Outcome:
    schedule(org, at, "test.clock", {}, "the clock is looked at")
    return Outcome("waiting")


def run_for(org: Org, seconds: int) -> None:
    """Step until so much time has passed, to the second, whether or not something is due then."""
    at = org.now + seconds
    org.do("test.wait_until", at=at)
    org.run_until(at)
