"""Wait until date: everyone goes on at one moment, or at once when it has passed. Type WAIT with `specificDate`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.clock import system_text
from store.errors import Refused
from store.journey.activities.base import Finding, activity
from store.journey.activities.wait import Wait
from store.journey.spec import ActivitySpec
from store.journey.time_zones import local_moment

if TYPE_CHECKING:
    from store.journey.check import Checking


@activity("WAIT", "Wait Until Date")
class WaitUntilDate(Wait):
    """`specificDate`, local to `timeZone`, with `specifiedTime` as its time of day where the date has none.

    Source: domain E3, fixed date and time, already past: continue immediately.
    """

    @classmethod
    def means(cls, spec: ActivitySpec) -> bool:
        return bool(spec.configuration.get("specificDate")) or ui_type(spec) == "WAITUNTILDATE"

    @property
    def moment(self) -> int:
        """When it ends; UTC seconds. Raises Refused for a date, time or zone that cannot be read."""
        written = str(self.spec.configuration.get("specificDate") or "").strip()
        time = str(self.spec.configuration.get("specifiedTime") or "")
        if time and len(written) == len("2026-01-05"):
            written = f"{written}T{time}"
        return local_moment(written, self.zone)

    @property
    def shortest(self) -> int:
        return 0  # whoever comes later does not wait

    def check(self, checking: Checking) -> Iterator[Finding]:
        """A date that can be read and is to come."""
        try:
            moment = self.moment
        except Refused as error:
            yield self.error(f"{self.spec.name}: {error.message} {error.fix}".rstrip())
            return
        if moment <= checking.org.now:
            yield self.warning(f"{self.spec.name} waits for nobody: {system_text(moment)} (system time) has passed.")

    def due_at(self, now: int) -> int:
        return max(now, self.moment)

    def after_pause(self, due_at: int, seconds: int) -> int:
        return due_at

    @property
    def duration(self) -> str:
        try:
            return f"until {system_text(self.moment)[:16]}"
        except Refused:
            return "until a date"

    def explain(self) -> str:
        return f"Waits {self.duration} (system time); whoever comes later goes on at once."


def ui_type(spec: ActivitySpec) -> str:
    """What the canvas calls the wait: of the metadata, else the type as it was written."""
    return str(spec.metadata.get("uiType") or spec.raw.get("type") or "").upper()
