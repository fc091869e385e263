"""The messages that a contact did not get: what kept it from each, since when and because of what, and what would
have to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import contacts, journey, messaging
from store.advice.opt_out_history import OptOutHistory
from store.messaging import exclusions

if TYPE_CHECKING:
    from store.messaging.exclusions import LeftOut
    from store.org import Org

LOOKED_AT = 20  # the latest jobs that are asked whom they would leave out now
_OF_LISTS = ("Publication List", "List", "Group")


@dataclass(frozen=True)
class NotSent:
    """One message that one contact did not get. `journey` and `activity` are empty for a send outside of journeys.

    `level` is Global, Master, Business Unit, List, Publication List, Suppression List and so on; `since` (UTC seconds)
    and `because` are of what holds still, and `because` says so when it does not. Both times are UTC seconds.
    """

    journey: str
    activity: str
    job_id: int
    name: str
    at: int
    code: int
    reason: str
    level: str
    cause: str
    says: str
    since: int | None
    because: str
    change: str


def not_sent(org: Org, contact_key: str, journey_key: str | None = None) -> list[NotSent]:
    """Every message that a contact did not get, of all sends or of one journey, in order of time."""
    visits = journey.sends_visits(org, contact_key)
    found = exclusions.left_out(org, visits)
    if not found:
        return []
    history = OptOutHistory(org, contact_key, visits)
    told = [_told(org, each, history) for each in found]
    return [each for each in told if journey_key is None or each.journey.lower() == journey_key.lower()]


def would_be_left_out(org: Org, contact_key: str) -> list[NotSent]:
    """Which of the latest jobs would leave a contact out if they were sent now; `at` is now."""
    visits = journey.sends_visits(org, contact_key)
    history = OptOutHistory(org, contact_key, visits)
    rows = org.rows("SELECT job_id FROM jobs ORDER BY job_id DESC LIMIT ?", LOOKED_AT)
    found = []
    for job_id in sorted(row[0] for row in rows):
        job = messaging.get_job(org, job_id)
        for one in exclusions.excluded(org, job, "SELECT :contact", {"contact": history.contact.contact_id}):
            left = exclusions.LeftOut(0, job_id, job.name, contact_key, org.now, one.code, one.reason, one.cause)
            found.append(_told(org, left, history))
    return found


def _told(org: Org, left: LeftOut, history: OptOutHistory) -> NotSent:
    job = messaging.get_job(org, left.job_id)
    place = journey.activity_of_send(org, job.definition_object_id) or ("", "")
    said = exclusions.words(left.code, left.cause)
    since, because = _since(left, said.level, history)
    return NotSent(
        *place, left.job_id, left.job, left.sent_at, left.code, left.reason, said.level, left.cause, said.says, since,
        because, said.change,
    )  # fmt: skip


def _since(left: LeftOut, level: str, history: OptOutHistory) -> tuple[int | None, str]:
    """Since when what left somebody out has held and what brought it, or that it holds no more."""
    subscription = history.contact.subscription
    if level == "Status" and subscription is not None:
        if subscription.status != "held":
            return None, f"no longer: the status is {contacts.STATUS_NAMES[subscription.status]} now"
        bounces = (
            f"{subscription.bounce_count} bounces" if subscription.bounce_count else "set by an import or a person"
        )
        return subscription.date_undeliverable, bounces
    if level == contacts.SUPPRESSION:
        joined = history.joined(exclusions.named_in(left.cause))
        return joined, "" if joined is not None else "no longer: taken off it since"
    wanted = contacts.LIST_LEVEL if level in _OF_LISTS else level
    if wanted not in (contacts.GLOBAL, contacts.MASTER, contacts.UNIT, contacts.LIST_LEVEL):
        return None, ""
    name = exclusions.named_in(left.cause)
    for one in history.opt_outs:
        if one.level == wanted and (wanted in (contacts.GLOBAL, contacts.MASTER) or one.name.lower() == name.lower()):
            return one.since, history.because_of(one)
    return None, "no longer: subscribed again since"
