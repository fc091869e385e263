"""What a person may want to know about journeys: lists, the canvas with its counts, and whether the books balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.journey import entry_queue
from store.journey.activities import is_built, make
from store.journey.activities.base import Finding
from store.journey.check import Checking
from store.journey.check import check as check_version
from store.journey.gates import GoalState, goal_state
from store.journey.version import Version, current, versions

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Balance:
    """Where everyone who entered is. It balances when nobody was lost or doubled."""

    entered: int = 0
    inside: int = 0
    completed: int = 0
    exited: int = 0
    ejected: int = 0
    goal: int = 0
    rejected: int = 0  # rows that did not get in; neither these nor the next are among the entered
    queued: int = 0  # who waits at the entry: for the next hour, or for the end of a pause

    @property
    def holds(self) -> bool:
        """entered = inside + completed + exited + ejected + goal."""
        return self.entered == self.inside + self.completed + self.exited + self.ejected + self.goal


@dataclass(frozen=True)
class JourneyRow:
    """One journey in the list; `version` and `status` are those of the version that counts most. Times are UTC."""

    key: str
    name: str
    version: int
    versions: int
    status: str
    balance: Balance
    next_due_at: int | None


@dataclass(frozen=True)
class VersionRow:
    """One version of a journey. Times are UTC seconds."""

    number: int
    status: str
    created_at: int
    published_at: int | None
    balance: Balance


@dataclass(frozen=True)
class OutcomeState:
    """One way out of an activity and how many took it so far."""

    key: str
    label: str
    next: str | None
    people: int


@dataclass(frozen=True)
class ActivityState:
    """One activity on the canvas. `arrived` are those who came with the last step. Times are UTC seconds."""

    key: str
    type: str
    label: str
    name: str
    explanation: str
    is_split: bool
    inside: int
    through: int
    arrived: int
    next_due_at: int | None
    outcomes: tuple[OutcomeState, ...]


@dataclass(frozen=True)
class Canvas:
    """A journey version with live counts."""

    key: str
    name: str
    version: int
    status: str
    entry_source: str
    start_key: str | None
    balance: Balance
    activities: tuple[ActivityState, ...]
    entries_per_hour: int = 0  # who enters per hour at most; 0: all


def balance(org: Org, version: Version) -> Balance:
    """Where everyone who entered this version is."""
    by_state = {
        row["state"]: row["people"]
        for row in org.rows(
            "SELECT state, sum(size) AS people FROM journey_cohorts WHERE version_id = ? GROUP BY state",
            version.version_id,
        )
    }
    entered = org.value(
        "SELECT coalesce(sum(size), 0) FROM journey_cohorts WHERE version_id = ? AND parent_cohort_id IS NULL",
        version.version_id,
    )
    rejected = org.value("SELECT count(*) FROM journey_rejections WHERE version_id = ?", version.version_id)
    return Balance(
        entered=entered,
        inside=by_state.get("inside", 0),
        completed=by_state.get("completed", 0),
        exited=by_state.get("exited", 0),
        ejected=by_state.get("ejected", 0),
        goal=by_state.get("goal", 0),
        rejected=rejected,
        queued=entry_queue.waiting(org, version),
    )


def journeys(org: Org) -> list[JourneyRow]:
    """All journeys, by name."""
    rows = []
    for row in org.rows("SELECT key FROM journeys ORDER BY name COLLATE NOCASE, key"):
        found = versions(org, row["key"])
        shown = current(org, row["key"])
        counts = [balance(org, version) for version in found]
        total = Balance(*(sum(values) for values in zip(*map(_counts, counts), strict=True)))
        rows.append(
            JourneyRow(shown.key, shown.name, shown.number, len(found), shown.status, total, _next_due(org, found))
        )
    return rows


def _counts(one: Balance) -> tuple[int, ...]:
    return (one.entered, one.inside, one.completed, one.exited, one.ejected, one.goal, one.rejected, one.queued)


def _next_due(org: Org, found: list[Version]) -> int | None:
    ids = ", ".join(str(version.version_id) for version in found)
    due_at: int | None = org.value(
        f"SELECT min(due_at) FROM agenda WHERE kind IN ('journey.entry', 'journey.queue', 'journey.activity') "
        f"AND args ->> '$.version_id' IN ({ids})"
    )
    return due_at


def version_rows(org: Org, key: str) -> list[VersionRow]:
    """The versions of a journey, by number."""
    listed = org.rows("SELECT version_id, created_at, published_at FROM journey_versions")
    times = {row["version_id"]: row for row in listed}
    return [
        VersionRow(
            version.number, version.status, times[version.version_id]["created_at"],
            times[version.version_id]["published_at"], balance(org, version),
        )
        for version in versions(org, key)
    ]  # fmt: skip


def canvas(org: Org, key: str, version: int | None = None) -> Canvas:
    """The activities of a version with how many are inside now, came through, and took each outcome."""
    chosen = current(org, key, version)
    counts = _Counts(org, chosen.version_id)
    states = []
    for activity_key, spec in chosen.spec.activities.items():
        activity = make(spec) if is_built(spec.type) else None
        inside, through = counts.inside.get(activity_key, 0), counts.through.get(activity_key, 0)
        is_split = activity is not None and activity.is_split
        went_on = through - inside - counts.outcomes.get((activity_key, "ejected"), 0)
        outcomes = tuple(
            OutcomeState(
                branch.key, branch.label, branch.next,
                counts.outcomes.get((activity_key, branch.key), 0) if is_split else went_on,
            )
            for branch in spec.branches
        )  # fmt: skip
        states.append(
            ActivityState(
                activity_key, spec.type, activity.label if activity else spec.type, spec.name,
                activity.explain() if activity else "Not built yet.", is_split, inside, through,
                counts.arrived.get(activity_key, 0), counts.due.get(activity_key), outcomes,
            )
        )  # fmt: skip
    source = chosen.event.data_extension if chosen.event else ""
    return Canvas(
        chosen.key, chosen.name, chosen.number, chosen.status, source, chosen.spec.start_key, balance(org, chosen),
        tuple(states), entry_queue.rate_of(org, chosen),
    )  # fmt: skip


class _Counts:
    """The counts of one version, each read once."""

    def __init__(self, org: Org, version_id: int) -> None:
        standing = org.rows(
            """SELECT activity_key, sum(size) AS people, min(due_at) AS due_at FROM journey_cohorts
               WHERE version_id = ? AND state = 'inside' GROUP BY activity_key""",
            version_id,
        )
        self.inside = {row["activity_key"]: row["people"] for row in standing}
        self.due = {row["activity_key"]: row["due_at"] for row in standing}
        moves = org.rows(
            """SELECT m.activity_key, sum(m.size) AS people, sum(m.size) FILTER (WHERE m.step = :k) AS arrived
               FROM journey_cohorts c JOIN journey_moves m USING (cohort_id)
               WHERE c.version_id = :version GROUP BY m.activity_key""",
            {"version": version_id, "k": org.k},
        )
        self.through = {row["activity_key"]: row["people"] for row in moves}
        self.arrived = {row["activity_key"]: row["arrived"] or 0 for row in moves}
        self.outcomes = {
            (row["split_key"], row["outcome"]): row["people"]
            for row in org.rows(
                """SELECT split_key, outcome, sum(size) AS people FROM journey_cohorts
                   WHERE version_id = ? AND split_key IS NOT NULL GROUP BY split_key, outcome""",
                version_id,
            )
        }


def check(org: Org, key: str, version: int | None = None, *, probe: bool = False) -> list[Finding]:
    """What publishing would say about a version, by default the newest; `probe` looks outside the file too."""
    chosen = current(org, key, version) if version else versions(org, key)[-1]
    found = check_version(org, chosen)
    if probe:
        checking = Checking(org, chosen)
        found += [finding for activity in checking.activities.values() for finding in activity.probe(checking)]
    return found


def due(org: Org, key: str, activity_key: str, version: int | None = None) -> list[tuple[int, int]]:
    """Those who stand at an activity now: (when they are due, UTC seconds; how many), soonest first."""
    rows = org.rows(
        """SELECT due_at, sum(size) AS people FROM journey_cohorts
           WHERE version_id = ? AND activity_key = ? AND state = 'inside' GROUP BY due_at ORDER BY due_at""",
        current(org, key, version).version_id, activity_key,
    )  # fmt: skip
    return [(row["due_at"], row["people"]) for row in rows]


def inside(
    org: Org, key: str, activity_key: str, *, version: int | None = None, limit: int = 100, offset: int = 0
) -> list[str]:
    """The Contact Keys of those who stand at an activity of a version now, a page of them."""
    chosen = current(org, key, version)
    rows = org.rows(
        """SELECT k.contact_key FROM journey_cohorts c CROSS JOIN journey_members m ON m.cohort_id = c.cohort_id
                CROSS JOIN contacts k ON k.contact_id = m.visit & 4294967295
           WHERE c.version_id = ? AND c.activity_key = ? AND c.state = 'inside'
           ORDER BY c.cohort_id, m.visit LIMIT ? OFFSET ?""",
        chosen.version_id, activity_key, limit, offset,
    )  # fmt: skip
    return [row["contact_key"] for row in rows]


def goal(org: Org, key: str, version: int | None = None) -> GoalState | None:
    """How a version does on its goal, by default the current one; None without a goal or exit criteria."""
    return goal_state(org, current(org, key, version))


def facts(org: Org, key: str, activity_key: str, version: int | None = None) -> list[tuple[str, str]]:
    """How one activity of a version went so far, by default of the current one: sent, answered, refused.

    Empty for most.
    """
    chosen = current(org, key, version)
    spec = chosen.spec.activities.get(activity_key)
    if spec is None or not is_built(spec.type) or chosen.status == "Draft":
        return []
    return make(spec).facts(org, chosen)
