"""Path optimizer: tests 2 to 10 paths and sends everyone who comes later the better way. Type ABNTEST.

Source: help, "Configure a Path Optimizer Test Activity" (domain E3).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from store import messaging
from store.agenda import Entry, schedule
from store.chance import share, sql_chance
from store.clock import DAY, HOUR, system_text
from store.commands import Outcome, command, handler
from store.errors import Refused, did_you_mean
from store.journey.activities.base import Activity, Decision, Finding, Read, activity, as_number
from store.journey.activities.email import EmailActivity
from store.journey.activities.forced import forced_parts
from store.journey.cohorts import Part, schedule_activity
from store.journey.version import by_id, current
from store.messaging import sql_who

if TYPE_CHECKING:
    import sqlite3

    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

FEWEST, MOST = 2, 10
SHORTEST, LONGEST = HOUR, 99 * DAY
MANUAL = 7 * DAY  # without a winner by then the test expires
HELD = "holdback"
_METRICS = {"clicks": "clicked", "opens": "opened", "unsubscribes": "unsubscribed"}
_UNITS = {"hours": HOUR, "days": DAY}


@activity("ABNTEST", "Path Optimizer", split=True)
class PathOptimizer(Activity):
    """`outcomes[].arguments.percentage`, `holdBackPercentage`, `winnerEvaluationType`, `engagementPeriod(Units)`,
    `engagementWinnerMetric`; `metaData.capsule.endId` is where the paths meet. Shape: domain E8.

    The holdback waits here until there is a winner. A test that expires divides it like a random split.
    """

    def _setting(self, name: str) -> str:
        found = {key.lower(): value for key, value in self.spec.configuration.items()}.get(name.lower())
        return "" if found is None else str(found)

    @property
    def percentages(self) -> list[float]:
        """In the order of the outcomes."""
        return [as_number(branch.arguments.get("percentage")) or 0.0 for branch in self.outcomes]

    @property
    def holdback(self) -> float:
        """Per cent of contacts who wait for the winner."""
        return as_number(self._setting("holdBackPercentage")) or 0.0

    @property
    def manual(self) -> bool:
        """Whether a person picks the winner."""
        return self._setting("winnerEvaluationType").lower().startswith("manual")

    @property
    def metric(self) -> str:
        """opens, clicks or unsubscribes."""
        return (self._setting("engagementWinnerMetric") or "Clicks").lower()

    @property
    def period(self) -> int:
        """Seconds of the evaluation period."""
        unit = _UNITS.get(self._setting("engagementPeriodUnits").lower(), DAY)
        return int((as_number(self._setting("engagementPeriod")) or 1) * unit)

    @property
    def end_key(self) -> str:
        """The key of the ABNTESTSTOP, empty when it is not named."""
        capsule = self.spec.metadata.get("capsule")
        return str(capsule.get("endId") or "") if isinstance(capsule, dict) else ""

    # ---- checking

    def check(self, checking: Checking) -> Iterator[Finding]:
        """Paths, shares, a metric, a period, and where the paths meet."""
        name = self.spec.name
        if not FEWEST <= len(self.outcomes) <= MOST:
            yield self.error(f"{name} has {len(self.outcomes)} paths; a test has {FEWEST} to {MOST}.")
        if abs(sum(self.percentages) - 100) > 1e-6:
            yield self.error(f"{name}: the percentages add up to {sum(self.percentages):g}, not to 100.")
        if not 0 <= self.holdback < 100:
            yield self.error(f"{name}: a holdback of {self.holdback:g} % leaves nobody to test.")
        event = checking.version.event
        if self.holdback and event is not None and event.flow_mode != "runonce":
            yield self.error(f"{name}: a holdback is only possible with the entry schedule Run Once.")
        if self.manual:
            yield self.warning(f"{name}: journey.choose_winner picks the winner; without one the test expires in 7 d.")
        elif self.metric not in _METRICS:
            yield self.error(f"{name}: the winner metric is one of {', '.join(_METRICS)}, not '{self.metric}'.")
        if not self.manual and not SHORTEST <= self.period <= LONGEST:
            yield self.error(f"{name}: the evaluation period is 1 hour to 99 days.")
        ends = [key for key, spec in checking.version.spec.activities.items() if spec.type == "ABNTESTSTOP"]
        if (self.end_key or (ends[0] if ends else "")) not in ends:
            yield self.error(f"{name}: the test has no end (ABNTESTSTOP) where its paths meet.")
        elif not self.manual:
            for branch, emails in zip(self.outcomes, self._emails(checking.version), strict=True):
                if not emails:
                    yield self.warning(f"{name}, path {branch.label or branch.key} sends no email: it cannot win.")

    @cached_property
    def _question(self) -> str:
        return f"path optimizer|{self.key}"

    def _on_paths(self, version: Version) -> list[list[str]]:
        """For each outcome the activities from there to the end of the test."""
        found = []
        for branch in self.outcomes:
            seen: list[str] = []
            pending = [branch.next]
            while pending:
                key = pending.pop()
                spec = version.spec.activities.get(key or "")
                if spec is None or spec.key in seen or spec.type == "ABNTESTSTOP":
                    continue
                seen.append(spec.key)
                pending += [way.next for way in spec.branches]
            found.append(seen)
        return found

    def _emails(self, version: Version) -> list[list[EmailActivity]]:
        """The emails that only this path sends, per outcome."""
        paths = self._on_paths(version)
        return [
            [
                found for key in path if isinstance(found := version.activities[key], EmailActivity)
                and sum(key in other for other in paths) == 1
            ]
            for path in paths
        ]  # fmt: skip

    def _longest_path(self, version: Version) -> int:
        """Seconds of the longest way through the test."""
        inside = {key for path in self._on_paths(version) for key in path}
        known: dict[str, int] = {}

        def seconds(key: str | None) -> int:
            if key is None or key not in inside:
                return 0
            if key not in known:
                one = version.activities[key]
                own = int(getattr(one, "longest", 0) or getattr(one, "shortest", 0))
                known[key] = 0  # a loop, which publication refuses, would not end
                known[key] = own + max((seconds(branch.next) for branch in one.outcomes), default=0)
            return known[key]

        return max((seconds(branch.next) for branch in self.outcomes), default=0)

    # ---- running

    def test_of(self, org: Org, version: Version) -> sqlite3.Row | None:
        """The test of this version, None before anyone came."""
        return org.row(
            "SELECT * FROM journey_tests WHERE version_id = ? AND activity_key = ?", version.version_id, self.key
        )

    def run(self, run: Run, cohort: Cohort) -> None:
        """While the test runs by draw, with the holdback; then all the winner's way."""
        org, version = run.org, run.version
        test = self.test_of(org, version) or self._begin(run)
        if test["decided_at"] is None and run.now >= test["evaluates_at"]:
            self.evaluate(org, version)
            test = self._known_test(org, version)
        forced = forced_parts(run, cohort, self)
        winner = next((one for one in self.outcomes if one.key == test["winner"]), None)
        if winner is not None:
            parts = [*forced, Part(winner.key, winner.next, None)]
        else:
            parts = [*forced, *self._tested(run, None if test["decided_at"] else test["evaluates_at"])]
        sizes = run.divide(cohort, self.key, parts)
        for branch in self.outcomes:
            run.count(branch.label or branch.key, sizes.get(branch.key, 0))
        run.count("held back", sizes.get(HELD, 0))

    def _begin(self, run: Run) -> sqlite3.Row:
        """The first contact: the test begins, and its end is known. Source: the period counts from the longest path."""
        after = MANUAL if self.manual else self._longest_path(run.version) + self.period
        run.org.run(
            "INSERT INTO journey_tests VALUES (?, ?, ?, ?, NULL, NULL, '{}')",
            run.version.version_id, self.key, run.now, run.now + after,
        )  # fmt: skip
        args = {"version_id": run.version.version_id, "activity_key": self.key}
        schedule(run.org, run.now + after, "journey.optimizer", args, f"{run.version.name}: {self.title} is evaluated")
        return self._known_test(run.org, run.version)

    def _known_test(self, org: Org, version: Version) -> sqlite3.Row:
        test = self.test_of(org, version)
        assert test is not None
        return test

    def _tested(self, run: Run, holds_until: int | None) -> Iterator[Part]:
        """The holdback, then each path by its share of a draw of each contact's own."""
        seed, question = run.org.seed, f"{run.version.key}|{self._question}"
        if self.holdback and holds_until is not None:
            held = sql_chance(seed, f"holdback|{question}", sql_who("visit"))
            select = (
                f"SELECT visit FROM journey_members WHERE cohort_id = :parent AND {held} < {share(self.holdback / 100)}"
            )
            yield Part(HELD, None, select, until=holds_until)
        draw = sql_chance(seed, question, sql_who("visit"))
        lower, total = 0, 0.0
        for branch, percentage in zip(self.outcomes[:-1], self.percentages, strict=False):
            total += percentage
            upper = share(total / 100)
            select = f"""SELECT visit FROM journey_members
                         WHERE cohort_id = :parent AND {draw} BETWEEN {lower} AND {upper - 1}"""
            yield Part(branch.key, branch.next, select)
            lower = upper
        yield Part(self.outcomes[-1].key, self.outcomes[-1].next, None)

    def evaluate(self, org: Org, version: Version) -> str:
        """End the test: the best rate wins, of equal ones the first path (ASSUMED). Returns the winner's key or ''."""
        rates = {} if self.manual else self.rates(org, version)
        winner = ""
        if rates:
            best = min if self.metric == "unsubscribes" else max
            winner = best(rates, key=lambda key: rates[key])  # the first of equal ones
        org.run(
            """UPDATE journey_tests SET winner = ?, decided_at = ?, metrics = ?
               WHERE version_id = ? AND activity_key = ?""",
            winner or None, org.now, json.dumps(rates), version.version_id, self.key,
        )  # fmt: skip
        return winner

    def rates(self, org: Org, version: Version) -> dict[str, float]:
        """The metric of each path that has sent anything: people per message sent."""
        found = {}
        for branch, emails in zip(self.outcomes, self._emails(version), strict=True):
            counts = [messaging.job_counts(org, email.job(org, version).job_id) for email in emails]
            sent = sum(count.sent for count in counts)
            if sent:
                found[branch.key] = sum(getattr(count, _METRICS[self.metric]) for count in counts) / sent
        return found

    # ---- telling

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        test = self._known_test(org, version)
        read = tuple(
            Read(f"{self.metric} of {key}", f"{rate:.2%}", "tracking")
            for key, rate in json.loads(test["metrics"]).items()
        )
        if outcome == HELD:
            return Decision(f"by a draw: {self.holdback:g} % wait for the winner", read)
        if test["winner"] == outcome and test["decided_at"] is not None and at >= test["decided_at"]:
            return Decision("the winner of the test", read)
        shares = ", ".join(
            f"{branch.label or branch.key} {percentage:g} %"
            for branch, percentage in zip(self.outcomes, self.percentages, strict=True)
        )
        return Decision(f"by a draw, as a test: {shares}", read)

    def facts(self, org: Org, version: Version) -> list[tuple[str, str]]:
        test = self.test_of(org, version)
        if test is None:
            return [("test", "not begun")]
        labels = {branch.key: branch.label or branch.key for branch in self.outcomes}
        rates = json.loads(test["metrics"])
        if test["decided_at"] is None:
            until = system_text(test["evaluates_at"])
            rates = {} if self.manual else self.rates(org, version)
            found = [("test", f"runs until {until} system")]
        else:
            found = [("winner", labels.get(test["winner"], "none, the test expired"))]
        return found + [(f"{self.metric} of {labels[key]}", f"{rate:.2%}") for key, rate in rates.items()]

    def explain(self) -> str:
        held = f", {self.holdback:g} % held back" if self.holdback else ""
        how = "a person picks the winner" if self.manual else f"the winner by {self.metric}"
        return f"Tests {len(self.outcomes)} paths{held}; {how}."


