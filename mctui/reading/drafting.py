"""What a person is asked while a journey is edited: types, paths, targets, settings, findings, versions.

Functions take the Org (or a version of it) and return choices; nothing here writes. The commands are `journey.*`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mctui.views import Choice

if TYPE_CHECKING:
    from store import Org
    from store.journey import Finding, Version

ENTRY, END = "(entry)", "(end)"  # as the canvas calls the two nodes that are no activities
_CONFIGURED = "metaData.isConfigured"  # the command sets it
OTHER = "(another)"  # the choice of a setting that is not listed
_MARKS = {"error": "✗ error", "warning": "! warning"}
_GRAPH = ("key", "type", "id", "name")  # not settings: what the graph is made of

# Settings that a type needs and a new activity has not yet, as its file in store/journey/activities reads them.
_WANTED = {
    "EMAILV2": ("configurationArguments.triggeredSend.emailId",),
    "ENGAGEMENTDECISION": ("configurationArguments.refActivityCustomerKey",),
    "SMSSYNC": ("configurationArguments.messageText", "configurationArguments.c__mobileCode"),
    "PUSHNOTIFICATIONACTIVITY": ("configurationArguments.applicationName",),
    "PUSHINBOXACTIVITY": ("configurationArguments.applicationName",),
    "INAPPSYNCACTIVITY": ("configurationArguments.applicationName",),
    "WHATSAPPACTIVITY": ("configurationArguments.channelId", "configurationArguments.message"),
    "UPDATECONTACTDATA": ("arguments.activityData.updateContactFields",),
    "REST": ("arguments.execute.url", "arguments.execute.inArguments"),
    "RESTDECISION": ("arguments.execute.url", "arguments.execute.inArguments"),
    "WAIT": ("configurationArguments.specifiedTime", "configurationArguments.specificDate",
             "configurationArguments.waitEndDateAttributeExpression", "configurationArguments.waitForEventKey"),
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A list to choose from, as `ChooseScreen` shows it; one with `alone` is not asked when there is one choice."""

    title: str
    columns: tuple[str, ...]
    choices: tuple[Choice, ...]
    empty: str = "Nothing to choose from"
    alone: bool = False
    last: int | None = None  # cells of the last column, where it holds sentences


def types(_org: Org) -> Question:
    """Every activity type that can run, by the label that the canvas has for it."""
    from store.journey.activities import registered

    choices = []
    for name, classes in registered().items():
        others = ", ".join(found.label for found in classes[:-1])
        choices.append(Choice(name, (classes[-1].label, name, f"also configured as {others}" if others else "")))
    return Question("Add an activity", ("Activity", "Type", ""), tuple(sorted(choices, key=lambda c: str(c.cells[0]))))


def paths(org: Org, key: str, activity: str, *, criteria: bool = False) -> Question:
    """The paths of an activity of the draft; with `criteria` those of a decision split that can have some."""
    from store import journey
    from store.errors import Refused
    from store.journey.criteria import explain, parse

    draft = journey.draft_of(org, key)
    spec = draft.spec.activities.get(activity)
    if spec is None:
        return Question("Which path?", (), (), alone=True)
    names = {one.key: one.name for one in draft.spec.activities.values()}
    found = spec.configuration.get("criteria") if criteria else None
    written = found if isinstance(found, dict) else {}
    branches = spec.branches
    if criteria:
        if not draft.activities[activity].has_remainder:
            raise Refused(f"{spec.name} is no decision split.", fix="Only the paths of a decision split have criteria.")
        branches = branches[:-1]

    def said(path: str) -> str:
        xml = str(written.get(path) or "")
        return explain(parse(xml)) if xml else ""

    choices = tuple(
        Choice(way.key, (way.label or way.key, said(way.key) if criteria else names.get(way.next or "", "End")))
        for way in branches
    )
    return Question(
        f"Which path of {spec.name}?", ("Path", "Criteria" if criteria else "Leads to"), choices, alone=not criteria
    )


def is_split(org: Org, key: str, activity: str) -> bool:
    """Whether an activity of the draft has paths that are added and taken away."""
    from store import journey

    found = journey.draft_of(org, key).activities.get(activity)
    return found is not None and found.is_split


def targets(org: Org, key: str, source: str) -> Question:
    """Where a path of an activity can lead: to the end, or to an activity that does not lead back to it."""
    from store import journey
    from store.journey.graph import Graph

    draft = journey.draft_of(org, key)
    graph = Graph(draft.spec)
    fit = [one for one in draft.spec.activities.values() if one.key != source and not graph.leads_to(one.key, source)]
    choices = (Choice(END, ("End", "", "")), *(Choice(one.key, (one.name, one.type, one.key)) for one in fit))
    return Question("Lead to", ("Activity", "Type", "Key"), choices)


