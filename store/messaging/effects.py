"""What follows from engagement: the events of a batch as they become visible, and the statuses they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import business_units, contacts
from store.agenda import Entry, schedule
from store.clock import DAY, HOUR, span
from store.commands import Outcome, handler
from store.contacts import ALL_SUBSCRIBERS_LIST
from store.messaging.bounces import sql_counts, sql_is_hard
from store.messaging.emails import Job
from store.messaging.tables import FIRST, INDEXED, MOMENTS
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from store.org import Org

# A batch's events are shown in a few steps: at these times after the send, where anything has happened since.
BUCKETS = (HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 14 * DAY)
_VERBS = {
    "open": "opened",
    "click": "clicked",
    "bounce": "bounced",
    "complaint": "complained",
    "unsubscribe": "unsubscribed",
}


def schedule_buckets(org: Org, batch_id: int, job: Job) -> None:
    """Count what was drawn by the time it becomes visible, and put those times on the agenda that have anything.

    All batches of a job that are sent at the same moment share their agenda entries: one step shows them together.
    """
    sent_at = org.now
    last_at, later = _drawn(org, batch_id)
    org.run("UPDATE send_batches SET last_event_at = ? WHERE batch_id = ?", last_at, batch_id)
    for number, after in enumerate(BUCKETS):
        people = {kind: left[number] - left[number + 1] for kind, left in later.items()}
        people = {kind: count for kind, count in people.items() if count}
        if people:
            # The last time takes whatever comes later as well.
            due_at = max(sent_at + after, last_at) if after == BUCKETS[-1] else sent_at + after
            _expect(org, job, sent_at, due_at, people)


def _drawn(org: Org, batch_id: int) -> tuple[int, dict[str, list[int]]]:
    """The last event of a batch, and of each kind how many first events come at all, then after each bucket's end."""
    params = {"batch": batch_id, "sent_at": org.now}
    last_at, later = org.now, {}
    for kind, column in FIRST.items():
        last = f"coalesce(re{column}, {column})" if f"re{column}" in MOMENTS else column
        index = f"INDEXED BY {INDEXED[kind]}" if kind in INDEXED else ""
        # Counting what is still to come after each end: most has come by the first ends and is counted once or twice.
        after = ", ".join(f"count(*) FILTER (WHERE {column} > :sent_at + {end})" for end in BUCKETS[:-1])
        row = org.row(
            f"""SELECT count(*), {after}, max({last}) FROM responses {index}
                WHERE batch_id = :batch AND {column} IS NOT NULL""",
            params,
        )
        assert row is not None
        later[kind] = [*row[:-1], 0]
        last_at = max(last_at, row[-1] or 0)
    return last_at, later


def _expect(org: Org, job: Job, sent_at: int, due_at: int, people: dict[str, int]) -> None:
    """Add to what will be shown at a time, and schedule that when it is the first."""
    place = (job.job_id, sent_at, due_at)
    if org.value("SELECT 1 FROM send_buckets WHERE job_id = ? AND sent_at = ? AND due_at = ?", *place) is None:
        title = f"{job.name}: engagement until {span(due_at - sent_at)} after the send"
        schedule(org, due_at, "messaging.engagement", {"job_id": job.job_id, "sent_at": sent_at}, title)
    for kind, count in people.items():
        org.run(
            """INSERT INTO send_buckets VALUES (?, ?, ?, ?, ?)
               ON CONFLICT DO UPDATE SET people = people + excluded.people""",
            *place, kind, count,
        )  # fmt: skip


@handler("messaging.engagement")
def show_engagement(org: Org, entry: Entry) -> Outcome:
    """Opens, clicks and so on since the last look, for the batches of one send: args = {"job_id", "sent_at"}."""
    where = {"job": entry.args["job_id"], "sent_at": entry.args["sent_at"], "due_at": entry.due_at, "now": org.now}
    name = org.value("SELECT name FROM jobs WHERE job_id = :job", where)
    by_hand = org.value("SELECT max(by_hand) FROM send_batches WHERE job_id = :job AND sent_at = :sent_at", where)
    people = _recounted(org, where) if by_hand else _expected(org, where)
    said = [f"{people[kind]} {verb}" for kind, verb in _VERBS.items() if kind in people]
    changed = catch_up(org, (entry.args["job_id"], entry.args["sent_at"]))
    title = f"{name}: {', '.join(said) or 'nobody new responded'}"
    changes = {_VERBS[kind]: count for kind, count in sorted(people.items())} | changed
    return Outcome(title, changes, quiet=not changes)


def _expected(org: Org, where: dict[str, Any]) -> dict[str, int]:
    """Who responds for the first time until now and since the look before, by kind: as it was counted at the send."""
    counted = org.rows(
        "SELECT kind, people FROM send_buckets WHERE job_id = :job AND sent_at = :sent_at AND due_at = :due_at", where
    )
    return {row["kind"]: row["people"] for row in counted if row["people"]}


def _recounted(org: Org, where: dict[str, Any]) -> dict[str, int]:
    """The same from the responses, for sends in which a person made someone respond."""
    since = org.value(
        """SELECT coalesce(max(due_at), :sent_at) FROM send_buckets
            WHERE job_id = :job AND sent_at = :sent_at AND due_at < :due_at""",
        where,
    )
    within = ", ".join(
        f"count(*) FILTER (WHERE r.{column} > :since AND r.{column} <= :now)" for column in FIRST.values()
    )
    row = org.row(
        f"""SELECT {within} FROM send_batches b CROSS JOIN responses r ON r.batch_id = b.batch_id
            WHERE b.job_id = :job AND b.sent_at = :sent_at AND r.nr = 0""",
        {**where, "since": since},
    )
    assert row is not None
    return {kind: count for kind, count in zip(FIRST, row, strict=True) if count}


