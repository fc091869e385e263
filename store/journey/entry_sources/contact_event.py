"""Contact Event: an event about a contact that an automation or a call fires. Types ContactEvent and Event.

The entry filter is its check of the contact's attributes. Source: SFD:contact-event. New ones cannot be made in the
product any more; those that exist go on. Source: SFH:mc_jb_entry_sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.journey.activities.base import Finding
from store.journey.entry_sources.api_event import ApiEvent
from store.journey.entry_sources.base import entry_source

if TYPE_CHECKING:
    from store.journey.check import Checking


@entry_source("Contact Event", "CONTACTEVENT", "EVENT")
class ContactEvent(ApiEvent):
    """Fired as an API Event is; the Fire Event activity of an automation runs its entry."""

    def check(self, checking: Checking) -> Iterator[Finding]:
        """As for an API Event, and that the product has given this source up."""
        yield from super().check(checking)
        yield self.warning("Contact Events are no longer supported for new journeys; use a Data Extension.")

    def explain(self) -> str:
        if self.version.event is None:
            return super().explain()
        return f"A contact enters whenever the event {self.event.key} is fired about it."
