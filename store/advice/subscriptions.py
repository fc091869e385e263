"""Where one contact stands with every level of unsubscribing, every list and suppression, and what that keeps away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import contacts, journey
from store.advice.opt_out_history import OptOutHistory
from store.messaging import exclusions

if TYPE_CHECKING:
    from store.contacts import OptOut
    from store.org import Org

EVERY_SEND = "every send, transactional ones too"
# Source: domain A2, A3, G: what each level keeps away.
_KEEPS_FROM = {
    contacts.GLOBAL: EVERY_SEND,
    contacts.MASTER: "every commercial send of the enterprise",
    contacts.UNIT: "every commercial send of {name}",
    contacts.PUBLICATION: "commercial sends that name it; transactional ones whose classification honors opt-outs",
    contacts.LIST: "commercial sends to it",
    contacts.GROUP: "commercial sends to it",
}


@dataclass(frozen=True)
class Standing:
    """One line: All Subscribers, a business unit, a list, a suppression list. `since` is UTC seconds.

    `keeps_from` says from which sends that keeps the contact; it is empty where it keeps from none.
    """

    level: str
    name: str
    status: str
    since: int | None
    because: str
    keeps_from: str


def subscriptions(org: Org, contact_key: str) -> list[Standing]:
    """Every level at which something is known of a contact, the widest first; nothing for who is no subscriber."""
    history = OptOutHistory(org, contact_key, journey.sends_visits(org, contact_key))
    if history.contact.subscription is None:
        return []
    return [*_wide(history), *_lists(org, history), *_suppressed(org, history.contact.contact_id)]


def _wide(history: OptOutHistory) -> Iterator[Standing]:
    """Global, All Subscribers and the business units."""
    subscription = history.contact.subscription
    assert subscription is not None
    by_level = {level: [one for one in history.opt_outs if one.level == level] for level in contacts.LEVELS}
    yield from (_opted_out(one, history) for one in by_level[contacts.GLOBAL])
    if by_level[contacts.MASTER]:
        yield from (_opted_out(one, history) for one in by_level[contacts.MASTER])
    else:
        status = subscription.status
        bounces = f"{subscription.bounce_count} bounces" if subscription.bounce_count else ""
        since = subscription.date_joined if subscription.date_undeliverable is None else subscription.date_undeliverable
        keeps = EVERY_SEND if status == "held" else ""
        name = contacts.STATUS_NAMES[status]
        yield Standing(contacts.MASTER, "All Subscribers", name, since, bounces, keeps)
    yield from (_opted_out(one, history) for one in by_level[contacts.UNIT])


def _opted_out(one: OptOut, history: OptOutHistory) -> Standing:
    keeps = _KEEPS_FROM[one.kind or one.level].format(name=one.name)
    name = contacts.STATUS_NAMES["unsubscribed"]
    return Standing(one.kind or one.level, one.name, name, one.since, history.because_of(one), keeps)


def _lists(org: Org, history: OptOutHistory) -> Iterator[Standing]:
    """The lists, publication lists and groups that the contact is on."""
    left = {one.list_id: one for one in history.opt_outs if one.level == contacts.LIST_LEVEL}
    for each in contacts.lists_of(org, history.contact.contact_id):
        if each.list.kind == contacts.SUPPRESSION:
            continue
        if each.list.list_id in left:
            yield _opted_out(left[each.list.list_id], history)
        else:
            status = contacts.STATUS_NAMES[each.status]
            yield Standing(each.list.kind, each.list.name, status, each.joined_at, f"joined: {each.add_method}", "")


def _suppressed(org: Org, contact_id: int) -> Iterator[Standing]:
    for one in exclusions.suppressing(org, contact_id):
        keeps = "; ".join(one.sends)
        unnamed = "on it, in no context" if one.kind == "Auto-Suppression" else "on it, no send names it"
        yield Standing(one.kind, one.name, "on it" if keeps else unnamed, one.since, "", keeps)
