"""Which activity sends by which job: what connects a message with the place in a journey that it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import messaging
from store.journey.version import current, versions

if TYPE_CHECKING:
    from store.org import Org


def activity_of_send(org: Org, object_id: str) -> tuple[str, str] | None:
    """(journey key, activity key) of the activity that sends by a triggered send definition; None of no journey."""
    row = org.row(
        """SELECT j.key, a.activity_key FROM journey_activities a JOIN journey_versions v USING (version_id)
             JOIN journeys j USING (journey_id) WHERE a.object_id = ?""",
        object_id,
    )
    return (row[0], row[1]) if row else None


@dataclass(frozen=True)
class ExclusionScript:
    """The exclusion script of one email activity, as it is written."""

    journey: str
    version: int
    activity: str
    text: str


def exclusion_scripts(org: Org) -> list[ExclusionScript]:
    """The exclusion scripts of all versions that were published."""
    found = []
    for row in org.rows("SELECT key FROM journeys ORDER BY key"):
        for version in versions(org, row["key"]):
            for spec in version.spec.activities.values() if version.status != "Draft" else ():
                triggered = spec.configuration.get("triggeredSend")
                script = triggered.get("exclusionFilter") if isinstance(triggered, dict) else None
                if isinstance(script, str) and script.strip():
                    found.append(ExclusionScript(version.name, version.number, spec.name, script.strip()))
    return found


def send_jobs(org: Org, key: str, version: int | None = None) -> dict[str, messaging.Job]:
    """The send job of each email activity of a version, by activity key; none of a draft."""
    rows = org.rows(
        """SELECT activity_key, object_id FROM journey_activities
            WHERE version_id = ? AND object_id IS NOT NULL ORDER BY ordinal""",
        current(org, key, version).version_id,
    )
    found = ((row[0], messaging.job_of_definition(org, row[1])) for row in rows)
    return {activity_key: job for activity_key, job in found if job is not None}
