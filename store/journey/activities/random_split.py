"""Random split: everyone by a draw of their own, the same on every replay. Type RANDOMSPLIT."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.chance import chance, share, sql_chance
from store.journey.activities.base import Activity, Decision, Finding, Read, activity, as_number
from store.journey.activities.forced import forced_parts
from store.journey.cohorts import Part
from store.journey.spec import Json
from store.messaging import sql_who, who

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

MAX_PATHS = 10  # Source: domain E3.


@activity("RANDOMSPLIT", "Random Split", split=True)
class RandomSplit(Activity):
    """`outcomes[].arguments.percentage`, together 100. Source: domain E3."""

    @classmethod
    def blank(cls) -> Json:
        """Two halves."""
        halves = [
            {"key": f"path_{letter.lower()}", "arguments": {"percentage": 50}, "metaData": {"label": f"{letter} 50 %"}}
            for letter in "AB"
        ]
        return {**super().blank(), "outcomes": halves}

    @property
    def percentages(self) -> list[float]:
        """In the order of the outcomes; what is no number counts as 0."""
        return [as_number(branch.arguments.get("percentage")) or 0.0 for branch in self.outcomes]

    def check(self, checking: Checking) -> Iterator[Finding]:
        """At most ten paths that share all contacts among them."""
        total = sum(self.percentages)
        if abs(total - 100) > 1e-6:
            yield self.error(f"{self.spec.name}: the percentages add up to {total:g}, not to 100.")
        if any(percentage < 0 for percentage in self.percentages):
            yield self.error(f"{self.spec.name}: a percentage is negative.")
        if len(self.outcomes) > MAX_PATHS:
            yield self.error(f"{self.spec.name} has {len(self.outcomes)} paths; {MAX_PATHS} is the most.")

    def question(self, version: Version) -> str:
        """What the draw is for: the split in its journey, the same for all versions and batches."""
        return f"random split|{version.key}|{self.key}"

    def _bounds(self) -> list[int]:
        bounds, total = [], 0.0
        for percentage in self.percentages:
            total += percentage
            bounds.append(share(total / 100))
        return bounds

    def run(self, run: Run, cohort: Cohort) -> None:
        """Each path takes those whose draw is below its bound and whom no earlier path took."""
        number = sql_who("visit") if run.re_entered(cohort) else "visit"  # a first visit is its own number
        draw = sql_chance(run.org.seed, self.question(run.version), number)
        parts = [*forced_parts(run, cohort, self)]
        lower = 0
        for branch, bound in zip(self.outcomes[:-1], self._bounds(), strict=False):
            select = f"""SELECT visit FROM journey_members
                         WHERE cohort_id = :parent AND {draw} BETWEEN {lower} AND {bound - 1}"""
            parts.append(Part(branch.key, branch.next, select))
            lower = bound
        last = self.outcomes[-1]
        sizes = run.divide(cohort, self.key, [*parts, Part(last.key, last.next, None)])
        for branch in self.outcomes:
            run.count(branch.label or branch.key, sizes[branch.key])

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        drawn = chance(org.seed, self.question(version), who(visit)) / share(1)
        shares = ", ".join(
            f"{branch.label or branch.key} {percentage:g} %"
            for branch, percentage in zip(self.outcomes, self.percentages, strict=True)
        )
        return Decision(f"by a draw: {shares}", (Read("draw", f"{drawn * 100:.2f} of 100", "seed"),))

    def explain(self) -> str:
        return "Divides by chance: " + ", ".join(f"{percentage:g} %" for percentage in self.percentages) + "."
