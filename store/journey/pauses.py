"""The pause of a version: for how long, what it does to waits and to who comes meanwhile, and what comes after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.clock import DAY
from store.journey.version import Version

if TYPE_CHECKING:
    from store.org import Org

LONGEST = 14  # days, in steps of one; source: SFH:mc_jb_pause
AFTERWARDS = ("none", "resume", "stop")  # source: SFD:JourneyPauseByDefinitionId, GuardrailAction


@dataclass(frozen=True)
class Pause:
    """A pause that lasts. Times are UTC seconds."""

    pause_id: int
    paused_at: int
    days: int
    extend_waits: bool
    queue_entries: bool
    afterwards: str
    resumes_as: str

    @property
    def ends_at(self) -> int:
        """When the chosen days are over; each is 24 hours. Source: SFH:mc_jb_pause."""
        return self.paused_at + self.days * DAY


def pause_of(org: Org, version: Version) -> Pause | None:
    """The pause that a version is in, or None."""
    row = org.row(
        """SELECT pause_id, paused_at, days, extend_waits, queue_entries, afterwards, resumes_as FROM journey_pauses
           WHERE version_id = ? AND ended_at IS NULL""",
        version.version_id,
    )
    if row is None:
        return None
    pause_id, paused_at, days, extend, queue, afterwards, resumes_as = row
    return Pause(pause_id, paused_at, days, bool(extend), bool(queue), afterwards, resumes_as)
