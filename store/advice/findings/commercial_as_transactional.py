"""Mailed in spite of an unsubscribe, since the send is classified as transactional."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import connect, journey, messaging
from store.advice.finding import Evidence, finding
from store.advice.messages_to import NOBODY, messages_to
from store.clock import sql_utc_text
from store.messaging import api_sends

if TYPE_CHECKING:
    from store.messaging import Job
    from store.org import Org

_LEFT = """SELECT contact_id, date_unsubscribed AS at, unsubscribe_reason AS reason
             FROM subscriber_statuses WHERE status <> 'active' AND status = 'unsubscribed'"""


@finding(
    "commercial-as-transactional",
    severity="error",
    title="{count} [message|messages] reached unsubscribed people, as the send is classified Transactional",
    # Source: domain G, SFH:005228040: transactional sends ignore unsubscribes.
    why="A Transactional send ignores unsubscribes. It is for what one person's own act calls for: an order, a"
    " password, a notice that the law demands. This one went to a whole audience, or the same email is sent as"
    " Commercial too. To advertise so to people who have unsubscribed is against the law in most countries.",
    fix="Choose a Commercial send classification, and publish again: a running send keeps what it was published with.",
)
def commercial_as_transactional(org: Org) -> Evidence:
    """One row is a message to somebody who had unsubscribed from All Subscribers before, and has not come back."""
    jobs = [job for job in _transactional(org) if _is_for_many(org, job) or _also_commercial(org, job)]
    if not jobs:
        return NOBODY
    listed = ", ".join(str(job.job_id) for job in jobs)
    columns = f"j.send_classification, {sql_utc_text('c.at')} AS unsubscribed_utc, c.reason AS unsubscribed_by"
    return messages_to(org, _LEFT, columns, of=f"j.job_id IN ({listed})")


def _transactional(org: Org) -> list[Job]:
    rows = org.rows("SELECT job_id FROM jobs WHERE classification = 'Transactional' ORDER BY job_id")
    return [messaging.get_job(org, row[0]) for row in rows]


def _is_for_many(org: Org, job: Job) -> bool:
    """Whether nobody asks for each message: a send to an audience, or a journey that does not start from events."""
    asked_for = {*api_sends.definition_keys(org), *(one.key for one in connect.triggered_sends(org))}
    if job.definition_key in asked_for:
        return False
    place = journey.activity_of_send(org, job.definition_object_id)
    return place is None or not journey.current(org, place[0]).source.arrives


def _also_commercial(org: Org, job: Job) -> bool:
    sql = "SELECT 1 FROM jobs WHERE email_id = ? AND classification = 'Commercial' LIMIT 1"
    return org.value(sql, job.email_id) is not None
