"""Einstein Scoring Split: by persona, or by how likely a contact opens, clicks, stays or converts.

Type MULTICRITERIADECISIONEXTENSION.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.errors import Refused
from store.journey.activities.base import Decision, Finding, Read, activity
from store.journey.activities.decision_split import DecisionSplit
from store.journey.activities.forced import forced_parts
from store.journey.cohorts import Part
from store.journey.criteria import parse
from store.journey.criteria_sql import compile_criteria
from store.journey.einstein import LIKELIHOODS, MODEL, sql_has_score, sql_score
from store.journey.spec import Branch
from store.journey.tables import sql_contact

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

# Source: TH:use-engagement-personas: high or low opens, high or low clicks. ASSUMED: high is from 50 on.
PERSONAS = {
    "loyalist": "open >= 50 AND click >= 50",
    "windowshopper": "open >= 50 AND click < 50",
    "selectivesubscriber": "open < 50 AND click >= 50",
    "dormant": "open < 50 AND click < 50",
    "winback": "open < 50 AND click < 50",
}
# The labels of the likelihood splits. ASSUMED: four equal parts of the score.
LEVELS = {
    "mostlikely": "score >= 75",
    "morelikely": "score >= 50 AND score < 75",
    "lesslikely": "score >= 25 AND score < 50",
    "leastlikely": "score < 25",
}
_KINDS = {"persona": "persona", "open": "open", "click": "click", "retention": "retention", "unsub": "retention",
          "conversion": "conversion"}  # fmt: skip


@activity("MULTICRITERIADECISIONEXTENSION", "Einstein Scoring Split", split=True)
class EinsteinScoring(DecisionSplit):
    """`metaData.splitType` and the outcomes' labels. Source: domain E3, and the shape that journey tools read.

    Where the criteria name a data extension that the account has (Einstein's score data extensions), they decide, as in
    a decision split; else the model does.
    """

    @property
    def kind(self) -> str:
        """persona, open, click, retention or conversion."""
        written = str(self.spec.metadata.get("splitType") or self.spec.configuration.get("splitType") or "").lower()
        for word, kind in _KINDS.items():
            if word in written:
                return kind
        return "persona" if any(self.rule(branch) in PERSONAS.values() for branch in self.outcomes) else "open"

    def rule(self, branch: Branch) -> str:
        """The condition of an outcome on the scores, empty for the remainder."""
        named = [*map(str, branch.arguments.values()), branch.key, branch.label]
        for text in named:
            letters = re.sub(r"[^a-z]", "", text.lower())
            for word, condition in {**PERSONAS, **LEVELS}.items():
                if word in letters:
                    return condition
        return ""

    def by_criteria(self, org: Org, fields: dict[str, tuple[str, str]]) -> bool:
        """Whether all criteria can be read here, so that they decide."""
        written = [self.criteria_of(branch.key) for branch in self.outcomes]
        if not any(written):
            return False
        try:
            for xml in written:
                if xml:
                    compile_criteria(org, parse(xml), fields)
        except Refused:
            return False
        return True

    def check(self, checking: Checking) -> Iterator[Finding]:
        """Paths that mean a persona or a level."""
        name = self.spec.name
        if self.by_criteria(checking.org, checking.event_fields):
            yield from super().check(checking)
            return
        if not any(self.rule(branch) for branch in self.outcomes):
            yield self.error(f"{name}: no path is one of {', '.join([*PERSONAS, *LEVELS])}.")
        if all(self.rule(branch) for branch in self.outcomes):
            yield self.warning(f"{name} has no remainder: whoever takes none of its paths leaves the journey.")
        yield self.warning(f"{name}: the scores are {MODEL}.")

    def run(self, run: Run, cohort: Cohort) -> None:
        if self.by_criteria(run.org, run.version.event_fields(run.org)):
            super().run(run, cohort)
            return
        parts = [*forced_parts(run, cohort, self)]
        remainder = Part("remainder_path", None, None)
        for branch in self.outcomes:
            condition = self.rule(branch)
            if not condition:
                remainder = Part(branch.key, branch.next, None)
                continue
            select, params = self._scored(run.org, "cohort_id = :parent")
            parts.append(Part(branch.key, branch.next, f"SELECT visit FROM ({select}) WHERE {condition}", params))
        sizes = run.divide(cohort, self.key, [*parts, remainder])
        for branch in self.outcomes:
            run.count(branch.label or branch.key, sizes.get(branch.key, 0))

    def _scored(self, org: Org, where: str) -> tuple[str, dict[str, int]]:
        """A SELECT of (visit, open, click, score) of the members who have scores."""
        contact = sql_contact("visit")
        known, params = sql_has_score(org, contact)
        columns = f"{sql_score(org.seed, 'open', contact)} AS open, {sql_score(org.seed, 'click', contact)} AS click"
        likely = self.kind if self.kind in LIKELIHOODS else "open"
        return (
            f"""SELECT visit, {columns}, {sql_score(org.seed, likely, contact)} AS score
                FROM journey_members WHERE {where} AND {known} LIMIT -1""",
            params,
        )

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        if self.by_criteria(org, version.event_fields(org)):
            return super().decision(org, version, visit, root_id, at, outcome)
        select, params = self._scored(org, "visit = :visit")
        row = org.row(f"SELECT * FROM ({select}) LIMIT 1", {**params, "visit": visit})
        if row is None:
            return Decision("Einstein has no score for this contact", ())
        names = ("open", "click") if self.kind == "persona" else ("score",)
        branch = next((one for one in self.outcomes if one.key == outcome), None)
        rule = self.rule(branch) if branch else ""
        read = tuple(Read(f"{name} score", f"{row[name]:.1f} of 100", MODEL) for name in names)
        return Decision(rule or "no path above matched", read)

    def explain(self) -> str:
        ways = ", ".join(branch.label or branch.key for branch in self.outcomes)
        return f"Divides by {self.kind}: {ways} ({MODEL})."
