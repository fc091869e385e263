"""Wait by duration: the cohort stands until its time has come. Type WAIT.

The other waits share the type; each is a class in a file of its own that `means` its configuration.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from store.assumptions import assume
from store.clock import DAY, HOUR, MINUTE, SYSTEM_ZONE, span
from store.errors import Refused
from store.journey.activities.base import Activity, Finding, activity, as_number
from store.journey.gates import leave_wait
from store.journey.spec import Json
from store.journey.time_zones import next_time_of_day, time_of_day, zone

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run

SECONDS = {"MINUTES": MINUTE, "HOURS": HOUR, "DAYS": DAY, "WEEKS": 7 * DAY}
_UNITS = (*SECONDS, "MONTHS")
_MONTH = 28 * DAY  # the shortest, where a lower bound is wanted
# So short a wait at the end of a journey without a goal is ignored. Source: SFH:mc_jb_wait_activity.
_LEFT_OUT = 3 * MINUTE

assume(
    "long_wait_warning",
    "at the end",
    ("at the end", "every wait", "high-throughput journeys", "never"),
    "Which waits by duration get the warning 121547: those that end a path, where under 4 minutes it is ignored; all;"
    " those of journeys with High-Throughput Sending; none",
    "domain E1: recorded for two waits of one journey; SFH:mc_jb_wait_activity: short waits at the end are ignored",
)


@activity("WAIT", "Wait")
class Wait(Activity):
    """`waitDuration` and `waitUnit`: MINUTES, HOURS, DAYS, WEEKS, MONTHS; 1 DAYS by default. Source: domain E3.

    With `specifiedTime` and `timeZone` it lasts on until that time of day; `metaData.isExtended` false switches it off.
    """

    holds = True
    default_duration: float = 1

    @classmethod
    def blank(cls) -> Json:
        """A wait of one day."""
        new = super().blank()
        return {**new, "name": "1 day", "configurationArguments": {"waitDuration": 1, "waitUnit": "DAYS"}}

    @property
    def amount(self) -> float:
        """How many units."""
        number = as_number(self.spec.configuration.get("waitDuration", self.default_duration))
        return self.default_duration if number is None else number

    @property
    def unit(self) -> str:
        """The unit in upper case and plural."""
        name = str(self.spec.configuration.get("waitUnit") or "DAYS").upper()
        return name if name.endswith("S") else name + "S"

    @property
    def shortest(self) -> int:
        """The least number of seconds that it takes."""
        return int(self.amount * SECONDS.get(self.unit, _MONTH))

    @property
    def extended_until(self) -> int | None:
        """Seconds after midnight until which it lasts on; None when it is not extended."""
        written = str(self.spec.configuration.get("specifiedTime") or "")
        extended = str(self.spec.metadata.get("isExtended", bool(written))).lower() == "true"
        return time_of_day(written) if written and extended else None

    @property
    def zone(self) -> tzinfo:
        """Where its dates and times of day are. Raises Refused for a zone that is not known."""
        return zone(str(self.spec.configuration.get("timeZone") or self.spec.configuration.get("timeZoneId") or ""))

    def check(self, checking: Checking) -> Iterator[Finding]:
        """Unknown units, times and zones, and durations of nothing."""
        yield from self.check_duration()
        yield from self.check_time()
        if self.amount == 0 and self.extended_until is None:
            yield self.warning(f"{self.spec.name} waits for nothing.")
        for branch in self.outcomes:
            after = checking.activities.get(branch.next or "")
            if isinstance(after, Wait):
                # Source: SFH:mc_jb_wait_activity.
                yield self.warning(f"{self.spec.name} and {after.spec.name} are two waits next to each other.")
        if self._left_out:
            yield self.warning(f"{self.spec.name} is ignored: it ends the journey and takes 3 minutes or less.")
        yield from self._check_long(checking)

    def _check_long(self, checking: Checking) -> Iterator[Finding]:
        meant = {
            "at the end": self._ends,
            "every wait": True,
            "high-throughput journeys": self.journey is not None and self.journey.high_throughput,
        }.get(str(checking.org.assumption("long_wait_warning")), False)
        if type(self) is Wait and meant and self.unit in _UNITS and self.shortest > _LEFT_OUT:
            # Source: domain E1, the product's own text.
            yield self.warning(
                f"The journey has a long wait ({self.amount:g} {self.unit.lower()}), "
                "please consider reducing wait to under 4 minutes.",
                "121547",
            )

    def check_duration(self) -> Iterator[Finding]:
        """The number and its unit."""
        if self.unit not in _UNITS:
            yield self.error(f"{self.spec.name}: the wait unit {self.unit} is none of {', '.join(_UNITS)}.")
        written = self.spec.configuration.get("waitDuration", self.default_duration)
        if (as_number(written) is None and written != "") or self.amount < 0:
            yield self.error(f"{self.spec.name}: the wait duration is not a number.")

    def check_time(self) -> Iterator[Finding]:
        """The time of day and the time zone."""
        try:
            _ = self.extended_until, self.zone
        except Refused as error:
            yield self.error(f"{self.spec.name}: {error.message} {error.fix}".rstrip())

    @property
    def _ends(self) -> bool:
        """Whether it ends a path of a journey in which nothing is looked at afterwards."""
        return (
            self.journey is not None and self.journey.goal is None and self.next is None and self.extended_until is None
        )

    @property
    def _left_out(self) -> bool:
        return self._ends and 0 < self.shortest <= _LEFT_OUT

    def due_at(self, now: int) -> int:
        """By the calendar for months (the last day where the month is shorter), by the clock otherwise."""
        if self._left_out:
            return now
        return self.extended(
            now + int(self.amount * SECONDS[self.unit]) if self.unit != "MONTHS" else self._months(now)
        )

    def extended(self, at: int) -> int:
        """The moment itself, or the next time of day until which the wait lasts on."""
        until = self.extended_until
        return at if until is None else next_time_of_day(at, until, self.zone)

    def _months(self, now: int) -> int:
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
        """`3 days`, `1 month`, `1 day, then until 09:00`."""
        amount = f"{self.amount:g}"
        said = f"{amount} {self.unit.lower()[:-1] if amount == '1' else self.unit.lower()}"
        return said + self.then_until(", then until")

    def then_until(self, words: str) -> str:
        """`, then until 09:00` where it is extended, else nothing."""
        until = self.extended_until
        return "" if until is None else f"{words} {until // 3600:02}:{until % 3600 // 60:02}"

    def run(self, run: Run, cohort: Cohort) -> None:
        """The time has come: whoever meets the goal or the exit criteria leaves, the others go on."""
        staying = leave_wait(run, cohort)
        if staying is not None:
            run.count("go on", staying.size)
            run.move(staying, self.next)

    def explain(self) -> str:
        return f"Waits {self.duration}" + (f" ({span(self.shortest)})." if self.unit == "WEEKS" else ".")
