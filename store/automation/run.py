"""How an automation runs: it starts, then every activity is a step of its own, then it is complete or in error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import agenda, business_units
from store.assumptions import assume
from store.automation.definition import put_on_agenda
from store.commands import Outcome, handler
from store.ids import guid

if TYPE_CHECKING:
    from store.agenda import Entry
    from store.org import Org

assume(
    "automation_activity_seconds",
    60,
    (),
    "How long one activity of an automation takes on the simulated clock, in seconds.",
    "No published figure; short activities take about a minute in practice.",
)


@dataclass(frozen=True)
class Result:
    """What an activity did: whether it went well, one line, and counts by name. A quiet one is no step of its own."""

    ok: bool
    line: str
    changes: dict[str, int]
    subject: str = ""
    quiet: bool = False
    seconds: int = 0  # how long it took there, where that is known


Activity = Callable[["Org", str], Result]
_activities: dict[str, Activity] = {}


def activity(kind: str) -> Callable[[Activity], Activity]:
    """Register `function(org, key) -> Result` as an activity type of Automation Studio."""

    def register(function: Activity) -> Activity:
        assert kind not in _activities, f"activity {kind} is registered twice"
        _activities[kind] = function
        return function

    return register


def activity_types() -> list[str]:
    """The types that are built, sorted."""
    return sorted(_activities)


@handler("automation.start")
def start(org: Org, entry: Entry) -> Outcome:
    """Begin a run: one row of history, its first activity on the agenda, and the next run after it."""
    automation = org.row("SELECT * FROM automations WHERE automation_id = ?", entry.args["automation_id"])
    assert automation is not None
    instance_id = org.value(
        "INSERT INTO automation_instances(instance_guid, automation_id, scheduled_at, started_at, status)"
        " VALUES (?, ?, ?, ?, 'Executing') RETURNING instance_id",
        guid(org.seed, "automation instance", automation["automation_id"], entry.agenda_id),
        automation["automation_id"], entry.due_at, org.now,
    )  # fmt: skip
    _schedule_from(org, instance_id, step=1)
    if automation["every_seconds"] and not entry.args.get("once"):
        put_on_agenda(org, automation["automation_id"], automation["name"], entry.due_at + automation["every_seconds"])
    subject = f"automation/{business_units.path(org, automation['mid'], automation['customer_key'])}"
    return Outcome(f"Automation {automation['name']} started", {"automations": 1}, subject, quiet=True)


def _schedule_from(org: Org, instance_id: int, step: int, begins: int = 0) -> bool:
    """Put all activities of a step that `begins` then (now) on the agenda; False when there is no such step."""
    activities = org.rows(
        """
        SELECT v.position, v.activity_type, v.activity_key
        FROM automation_instances i JOIN automation_activities v USING (automation_id)
        WHERE i.instance_id = ? AND v.step = ? ORDER BY v.position
        """,
        instance_id,
        step,
    )
    for row in activities:
        agenda.schedule(
            org,
            max(begins, org.now) + int(org.assumption("automation_activity_seconds")),
            "automation.activity",
            {"instance_id": instance_id, "step": step, "position": row["position"], "last": row is activities[-1]},
            f"{row['activity_type'].capitalize()} {row['activity_key']} runs",
        )
    return bool(activities)


@handler("automation.activity")
def run_activity(org: Org, entry: Entry) -> Outcome:
    """Run one activity; the last of a step starts the next step or ends the run, an error ends it at once."""
    at = {"instance_id": entry.args["instance_id"], "step": entry.args["step"], "position": entry.args["position"]}
    row = org.row(
        """
        SELECT i.status, v.activity_type, v.activity_key
        FROM automation_instances i JOIN automation_activities v USING (automation_id)
        WHERE i.instance_id = :instance_id AND v.step = :step AND v.position = :position
        """,
        at,
    )
    assert row is not None
    stopped = row["status"] != "Executing"
    if stopped:
        result = Result(False, f"{row['activity_key']} did not run: the automation had failed before", {})
    else:
        result = _activities[row["activity_type"]](org, row["activity_key"])
    seconds = int(org.assumption("automation_activity_seconds"))
    ended = org.now + max(0, result.seconds - seconds)  # a long query holds up what comes after it
    org.run(
        "INSERT INTO automation_activity_instances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        at["instance_id"], at["step"], at["position"], guid(org.seed, "automation activity", *at.values()),
        row["activity_type"], row["activity_key"], org.now - seconds, ended,
        "NotSelected" if stopped else "Complete" if result.ok else "Error", result.line,
    )  # fmt: skip
    if not stopped and not result.ok:
        _end(org, at["instance_id"], "Error", result.line, ended)
    elif entry.args["last"] and not stopped:
        over = int(
            org.value(
                "SELECT max(ended_at) FROM automation_activity_instances WHERE instance_id = ? AND step = ?",
                at["instance_id"], at["step"],
            )
        )  # fmt: skip
        if not _schedule_from(org, at["instance_id"], at["step"] + 1, over):
            _end(org, at["instance_id"], "Complete", None, over)
    return Outcome(result.line, result.changes, result.subject, quiet=result.quiet)


def _end(org: Org, instance_id: int, status: str, error: str | None, ended: int) -> None:
    org.run(
        "UPDATE automation_instances SET status = ?, error = ?, ended_at = ? WHERE instance_id = ?",
        status, error, ended, instance_id,
    )  # fmt: skip


@activity("query")
def run_query(org: Org, key: str) -> Result:
    """A SQL Query Activity."""
    from store import query

    run = query.run_activity(org, key)
    changes = {"inserted": run.inserted, "updated": run.updated} if run.ok else {"errors": 1}
    return Result(run.ok, run.line, changes, f"de/{run.target}", seconds=run.seconds)
