"""What a person may want to know about the sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.content import personalize
from store.messaging.bounces import SHORT, sql_case
from store.messaging.tables import FIRST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from store.org import Org

    RowOf = Callable[[int, int], Mapping[str, object]]


@dataclass(frozen=True)
class Tracking:
    """Counts of sends and of events that have happened; people are unique, the plain counts are total."""

    sent: int = 0
    excluded: int = 0
    opened: int = 0
    opens: int = 0
    clicked: int = 0
    clicks: int = 0
    bounced: int = 0
    complained: int = 0
    unsubscribed: int = 0


@dataclass(frozen=True)
class JobCounts:
    """One job and how it went."""

    job_id: int
    name: str
    subject: str
    batches: int
    tracking: Tracking


@dataclass(frozen=True)
class Received:
    """One message to one contact. `excluded_code` is the send log error code when it was not sent; times are UTC."""

    batch_id: int
    job_id: int
    visit: int
    cohort_id: int
    email: str
    subject: str
    sent_at: int
    excluded_code: int | None
    events: tuple[tuple[str, int, str], ...]  # (kind, at, detail)


def _tracking(org: Org, batches: str, params: Mapping[str, object]) -> Tracking:
    """The counts over the batches that a SELECT of batch_id names."""
    sent = org.row(
        f"""SELECT coalesce(sum(size), 0) AS sent, coalesce(sum(excluded), 0) AS excluded
            FROM send_batches WHERE batch_id IN ({batches})""",
        params,
    )
    assert sent is not None
    people = ", ".join(f"count(*) FILTER (WHERE {at} <= :now AND nr = 0) AS {kind}" for kind, at in FIRST.items())
    events = ", ".join(
        f"count(*) FILTER (WHERE {kind}ed_at <= :now) + count(*) FILTER (WHERE re{kind}ed_at <= :now) AS {kind}s"
        for kind in ("open", "click")
    )
    did = org.row(f"SELECT {people}, {events} FROM responses WHERE batch_id IN ({batches})", {**params, "now": org.now})
    assert did is not None
    return Tracking(
        sent["sent"], sent["excluded"], did["open"], did["opens"], did["click"], did["clicks"], did["bounce"],
        did["complaint"], did["unsubscribe"],
    )  # fmt: skip


def totals(org: Org) -> Tracking:
    """Over all sends."""
    return _tracking(org, "SELECT batch_id FROM send_batches", {})


def job_counts(org: Org, job_id: int) -> Tracking:
    """Of one job."""
    return _tracking(org, "SELECT batch_id FROM send_batches WHERE job_id = :job", {"job": job_id})


def bounces_of(org: Org, job_id: int) -> dict[str, int]:
    """How many messages of a job have bounced so far, by category (Hard, Soft, Block, Unknown, Technical)."""
    rows = org.rows(
        f"""SELECT {sql_case("r.bounce", "category_id")} AS category, count(*) AS people
              FROM send_batches b CROSS JOIN responses r INDEXED BY responses_bounced ON r.batch_id = b.batch_id
             WHERE b.job_id = :job AND r.bounced_at <= :now AND r.nr = 0 GROUP BY 1 ORDER BY 1""",
        {"job": job_id, "now": org.now},
    )
    return {SHORT[row["category"]]: row["people"] for row in rows}


def jobs(org: Org) -> list[JobCounts]:
    """Every job with its counts, by id."""
    listed = org.rows(
        """SELECT j.job_id, j.name, j.subject, count(b.batch_id) AS batches
           FROM jobs j LEFT JOIN send_batches b USING (job_id) GROUP BY j.job_id ORDER BY j.job_id"""
    )
    return [
        JobCounts(row["job_id"], row["name"], row["subject"], row["batches"], job_counts(org, row["job_id"]))
        for row in listed
    ]


def sent_since(org: Org, job_id: int, at: int) -> int:
    """People whom a job was sent to from a moment on, those excluded among them."""
    sql = "SELECT coalesce(sum(size + excluded), 0) FROM send_batches WHERE job_id = ? AND sent_at >= ?"
    return int(org.value(sql, job_id, at))


def batch_of(org: Org, job_id: int, visit: int) -> int | None:
    """The last batch of a job whose audience this visit was in, or None."""
    found: int | None = org.value(
        """SELECT b.batch_id FROM send_batches b JOIN journey_members m ON m.cohort_id = b.cohort_id AND m.visit = ?
           WHERE b.job_id = ? ORDER BY b.batch_id DESC LIMIT 1""",
        visit, job_id,
    )  # fmt: skip
    return found


def events_of(org: Org, batch_id: int, visit: int) -> list[tuple[str, int, str]]:
    """What has happened to one message: (kind, at, link or bounce reason), in order of time."""
    found = org.rows(
        f"""SELECT e.kind, e.event_at,
                  CASE e.kind WHEN 'click' THEN coalesce(m.links ->> ('$[' || e.detail || '].url'), '')
                              WHEN 'bounce' THEN {sql_case("e.detail", "said")}
                              ELSE '' END AS detail
           FROM tracking_events e JOIN send_batches b USING (batch_id) JOIN jobs j USING (job_id)
                JOIN emails m USING (email_id)
           WHERE e.batch_id = ? AND e.visit = ? AND e.event_at <= (SELECT now FROM world)
           ORDER BY e.event_at, e.kind""",
        batch_id, visit,
    )  # fmt: skip
    return [(row["kind"], row["event_at"], row["detail"]) for row in found]


@dataclass(frozen=True)
class Unsubscribed:
    """One row of _Unsubscribe of one contact: when (UTC seconds), of which job, which list it names, in what way."""

    at: int
    job: str
    list_id: int
    way: str


def unsubscribes(org: Org, visits: Sequence[int]) -> list[Unsubscribed]:
    """The unsubscribes that messages brought in these visits, in order of time."""
    listed = ", ".join(map(str, visits))
    rows = org.rows(
        f"""SELECT e.event_at, j.name, coalesce(w.list_id, j.list_id) AS list_id,
                   coalesce(w.way, iif(EXISTS (SELECT 1 FROM responses r WHERE r.batch_id = e.batch_id
                       AND r.visit = e.visit AND r.complained_at = e.event_at), 'spam complaint', 'link')) AS way
              FROM send_batches b
                   CROSS JOIN tracking_events e ON e.batch_id = b.batch_id AND e.visit IN ({listed})
                   JOIN jobs j ON j.job_id = b.job_id
                   LEFT JOIN unsubscribe_ways w ON w.batch_id = e.batch_id AND w.visit = e.visit AND w.seq = e.seq
             WHERE e.kind = 'unsubscribe' AND e.event_at <= (SELECT now FROM world) ORDER BY e.event_at, b.batch_id"""
    )
    return [Unsubscribed(*row) for row in rows]


def sql_responders(kinds: Sequence[str], links: Sequence[int] | None = None) -> str:
    """A SELECT of the visits, in their order, with an event of these kinds in the batch `:batch` until `:now`.

    `links` are the numbers of those that count in a click, None for all.
    """
    did = [f"{FIRST[kind]} <= :now" for kind in kinds]
    if links is not None:
        listed = ", ".join(map(str, links)) or "NULL"
        did = [f"clicked_at <= :now AND link IN ({listed})", f"reclicked_at <= :now AND relink IN ({listed})"]
    return f"SELECT DISTINCT visit FROM responses WHERE batch_id = :batch AND ({' OR '.join(did)})"


def received(org: Org, visits: Sequence[int], row_of: RowOf | None = None) -> list[Received]:
    """What was sent, or not sent, in these visits, in order of time.

    `row_of(cohort_id, visit)` gives the row that personalization strings in the subject are filled from.
    """
    marks = ", ".join("?" * len(visits))
    found = org.rows(
        f"""SELECT b.batch_id, b.job_id, b.cohort_id, b.sent_at, m.visit, e.name, j.subject, x.code
            FROM send_batches b JOIN jobs j USING (job_id) JOIN emails e USING (email_id)
                 JOIN journey_members m ON m.cohort_id = b.cohort_id AND m.visit IN ({marks})
                 LEFT JOIN send_exclusions x ON x.batch_id = b.batch_id AND x.visit = m.visit
            ORDER BY b.sent_at, b.batch_id, m.visit""",
        *visits,
    )
    return [
        Received(
            row["batch_id"], row["job_id"], row["visit"], row["cohort_id"], row["name"],
            personalize(row["subject"], row_of(row["cohort_id"], row["visit"]) if row_of else {}), row["sent_at"],
            row["code"], tuple(events_of(org, row["batch_id"], row["visit"])),
        )
        for row in found
    ]  # fmt: skip


def sql_sends_since() -> str:
    """A SELECT of (contact_id, sends): emails that went to each contact after the moment `:since` (UTC seconds)."""
    return """SELECT m.visit & 4294967295 AS contact_id, count(*) AS sends
              FROM send_batches b JOIN journey_members m ON m.cohort_id = b.cohort_id
              WHERE b.sent_at > :since
                AND NOT EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit)
              GROUP BY 1"""
