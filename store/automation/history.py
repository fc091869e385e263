"""What automations did, for the screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Instance:
    """One run of an automation; times in UTC seconds."""

    instance_id: int
    automation: str
    started_at: int
    ended_at: int | None
    status: str
    error: str | None


def executions(org: Org) -> int:
    """How many runs of automations there have been."""
    return int(org.value("SELECT count(*) FROM automation_instances"))


def instances(org: Org, limit: int = 50) -> list[Instance]:
    """The last runs, newest first."""
    return [
        Instance(*row)
        for row in org.rows(
            """
            SELECT i.instance_id, a.name, i.started_at, i.ended_at, i.status, i.error
            FROM automation_instances i JOIN automations a USING (automation_id)
            ORDER BY i.instance_id DESC LIMIT ?
            """,
            limit,
        )
    ]
