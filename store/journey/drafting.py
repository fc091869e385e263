"""Building and editing the draft of a journey, each change a step: new, add, connect, configure, rename, delete."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from store import data_extensions
from store.clock import system_text
from store.commands import Outcome, command
from store.errors import Refused, did_you_mean
from store.journey import shape
from store.journey.activities import is_built, registered
from store.journey.publish import create, save_draft
from store.journey.spec import Interaction, Json, activity_type, read_interaction
from store.journey.version import Version, current, versions

if TYPE_CHECKING:
    from store.org import Org


def draft_of(org: Org, key: str) -> Version:
    """The version of a journey that can be edited. Raises Refused when it has none."""
    found = versions(org, key) or [current(org, key)]
    if found[-1].status != "Draft":
        raise Refused(
            f"{found[-1].name} version {found[-1].number} is {found[-1].status.lower()}: only a draft can be edited.",
            fix=f"journey.new_version makes a draft of it: {{'key': '{key}'}}.",
        )
    return found[-1]


@command("journey.new")
def new(
    org: Org,
    *,
    name: str,
    data_extension: str,
    key: str = "",
    entry_mode: str = "SingleEntryAcrossAllVersions",
    starts: str = "",
    automated: bool = False,
) -> Outcome:
    """Begin a journey: a draft with the new records of a sendable data extension as its entry source, and nothing yet.

    They enter daily from `starts` on (system time, by default now), or, `automated`, when an automation lets them in.
    """
    key = key or re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if org.value("SELECT 1 FROM journeys WHERE key = ?", key) is not None:
        raise Refused(f"There is a journey {key} already.", fix="Give the new one another name or key.")
    de = data_extensions.get(org, data_extension)
    event_key, kind = f"DEAudience-{key}", "AutomationAudience" if automated else "EmailAudience"
    event = {
        "eventDefinitionKey": event_key,
        "name": de.name,
        "type": kind,
        "mode": "Production",
        "dataExtensionName": de.name,
        "arguments": {"useHighWatermark": True},
        "metaData": {"scheduleFlowMode": "automation" if automated else "recurring"},
        "schedule": {
            "startDateTime": (starts or system_text(org.now)).replace(" ", "T"),
            "timeZone": "Central America Standard Time",
            "frequency": "Daily",
            "interval": 1,
        },
    }
    email = next((field.name for field in de.fields if field.type == "EmailAddress"), None)
    spec = {
        "key": key,
        "name": name,
        "workflowApiVersion": 1,
        "entryMode": entry_mode,
        "defaults": {"email": [f'{{{{Event.{event_key}."{email}"}}}}'] if email else []},
        "triggers": [{"key": "TRIGGER", "name": de.name, "type": kind, "metaData": {"eventDefinitionKey": event_key}}],
        "activities": [],
    }
    create(org, spec=spec, event_definition=event)
    return Outcome(f"Journey '{name}' begun, with {de.name} as its entry source", {}, f"journey/{key}")


@command("journey.add_activity")
def add_activity(
    org: Org, *, key: str, type: str, after: str | None = None, outcome: str | None = None, name: str = ""
) -> Outcome:
    """Put a new activity behind another one (or one of its paths; without `after`: first), before what followed."""
    kind = activity_type(type)
    if not is_built(kind):
        raise Refused(f"There is no activity type {type}.", fix=did_you_mean(kind, registered()) or _types())
    raw, made = shape.add(_raw(org, key), registered()[kind][-1].blank(), after, outcome, name)
    return _save(org, key, raw, f"{made} added" + (f" behind {after}" if after else ""))


@command("journey.connect")
def connect(
    org: Org, *, key: str, source: str | None = None, to: str | None = None, outcome: str | None = None
) -> Outcome:
    """Let a path of an activity (without `source`: the entry) lead to another activity; without `to`, to the end."""
    raw = shape.connect(_raw(org, key), source, to, outcome)
    return _save(org, key, raw, f"{source or 'the entry'} leads to {to or 'the end'}")


@command("journey.configure")
def configure(org: Org, *, key: str, activity: str, path: str, value: Any = None) -> Outcome:
    """Set one value of an activity by its place in the JSON; text that is JSON is read as such, none removes it."""
    if isinstance(value, str):
        with suppress(json.JSONDecodeError):  # plain text stays text
            value = json.loads(value)
    raw = shape.configure(_raw(org, key), activity, path, value)
    return _save(org, key, raw, f"{activity}: {path.rpartition('.')[2]} = {json.dumps(value, ensure_ascii=False)}")


@command("journey.criteria")
def criteria(org: Org, *, key: str, activity: str, outcome: str, text: str) -> Outcome:
    """Give a path of a decision split its criteria as a person writes them: `Tier = 'VIP' and Visits > 3`."""
    from store.journey.criteria import write
    from store.journey.criteria_sql import compile_criteria
    from store.journey.criteria_text import read_criteria

    draft = draft_of(org, key)
    split = draft.activities.get(activity)
    branch = next((one for one in split.outcomes if outcome in (one.key, one.label)), None) if split else None
    if split is None or not split.has_remainder or branch is None:
        raise Refused(f"{activity} is no decision split with a path {outcome}.")
    read = read_criteria(text, draft.spec.event_key, branch.label)
    compile_criteria(
        org, read, draft.event_fields(org)
    )  # a field that does not exist is refused here, not at publication
    raw = shape.configure(draft.spec.raw, activity, f"configurationArguments.criteria.{branch.key}", write(read))
    return _save(org, key, raw, f"{activity}, path {branch.label or branch.key}: {text}")


@command("journey.rename_activity")
def rename_activity(org: Org, *, key: str, activity: str, name: str) -> Outcome:
    """Give an activity another name on the canvas."""
    return _save(org, key, shape.rename(_raw(org, key), activity, name), f"{activity} is now '{name}'")


@command("journey.delete_activity")
def delete_activity(org: Org, *, key: str, activity: str) -> Outcome:
    """Take an activity out, with whatever only its other paths led to."""
    raw, gone = shape.delete(_raw(org, key), activity)
    also = f" with {', '.join(gone[1:])}, which only it led to" if gone[1:] else ""
    return _save(org, key, raw, f"{activity} deleted{also}")


@command("journey.add_path")
def add_path(org: Org, *, key: str, activity: str, label: str) -> Outcome:
    """Give a split another path."""
    draft = draft_of(org, key)
    split = draft.activities.get(activity)
    if split is None or not split.is_split:
        raise Refused(f"{activity} is no split.", fix="Paths belong to splits; another activity is put behind one.")
    raw, made = shape.add_path(_raw(org, key), activity, label, before_last=split.has_remainder)
    return _save(org, key, raw, f"{activity}: path {made} '{label}' added")


@command("journey.delete_path")
def delete_path(org: Org, *, key: str, activity: str, outcome: str) -> Outcome:
    """Take a path of a split away, with whatever only it led to."""
    raw, gone = shape.delete_path(_raw(org, key), activity, outcome)
    also = f" with {', '.join(gone)}" if gone else ""
    return _save(org, key, raw, f"{activity}: path {outcome} deleted{also}")


@command("journey.set_entry_rate")
def set_entry_rate(org: Org, *, key: str, per_hour: int) -> Outcome:
    """Let at most so many contacts per hour into a draft of a journey once it runs; 0 takes the limit away."""
    if per_hour < 0:
        raise Refused(f"{per_hour} contacts per hour cannot enter.", fix="Give a number from 1, or 0 for no limit.")
    draft = draft_of(org, key)
    settings = draft.spec.raw.get("metaData")
    metadata = {**(settings if isinstance(settings, dict) else {}), "entriesPerHour": per_hour}
    said = f"at most {per_hour:,} contacts enter per hour" if per_hour else "everyone enters at once"
    return _save(org, key, {**draft.spec.raw, "metaData": metadata}, said)


def _types() -> str:
    return f"The types: {', '.join(registered())}."


def _raw(org: Org, key: str) -> Json:
    return draft_of(org, key).spec.raw


def _save(org: Org, key: str, raw: Json, what: str) -> Outcome:
    draft = draft_of(org, key)
    save_draft(org, draft.journey_id, read_interaction(raw))
    return Outcome(f"Journey '{Interaction(raw).name}': {what}", {}, f"journey/{key}")
