"""Asking of any contacts, and not only of a cohort: would this job reach them now, and if not, why?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import contacts
from store.messaging.exclusions.codes import EXCLUSIONS
from store.messaging.exclusions.named import named_by
from store.messaging.exclusions.reasons import Asked, Reason, reasons, sql_first_reason

if TYPE_CHECKING:
    from store.messaging.emails import Job
    from store.org import Org


@dataclass(frozen=True)
class Excluded:
    """One contact whom a job would not reach now: the send log error code, its name, and which list it was."""

    contact_id: int
    code: int
    reason: str
    cause: str


def sql_excluded(org: Org, job: Job, people: str) -> tuple[str, list[Reason]]:
    """A SELECT of (contact_id, nr) of those of a SELECT of contact_id whom the job would leave out now.

    `nr` is the place of the first reason that holds in the list that is returned beside it. It only reads. Whoever is
    not in All Subscribers yet is missing an address here; a send with addresses of its own adds them first.
    """
    given = f"WITH g(contact_id) AS ({people}) SELECT g.contact_id AS visit, g.contact_id FROM g"
    standing = f"""
        SELECT p.visit,
               CASE WHEN p.contact_id IN ({contacts.deletion.SUPPRESSED}) THEN 'deleted'
                    WHEN s.contact_id IS NULL THEN NULL
                    WHEN s.status NOT IN ('held', 'unsubscribed') AND EXISTS (
                      SELECT 1 FROM ({contacts.sql_unsubscribed_from(job.mid)}) u WHERE u.contact_id = p.contact_id)
                    THEN 'unsubscribed here' ELSE s.status END AS status,
               s.email_address
          FROM ({given}) p LEFT JOIN subscribers s ON s.contact_id = p.contact_id"""
    found = reasons(Asked(org, job, named_by(org, job.job_id), given, standing))
    return f"SELECT visit AS contact_id, nr FROM ({sql_first_reason(found)})", found


def excluded(org: Org, job: Job, people: str, params: Mapping[str, Any] | None = None) -> list[Excluded]:
    """Those of a SELECT of contact_id whom the job would not reach now, with the reason; nobody's row is changed."""
    sql, found = sql_excluded(org, job, people)
    rows = org.rows(f"{sql} ORDER BY contact_id", params or {})
    return [
        Excluded(row["contact_id"], found[row["nr"]].code, EXCLUSIONS.get(found[row["nr"]].code, ""),
                 found[row["nr"]].cause)
        for row in rows
    ]  # fmt: skip
