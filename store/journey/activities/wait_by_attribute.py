"""Wait by attribute: each contact until a date of its own. Type WAIT with `waitEndDateAttributeExpression`.

The date is read once, when the contact arrives, and does not change afterwards. Blank, past or unreadable dates do
not hold anybody. Source: domain E3; practitioners' notes on Wait By Attribute (bypass, locked date, first row, offset
before extension).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from store.assumptions import assume
from store.clock import DAY, MINUTE, SYSTEM_ZONE
from store.errors import Refused
from store.journey.activities.base import Decision, Finding, Read, activity
from store.journey.activities.wait import SECONDS, Wait
from store.journey.activities.wait_until_date import ui_type
from store.journey.attributes import attribute
from store.journey.binding import Binder, field_type, members_of, value_of_visit
from store.journey.spec import ActivitySpec, binding
from store.journey.time_zones import sql_local_of_utc, sql_utc_of_local

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

assume(
    "wait_by_attribute_zone",
    "system time",
    ("system time", "zone of the wait"),
    "Where the date of a Wait By Attribute is local: data extensions keep dates in system time.",
    "not documented",
)


@activity("WAIT", "Wait By Attribute")
class WaitByAttribute(Wait):
    """`waitDuration` and `waitUnit` are added to the date, also when negative; then it may be extended to a time."""

    default_duration = 0

    @classmethod
    def means(cls, spec: ActivitySpec) -> bool:
        return bool(spec.configuration.get("waitEndDateAttributeExpression")) or ui_type(spec) == "WAITBYATTRIBUTE"

    @property
    def expression(self) -> str:
        """The data-binding expression of the date."""
        return str(self.spec.configuration.get("waitEndDateAttributeExpression") or "")

    @property
    def inside(self) -> str:
        """The expression without its braces."""
        return binding(self.expression) or self.expression.strip()

    @property
    def said(self) -> str:
        """The attribute in a sentence."""
        return attribute(self.inside).said

    @property
    def shortest(self) -> int:
        return 0  # a past date holds nobody

    def check(self, checking: Checking) -> Iterator[Finding]:
        """An attribute that is there and is a date."""
        name = self.spec.name
        if self.unit not in ("MINUTES", "HOURS", "DAYS", "WEEKS", "MONTHS"):
            yield self.error(f"{name}: the wait unit {self.unit} is not known.")
        yield from self.check_time()
        try:
            kind = field_type(checking.org, checking.version, self.expression)
        except Refused as error:
            yield self.error(f"{name}: {error.message} {error.fix}".rstrip())
            return
        if kind != "Date":
            yield self.error(f"{name}: {self.said} is no date, it is {kind}.")

    def due_at(self, now: int) -> int:
        return now  # then the dates are read

    def after_pause(self, due_at: int, seconds: int) -> int:
        return due_at

    def run_all(self, run: Run, cohorts: Sequence[Cohort]) -> None:
        """Who has just come gets a due time; whose time has come goes on. The next of all goes on the agenda."""
        for cohort in cohorts:
            if not run.is_scattered(cohort, self.key):
                self._read_dates(run, cohort)
        for cohort in run.standing_at(self.key):
            self.run(run, cohort)
        run.schedule_next(self.key)

    def _read_dates(self, run: Run, cohort: Cohort) -> None:
        """Give each member its due time: the date with its offset, at least now, then on until the time of day."""
        run.count("read their date", cohort.size)
        found = Binder(run.org, run.version, self.spec).compile(f"{{{{{self.inside}}}}}")
        at = self.zone if run.org.assumption("wait_by_attribute_zone") == "zone of the wait" else SYSTEM_ZONE
        moments = f"""SELECT m.visit, {self._sql_wall(found.sql)} AS wall
                      {members_of(run.version, [cohort.cohort_id], [found], cohort.root_id)}"""
        ends = f"""SELECT visit, wall, max({sql_utc_of_local("wall", at, run.now)}, :now) AS at
                   FROM ({moments} LIMIT -1)"""
        until, due = self.extended_until, "at"
        if until is not None:
            there = sql_local_of_utc("at", self.zone, run.now)
            ends = f"""SELECT visit, wall, there / {DAY} * {DAY} + {until}
                              + CASE WHEN there % {DAY} > {until} THEN {DAY} ELSE 0 END AS stop
                       FROM (SELECT visit, wall, {there} AS there FROM ({ends} LIMIT -1) LIMIT -1)"""
            due = sql_utc_of_local("stop", self.zone, run.now)
        run.scatter(
            cohort,
            self.key,
            # To the full minute: those of one minute go on together.
            f"""SELECT visit, CASE WHEN wall IS NULL THEN :now
                                   ELSE max(({due} + {MINUTE - 1}) / {MINUTE} * {MINUTE}, :now) END
                FROM ({ends} LIMIT -1) ORDER BY visit""",
            {"now": run.now, **found.params},
        )

    def _sql_wall(self, date: str) -> str:
        """SQL for the date with its offset, as seconds of the wall clock; NULL for what is no date."""
        if self.unit != "MONTHS":
            return f"CAST(strftime('%s', {date}) AS INTEGER) + {self.shift}"
        months = int(self.amount)
        last = f"date({date}, 'start of month', '{months + 1:+d} months', '-1 day') || ' ' || time({date})"
        return f"CAST(strftime('%s', min(datetime({date}, '{months:+d} months'), {last})) AS INTEGER)"

    @property
    def shift(self) -> int:
        """The offset in seconds; months are counted by the calendar."""
        return int(self.amount * SECONDS[self.unit])

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        value, source = value_of_visit(org, version, self.expression, visit, root_id)
        return Decision(f"waits {self.duration}; a past or blank date holds nobody", (Read(self.said, value, source),))

    @property
    def duration(self) -> str:
        named = self.expression.strip("{} ").replace('"', "").rsplit(".", 1)[-1]
        offset = f"{self.amount:+g} {self.unit.lower()} " if self.amount else ""
        return f"until {offset}{'from ' if offset else ''}{named}{self.then_until(', then')}"

    def explain(self) -> str:
        return f"Waits {self.duration}; a past or blank date holds nobody."
