"""The profile center: a subscriber changes what the account knows of them. Of attributes there is the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.contacts.addresses import change_addresses
from store.contacts.detective import INVALID_ADDRESS, note_odd, sql_address_code
from store.contacts.statuses import subscriber_of
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org


@command("contacts.profile_center")
def profile_center(org: Org, *, contact_key: str, email_address: str) -> Outcome:
    """The person gives another address. Leaving is at the subscription center, or by a link in a message."""
    subscriber, address = subscriber_of(org, contact_key), email_address.strip()
    code = org.value(f"SELECT {sql_address_code(org, ':address')}", {"address": address})
    if code == INVALID_ADDRESS:
        raise Refused(f"'{email_address}' is not a valid address.")
    if code is not None:
        raise Refused(f"List Detective does not take {address}.", cause="It is known to cause trouble.")
    whom = {"contact_id": subscriber["contact_id"], "address": address}
    if not change_addresses(org, "SELECT :contact_id, :address", whom):
        raise Refused(f"{contact_key} has that address already.")
    note_odd(org, "SELECT :contact_id", {"contact_id": subscriber["contact_id"]})
    return Outcome(f"{contact_key}: address {address}", {"addresses": 1}, f"contact/{contact_key}")
