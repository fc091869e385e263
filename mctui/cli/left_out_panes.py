"""What `mctui show` says of sends and of those whom they left out: by job, by cause, and of one contact."""

from __future__ import annotations

from mctui.cli.panes import Section, moment, pane, table
from store import Org
from store.errors import Refused


@pane("messages")
def messages(org: Org, _: str, limit: int) -> list[Section]:
    """Send jobs and their tracking; people are counted once. What left people out stands behind its count."""
    from store import contacts, messaging

    rows = []
    for j in messaging.jobs(org):
        job, t = messaging.get_job(org, j.job_id), j.tracking
        named = contacts.list_by_id(org, job.list_id)
        causes = "; ".join(f"{one.said} {one.people:,}" for one in messaging.exclusions.causes(org, j.job_id))
        bounces = "; ".join(f"{kind} {people:,}" for kind, people in messaging.bounces_of(org, j.job_id).items())
        rows.append(
            (j.job_id, j.name, j.subject, job.send_classification, named.name if named else "", t.sent, t.excluded,
             causes, t.opened, t.clicked, t.bounced, bounces, t.unsubscribed)
        )  # fmt: skip
    headers = (
        "job", "email", "subject", "classification", "list", "sent", "excluded", "left_out_by", "opened", "clicked",
        "bounced", "bounced_by", "unsubscribed",
    )  # fmt: skip
    return [table("messages", headers, rows, "Nothing was sent yet.")]


@pane("left-out")
def left_out(org: Org, _: str, limit: int) -> list[Section]:
    """Whom sends left out, by job and cause, with what would have to change."""
    from store.messaging import exclusions, jobs

    rows = [
        (
            job.job_id,
            job.name,
            one.code,
            one.reason,
            one.cause,
            one.people,
            exclusions.words(one.code, one.cause).change,
        )
        for job in jobs(org)
        for one in exclusions.causes(org, job.job_id)
    ]
    headers = ("job", "email", "code", "reason", "cause", "people", "to_change_it")
    return [table("left_out", headers, rows[:limit], "No send has left anybody out.")]


@pane("left-out/")
def left_out_of(org: Org, job: str, limit: int) -> list[Section]:
    """The people whom one job left out, each with its cause."""
    from store.messaging import exclusions, get_job

    if not job.isdecimal():
        raise Refused(f"'{job}' is not the number of a job.", fix="`mctui show FILE messages` lists them.")
    rows = [
        (one.contact_key, moment(one.sent_at), one.code, one.reason, one.cause)
        for one in exclusions.left_out_of(org, get_job(org, int(job)).job_id, limit)
    ]
    headers = ("contact", "sent", "code", "reason", "cause")
    return [table("left_out", headers, rows, "Nobody was left out.")]


def of_contact(org: Org, key: str) -> list[Section]:
    """Where a contact stands at each level and list, what it did not get, and which jobs would leave it out now."""
    from store import advice

    levels = [
        (s.level, s.name, s.status, moment(s.since), s.because, s.keeps_from) for s in advice.subscriptions(org, key)
    ]
    missed = [
        (moment(m.at), m.name, m.code, m.reason, m.cause, m.says, moment(m.since), m.because, m.change)
        for m in advice.not_sent(org, key)
    ]
    now = [(m.job_id, m.name, m.code, m.reason, m.says, m.change) for m in advice.would_be_left_out(org, key)]
    missed_headers = ("at", "email", "code", "reason", "cause", "what", "since", "because", "to_change_it")
    return [
        table("subscriptions", ("level", "name", "status", "since", "because", "keeps_from"), levels,
              "Not in All Subscribers: no list knows this contact."),
        table("not_sent", missed_headers, missed, "No send left this contact out."),
        table("left_out_now", ("job", "email", "code", "reason", "what", "to_change_it"), now,
              "Of the latest jobs none would leave this contact out now."),
    ]  # fmt: skip


def of_journey(org: Org, key: str) -> Section:
    """Whom the emails of a journey left out, by activity and cause."""
    from store import journey
    from store.messaging import exclusions

    rows = [
        (activity, one.code, one.reason, one.cause, one.people)
        for activity, job in journey.send_jobs(org, key).items()
        for one in exclusions.causes(org, job.job_id)
    ]
    return table("left_out", ("activity", "code", "reason", "cause", "people"), rows, "Its emails left nobody out.")
