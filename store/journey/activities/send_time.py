"""Einstein Send Time Optimization: waits until each contact's best hour. Type STOWAIT."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.chance import sql_chance
from store.clock import HOUR, SYSTEM_OFFSET, system_text
from store.journey.activities.base import Activity, Decision, Finding, Read, activity, as_number
from store.journey.cohorts import Part
from store.journey.einstein import MODEL, sql_has_score
from store.journey.tables import sql_contact

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

LONGEST = 168  # hours of a week. Source: domain E3.
FIRST_HOUR, WAKING = 6, 17  # ASSUMED: best hours lie between 6:00 and 22:59, system time


@activity("STOWAIT", "Send Time")
class SendTime(Activity):
    """`params.slidingWindowHours` and `enableRandomTime`. Source: domain E3, help "Einstein STO Use Cases".

    The message goes out as the best hour of the next 24 begins; who comes in that very hour gets the next best one.
    """

    @property
    def window(self) -> int:
        """Hours within which the best one is chosen."""
        params = self.spec.configuration.get("params")
        found = as_number(params.get("slidingWindowHours")) if isinstance(params, dict) else None
        return int(found) if found else 24

    @property
    def random_without_score(self) -> bool:
        """Whether a contact without a score waits for a random hour; else it goes on at once."""
        params = self.spec.configuration.get("params")
        return isinstance(params, dict) and str(params.get("enableRandomTime")).lower() == "true"

    def check(self, checking: Checking) -> Iterator[Finding]:
        """A window of hours."""
        if not 1 <= self.window <= LONGEST:
            yield self.error(f"{self.spec.name}: the time frame is 1 to {LONGEST} hours, not {self.window}.")
        yield self.warning(f"{self.spec.name}: the best hours are {MODEL}.")

    @property
    def longest(self) -> int:
        """The most seconds that it takes."""
        return self.window * HOUR

    def run(self, run: Run, cohort: Cohort) -> None:
        """Part the cohort by hour and let each part stand here until then; those whose hour has come go on."""
        if cohort.held:
            run.count("go on", cohort.size)
            run.move(cohort, self.next)
            return
        org, hour = run.org, (run.now + SYSTEM_OFFSET) // HOUR
        org.run("CREATE TEMP TABLE best (hours INTEGER, visit INTEGER, PRIMARY KEY (hours, visit)) WITHOUT ROWID")
        known, params = sql_has_score(org, sql_contact("visit"))
        unknown = f"1 + {self._draw(org, 'random hour')} % :window" if self.random_without_score else "0"
        org.run(
            f"""INSERT INTO temp.best
                SELECT CASE WHEN NOT has_score THEN {unknown}
                            WHEN first BETWEEN 1 AND :window THEN first
                            WHEN second BETWEEN 1 AND :window THEN second
                            ELSE 1 + {self._draw(org, "hour in window")} % :window END, visit
                FROM (SELECT visit, {known} AS has_score, (best - :hour % 24 + 24) % 24 AS first,
                             (best + 1 + {self._draw(org, "second best")} % 23 - :hour % 24 + 24) % 24 AS second
                      FROM (SELECT visit, {self._best(org)} AS best FROM journey_members WHERE cohort_id = :cohort))
                ORDER BY 1, 2""",
            {**params, "hour": hour, "window": self.window, "cohort": cohort.cohort_id},
        )
        parts = []
        for row in org.rows("SELECT DISTINCT hours FROM temp.best ORDER BY hours"):
            at = (hour + row["hours"]) * HOUR - SYSTEM_OFFSET
            select = "SELECT visit FROM temp.best WHERE hours = :hours"
            until = at if row["hours"] else None
            parts.append(Part(system_text(at)[11:16], self.next, select, {"hours": row["hours"]}, until=until))
        run.divide(cohort, self.key, parts)
        org.run("DROP TABLE temp.best")
        run.count("wait for their hour", sum(1 for part in parts if part.until is not None) and cohort.size)

    def _draw(self, org: Org, what: str) -> str:
        return sql_chance(org.seed, f"einstein {what}", sql_contact("visit"))

    def _best(self, org: Org) -> str:
        """SQL for the best hour of the day of a contact."""
        return f"{FIRST_HOUR} + {self._draw(org, 'best hour')} % {WAKING}"

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        best = org.value(f"SELECT {self._best(org)} FROM (SELECT :visit AS visit)", {"visit": visit})
        rule = f"sent on at {outcome}: the best hour within {self.window} hours that has not begun"
        return Decision(rule, (Read("best hour", f"{best}:00", MODEL),))

    def explain(self) -> str:
        return f"Waits until each contact's best hour within {self.window} hours ({MODEL})."
