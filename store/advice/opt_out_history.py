"""The opt-outs of one contact with what brought each: the reason that is kept, or the message that it came by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store import clock, contacts, messaging

if TYPE_CHECKING:
    from store.contacts import Contact, OptOut
    from store.org import Org

NO_EVENT = "no row of _Unsubscribe names the list: an import, the API, a person, or an unsubscribe from all of them"


class OptOutHistory:
    """What is known of one contact, read once."""

    def __init__(self, org: Org, contact_key: str, visits: Sequence[int]) -> None:
        self.contact: Contact = contacts.contact(org, contact_key)
        self.opt_outs: Sequence[OptOut] = contacts.opt_outs(org, self.contact.contact_id)
        self.memberships = contacts.lists_of(org, self.contact.contact_id)
        self.unsubscribes = messaging.unsubscribes(org, visits)

    def joined(self, name: str) -> int | None:
        """Since when the contact is on a list, UTC seconds; None when it is not."""
        return next((one.joined_at for one in self.memberships if one.list.name.lower() == name.lower()), None)

    def because_of(self, one: OptOut) -> str:
        """What brought an opt-out: the reason that is kept, and of a list the event that names it."""
        if one.because or one.level != contacts.LIST_LEVEL:
            return one.because
        events = [event for event in self.unsubscribes if event.at <= one.since and event.list_id == one.list_id]
        if events:
            last = events[-1]
            return f"by the {last.way} of {last.job}, {clock.system_text(last.at)} system"
        return NO_EVENT
