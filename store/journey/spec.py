"""The public JSON of a journey ("interaction") and of its event definition, read without loss.

`Interaction`, `ActivitySpec` and `EventDefinition` are thin views over the JSON object: they name what the simulation
uses and keep everything else untouched, so that what was read is written back equal.
Source: Journey Builder API, interactions and event definitions (domain E8).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from store.errors import Refused
from store.journey.json_names import named

Json = dict[str, Any]

# Real types and the key prefixes that public tools write in their place. Source: domain E8, type vocabulary.
_ALIASES = {
    "WAITBYDURATION": "WAIT",
    "JOIN": "NOOP",
    "STOP": "EXIT",
    "END": "EXIT",
    "WAITUNTILDATE": "WAIT",
    "WAITBYATTRIBUTE": "WAIT",
    "WAITBYEVENT": "WAIT",
    "MULTICRITERIADECISIONV2": "MULTICRITERIADECISION",
    "RANDOMSPLITV2": "RANDOMSPLIT",
    "ENGAGEMENTSPLITV2": "ENGAGEMENTDECISION",
    "UPDATECONTACTDATAV2": "UPDATECONTACTDATA",
    "CONTACTUPDATE": "UPDATECONTACTDATA",
    "SMS": "SMSSYNC",
    "PUSH": "PUSHNOTIFICATIONACTIVITY",
    "MOBILEPUSH": "PUSHNOTIFICATIONACTIVITY",
    "INBOX": "PUSHINBOXACTIVITY",
    "INAPP": "INAPPSYNCACTIVITY",
    "WHATSAPP": "WHATSAPPACTIVITY",
    "EINSTEINSPLIT": "MULTICRITERIADECISIONEXTENSION",
    "PATHOPTIMIZER": "ABNTEST",
    "OBJECTACTIVITY": "SALESCLOUDACTIVITY",
    "SALESFORCESALESCLOUDACTIVITY": "SALESCLOUDACTIVITY",
    "LEAD": "SALESCLOUDACTIVITY",
    "CAMPAIGNMEMBER": "SALESCLOUDACTIVITY",
    "AUDIENCE": "ADDAUDIENCE",
    "ACTIVEAUDIENCE JOURNEYACTIVITY": "ADDAUDIENCE",
}
_TRIGGER_ALIASES = {"AUDIENCE": "EMAILAUDIENCE"}
TRANSACTIONAL = "TRANSACTIONAL-API"

# How the re-entry setting is written. Source: domain E1 (practitioners' mapping, two sources agree).
RE_ENTRY = {
    "onceanddone": "No re-entry",
    "multipleentries": "Re-entry anytime",
    "singleentryacrossallversions": "Re-entry only after exiting",
    # Older API documents give this as the default when nothing is set. Source: domain E1.
    "notset": "Re-entry only after exiting",
}


def activity_type(name: str) -> str:
    """The type as the simulation knows it: upper case, key prefixes and V2 names resolved."""
    upper = name.strip().upper()
    return _ALIASES.get(upper, upper)


@dataclass(frozen=True)
class Branch:
    """One way out of an activity; `next` is an activity key or None for the end of the journey."""

    key: str
    next: str | None
    label: str
    arguments: Mapping[str, Any]
    metadata: Mapping[str, Any]


@dataclass(frozen=True)
class ActivitySpec:
    """One object of `activities`; `known` has the keys of all of them by lower case."""

    raw: Json
    known: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def key(self) -> str:
        return str(self.raw.get("key") or self.raw.get("id") or "")

    @property
    def type(self) -> str:
        return activity_type(str(self.raw.get("type") or ""))

    @property
    def name(self) -> str:
        """The name on the canvas, else the key."""
        return str(self.raw.get("name") or self.key)

    @property
    def arguments(self) -> Json:
        return _object(self.raw.get("arguments"))

    @property
    def configuration(self) -> Json:
        return _object(self.raw.get("configurationArguments"))

    @property
    def metadata(self) -> Json:
        return _object(self.raw.get("metaData"))

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        """The outcomes in order. A path ends when `next` is missing, null or empty."""
        found = []
        for number, outcome in enumerate(self.raw.get("outcomes") or []):
            metadata = _object(outcome.get("metaData"))
            key = str(outcome.get("key") or f"outcome-{number + 1}")
            label = str(metadata.get("label") or "")
            found.append(Branch(key, self._next(outcome), label, _object(outcome.get("arguments")), metadata))
        return tuple(found)

    def _next(self, outcome: Json) -> str | None:
        written = outcome.get("next") or None
        return None if written is None else self.known.get(str(written).lower(), str(written))

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class Gate:
    """A goal or the exit criteria: a filter that takes contacts out of the journey, or counts them."""

    raw: Json

    @property
    def name(self) -> str:
        return str(self.raw.get("name") or self.raw.get("key") or "")

    @property
    def criteria(self) -> str:
        """FilterDefinition XML, in `configurationArguments` or, as older documents write it, in `arguments`."""
        written = (_object(self.raw.get(where)).get("criteria") for where in ("configurationArguments", "arguments"))
        return next((str(found) for found in written if found), "")

    @property
    def exits(self) -> bool:
        """Whether contacts who meet the goal leave the journey. Source: SFD:goals, metaData.isExitCriteria."""
        return str(_object(self.raw.get("metaData")).get("isExitCriteria", "")).lower() == "true"

    @property
    def target(self) -> float | None:
        """How many are to meet it, in `unit`. Source: SFD:goals, metaData.conversionValue, a number as a string."""
        try:
            return float(_object(self.raw.get("metaData")).get("conversionValue") or "")
        except ValueError:
            return None

    @property
    def unit(self) -> str:
        """`percentage` or `wholenumber`."""
        return str(_object(self.raw.get("metaData")).get("conversionUnit") or "wholenumber").lower()


def _gate(listed: Any) -> Gate | None:
    """The first of `goals` or `exits` that says anything."""
    found = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return Gate(found[0]) if found else None


@dataclass(frozen=True)
class Interaction:
    """A journey version as its public JSON."""

    raw: Json

    @property
    def key(self) -> str:
        return str(self.raw.get("key") or self.raw.get("id") or "")

    @property
    def name(self) -> str:
        return str(self.raw.get("name") or self.key)

    @property
    def entry_mode(self) -> str:
        """In lower case, one of RE_ENTRY; `notset` when it is missing."""
        return str(self.raw.get("entryMode") or "NotSet").lower()

    @property
    def triggers(self) -> list[Json]:
        return [trigger for trigger in self.raw.get("triggers") or [] if isinstance(trigger, dict)]

    @property
    def trigger(self) -> Json:
        """The entry source; empty without one."""
        return self.triggers[0] if self.triggers else {}

    @property
    def trigger_type(self) -> str:
        """The entry source's type in upper case, empty without one."""
        name = str(self.trigger.get("type") or "").upper()
        return _TRIGGER_ALIASES.get(name, name)

    @property
    def event_key(self) -> str:
        """The key of the event definition that lets contacts in, empty without one; DevTools has `r__event_key`.

        A transactional journey names none: its messages are asked for by its own key.
        """
        metadata = _object(self.trigger.get("metaData"))
        key = metadata.get("eventDefinitionKey") or metadata.get("r__event_key")
        return str(key or (self.key if self.trigger_type == TRANSACTIONAL else ""))

    @cached_property
    def goal(self) -> Gate | None:
        """The goal, None without one. A journey has at most one. Source: SFH:mc_jb_goals."""
        return _gate(self.raw.get("goals"))

    @cached_property
    def exit(self) -> Gate | None:
        """The exit criteria, None without."""
        return _gate(self.raw.get("exits"))

    @property
    def is_single_send(self) -> bool:
        """Whether it is one message to one audience. Source: domain E1, definitionType Quicksend."""
        return str(self.raw.get("definitionType")).lower() == "quicksend"

    @property
    def high_throughput(self) -> bool:
        """Whether High-Throughput Sending is on. Source: domain E5, `metaData.highThroughputSending.email`."""
        found = _object(_object(self.raw.get("metaData")).get("highThroughputSending"))
        return str(found.get("email")).lower() == "true"

    @property
    def entries_per_hour(self) -> int:
        """How many contacts may enter per hour, 0 for all. ASSUMED: `metaData.entriesPerHour`; found on no page."""
        found = str(_object(self.raw.get("metaData")).get("entriesPerHour") or "")
        return int(found) if found.isdecimal() else 0

    @property
    def entry_criteria(self) -> str:
        """FilterDefinition XML of the entry source in the journey itself."""
        return str(_object(self.trigger.get("configurationArguments")).get("criteria") or "")

    @cached_property
    def activities(self) -> dict[str, ActivitySpec]:
        """By key, in the order of the JSON; of two with the same key, in any case, the first (check.py tells)."""
        found: dict[str, ActivitySpec] = {}
        known: dict[str, str] = {}
        for raw in self.raw.get("activities") or []:
            key = ActivitySpec(raw).key
            if known.setdefault(key.lower(), key) == key:
                found.setdefault(key, ActivitySpec(raw, known))
        return found

    @cached_property
    def start_key(self) -> str | None:
        """Where contacts begin: what the trigger's outcome names, else the first that nothing leads to."""
        known = {key.lower(): key for key in self.activities}
        for trigger in self.triggers:
            for outcome in trigger.get("outcomes") or []:
                if str(outcome.get("next")).lower() in known:
                    return known[str(outcome["next"]).lower()]
        led_to = {branch.next for spec in self.activities.values() for branch in spec.branches}
        roots = [key for key in self.activities if key not in led_to]
        return next(iter(roots or self.activities), None)

    @property
    def default_emails(self) -> list[str]:
        """The expressions of the journey's default email, first resolvable wins."""
        listed = _object(self.raw.get("defaults")).get("email") or []
        return [listed] if isinstance(listed, str) else [str(expression) for expression in listed]

    @property
    def default_mobile_numbers(self) -> list[str]:
        """The expressions of the journey's default mobile number, first resolvable wins."""
        listed = _object(self.raw.get("defaults")).get("mobileNumber") or []
        return [listed] if isinstance(listed, str) else [str(expression) for expression in listed]

    def text(self) -> str:
        """The JSON as it is kept."""
        return json.dumps(self.raw, ensure_ascii=False)

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class EventDefinition:
    """An entry event: where contacts come from, when, and which of them."""

    raw: Json

    @property
    def key(self) -> str:
        return str(self.raw.get("eventDefinitionKey") or self.raw.get("key") or "")

    @property
    def type(self) -> str:
        return str(self.raw.get("type") or "").upper()

    @property
    def data_extension(self) -> str:
        """What names the data extension: its key, else its name, else its id."""
        arguments = _object(self.raw.get("arguments"))
        names = ("dataExtensionKey", "r__dataExtension_key", "dataExtensionName", "dataExtensionId")
        found = [self.raw.get(name) or arguments.get(name) for name in names]
        return str(next((name for name in found if name), ""))

    @property
    def new_records_only(self) -> bool:
        """Whether only rows added since the last run enter (`useHighWatermark`); else all records."""
        return bool(_object(self.raw.get("arguments")).get("useHighWatermark"))

    @property
    def criteria(self) -> str:
        """FilterDefinition XML, empty when all rows enter."""
        arguments = _object(self.raw.get("arguments"))
        return str(arguments.get("criteria") or self.raw.get("filterDefinitionTemplate") or "")

    @property
    def flow_mode(self) -> str:
        """In lower case: `runonce`, `recurring`, `automation`, or empty for none."""
        return str(self.metadata.get("scheduleFlowMode") or "").lower()

    @property
    def arguments(self) -> Json:
        return _object(self.raw.get("arguments"))

    @property
    def configuration(self) -> Json:
        return _object(self.raw.get("configurationArguments"))

    @property
    def metadata(self) -> Json:
        return _object(self.raw.get("metaData"))

    @property
    def logs_data(self) -> bool:
        """Whether what the event brings is kept as a row of its data extension."""
        return not self.raw.get("disableDEDataLogging")

    @property
    def schedule(self) -> Json:
        return _object(self.raw.get("schedule"))

    def text(self) -> str:
        """The JSON as it is kept."""
        return json.dumps(self.raw, ensure_ascii=False)

    def __hash__(self) -> int:
        return hash(self.key)


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def read_interaction(raw: Any) -> Interaction:
    """The journey in a JSON object. Raises Refused when it has not the shape of one."""
    if not isinstance(raw, dict):
        raise Refused("A journey is a JSON object with key, name, triggers and activities.")
    raw = named(raw)
    interaction = Interaction(raw)
    if not interaction.key:
        raise Refused("The journey has no key.", fix="Give it a `key` of up to 200 characters.")
    if not isinstance(raw.get("activities", []), list):
        raise Refused("`activities` is not a list.", where=f"journey {interaction.key}")
    for number, activity in enumerate(raw.get("activities") or []):
        if not isinstance(activity, dict) or not ActivitySpec(activity).key or not activity.get("type"):
            where = f"journey {interaction.key}, activities[{number}]"
            raise Refused("An activity needs a `key` and a `type`.", where=where)
    return interaction


def read_event_definition(raw: Any) -> EventDefinition:
    """The event definition in a JSON object. Raises Refused when it has no key."""
    found = EventDefinition(named(raw)) if isinstance(raw, dict) else None
    if found is None or not found.key:
        raise Refused("An event definition needs an `eventDefinitionKey`.")
    return found


# `{{Event.<key>."Field"}}`, `{{Event.<key>.Field}}`, `{{Contact.Attribute.<Set>.<Field>}}`, `{{Contact.Key}}`.
# Source: domain E2, key syntax.
_BINDING = re.compile(r"^\s*\{\{\s*(.+?)\s*\}\}\s*$", re.DOTALL)


def binding(text: str) -> str | None:
    """What stands between the braces of a data-binding expression, quotes removed; None when it is none."""
    match = _BINDING.match(text)
    return match[1].replace('"', "") if match else None
