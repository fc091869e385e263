"""Decision split: by criteria on journey data and contact data, from top to bottom. Type MULTICRITERIADECISION."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.errors import Refused
from store.journey.activities.base import Activity, Decision, Finding, activity
from store.journey.activities.forced import forced_parts
from store.journey.check_criteria import check_paths
from store.journey.cohorts import Part
from store.journey.criteria import Criteria, explain, parse
from store.journey.criteria_sql import compile_criteria
from store.journey.matching import sql_matching
from store.journey.reads import values_read
from store.journey.spec import Json

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

MAX_PATHS = 20  # ASSUMED; source: domain E3, general knowledge
REMAINDER = "remainder_path"  # Source: domain E3, recorded journeys.


@activity("MULTICRITERIADECISION", "Decision Split", split=True)
class DecisionSplit(Activity):
    """`configurationArguments.criteria` has FilterDefinition XML by outcome key; first match wins, else remainder."""

    has_remainder = True

    @classmethod
    def blank(cls) -> Json:
        """One path without criteria yet, and the remainder."""
        ways = [
            {"key": key, "arguments": {}, "metaData": {"label": label}}
            for key, label in (("path_1", "Path 1"), (REMAINDER, "Remainder"))
        ]
        return {**super().blank(), "outcomes": ways, "configurationArguments": {"criteria": {}}}

    def criteria_of(self, outcome: str) -> str:
        """The XML of an outcome, empty for the remainder."""
        found = self.spec.configuration.get("criteria")
        return str(found.get(outcome) or "") if isinstance(found, dict) else ""

    def check(self, checking: Checking) -> Iterator[Finding]:
        """Criteria that can be read and that name what exists."""
        name = self.spec.name
        if len(self.outcomes) > MAX_PATHS:
            yield self.error(f"{name} has {len(self.outcomes)} paths; {MAX_PATHS} is the most.")
        paths = [branch for branch in self.outcomes if self.criteria_of(branch.key)]
        if not paths:
            yield self.error(f"{name}: no path has criteria. Define logic to route people down this path.")
        if len(self.outcomes) - len(paths) > 1:
            yield self.error(f"{name}: only one path, the remainder, may have no criteria.")
        refused = False
        for branch in paths:
            criteria = self.criteria_of(branch.key)
            try:
                compile_criteria(
                    checking.org, parse(criteria), checking.journey_fields, version_id=checking.version.version_id
                )
            except Refused as error:
                refused = True
                yield self.error(f"{name}, path {branch.label or branch.key}: {error.message} {error.fix}".rstrip())
        if not refused:
            named = [(branch.label or branch.key, self.criteria_of(branch.key)) for branch in paths]
            for message in check_paths(checking, name, named):
                yield self.warning(message)

    def run(self, run: Run, cohort: Cohort) -> None:
        """Each path takes those who match it and none above it."""
        parts = [*forced_parts(run, cohort, self)]
        remainder = Part(REMAINDER, None, None)
        for branch in self.outcomes:
            xml = self.criteria_of(branch.key)
            if xml:
                parts.append(matching(run, cohort, parse(xml), branch.key, branch.next))
            else:
                remainder = Part(branch.key, branch.next, None)
        sizes = run.divide(cohort, self.key, [*parts, remainder])
        for branch in self.outcomes:
            run.count(branch.label or branch.key, sizes.get(branch.key, 0))

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        xml = self.criteria_of(outcome)
        criteria = [parse(found) for branch in self.outcomes if (found := self.criteria_of(branch.key))]
        read = values_read(org, version, visit, root_id, criteria)
        return Decision(explain(parse(xml)) if xml else "no path above matched", read)

    def explain(self) -> str:
        said = [
            f"{branch.label or branch.key} if {explain(parse(self.criteria_of(branch.key)))}"
            for branch in self.outcomes
            if self.criteria_of(branch.key)
        ]
        return "; ".join([*said, "otherwise the remainder"]) + "."


def matching(run: Run, cohort: Cohort, criteria: Criteria, outcome: str, to: str | None) -> Part:
    """The members of a cohort who satisfy criteria now."""
    return Part(outcome, to, *sql_matching(run, cohort, criteria))
