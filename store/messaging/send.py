"""Sending one batch: who is excluded, and how everyone else will respond."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store import contacts
from store.contacts import ALL_SUBSCRIBERS_LIST
from store.data_extensions import Field
from store.messaging.comebacks import expect_comebacks
from store.messaging.effects import catch_up, schedule_buckets
from store.messaging.emails import Job, find_email
from store.messaging.engagement import Questions
from store.messaging.exclusions import Asked, named_by, reasons, sql_first_reason
from store.messaging.send_log import write_send_log
from store.messaging.views import CONTACT_OF_VISIT
from store.scratch import scratch

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Sent:
    """What one batch came to: people mailed, excluded, and new in All Subscribers."""

    batch_id: int
    mailed: int
    excluded: int
    subscribed: int


@dataclass(frozen=True)
class Audience:
    """Who is sent to: all members of a cohort.

    `addresses` is a SELECT of (contact_id, email_address) over them, with `params`: what those who are not yet in All
    Subscribers are added with. Everyone else is mailed at the address that All Subscribers has. `lineage` has the
    cohort and those that it came from.
    """

    cohort_id: int
    size: int
    lineage: Sequence[int]
    addresses: str
    params: Mapping[str, Any] = field(default_factory=dict)
    rows: str = ""  # a SELECT of visit and the fields below: the row of the sendable data extension of each member
    fields: Sequence[Field] = ()
    criteria: str = ""  # exclusion criteria: a condition over those fields, of whom to leave out


def send_to_cohort(org: Org, job: Job, audience: Audience) -> Sent:
    """Send the job's email to an audience now."""
    catch_up(org)
    batch_id = int(org.value("SELECT coalesce(max(batch_id), 0) + 1 FROM send_batches"))
    cohort_id = audience.cohort_id
    last_visit = org.value("SELECT max(visit) FROM journey_members WHERE cohort_id = ?", cohort_id) or 0
    re_entered = last_visit > CONTACT_OF_VISIT
    subscribed = _find_exceptions(org, job, audience, re_entered=re_entered)
    _find_unsubscribed_here(org, job, cohort_id)
    _find_suppressed(org, cohort_id)
    members = f"SELECT visit & {CONTACT_OF_VISIT} FROM journey_members WHERE cohort_id = :cohort"
    contacts.record_in_unit(org, job.mid, members, {"cohort": cohort_id})
    excluded = _exclude(org, job, batch_id, audience)
    if job.list_id != ALL_SUBSCRIBERS_LIST:
        contacts.join_at_send(org, job.list_id, members, {"cohort": cohort_id})
    write_send_log(org, job, batch_id, audience)
    org.run(
        "INSERT INTO send_batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
        batch_id, job.job_id, cohort_id, org.now, audience.size - excluded, excluded, org.now, org.now,
    )  # fmt: skip
    email = find_email(org, job.email_id)
    questions = Questions(org, job.job_id, links=len(email.links) if email else 0, re_entered=re_entered)
    questions.draw(batch_id, cohort_id)
    _end_bounce_runs(org, batch_id)
    schedule_buckets(org, batch_id, job)
    bounced = f"SELECT visit & {CONTACT_OF_VISIT} FROM temp.exceptions WHERE status = 'bounced'"
    expect_comebacks(org, bounced, {}, batch_id)
    org.run("DELETE FROM temp.exceptions")
    return Sent(batch_id, audience.size - excluded, excluded, subscribed)


def _find_exceptions(org: Org, job: Job, audience: Audience, *, re_entered: bool) -> int:
    """Gather whoever is not plainly active with an address: TEMP table `exceptions` (visit, status, email_address).

    Whoever is not in All Subscribers joins them first, if the job adds subscribers; returns how many did.
    """
    scratch(org, "exceptions", "visit INTEGER PRIMARY KEY, status TEXT, email_address TEXT")
    lineage = ", ".join(map(str, audience.lineage))
    earlier = org.value(
        f"""SELECT max(batch_id) FROM send_batches JOIN jobs USING (job_id)
            WHERE auto_add AND cohort_id IN ({lineage})"""
    )
    if earlier is not None and not re_entered and not contacts.deletion.any_subscriber_deleted(org):
        _look_at_the_others(org, audience.cohort_id, earlier)
        return 0
    subscribed = 0
    if job.auto_add and _any_unknown(org, audience.cohort_id):
        subscribed = contacts.subscribe(org, audience.addresses, audience.params)
    if re_entered or subscribed < audience.size or not _look_at_the_new(org, audience):
        _look_at_all(org, audience.cohort_id)
    # What is odd about an address is found here once; sends to the same people look at those noted.
    contacts.note_odd(org, f"SELECT visit & {CONTACT_OF_VISIT} FROM temp.exceptions WHERE status IS NOT NULL")
    return subscribed


