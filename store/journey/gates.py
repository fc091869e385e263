"""The goal and the exit criteria: who meets them, when that is looked at, and what becomes of them.

Both are filters on contact data. They are looked at when a contact leaves a wait, the goal first. A goal with the exit
option is looked at every 24 hours too: whoever meets it is released from the wait. Without that option a goal only
counts. Source: SFH:mc_jb_goals, SFD:goals, domain E4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import business_units
from store.agenda import Entry, is_scheduled, schedule
from store.clock import DAY
from store.commands import Outcome, handler
from store.journey.cohorts import Cohort, Run
from store.journey.criteria import parse
from store.journey.matching import sql_matching
from store.journey.spec import Gate
from store.journey.version import Version, by_id

if TYPE_CHECKING:
    from store.org import Org

GOAL, EXIT = "goal", "exit"


@dataclass(frozen=True)
class GoalState:
    """How a version does on its goal. `met` counts visits; `performance` is met of those who entered, in percent."""

    name: str
    met: int
    met_exit_criteria: int
    target: float | None
    unit: str
    exits: bool
    entered: int

    @property
    def performance(self) -> float:
        """Percent of those who entered."""
        return 100 * self.met / self.entered if self.entered else 0.0

    @property
    def is_reached(self) -> bool:
        """Whether the target is met; without one, never."""
        if self.target is None:
            return False
        return (self.performance if self.unit == "percentage" else self.met) >= self.target


def leave_wait(run: Run, cohort: Cohort) -> Cohort | None:
    """Look at the goal and the exit criteria for a cohort whose wait is over; returns those who stay in the journey."""
    staying: Cohort | None = cohort
    goal, exits = run.version.spec.goal, run.version.spec.exit
    if goal and goal.criteria:
        staying = _pass(run, cohort, goal, GOAL, "goal" if goal.exits else None)
    if staying is not None and exits and exits.criteria:
        staying = _pass(run, staying, exits, EXIT, "exited")
    return staying


def _pass(run: Run, cohort: Cohort, gate: Gate, kind: str, state: str | None) -> Cohort | None:
    """Count who meets a gate and, where that ends a visit in `state`, end it; returns who stays."""
    select, params = sql_matching(run, cohort, parse(gate.criteria))
    named = {**params, "parent": cohort.cohort_id, "version": run.version.version_id, "gate": kind, "now": run.now}
    counted = run.org.run(
        f"""INSERT OR IGNORE INTO journey_goals
            SELECT :version, visit, :gate, :now,
                   (SELECT activity_key FROM journey_cohorts WHERE cohort_id = :parent)
            FROM ({select})""",
        named,
    )
    if state is None:
        run.count("met the goal", counted)
        return cohort
    gone, staying = run.part(cohort, select, params)
    if gone is not None:
        run.end(gone, state)
    return staying


def watch(org: Org, version: Version) -> None:
    """Put the next look at the goal on the agenda, when somebody waits until after it."""
    goal = version.spec.goal
    if goal is None or not goal.exits or not goal.criteria:
        return
    published = org.value("SELECT published_at FROM journey_versions WHERE version_id = ?", version.version_id)
    due_at = published + ((org.now - published) // DAY + 1) * DAY
    waits = org.value(
        "SELECT 1 FROM journey_cohorts WHERE version_id = ? AND state = 'inside' AND due_at > ? LIMIT 1",
        version.version_id, due_at,
    )  # fmt: skip
    args = {"version_id": version.version_id}
    if waits is not None and not is_scheduled(org, due_at, "journey.goal", args):
        schedule(org, due_at, "journey.goal", args, f"{version.name}: who has met the goal")


@handler("journey.goal")
def look_at_goal(org: Org, entry: Entry) -> Outcome:
    """Every 24 hours: whoever waits and meets the goal is released and leaves. args = {"version_id"}."""
    version = by_id(org, entry.args["version_id"])
    goal = version.spec.goal
    if version.status == "Paused" or goal is None:
        watch(org, version)
        return Outcome(f"{version.name} is paused", quiet=True)
    waits = [key for key, activity in version.activities.items() if activity.holds]
    run = Run(org, version)
    with business_units.acting(org, version.mid):
        standing = org.rows(
            """SELECT cohort_id, root_cohort_id, size, arrived_at, activity_key FROM journey_cohorts
               WHERE version_id = ? AND state = 'inside' AND due_at > ? ORDER BY cohort_id""",
            version.version_id, org.now,
        )  # fmt: skip
        for row in standing:
            if row["activity_key"] in waits:
                _pass(run, Cohort(*row[:4]), goal, GOAL, "goal")
    watch(org, version)
    met = run.counts.get("goal", 0)
    return Outcome(f"{version.name}: {met} met the goal and left", run.counts, f"journey/{version.key}", quiet=not met)


def goal_state(org: Org, version: Version) -> GoalState | None:
    """The goal of a version with its counts; None when it has neither a goal nor exit criteria."""
    goal = version.spec.goal
    if goal is None and version.spec.exit is None:
        return None
    counts = {
        row["gate"]: row["visits"]
        for row in org.rows(
            "SELECT gate, count(*) AS visits FROM journey_goals WHERE version_id = ? GROUP BY gate", version.version_id
        )
    }
    entered = org.value(
        "SELECT coalesce(sum(size), 0) FROM journey_cohorts WHERE version_id = ? AND root_cohort_id = cohort_id",
        version.version_id,
    )
    return GoalState(
        goal.name if goal else "", counts.get(GOAL, 0), counts.get(EXIT, 0), goal.target if goal else None,
        goal.unit if goal else "wholenumber", bool(goal and goal.exits), entered,
    )  # fmt: skip
