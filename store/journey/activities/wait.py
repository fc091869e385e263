"""Wait by duration: the cohort stands until its time has come. Type WAIT.

Wait until date, by attribute, until event and "extend until" come later, in files of their own; a WAIT that asks for
one of them is refused by `check`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from store.clock import DAY, HOUR, MINUTE, SYSTEM_ZONE, span
from store.journey.activities.base import Activity, Finding, activity, as_number
from store.journey.spec import Json

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run

_SECONDS = {"MINUTES": MINUTE, "HOURS": HOUR, "DAYS": DAY, "WEEKS": 7 * DAY}
_UNITS = (*_SECONDS, "MONTHS")
_MONTH = 28 * DAY  # the shortest, where a lower bound is wanted


@activity("WAIT", "Wait")
class Wait(Activity):
    """`waitDuration` and `waitUnit`: MINUTES, HOURS, DAYS, WEEKS, MONTHS; 1 DAYS by default. Source: domain E3."""

    @classmethod
    def blank(cls) -> Json:
        """A wait of one day."""
        new = super().blank()
        return {**new, "name": "1 day", "configurationArguments": {"waitDuration": 1, "waitUnit": "DAYS"}}

    @property
    def amount(self) -> float:
        """How many units."""
        number = as_number(self.spec.configuration.get("waitDuration", 1))
        return 1 if number is None else number

    @property
    def unit(self) -> str:
        """The unit in upper case and plural."""
        name = str(self.spec.configuration.get("waitUnit") or "DAYS").upper()
        return name if name.endswith("S") else name + "S"

    @property
    def shortest(self) -> int:
        """The least number of seconds that it takes."""
        return int(self.amount * _SECONDS.get(self.unit, _MONTH))

    def _other_kind(self) -> str:
        """What kind of wait this is when it is not by duration."""
        configuration, metadata = self.spec.configuration, self.spec.metadata
        if configuration.get("waitEndDateAttributeExpression"):
            return "by attribute"
        if configuration.get("waitForEventKey") or configuration.get("waitForEventId"):
            return "until event"
        if configuration.get("specificDate"):
            return "until date"
        return "extended until a time of day" if metadata.get("isExtended") else ""

    def check(self, checking: Checking) -> Iterator[Finding]:
        """Unknown kinds and units, and durations of nothing."""
        if kind := self._other_kind():
            yield self.error(f"{self.spec.name}: a wait {kind} is not built yet.")
        if self.unit not in _UNITS:
            yield self.error(f"{self.spec.name}: the wait unit {self.unit} is none of {', '.join(_UNITS)}.")
        if as_number(self.spec.configuration.get("waitDuration", 1)) is None or self.amount < 0:
            yield self.error(f"{self.spec.name}: the wait duration is not a number.")
        elif self.amount == 0:
            yield self.warning(f"{self.spec.name} waits for nothing.")

    def due_at(self, now: int) -> int:
        """By the calendar for months (the last day where the month is shorter), by the clock otherwise."""
        if self.unit != "MONTHS":
            return now + int(self.amount * _SECONDS[self.unit])
        from datetime import datetime

        start = datetime.fromtimestamp(now, SYSTEM_ZONE)
        months = start.month - 1 + int(self.amount)
        year, month = start.year + months // 12, months % 12 + 1
        day = min(start.day, monthrange(year, month)[1])
        end = start.replace(year=year, month=month, day=day)
        rest = self.amount - int(self.amount)
        return int((end + timedelta(seconds=int(rest * 30 * DAY))).timestamp())

    def after_pause(self, due_at: int, seconds: int) -> int:
        """Later by the pause. Source: SFH:mc_jb_pause: only waits by duration are extended."""
        return due_at + seconds

    @property
    def title(self) -> str:
        return f"Wait {self.duration}"

    @property
    def duration(self) -> str:
        """`3 days`, `1 month`."""
        amount = f"{self.amount:g}"
        return f"{amount} {self.unit.lower()[:-1] if amount == '1' else self.unit.lower()}"

    def run(self, run: Run, cohort: Cohort) -> None:
        """The time has come: go on."""
        run.count("go on", cohort.size)
        run.move(cohort, self.next)

    def explain(self) -> str:
        return f"Waits {self.duration}" + (f" ({span(self.shortest)})." if self.unit == "WEEKS" else ".")
