"""Automation: the rows of a data extension, when an automation's journey entry step runs. Type AutomationAudience."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.automation import JOURNEY_ENTRIES, Result, activity, with_activity
from store.errors import Refused
from store.journey.activities.base import Finding
from store.journey.arrivals import definition
from store.journey.entry_sources.base import entry_source
from store.journey.entry_sources.data_extension import DataExtensionSource

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.org import Org


@entry_source("Automation", "AUTOMATIONAUDIENCE")
class AutomationSource(DataExtensionSource):
    """Which rows is the event's business, when is the automation's: a journey entry step with the event's key."""

    def check(self, checking: Checking) -> Iterator[Finding]:
        """A sendable data extension; a journey that no automation lets in is told so."""
        yield from super().check(checking)
        if self.version.event is not None and not self._automations(checking.org):
            yield self.warning(
                f"no automation has a Journey Entry step for {self.event.key}: nobody enters until one has."
            )

    def _automations(self, org: Org) -> list[str]:
        named = (self.event.key, str(self.event.raw.get("name") or self.event.key))
        return [name for kind in JOURNEY_ENTRIES for key in named for name in with_activity(org, kind, key)]

    def start(self, org: Org) -> None:
        """Nothing: the automation says when."""

    def follow(self, org: Org, runs: int) -> None:
        """Nothing: the automation says when."""

    def explain(self) -> str:
        if self.version.event is None:
            return super().explain()
        rows = "the new rows" if self.event.new_records_only else "all rows"
        return f"Takes {rows} of {self.event.data_extension} when an automation's Journey Entry step runs."


def run_step(org: Org, key: str) -> Result:
    """Let the contacts of an event in now, by its key or name; the step is in error when there is no such event."""
    from store.journey.entry import enter_by_event

    try:
        found = definition(org, key, by_name=True)
    except Refused as error:
        return Result(False, error.message, {"errors": 1})
    outcome = enter_by_event(org, found.event.key)
    return Result(True, outcome.title, outcome.changes, outcome.subject)


for _kind in JOURNEY_ENTRIES:
    activity(_kind)(run_step)