@handler("journey.optimizer")
def end_test(org: Org, entry: Entry) -> Outcome:
    """A test's time is over: args = {"version_id", "activity_key"}. Nothing when a person has picked before."""
    version = by_id(org, entry.args["version_id"])
    tester = version.activities[entry.args["activity_key"]]
    assert isinstance(tester, PathOptimizer)
    test = tester.test_of(org, version)
    if test is None or test["decided_at"] is not None:
        return Outcome(f"{version.name}: {tester.title} had its winner before", quiet=True)
    winner = tester.evaluate(org, version)
    branch = next((one for one in tester.outcomes if one.key == winner), None)
    said = f"{branch.label or branch.key} wins" if branch else "no winner, the test expires"
    return Outcome(f"{version.name}: {tester.title}: {said}", {"tests": 1}, f"journey/{version.key}")


@command("journey.choose_winner")
def choose_winner(org: Org, *, key: str, activity_key: str, outcome: str, version: int | None = None) -> Outcome:
    """Pick the winner of a path optimizer's test: the holdback and everyone who comes later take its path."""
    chosen = current(org, key, version)
    tester = chosen.activities.get(activity_key)
    if not isinstance(tester, PathOptimizer):
        raise Refused(f"The journey {chosen.name} has no path optimizer '{activity_key}'.")
    outcomes = [branch.key for branch in tester.outcomes]
    if outcome not in outcomes:
        raise Refused(f"There is no path '{outcome}'.", fix=did_you_mean(outcome, outcomes) or ", ".join(outcomes))
    test = tester.test_of(org, chosen)
    if test is None or test["decided_at"] is not None:
        raise Refused("This test has " + ("not begun." if test is None else "its winner, or has expired."))
    org.run(
        "UPDATE journey_tests SET winner = ?, decided_at = ? WHERE version_id = ? AND activity_key = ?",
        outcome, org.now, chosen.version_id, activity_key,
    )  # fmt: skip
    released = org.run(
        """UPDATE journey_cohorts SET due_at = ?
           WHERE version_id = ? AND activity_key = ? AND state = 'inside' AND split_key = activity_key""",
        org.now, chosen.version_id, activity_key,
    )  # fmt: skip
    if released:
        schedule_activity(org, chosen, activity_key, org.now)
    return Outcome(f"{chosen.name}: {outcome} wins at {tester.spec.name}", {"tests": 1}, f"journey/{chosen.key}")