def goes(org: Org, key: str, activity: str, outcome: str = "") -> list[str]:
    """The names of all activities that go when one is deleted, or one of its paths."""
    from store import journey
    from store.journey import shape

    spec = journey.draft_of(org, key).spec
    gone = shape.delete_path(spec.raw, activity, outcome)[1] if outcome else shape.delete(spec.raw, activity)[1]
    return [spec.activities[one].name for one in gone]


def settings(version: Version, activity: str) -> list[tuple[str, Any]]:
    """(place in the JSON, value) of each setting that an activity has; its key, type and where it leads are none."""
    spec = version.spec.activities[activity]
    return list(_leaves("", {name: value for name, value in spec.raw.items() if name not in _GRAPH}))


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The values of a JSON with their places; list items are named by their key, else by their number."""
    if isinstance(value, dict) and value:
        for name, inside in value.items():
            if not (path.count(".") == 1 and path.startswith("outcomes.") and name in ("key", "next")):
                yield from _leaves(f"{path}.{name}" if path else name, inside)
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for number, item in enumerate(value):
            name = item.get("key") if isinstance(item, dict) else None
            yield from _leaves(f"{path}.{name or number}", item)
    else:
        yield path, value


def configurable(org: Org, key: str, activity: str) -> tuple[Question, dict[str, Any]]:
    """The settings of an activity of the draft to choose one from, those that its type wants first; and the values."""
    from store import journey

    draft = journey.draft_of(org, key)
    spec = draft.spec.activities[activity]
    values = {path: value for path, value in settings(draft, activity) if value != {} and path != _CONFIGURED}
    wanted = [path for path in _WANTED.get(spec.type, ()) if path not in values]
    shown = [Choice(path, (path, json.dumps(value, ensure_ascii=False))) for path, value in values.items()]
    choices = (*(Choice(path, (path, "not set")) for path in wanted), *shown,
               Choice(OTHER, ("another setting", "place.in.the.JSON = value")))  # fmt: skip
    return Question(f"Configure {spec.name}", ("Setting", "Value"), choices), values


def values_for(org: Org, key: str, path: str) -> Question | None:
    """What a setting that names something else can be: an email, an activity before. None: any value."""
    from store import journey, messaging

    if path.endswith(".emailId"):
        choices = tuple(Choice(str(one.email_id), (one.name, one.subject)) for one in messaging.emails(org))
        return Question("Which email?", ("Email", "Subject"), choices, "No email yet: messaging.create_email makes one")
    if path.endswith(".refActivityCustomerKey"):
        spec = journey.draft_of(org, key).spec
        emails = [one for one in spec.activities.values() if one.type.startswith("EMAIL")]
        choices = tuple(Choice(one.key, (one.name, one.key)) for one in emails)
        return Question("By which email?", ("Email", "Key"), choices, "No email in this journey")
    return None


def findings(found: tuple[Finding, ...], title: str) -> Question:
    """What the check says, each to jump to where it is."""
    choices = tuple(
        Choice(one.activity_key or ENTRY, (_MARKS[one.severity], f"{one.code} {one.message}".strip()))
        for one in found
    )  # fmt: skip
    return Question(title, ("", "Finding"), choices, "Nothing to say against it", last=86)


def versions(org: Org, key: str) -> Question:
    """The versions of a journey, the newest first."""
    from store import clock, journey

    def when(at: int | None) -> str:
        return "" if at is None else clock.system_text(at)[:16]

    rows = reversed(journey.version_rows(org, key))
    choices = tuple(
        Choice(str(row.number), (row.number, row.status, f"{row.balance.inside:,}", f"{row.balance.completed:,}",
                                 when(row.published_at)))
        for row in rows
    )  # fmt: skip
    columns = ("No", "Status", "Inside", "Completed", "Published (system)")
    return Question(f"Versions of {key}", columns, choices)


def sendable(org: Org) -> Question:
    """The data extensions that a journey can begin with."""
    from store import data_extensions

    found = [de for de in data_extensions.all_definitions(org) if de.sendable_field]
    choices = tuple(Choice(de.name, (de.name, str(de.sendable_field))) for de in found)
    return Question("Begin a journey with", ("Data Extension", "Send relationship"), choices, "None is sendable yet")
