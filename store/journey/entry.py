"""The agenda's handler for entries: one step is one run of an entry source, for each version that listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units
from store.agenda import Entry
from store.commands import Outcome, handler
from store.errors import Refused
from store.journey import entry_queue
from store.journey.admission import Admission, turn_away
from store.journey.awaiting import let_go
from store.journey.gates import watch
from store.journey.pauses import pause_of
from store.journey.version import Version, by_id, listening

if TYPE_CHECKING:
    from store.org import Org


@handler("journey.entry")
def enter(org: Org, entry: Entry) -> Outcome:
    """Let contacts in: args = {"version_id"} by its schedule, {"event_definition_key"} when events or rows came."""
    if "version_id" in entry.args:
        version = by_id(org, entry.args["version_id"])
        outcome = let_in(org, version)
        if version.status in ("Running", "Paused"):
            with business_units.acting(org, version.mid):
                version.source.follow(org, entry.args.get("runs", 0) + 1)
        return outcome
    return enter_by_event(org, entry.args["event_definition_key"])


def enter_by_event(org: Org, key: str) -> Outcome:
    """Let contacts in to each journey that listens to an entry event."""
    outcomes = [let_in(org, version) for version in listening(org, key)] + let_go(org, key)
    if not outcomes:
        return Outcome(f"Entry {key}: no running journey listens")
    changes: dict[str, int] = {}
    for outcome in outcomes:
        for what, count in outcome.changes.items():
            changes[what] = changes.get(what, 0) + count
    title = "; ".join(outcome.title for outcome in outcomes)
    return Outcome(title, changes, outcomes[0].subject, quiet=not changes)


def let_in(org: Org, version: Version) -> Outcome:
    """One run of a version's entry source; a version that does not run turns its candidates away, or lets them wait."""
    with business_units.acting(org, version.mid):
        return _let_in(org, version)


def _let_in(org: Org, version: Version) -> Outcome:
    if version.status != "Running":
        return _closed(org, version)
    run = Admission(org, version)
    lost = _keep_rows(org, version, run)
    rate = entry_queue.rate_of(org, version)
    if rate or entry_queue.queued(org, version):
        entry_queue.queue_up(org, version, run.found)
        entered, rejected, established = entry_queue.let_in(org, version, rate or entry_queue.queued(org, version))
    else:
        entered, rejected, established = run.admit(), run.rejected, run.established
    watch(org, version)
    return entry_queue.outcome_of(org, version, entered, rejected, established, lost)


def _keep_rows(org: Org, version: Version, run: Admission) -> str:
    """Keep what the candidates bring in the event's data extension; returns what to say when that is refused."""
    if version.event is None or not version.event.logs_data:
        return ""
    try:
        version.source.keep_rows(org, run.found)
    except Refused as error:
        return f" (not kept in {version.event.data_extension}: {error.message})"
    return ""


def _closed(org: Org, version: Version) -> Outcome:
    """Events for a version that lets nobody in. Source: SFH:mc_jb_pause_running_journey (queue or ignore)."""
    pause = pause_of(org, version)
    if pause is not None and pause.queue_entries:
        return Outcome(f"{version.name}: who comes waits at the entry of the paused journey", quiet=True)
    said = version.status.lower()
    count = turn_away(org, version, f"Rejected: the version is {said}")
    title = f"{version.name}: no entry, version {version.number} is {said}" + (f", {count} rejected" if count else "")
    return Outcome(title, {"rejected": count} if count else {}, f"journey/{version.key}", quiet=not count)
