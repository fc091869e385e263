"""Stop: whoever comes leaves the journey at once, as exited. Type EXIT, also written STOP or END.

A path that just ends needs no such activity: its contacts have completed the journey. The product's canvas draws the
end of a path without writing an activity (domain E8); this one is for journeys that say it (ASSUMED).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.journey.activities.base import Activity, Finding, activity

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run


@activity("EXIT", "Exit")
class Stop(Activity):
    """Nothing comes after it."""

    def check(self, checking: Checking) -> Iterator[Finding]:
        """A way on would never be taken."""
        if self.next is not None:
            yield self.warning(f"{self.spec.name} ends the journey: nobody goes on to {self.next}.")

    def run(self, run: Run, cohort: Cohort) -> None:
        run.end(cohort, "exited")

    def explain(self) -> str:
        return "Everyone who comes leaves the journey."
