"""The agenda's handler for activities: one step is one activity for all who are due there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units
from store.agenda import Entry
from store.commands import Outcome, handler
from store.journey.cohorts import Run
from store.journey.gates import watch
from store.journey.version import by_id

if TYPE_CHECKING:
    from store.org import Org


@handler("journey.activity")
def run_activity(org: Org, entry: Entry) -> Outcome:
    """Let all cohorts that are due at an activity do it and go on: args = {"version_id", "activity_key"}."""
    version = by_id(org, entry.args["version_id"])
    if version.status == "Paused":  # whoever is due goes on when it is resumed
        return Outcome(f"{version.name} is paused", quiet=True)
    activity = version.activities[entry.args["activity_key"]]
    run = Run(org, version)
    standing = run.standing_at(activity.key)
    if not standing:  # those who were due have left otherwise: by the goal, by request
        run.schedule_next(activity.key)
        return Outcome(f"{version.name}: nobody is due at {activity.title}", quiet=True)
    with business_units.acting(org, version.mid):
        activity.run_all(run, standing)
    watch(org, version)
    return Outcome(f"{version.name}: {activity.done(run.counts)}", run.counts, f"journey/{version.key}")
