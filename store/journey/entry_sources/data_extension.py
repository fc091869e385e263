"""Data Extension: a run looks at its rows, once or on a schedule. Type EmailAudience.

New records only reads the rows above the high-watermark; a row that was updated is not new, an overwritten data
extension is. All records reads every row again. Source: domain E1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.agenda import schedule
from store.data_extensions import quoted
from store.errors import Refused
from store.journey.activities.base import Finding
from store.journey.entry_sources.base import Candidates, EntrySource, entry_source
from store.journey.schedule import next_run, once_at, problems, runs_once

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.org import Org


@entry_source("Data Extension", "EMAILAUDIENCE")
class DataExtensionSource(EntrySource):
    """`metaData.scheduleFlowMode`, `schedule` and `arguments.useHighWatermark` of the event definition."""

    @property
    def trickles(self) -> bool:
        """Only where new records are evaluated. Source: SFH:mc_jb_pause_running_journey."""
        return self.event.new_records_only

    def check(self, checking: Checking) -> Iterator[Finding]:
        """A sendable data extension, and a schedule that can be read."""
        yield from super().check(checking)
        if self.version.event is not None:
            for message in problems(self.event, checking.org.now):
                yield self.warning(message)

    def start(self, org: Org) -> None:
        """Put the first run on the agenda."""
        at = once_at(self.event, org.now) if runs_once(self.event) else next_run(self.event, org.now)
        self._schedule(org, at, 0)

    def follow(self, org: Org, runs: int) -> None:
        """Put the next run on the agenda; a run-once source has none."""
        if not runs_once(self.event):
            self._schedule(org, next_run(self.event, org.now + 1, runs), runs)

    def _schedule(self, org: Org, at: int | None, runs: int) -> None:
        if at is not None:
            args = {"version_id": self.version.version_id, "runs": runs}
            schedule(org, at, "journey.entry", args, f"{self.version.name}: entry from {self.event.data_extension}")

    def candidates(self, org: Org) -> Candidates:
        """The rows of the data extension: those above the high-watermark, or all."""
        de = self.data_extension(org)
        if de.sendable_field is None:
            raise Refused(f"The data extension {de.name} is not sendable any more.")
        table, key = quoted(de.table_name), f"e.{quoted(de.sendable_field)}"
        since = self.version.watermark if self.event.new_records_only else 0
        until = org.value(f"SELECT max(_CustomObjectKey) FROM {table}")
        return Candidates(table, key, since, until, new_only=self.event.new_records_only)

    def explain(self) -> str:
        event = self.version.event
        if event is None:
            return super().explain()
        rows = "the new rows" if event.new_records_only else "all rows"
        if runs_once(event):
            return f"Takes {rows} of {event.data_extension} once."
        every = str(event.schedule.get("frequency") or "scheduled time").lower()
        return f"Takes {rows} of {event.data_extension} at every run: {every}."