def _find_unsubscribed_here(org: Org, job: Job, cohort_id: int) -> None:
    """Add to the exceptions who is unsubscribed from the business unit that sends. Source: domain A3, level 2."""
    here = contacts.sql_unsubscribed_from(job.mid)
    if org.value(f"SELECT 1 FROM ({here}) LIMIT 1") is None:
        return
    org.run(
        f"""INSERT INTO temp.exceptions
            SELECT m.visit, 'unsubscribed here', s.email_address
            FROM journey_members m JOIN all_subscribers s ON s.contact_id = m.visit & {CONTACT_OF_VISIT}
            WHERE m.cohort_id = :cohort AND s.contact_id IN ({here})
            ON CONFLICT (visit) DO UPDATE SET status = excluded.status WHERE status NOT IN ('held', 'unsubscribed')""",
        {"cohort": cohort_id},
    )


def _find_suppressed(org: Org, cohort_id: int) -> None:
    """Add to the exceptions whose contacts are being deleted. Source: domain A5, error 40."""
    if not contacts.deletion.any_suppressed(org):
        return
    org.run(
        f"""INSERT INTO temp.exceptions
            SELECT visit, 'deleted', NULL FROM journey_members
            WHERE cohort_id = :cohort AND visit & {CONTACT_OF_VISIT} IN ({contacts.deletion.SUPPRESSED})
            ON CONFLICT (visit) DO UPDATE SET status = 'deleted'""",
        {"cohort": cohort_id},
    )


def _any_unknown(org: Org, cohort_id: int) -> bool:
    """Whether a member is not in All Subscribers."""
    found = org.value(
        f"""SELECT 1 FROM journey_members m LEFT JOIN all_subscribers s ON s.contact_id = m.visit & {CONTACT_OF_VISIT}
            WHERE m.cohort_id = ? AND s.contact_id IS NULL LIMIT 1""",
        cohort_id,
    )
    return found is not None


def _look_at_all(org: Org, cohort_id: int) -> None:
    """For people of whom nothing is known: each one's status and address."""
    org.run(
        f"""INSERT OR IGNORE INTO temp.exceptions
            SELECT m.visit, CASE WHEN s.contact_id IS NOT NULL THEN coalesce(t.status, 'active') END, s.email_address
            FROM journey_members m LEFT JOIN all_subscribers s ON s.contact_id = m.visit & {CONTACT_OF_VISIT}
                 LEFT JOIN subscriber_statuses t ON t.contact_id = s.contact_id
            WHERE m.cohort_id = :cohort
              AND (s.contact_id IS NULL OR t.status <> 'active' OR {contacts.sql_maybe_odd(org, "s.email_address")})
            ORDER BY m.visit""",
        {"cohort": cohort_id},
    )


def _look_at_the_new(org: Org, audience: Audience) -> bool:
    """For people who all joined All Subscribers just now: they are active, only their addresses can be odd.

    Returns False, and does nothing, where their Contact IDs are no gapless run, which alone can be read without them.
    """
    ends = ", ".join(f"(SELECT {end}(visit) FROM journey_members WHERE cohort_id = :cohort)" for end in ("min", "max"))
    first, last = org.rows(f"SELECT {ends}", {"cohort": audience.cohort_id})[0]
    if last - first + 1 != audience.size:
        return False
    org.run(
        f"""INSERT INTO temp.exceptions
            SELECT s.contact_id, 'active', s.email_address FROM all_subscribers s
            WHERE s.contact_id BETWEEN ? AND ? AND {contacts.sql_maybe_odd(org, "s.email_address")}""",
        first, last,
    )  # fmt: skip
    return True


