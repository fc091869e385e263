"""Einstein Frequency Split: by how near a contact is to too many emails. Type EINSTEINENGAGEMENTFREQUENCYSPLIT."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.chance import sql_chance
from store.clock import DAY
from store.journey.activities.base import Activity, Decision, Finding, Read, activity, as_number
from store.journey.activities.forced import forced_parts
from store.journey.cohorts import Part
from store.journey.einstein import MODEL
from store.journey.spec import Branch
from store.journey.tables import sql_contact
from store.messaging import sql_sends_since

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

DAYS = 28  # Source: TH:send-the-right-number-of-messages.
FEWEST, SPREAD = 4, 9  # ASSUMED: a person has enough at 4 to 12 emails in that time
REMAINDER = "remainder"
# `sends` in 28 days against the person's own `enough`. ASSUMED: undersaturated is below half of it.
RULES = {
    "saturated": "sends >= enough",
    "almostsaturated": "sends < enough AND sends >= enough - :delta",
    "ontarget": "sends < enough - :delta AND sends * 2 >= enough",
    "undersaturated": "sends < enough - :delta AND sends * 2 < enough",
}


@activity("EINSTEINENGAGEMENTFREQUENCYSPLIT", "Einstein Frequency Split", split=True)
class EinsteinFrequency(Activity):
    """`outcomes[].arguments.splitResult`, `params.almostSaturated.delta`. Source: domain E3; shape from journey tools.

    Whoever was sent no email in 28 days has no score and takes the remainder.
    """

    def result_of(self, branch: Branch) -> str:
        """What an outcome is for, in lower case; `remainder` for anything else."""
        found = str(branch.arguments.get("splitResult") or branch.label or branch.key)
        letters = "".join(char for char in found.lower() if char.isalpha())
        return next((name for name in RULES if name == letters), REMAINDER)

    @property
    def delta(self) -> int:
        """How many emails before enough a contact is almost saturated; 0 when there is no such path."""
        params = self.spec.configuration.get("params")
        almost = params.get("almostSaturated") if isinstance(params, dict) else None
        asked = int(as_number(almost.get("delta")) or 0) if isinstance(almost, dict) else 0
        has_path = any(self.result_of(branch) == "almostsaturated" for branch in self.outcomes)
        return max(asked, 1) if has_path else 0

    def check(self, checking: Checking) -> Iterator[Finding]:
        """Paths that mean something, each once."""
        named = [self.result_of(branch) for branch in self.outcomes]
        if not set(named) - {REMAINDER}:
            yield self.error(f"{self.spec.name}: no path is one of {', '.join(RULES)}.")
        for name in sorted({name for name in named if named.count(name) > 1}):
            yield self.error(f"{self.spec.name}: two paths are for {name}.")
        if REMAINDER not in named:
            yield self.warning(f"{self.spec.name} has no remainder: whoever has no score leaves the journey.")
        yield self.warning(f"{self.spec.name}: how many emails are enough is {MODEL}.")

    def run(self, run: Run, cohort: Cohort) -> None:
        """Count the emails of the last 28 days once, then each path takes its part."""
        org = run.org
        org.run("CREATE TEMP TABLE frequency (visit INTEGER PRIMARY KEY, sends INTEGER, enough INTEGER)")
        org.run(
            f"""INSERT INTO temp.frequency
                SELECT m.visit, s.sends, {self._enough(org)} FROM journey_members m
                     JOIN ({sql_sends_since()}) s ON s.contact_id = {sql_contact("m.visit")}
                WHERE m.cohort_id = :cohort ORDER BY m.visit""",
            {"since": run.now - DAYS * DAY, "cohort": cohort.cohort_id},
        )
        parts = [*forced_parts(run, cohort, self)]
        remainder = Part(REMAINDER, None, None)
        for branch in self.outcomes:
            result = self.result_of(branch)
            if result == REMAINDER:
                remainder = Part(branch.key, branch.next, None)
            else:
                select = f"SELECT visit FROM temp.frequency WHERE {RULES[result]}"
                parts.append(Part(branch.key, branch.next, select, {"delta": self.delta}))
        sizes = run.divide(cohort, self.key, [*parts, remainder])
        org.run("DROP TABLE temp.frequency")
        for branch in self.outcomes:
            run.count(branch.label or branch.key, sizes.get(branch.key, 0))

    def _enough(self, org: Org) -> str:
        return f"{FEWEST} + {sql_chance(org.seed, 'einstein frequency', sql_contact('m.visit'))} % {SPREAD}"

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        row = org.row(
            f"""SELECT s.sends, {self._enough(org)} AS enough
                FROM (SELECT :visit AS visit) m LEFT JOIN ({sql_sends_since()} HAVING m.visit & 4294967295 = :contact) s
                     ON s.contact_id = {sql_contact("m.visit")}""",
            {"visit": visit, "contact": visit & 0xFFFFFFFF, "since": at - DAYS * DAY},
        )
        assert row is not None
        branch = next((one for one in self.outcomes if one.key == outcome), None)
        result = self.result_of(branch) if branch else REMAINDER
        return Decision(
            RULES.get(result, "no score, or no path above matched").replace(":delta", str(self.delta)),
            (Read(f"emails in {DAYS} days", row["sends"] or 0, "tracking"), Read("enough", row["enough"], MODEL)),
        )

    def explain(self) -> str:
        ways = ", ".join(self.result_of(branch) for branch in self.outcomes)
        return f"Divides by emails of the last {DAYS} days: {ways} ({MODEL})."
