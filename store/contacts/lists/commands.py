"""What a person does to who is on a list, beside imports: take off, unsubscribe, subscribe again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.contacts.contacts import contact_id_of
from store.contacts.lists.definition import SubscriberList, get_list, own_list
from store.contacts.lists.membership import leave, resubscribe_to_list, unsubscribe_from_list
from store.contacts.lists.tables import SUPPRESSION
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

_WHOM = "SELECT value FROM json_each(:ids)"


@command("contacts.remove_from_list")
def remove_from_list(org: Org, *, list: str | int, contact_keys: list[str]) -> Outcome:
    """Take subscribers off a list. A later import can bring them back, unlike one that is unsubscribed.

    Source: SFH:mc_es_how_a_subscriber_opts_out.
    """
    found = own_list(org, list)
    gone = leave(org, found.list_id, _WHOM, {"ids": _ids(org, contact_keys)})
    if not gone:
        raise Refused(f"None of them is on {found.name}.")
    return Outcome(f"{found.name}: {gone:,} removed", {"removed": gone}, f"lists/{found.name}")


@command("contacts.unsubscribe_from_list")
def unsubscribe_from_list_command(org: Org, *, list: str | int, contact_keys: list[str]) -> Outcome:
    """Unsubscribe from one list, as the subscriber dialog does. It makes no row in _Unsubscribe."""
    found = _with_opt_outs(org, list)
    ids = _ids(org, contact_keys)
    _refuse_strangers(org, ids)
    gone = unsubscribe_from_list(org, found.list_id, _WHOM, {"ids": ids})
    if not gone:
        raise Refused(f"{contact_keys[0] if contact_keys else 'Nobody'} is unsubscribed from {found.name} already.")
    return Outcome(f"{gone:,} unsubscribed from {found.name}", {"unsubscribed": gone}, f"lists/{found.name}")


@command("contacts.resubscribe_to_list")
def resubscribe_to_list_command(org: Org, *, list: str | int, contact_keys: list[str]) -> Outcome:
    """Subscribe to one list again; a status of All Subscribers stays as it is."""
    found = _with_opt_outs(org, list)
    back = resubscribe_to_list(org, found.list_id, _WHOM, {"ids": _ids(org, contact_keys)})
    if not back:
        raise Refused(f"None of them is unsubscribed from {found.name}.")
    return Outcome(f"{back:,} subscribed to {found.name} again", {"resubscribed": back}, f"lists/{found.name}")


def _with_opt_outs(org: Org, name: str | int) -> SubscriberList:
    """A list that one can unsubscribe from. Raises Refused."""
    found = get_list(org, name)
    if found.is_all_subscribers:
        raise Refused("All Subscribers is left by contacts.unsubscribe.", fix="contacts.resubscribe is the way back.")
    if found.kind == SUPPRESSION:
        raise Refused(
            f"{found.name} is a suppression list: who is on it gets nothing from a send that names it.",
            fix="contacts.add_to_list puts people on it, contacts.remove_from_list takes them off.",
        )
    return found


def _ids(org: Org, contact_keys: list[str]) -> str:
    return json.dumps([contact_id_of(org, key) for key in contact_keys])


def _refuse_strangers(org: Org, ids: str) -> None:
    stranger = org.value(
        """SELECT contact_key FROM contacts WHERE contact_id IN (SELECT value FROM json_each(:ids))
              AND contact_id NOT IN (SELECT contact_id FROM all_subscribers) LIMIT 1""",
        {"ids": ids},
    )
    if stranger:
        raise Refused(f"{stranger} is not in All Subscribers.", fix="contacts.add_to_list, with the address.")
