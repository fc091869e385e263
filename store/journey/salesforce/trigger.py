"""What a Salesforce Data trigger says: `configurationArguments` of SalesforceObjectTriggerV2, read without loss.

Most arguments are written as JSON or as text that is JSON; journeys spell objectAPIName also objectApiName.
Source: domain C3 and MCDEV:Event.js.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.errors import Refused

if TYPE_CHECKING:
    from store.journey.version import Version

REQUIRED = (
    "applicationExtensionKey", "contactKey", "contactPersonType", "eventDataConfig", "objectAPIName",
    "passThroughArgument", "primaryObjectFilterCriteria", "relatedObjectFilterCriteria", "salesforceTriggerCriteria",
    "version", "whoToInject",
)  # fmt: skip
CREATED, UPDATED = "created", "updated"


@dataclass(frozen=True)
class Column:
    """One field of the journey data: its name in the event's data extension, and where it is found.

    `path` are the relationships to walk from the record that fired, `field` the API name at its end.
    """

    name: str
    path: tuple[str, ...]
    field: str


@dataclass(frozen=True)
class Trigger:
    """The trigger of one journey version."""

    arguments: dict[str, Any]

    @property
    def missing(self) -> list[str]:
        """The required arguments that are not there."""
        return [name for name in REQUIRED if not self.arguments.get(name)]

    @property
    def object_name(self) -> str:
        return str(self.arguments.get("objectAPIName") or "")

    @property
    def fires_on(self) -> frozenset[str]:
        """`created`, `updated` or both; empty for what is neither."""
        said = str(self.arguments.get("salesforceTriggerCriteria") or "").lower()
        return frozenset(each for each in (CREATED, UPDATED) if each in said)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The journey data: `dePrefix` names the relationships, its first part is the object itself."""
        found = []
        for each in _mapping(self.arguments.get("eventDataConfig")).get("objects") or []:
            prefix = str(each.get("dePrefix") or "")
            path = tuple(part for part in prefix.split(":")[1:] if part)
            found += [Column(f"{prefix}{name}", path, str(name)) for name in each.get("fields") or []]
        return tuple(found)

    def passed(self, what: str) -> Column | None:
        """ContactKey, Email or HasOptedOutOfEmail of `passThroughArgument`: a column, chosen as journey data or not."""
        name = _mapping(_mapping(self.arguments.get("passThroughArgument")).get("fields")).get(what)
        if not isinstance(name, str) or not name:
            return None
        parts = name.split(":")
        return Column(name, tuple(part for part in parts[1:-1] if part), parts[-1])

    @property
    def contact_key(self) -> Column | None:
        """Who is injected: the passed-through ContactKey, else what `contactKey` describes."""
        passed = self.passed("ContactKey")
        if passed is not None:
            return passed
        described = _mapping(self.arguments.get("contactKey"))
        field = str(described.get("fieldName") or described.get("relationshipIdName") or "")
        if not field:
            return None
        relationship = str(described.get("relationshipName") or "")
        own = relationship.lower() in ("", self.object_name.lower())
        name = ":".join((self.object_name, *(() if own else (relationship,)), field))
        return Column(name, () if own else (relationship,), field)

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """The condition trees {operand, conditions}, all of which must hold: of the object and of related ones."""
        names = ("primaryObjectFilterCriteria", "relatedObjectFilterCriteria", "additionalObjectFilterCriteria")
        trees = [_mapping(self.arguments.get(name)) for name in names]
        return [tree for tree in trees if tree.get("conditions")]


def trigger_of(version: Version) -> Trigger:
    """The trigger of a version; what it leaves out is taken from the event definition."""
    own = version.spec.trigger.get("configurationArguments")
    given = dict(version.event.configuration) if version.event else {}
    given |= own if isinstance(own, dict) else {}
    if "objectAPIName" not in given and "objectApiName" in given:
        given["objectAPIName"] = given["objectApiName"]
    return Trigger({name: _decoded(name, value) for name, value in given.items()})


_ENCODED = frozenset((
    "contactKey", "eventDataConfig", "passThroughArgument", "primaryObjectFilterCriteria",
    "relatedObjectFilterCriteria", "additionalObjectFilterCriteria",
))  # fmt: skip


def _decoded(name: str, value: Any) -> Any:
    """Objects that are written as JSON text. Raises Refused for text that is none."""
    if name not in _ENCODED or not isinstance(value, str) or not value.strip():
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError as error:
        raise Refused(f"{name} of the Salesforce Data event is not JSON: {error.msg}.") from error


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
