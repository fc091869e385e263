"""What a person does to a published version: pause, resume, let it finish, stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units
from store.agenda import Entry, cancel, schedule
from store.assumptions import assume
from store.clock import DAY
from store.commands import Outcome, command, handler
from store.errors import Refused
from store.journey import entry_queue
from store.journey.admission import turn_away
from store.journey.audit import note
from store.journey.awaiting import look_again
from store.journey.cohorts import Cohort, Run, schedule_activity
from store.journey.pauses import AFTERWARDS, LONGEST, Pause, pause_of
from store.journey.version import API_STATUS, Version, by_id, journey_id_of, versions

if TYPE_CHECKING:
    from store.org import Org

assume(
    "pause_extends_waits_by",
    "time paused",
    ("time paused", "days chosen"),
    "By how much a wait by duration lasts longer when its journey was paused and resumed before the chosen days were"
    " over.",
    "SFH:mc_jb_pause_running_journey says the time paused, SFD:JourneyPauseByDefinitionId the number of PausedDays",
)


def chosen_versions(
    org: Org, key: str, version: int | None, statuses: tuple[str, ...], action: str, *, every: bool = False
) -> list[Version]:
    """The versions of a journey that are in one of these statuses: the one of that number, the newest, or `every`.

    Raises Refused in the product's words when there is none.
    """
    journey_id_of(org, key)
    found = versions(org, key)
    if version is not None:
        found = [one for one in found if one.number == version]
        if not found:
            raise Refused(f"The journey {key} has no version {version}.")
    fit = [one for one in found if one.status in statuses]
    if not fit:
        # Source: domain E1, the product's text for publishing; the other actions are worded alike.
        raise Refused(
            f"Cannot {action} interaction in {API_STATUS[found[-1].status]} status.",
            cause=f"The journey {found[-1].name} has no version that can be: {', '.join(statuses)}.",
        )
    return fit if every else fit[-1:]


@command("journey.pause")
def pause(
    org: Org,
    *,
    key: str,
    version: int | None = None,
    days: int = LONGEST,
    extend_waits: bool = False,
    queue_entries: bool = False,
    afterwards: str = "none",
    all_versions: bool = False,
) -> Outcome:
    """Pause the running version, or all: nobody goes on, no send begins, for 1 to 14 days.

    `extend_waits`: waits by duration last longer by the pause; otherwise who is due meanwhile goes on when it ends.
    `queue_entries`: who comes meanwhile enters then; otherwise it is turned away. `afterwards`: none, resume or stop,
    when the days are over. Source: SFH:mc_jb_pause, SFD:JourneyPauseByDefinitionId.
    """
    if not 1 <= days <= LONGEST:
        raise Refused(f"A journey can be paused for 1 to {LONGEST} days, not for {days}.")
    if afterwards not in AFTERWARDS:
        raise Refused(f"After a pause comes {', '.join(AFTERWARDS)}, not '{afterwards}'.")
    statuses = ("Running", "Finishing") if all_versions else ("Running",)  # source: domain E1, pausable: Published
    paused = chosen_versions(org, key, version, statuses, "pause", every=all_versions)
    for each in paused:
        if queue_entries and not each.source.trickles:
            raise Refused(
                f"{each.name} evaluates all records: those who come while it is paused cannot be queued.",
                cause="At the first run after the pause every row is evaluated anyway.",
                fix="Evaluate new records only, or leave queue_entries out.",
            )
        pause_id = org.value(
            """INSERT INTO journey_pauses(version_id, paused_at, days, extend_waits, queue_entries, afterwards,
                                          resumes_as)
               VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING pause_id""",
            each.version_id, org.now, days, extend_waits, queue_entries, afterwards, each.status,
        )  # fmt: skip
        _set_status(org, each, "Paused")
        note(org, each, "Pause")
        if afterwards != "none":
            args = {"version_id": each.version_id, "pause_id": pause_id}
            title = f"{each.name}: the pause is over ({afterwards})"
            schedule(org, org.now + days * DAY, "journey.pause_over", args, title)
    number = ", ".join(str(each.number) for each in paused)
    title = f"Journey '{paused[-1].name}' version {number} paused for {days} day{'s' * (days != 1)}"
    return Outcome(title, {"paused": len(paused)}, f"journey/{paused[-1].key}")


@command("journey.resume")
def resume(org: Org, *, key: str, version: int | None = None) -> Outcome:
    """End a pause, of one version or of all that are paused: who is due goes on now, who was queued enters."""
    resumed = chosen_versions(org, key, version, ("Paused",), "resume", every=version is None)
    due = sum(_resume(org, each) for each in resumed)
    title = f"Journey '{resumed[-1].name}' resumed, {due} are due now"
    return Outcome(title, {"resumed": len(resumed)}, f"journey/{resumed[-1].key}")


@handler("journey.pause_over")
def pause_over(org: Org, entry: Entry) -> Outcome:
    """The days of a pause are over: args = {"version_id", "pause_id"}. Nothing when it ended before."""
    version = by_id(org, entry.args["version_id"])
    lasting = pause_of(org, version)
    if lasting is None or lasting.pause_id != entry.args["pause_id"]:
        return Outcome(f"{version.name}: its pause had ended before", quiet=True)
    if lasting.afterwards == "stop":
        ejected = stop_version(org, version)
        return Outcome(f"{version.name}: the pause is over, stopped, {ejected} ejected", {"ejected": ejected})
    due = _resume(org, version)
    return Outcome(f"{version.name}: the pause is over, {due} are due now", {"resumed": 1}, f"journey/{version.key}")


def _resume(org: Org, version: Version) -> int:
    """Let a paused version go on; returns how many are due now."""
    lasting = pause_of(org, version)
    assert lasting is not None, f"version {version.version_id} is paused without a pause"
    org.run("UPDATE journey_pauses SET ended_at = ? WHERE pause_id = ?", org.now, lasting.pause_id)
    _set_status(org, version, lasting.resumes_as)
    note(org, version, "Resume")
    cancel(org, "journey.pause_over", version_id=version.version_id)
    with business_units.acting(org, version.mid):  # what it puts on the agenda runs in its business unit
        due = _set_moving(org, version, lasting)
        look_again(org, version)
        entry_queue.resume(org, version)
        if lasting.resumes_as == "Running" and lasting.queue_entries and version.event is not None:
            args = {"event_definition_key": version.event.key}
            schedule(org, org.now, "journey.entry", args, f"{version.name}: who came during the pause enters")
    return due


def _set_moving(org: Org, version: Version, lasting: Pause) -> int:
    """Put all who stand in a version on the agenda again, waits extended where that was chosen; see `_resume`."""
    cancel(org, "journey.activity", version_id=version.version_id)
    seconds = org.now - lasting.paused_at
    if org.assumption("pause_extends_waits_by") == "days chosen":
        seconds = lasting.ends_at - lasting.paused_at
    standing = org.rows(
        """SELECT activity_key, due_at, sum(size) AS people FROM journey_cohorts
           WHERE version_id = ? AND state = 'inside' GROUP BY activity_key, due_at
           ORDER BY due_at DESC, activity_key""",
        version.version_id,
    )
    due_now = 0
    for row in standing:  # from the latest: an extended due time meets none that was extended already
        activity = version.activities[row["activity_key"]]
        due_at = row["due_at"]
        if lasting.extend_waits and due_at >= lasting.paused_at:
            due_at = activity.after_pause(due_at, seconds)
        org.run(
            """UPDATE journey_cohorts SET due_at = ?
               WHERE version_id = ? AND activity_key = ? AND due_at = ? AND state = 'inside'""",
            due_at, version.version_id, row["activity_key"], row["due_at"],
        )  # fmt: skip
        schedule_activity(org, version, row["activity_key"], due_at)
        due_now += row["people"] if due_at <= org.now else 0
    return due_now


@command("journey.finish")
def finish(org: Org, *, key: str) -> Outcome:
    """Let nobody in any more; those inside finish. In the product publishing a newer version does that."""
    (version,) = chosen_versions(org, key, None, ("Running",), "finish")
    retire(org, version)
    return Outcome(f"Journey '{version.name}' version {version.number} finishes", {}, f"journey/{version.key}")


def retire(org: Org, version: Version) -> None:
    """A version lets nobody in any more; those inside go on, or do so after the pause that it is in."""
    if version.status == "Paused":
        org.run(
            "UPDATE journey_pauses SET resumes_as = 'Finishing' WHERE version_id = ? AND ended_at IS NULL",
            version.version_id,
        )
    else:
        _set_status(org, version, "Finishing")
    cancel(org, "journey.entry", version_id=version.version_id)
    cancel(org, entry_queue.KIND, version_id=version.version_id)
    entry_queue.turn_away_queued(org, version, "Rejected: the version is finishing")
    version.source.stop(org)


@command("journey.stop")
def stop(org: Org, *, key: str, version: int | None = None) -> Outcome:
    """Stop a version, or all that run: everyone inside is ejected. It cannot be started again. Source: domain E1."""
    journey_id_of(org, key)
    alive = ("Running", "Paused", "Finishing")
    stopped = [one for one in versions(org, key) if one.status in alive and version in (None, one.number)]
    if not stopped:
        raise Refused(f"The journey {key} has no running version to stop.")
    ejected = sum(stop_version(org, each) for each in stopped)
    title = f"Journey '{stopped[-1].name}' stopped, {ejected} ejected"
    return Outcome(title, {"ejected": ejected}, f"journey/{stopped[-1].key}")


def stop_version(org: Org, version: Version) -> int:
    """Stop one version; returns how many were ejected."""
    run = Run(org, version)
    inside = org.rows(
        "SELECT cohort_id, root_cohort_id, size, arrived_at FROM journey_cohorts "
        "WHERE version_id = ? AND state = 'inside' ORDER BY cohort_id",
        version.version_id,
    )
    for row in inside:
        run.end(Cohort(*row), "ejected")
    lasting = pause_of(org, version)
    if lasting is not None and lasting.queue_entries and lasting.resumes_as == "Running":
        turn_away(org, version, "Rejected: the version is stopped")  # who was queued will not enter any more
    entry_queue.turn_away_queued(org, version, "Rejected: the version is stopped")
    version.source.stop(org)
    for activity in version.activities.values():
        activity.stopped(org, version)
    _set_status(org, version, "Stopped")
    note(org, version, "Stop")
    org.run("UPDATE journey_pauses SET ended_at = ? WHERE version_id = ? AND ended_at IS NULL",
            org.now, version.version_id)  # fmt: skip
    # All that is due of it: entries, activities, and what activities put there themselves.
    org.run("DELETE FROM agenda WHERE kind GLOB 'journey.*' AND args ->> '$.version_id' = ?", version.version_id)
    return run.counts.get("ejected", 0)


def _set_status(org: Org, version: Version, status: str) -> None:
    org.run("UPDATE journey_versions SET status = ? WHERE version_id = ?", status, version.version_id)
