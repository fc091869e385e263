"""The audit log of versions, as `GET /interactions/{id}/audit/{action}` answers it. Source: domain E6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.journey.version import Version, journey_id_of

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Audited:
    """One thing that was done to a version. `at` is UTC seconds."""

    version: int
    action: str
    at: int


def note(org: Org, version: Version, action: str) -> None:
    """Keep that this was done now: Create, Modify, Publish, Pause, Resume, Stop."""
    org.run("INSERT INTO journey_audit(version_id, at, action) VALUES (?, ?, ?)", version.version_id, org.now, action)


def audit(org: Org, key: str, action: str = "all") -> list[Audited]:
    """What was done to the versions of a journey, newest first; `action` picks one."""
    rows = org.rows(
        """SELECT v.number, a.action, a.at FROM journey_audit a JOIN journey_versions v USING (version_id)
           WHERE v.journey_id = ? AND (? = 'all' OR a.action = ? COLLATE NOCASE) ORDER BY a.audit_id DESC""",
        journey_id_of(org, key), action, action,
    )  # fmt: skip
    return [Audited(*row) for row in rows]
