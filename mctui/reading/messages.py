"""The messages so far: of each send what it names and whom it reached, and whom it left out by what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.views import Detail, Section

if TYPE_CHECKING:
    from store import Org
    from store.messaging import JobCounts

SENDS = 40  # the latest jobs that are listed


def sends(org: Org) -> Detail:
    """A section per job, the latest first."""
    from store import messaging

    jobs = messaging.jobs(org)
    sections = [_job(org, job) for job in jobs[: -SENDS - 1 : -1]]
    nothing = Section("Nothing was sent yet", (("", "n steps on; messages leave journeys and sends."),))
    return Detail(f"Messages · {len(jobs):,} send{'s' * (len(jobs) != 1)}", tuple(sections) or (nothing,))


def _job(org: Org, counts: JobCounts) -> Section:
    from store import contacts, messaging
    from store.messaging import exclusions

    job, came = messaging.get_job(org, counts.job_id), counts.tracking
    named = exclusions.named_by(org, job.job_id)
    lists = (contacts.list_by_id(org, each) for each in (*named.suppression_lists, *named.exclusion_lists))
    to = contacts.list_by_id(org, job.list_id)
    rows: list[tuple[str, object] | tuple[str, object, str]] = [
        ("classification", job.send_classification),
        ("list", to.name if to else job.list_id),
        ("leaves out", ", ".join(f"{each.kind.lower()} {each.name}" for each in lists if each) or "no list by name"),
        ("sent", f"{came.sent:,}"),
        ("came", f"{came.opened:,} opened, {came.clicked:,} clicked, {came.unsubscribed:,} unsubscribed"),
    ]
    bounces = messaging.bounces_of(org, job.job_id)
    rows += [("bounced", ", ".join(f"{people:,} {kind}" for kind, people in bounces.items()))] if bounces else []
    for one in exclusions.causes(org, job.job_id):
        rows.append(("not sent", f"{one.people:,} {one.said}", exclusions.words(one.code, one.cause).change))
    return Section(f"{counts.name} · job {job.job_id}", tuple(rows))