def _look_at_the_others(org: Org, cohort_id: int, earlier: int) -> None:
    """For people who were sent to before, by the batch `earlier`: only the few who are not active or had no address.

    Their visits are everyone's first, so that the visit is the Contact ID and All Subscribers' index finds them.
    """
    params = {"cohort": cohort_id, "earlier": earlier}
    org.run(
        f"""INSERT INTO temp.exceptions
            SELECT m.visit, coalesce(t.status, 'active'), s.email_address
            FROM ({contacts.sql_odd_addresses()}) o CROSS JOIN journey_members m
                   ON m.cohort_id = :cohort AND m.visit = o.contact_id
                 CROSS JOIN all_subscribers s ON s.contact_id = o.contact_id
                 LEFT JOIN subscriber_statuses t ON t.contact_id = o.contact_id""",
        params,
    )
    # Of all others the address is sendable: it is not looked up.
    org.run(
        """INSERT OR IGNORE INTO temp.exceptions
           SELECT m.visit, t.status, NULL
           FROM subscriber_statuses t CROSS JOIN journey_members m ON m.cohort_id = :cohort AND m.visit = t.contact_id
           WHERE t.status <> 'active'
           UNION ALL
           SELECT m.visit, NULL, NULL
           FROM send_exclusions x CROSS JOIN journey_members m ON m.cohort_id = :cohort AND m.visit = x.visit
           WHERE x.batch_id = :earlier AND NOT EXISTS (SELECT 1 FROM all_subscribers s WHERE s.contact_id = m.visit)""",
        params,
    )


def _exclude(org: Org, job: Job, batch_id: int, audience: Audience) -> int:
    """Write who of the cohort is not mailed, each with the first reason that holds; returns how many."""
    people = f"SELECT visit, visit & {CONTACT_OF_VISIT} AS contact_id FROM journey_members WHERE cohort_id = :cohort"
    criteria = f"SELECT r.visit FROM ({audience.rows}) r WHERE {audience.criteria}" if audience.criteria else ""
    found = reasons(
        Asked(org, job, named_by(org, job.job_id), people, "SELECT * FROM temp.exceptions", criteria),
    )
    scratch(org, "excluded", "visit INTEGER PRIMARY KEY, nr INTEGER")
    org.run(f"INSERT INTO temp.excluded {sql_first_reason(found)}", {**audience.params, "cohort": audience.cohort_id})
    codes = " ".join(f"WHEN {nr} THEN {reason.code}" for nr, reason in enumerate(found))
    count = org.run(
        f"INSERT INTO send_exclusions SELECT ?, visit, CASE nr {codes} END FROM temp.excluded ORDER BY visit", batch_id
    )
    for nr, reason in enumerate(found):
        if reason.cause:
            _keep_cause(org, batch_id, nr, reason.cause)
    org.run("DELETE FROM temp.excluded")
    return count


def _keep_cause(org: Org, batch_id: int, nr: int, said: str) -> None:
    """Keep which list or data extension it was."""
    if org.value("SELECT 1 FROM temp.excluded WHERE nr = ? LIMIT 1", nr) is None:
        return
    org.run("INSERT OR IGNORE INTO exclusion_causes(said) VALUES (?)", said)
    org.run(
        """INSERT INTO send_exclusion_causes
           SELECT ?, visit, (SELECT cause_id FROM exclusion_causes WHERE said = ?) FROM temp.excluded WHERE nr = ?""",
        batch_id, said, nr,
    )  # fmt: skip


def _end_bounce_runs(org: Org, batch_id: int) -> None:
    """Whoever bounced before and does not bounce this time got the message: the run of bounces ends."""
    contacts.record_deliveries(
        org,
        f"""SELECT x.visit & {CONTACT_OF_VISIT} FROM temp.exceptions x
            WHERE x.status = 'bounced' AND x.visit NOT IN (
              SELECT r.visit FROM responses r INDEXED BY responses_bounced
              WHERE r.batch_id = :batch AND r.bounced_at IS NOT NULL)""",
        {"batch": batch_id},
    )
