"""Whom sends have left out so far, with what left them out: of one person, of one job, and counted by cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.messaging.exclusions.codes import EXCLUSIONS, UNSUBSCRIBED
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from store.org import Org

_COLUMNS = "SELECT b.batch_id, j.job_id, j.name, k.contact_key, b.sent_at, x.code, e.said"
_CONTACT = f"LEFT JOIN contacts k ON k.contact_id = x.visit & {CONTACT_OF_VISIT}"
_CAUSES = """LEFT JOIN send_exclusion_causes c ON c.batch_id = x.batch_id AND c.visit = x.visit
             LEFT JOIN exclusion_causes e ON e.cause_id = c.cause_id"""


@dataclass(frozen=True)
class LeftOut:
    """One message that one contact did not get; `sent_at` is UTC seconds, `code` the first reason that held then.

    `cause` names the list, data extension or business unit; it is empty where the address or its status was it.
    """

    batch_id: int
    job_id: int
    job: str
    contact_key: str
    sent_at: int
    code: int
    reason: str
    cause: str


@dataclass(frozen=True)
class Cause:
    """A reason of one job's sends with what it was, and how many people it has left out, each send counted."""

    code: int
    reason: str
    cause: str
    people: int

    @property
    def said(self) -> str:
        """`Opt Out List Exclusion: publication list News`."""
        return f"{self.reason}: {self.cause}" if self.cause else self.reason


def left_out(org: Org, visits: Sequence[int]) -> list[LeftOut]:
    """Every message that was not sent in these visits, in order of time."""
    # Each visit is looked up by key in each batch; a scan of all exclusions would take seconds.
    rows = org.rows(
        f"""{_COLUMNS} FROM send_batches b
              CROSS JOIN send_exclusions x ON x.batch_id = b.batch_id AND x.visit IN ({", ".join(map(str, visits))})
              JOIN jobs j ON j.job_id = b.job_id {_CONTACT} {_CAUSES}
             WHERE b.excluded > 0 ORDER BY b.sent_at, b.batch_id, x.visit"""
    )
    return [_left_out(row) for row in rows]


def _left_out(row: sqlite3.Row) -> LeftOut:
    code = row["code"]
    return LeftOut(
        row["batch_id"], row["job_id"], row["name"], row["contact_key"] or "", row["sent_at"], code, name_of(code),
        cause_of(code, row["said"] or ""),
    )  # fmt: skip


def left_out_of(org: Org, job_id: int, limit: int = 100) -> list[LeftOut]:
    """Whom the sends of a job have left out, the latest send first, a page of them."""
    rows = org.rows(
        f"""{_COLUMNS} FROM jobs j JOIN send_batches b ON b.job_id = j.job_id
              CROSS JOIN send_exclusions x ON x.batch_id = b.batch_id {_CONTACT} {_CAUSES}
             WHERE j.job_id = ? ORDER BY b.batch_id DESC, x.visit LIMIT ?""",
        job_id, limit,
    )  # fmt: skip
    return [_left_out(row) for row in rows]


def causes(org: Org, job_id: int) -> list[Cause]:
    """Why people were left out of the sends of a job, most first."""
    rows = org.rows(
        f"""SELECT x.code, coalesce(e.said, '') AS said, count(*) AS people
              FROM send_batches b CROSS JOIN send_exclusions x ON x.batch_id = b.batch_id {_CAUSES}
             WHERE b.job_id = ? AND b.excluded > 0 GROUP BY 1, 2 ORDER BY people DESC, 1, 2""",
        job_id,
    )
    return [Cause(row["code"], name_of(row["code"]), cause_of(row["code"], row["said"]), row["people"]) for row in rows]


def cause_of(code: int, kept: str) -> str:
    """What was kept as the cause; of a master unsubscribe nothing is, since it is what most are left out for."""
    return "All Subscribers" if code == UNSUBSCRIBED and not kept else kept


def name_of(code: int) -> str:
    """The name of a send log error code."""
    return EXCLUSIONS.get(code, f"code {code}")