@dataclass(frozen=True)
class Written:
    """Responses of one visit that a person made happen now: the number of each, by kind."""

    visit: int
    numbers: Mapping[str, int]

    @property
    def returns(self) -> bool:
        """Whether one of them makes a bounced or held subscriber active."""
        return bool({"open", "click"} & set(self.numbers))


def catch_up(org: Org, send: tuple[int, int] | None = None, only: Written | None = None) -> dict[str, int]:
    """Let the events of a send (job, time), or of all, up to now have their effect on the subscribers' statuses.

    `only` are responses that were written just now: others of the same moment had their effect before. Returns what
    changed. A send does this first, so that nobody is mailed who has unsubscribed a minute ago.
    """
    params: dict[str, Any] = {
        "now": org.now, "job": send[0] if send else None, "sent_at": send[1] if send else None,
        "visit": only.visit if only else None,
    } | {f"{kind}_nr": only.numbers.get(kind) if only else None for kind in FIRST}  # fmt: skip
    open_batches = f"SELECT b.batch_id FROM send_batches b WHERE {_OPEN}"
    if org.value(f"{open_batches} LIMIT 1", params) is None:
        return {}
    counted = sql_counts(org.assumption("bounces_that_count"), "bounce")
    bounces = f"SELECT contact_id, at, {sql_is_hard('bounce')}, batch_id FROM ({_new('bounce')}) WHERE {counted}"
    unsubscribed = _unsubscribe(org, params)
    recorded = contacts.record_bounces(org, bounces, params) if org.value(f"{bounces} LIMIT 1", params) else {}
    changes = {
        "now unsubscribed": unsubscribed,
        **{f"now {status}": count for status, count in recorded.items()},
        "now active": _reactivate(org, params) if only is None or only.returns else 0,
    }
    org.run(f"UPDATE send_batches SET applied_until = :now WHERE batch_id IN ({open_batches})", params)
    return {what: count for what, count in changes.items() if count}


def _unsubscribe(org: Org, params: dict[str, Any]) -> int:
    """Who complained, or unsubscribed by the link in the message; returns how many.

    The link of a send with a publication list, or to a list, is from that list; that of all others, and a complaint,
    from the whole enterprise or from the business unit that sent. A complaint comes with an unsubscribe event of the
    same moment: its reason is written first, and the list stays. Source: domain A3 and its page, MD:system-data-views.
    """
    alone = business_units.unsubscribing_alone(org)
    enterprise = f"j.mid NOT IN ({', '.join(map(str, alone))})" if alone else "1"
    of_all = f"j.list_id = {ALL_SUBSCRIBERS_LIST}"
    count = 0
    for kind, reason, jobs in (("complaint", contacts.BY_COMPLAINT, "1"), ("unsubscribe", contacts.BY_CENTER, of_all)):
        left = f"SELECT contact_id FROM ({_new(kind, of_jobs=f'{enterprise} AND {jobs}')})"
        count += contacts.unsubscribe(org, left, params, reason=reason)
        for mid in alone:
            left = f"SELECT contact_id FROM ({_new(kind, of_jobs=f'j.mid = {mid} AND {jobs}')})"
            count += contacts.unsubscribe_from_unit(org, mid, left, params, reason)
    lists = org.rows("SELECT DISTINCT list_id FROM jobs WHERE list_id <> ? ORDER BY list_id", ALL_SUBSCRIBERS_LIST)
    for row in lists:
        left = f"SELECT contact_id FROM ({_new('unsubscribe', of_jobs=f'j.list_id = {row[0]}')})"
        count += contacts.unsubscribe_from_list(org, row[0], left, params)
    return count


# Batches with events that have had no effect yet.
_OPEN = """b.applied_until < min(b.last_event_at, :now)
          AND (:job IS NULL OR (b.job_id = :job AND b.sent_at = :sent_at))"""


def _new(kind: str, of_jobs: str = "") -> str:
    """A SELECT of (contact_id, at, bounce, batch_id) of the events of a rare kind that have had no effect yet.

    `of_jobs` is a condition about the job j that sent the message.
    """
    at = FIRST[kind]
    # Unsubscribes of another way had their effect when they happened; a complaint is no click on the link.
    by_link = (
        """AND r.complained_at IS NOT r.unsubscribed_at AND NOT EXISTS
             (SELECT 1 FROM unsubscribe_ways w
               WHERE w.batch_id = r.batch_id AND w.visit = r.visit AND w.seq = iif(r.nr = 0, 1, r.nr + 2))"""
        if kind == "unsubscribe"
        else ""
    )
    jobs = f"AND b.job_id IN (SELECT j.job_id FROM jobs j WHERE {of_jobs})" if of_jobs else ""
    return f"""
        SELECT r.visit & {CONTACT_OF_VISIT} AS contact_id, r.{at} AS at, r.bounce, r.batch_id
        FROM send_batches b CROSS JOIN responses r INDEXED BY {INDEXED[kind]} ON r.batch_id = b.batch_id
        WHERE {_OPEN} AND r.{at} > b.applied_until AND r.{at} <= :now {jobs} {by_link}
          AND (:visit IS NULL OR (r.visit = :visit AND r.nr = :{kind}_nr))"""


def _reactivate(org: Org, params: dict[str, Any]) -> int:
    """An open or click makes a bounced or held subscriber active. Source: domain A2."""
    active = f"""SELECT c.contact_id FROM send_batches b CROSS JOIN comebacks c ON c.batch_id = b.batch_id
                 WHERE {_OPEN} AND c.event_at > b.applied_until AND c.event_at <= :now
                   AND (:visit IS NULL OR c.contact_id = :visit & {CONTACT_OF_VISIT})"""
    return contacts.record_activity(org, active, params)
