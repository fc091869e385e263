"""Unsubscribes that come of a message otherwise than by its link: each is a row of _Unsubscribe, linked to the job.

Which list the row names and what it does are two things: the List-Unsubscribe header names the list of the send, but
unsubscribes from All Subscribers (of the business unit or of the enterprise); "Unsubscribe from All" is one row with an
arbitrary ListID. Source: domain A3 and its page, MD:system-data-views.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units, contacts
from store.business_units import BUSINESS_UNIT_ONLY
from store.chance import chance
from store.commands import Outcome, command
from store.contacts import ALL_SUBSCRIBERS_LIST, BY_API, BY_CENTER, BY_REPLY, PUBLICATION
from store.errors import Refused
from store.messaging.emails import Job, get_job
from store.messaging.responding import by_hand, message_to, respond
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from store.contacts import SubscriberList
    from store.org import Org

HEADER, REPLY, FROM_ALL = "list-unsubscribe header", "leave reply", "unsubscribe from all"
WAYS = (HEADER, REPLY, FROM_ALL)
CENTER, API = "subscription center", "LogUnsubEvent"
_DONE: dict[str, int] = {}  # these ways have their effect at once: no response waits for it
# The reason that _BusinessUnitUnsubscribes shows. ASSUMED for the header: the page lists none of its own.
_REASONS = {HEADER: BY_CENTER, REPLY: BY_REPLY, FROM_ALL: BY_CENTER, API: BY_API}


def leave(org: Org, batch_id: int, visit: int, way: str) -> dict[str, int]:
    """Unsubscribe from All Subscribers because of a message; returns what changed."""
    job = _job(org, batch_id)
    list_id = _arbitrary_list(org, visit) if way == FROM_ALL else job.list_id
    _event(org, batch_id, visit, way, list_id)
    gone = _from_all(org, job, visit, _REASONS[way])
    return {"now unsubscribed": gone} | by_hand(org, batch_id, visit, _DONE)


def _job(org: Org, batch_id: int) -> Job:
    return get_job(org, int(org.value("SELECT job_id FROM send_batches WHERE batch_id = ?", batch_id)))


def _event(org: Org, batch_id: int, visit: int, way: str, list_id: int) -> None:
    respond(org, batch_id, visit, "unsubscribe", None)
    org.run(
        """INSERT INTO unsubscribe_ways
           SELECT batch_id, visit, max(seq), :way, :list FROM tracking_events
            WHERE batch_id = :batch AND visit = :visit AND kind = 'unsubscribe' AND event_at = :now""",
        {"batch": batch_id, "visit": visit, "way": way, "list": list_id, "now": org.now},
    )


def _from_all(org: Org, job: Job, visit: int, reason: str) -> int:
    whom = {"contact": visit & CONTACT_OF_VISIT}
    if business_units.get(org, job.mid).unsubscribe == BUSINESS_UNIT_ONLY:
        return contacts.unsubscribe_from_unit(org, job.mid, "SELECT :contact", whom, reason)
    return contacts.unsubscribe(org, "SELECT :contact", whom, reason=reason)


def _arbitrary_list(org: Org, visit: int) -> int:
    """One of the lists that a contact is on, All Subscribers among them."""
    contact_id = visit & CONTACT_OF_VISIT
    known = [ALL_SUBSCRIBERS_LIST, *(each.list.list_id for each in contacts.lists_of(org, contact_id))]
    return known[chance(org.seed, f"unsubscribe from all|{org.k}", contact_id) % len(known)]


@command("messaging.subscription_center")
def subscription_center(
    org: Org,
    *,
    contact_key: str,
    subscribe: list[str] | None = None,
    unsubscribe: list[str] | None = None,
    batch_id: int | None = None,
) -> Outcome:
    """The person opens the subscription center from a message, and subscribes to lists or unsubscribes from them.

    It shows the public lists of the business unit that sent. Each unsubscribe is a row of _Unsubscribe with the ListID.
    """
    batch, visit = message_to(org, contact_key, batch_id)
    job = _job(org, batch)
    with business_units.acting(org, job.mid):
        into = [_shown(org, name) for name in subscribe or []]
        out = [_shown(org, name) for name in unsubscribe or []]
    if not into and not out:
        raise Refused(
            "Nothing was chosen in the subscription center.", fix="Name lists to subscribe to or unsubscribe."
        )
    whom = {"contact": visit & CONTACT_OF_VISIT}
    for found in into:
        contacts.join_list(org, found.list_id, "SELECT :contact", whom, add_method="WebApplication", status="active")
    for found in out:
        if contacts.unsubscribe_from_list(org, found.list_id, "SELECT :contact", whom):
            _event(org, batch, visit, CENTER, found.list_id)
    changes = by_hand(org, batch, visit, _DONE)
    said = [f"subscribes to {each.name}" for each in into] + [f"unsubscribes from {each.name}" for each in out]
    counts = {"subscribed": len(into), "unsubscribed": len(out)}
    shown = {name: count for name, count in counts.items() if count} | changes
    return Outcome(f"{contact_key} {', '.join(said)}", shown, f"contact/{contact_key}")


def _shown(org: Org, name: str) -> SubscriberList:
    """A list that the subscription center shows. Raises Refused."""
    found = contacts.get_list(org, name)
    if found.is_all_subscribers or not found.is_public:
        raise Refused(
            f"The subscription center does not show {found.name}.", cause="Only public lists are shown.",
            fix="Leaving all of them is `unsubscribe from all` of messaging.inject.",
        )  # fmt: skip
    return found


@command("messaging.log_unsub_event")
def log_unsub_event(org: Org, *, contact_key: str, list: str = "", batch_id: int | None = None) -> Outcome:
    """LogUnsubEvent of the SOAP API: unsubscribe from a list, or from All Subscribers, with an event of a message.

    Source: SFD:logunsubevent; without a list it is from All Subscribers (ASSUMED).
    """
    batch, visit = message_to(org, contact_key, batch_id)
    job = _job(org, batch)
    with business_units.acting(org, job.mid):
        found = contacts.get_list(org, list or ALL_SUBSCRIBERS_LIST)
    if found.kind not in ("List", PUBLICATION):
        raise Refused(f"{found.name} is a {found.kind}: nobody unsubscribes from it.")
    _event(org, batch, visit, API, found.list_id)
    if found.is_all_subscribers:
        gone = _from_all(org, job, visit, BY_API)
    else:
        whom = {"contact": visit & CONTACT_OF_VISIT}
        gone = contacts.unsubscribe_from_list(org, found.list_id, "SELECT :contact", whom)
    changes = {"now unsubscribed": gone} | by_hand(org, batch, visit, _DONE)
    title = f"{contact_key} unsubscribed from {found.name} by LogUnsubEvent"
    return Outcome(title, {name: count for name, count in changes.items() if count}, f"contact/{contact_key}")
