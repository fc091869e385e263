"""Event definitions that come without their journey."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.journey.publish import keep_event_definition
from store.journey.spec import EventDefinition, read_event_definition

if TYPE_CHECKING:
    from store.org import Org


def save_event_definition(org: Org, raw: dict[str, Any]) -> EventDefinition:
    """Keep an event definition as its public JSON; one with the same key is replaced. Raises Refused without a key."""
    keep_event_definition(org, raw)
    return read_event_definition(raw)


def has_event_definition(org: Org, key: str) -> bool:
    """Whether there is an event definition of that key."""
    return org.value("SELECT 1 FROM event_definitions WHERE key = ?", key) is not None
