"""Creating, publishing and stopping journeys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import data_extensions
from store.agenda import cancel, schedule
from store.commands import Outcome, command
from store.data_extensions import quoted
from store.errors import Refused
from store.ids import guid
from store.journey.check import check
from store.journey.schedule import next_run, runs_once
from store.journey.spec import Interaction, read_event_definition, read_interaction
from store.journey.version import Version, by_id, current, journey_id_of, versions

if TYPE_CHECKING:
    from store.org import Org

_COLUMN_TYPES = {"Number": "INTEGER", "Decimal": "REAL", "Boolean": "INTEGER", "Date": "TEXT"}


@command("journey.create")
def create(org: Org, *, spec: dict[str, Any], event_definition: dict[str, Any] | None = None) -> Outcome:
    """Create a journey of its public JSON, or a new draft version of one that exists; a draft is replaced.

    `event_definition` is the JSON of the entry event, unless it is there already.
    """
    interaction = read_interaction(spec)
    if event_definition is not None:
        keep_event_definition(org, event_definition)
    journey_id = org.value("SELECT journey_id FROM journeys WHERE key = ?", interaction.key)
    if journey_id is None:
        journey_guid = spec.get("definitionId") or guid(org.seed, "journey", interaction.key)
        journey_id = org.value(
            "INSERT INTO journeys(key, name, guid) VALUES (?, ?, ?) RETURNING journey_id",
            interaction.key, interaction.name, journey_guid,
        )  # fmt: skip
    org.run("UPDATE journeys SET name = ? WHERE journey_id = ?", interaction.name, journey_id)
    number = _save_draft(org, journey_id, interaction)
    return Outcome(f"Journey '{interaction.name}' version {number} saved as a draft", {}, f"journey/{interaction.key}")


def keep_event_definition(org: Org, raw: dict[str, Any]) -> None:
    """Keep an entry event's public JSON; one with the same key is replaced. Raises Refused without a key."""
    event = read_event_definition(raw)
    org.run(
        """INSERT INTO event_definitions(key, definition) VALUES (?, ?)
           ON CONFLICT (key) DO UPDATE SET definition = excluded.definition""",
        event.key, event.text(),
    )  # fmt: skip


def _save_draft(org: Org, journey_id: int, interaction: Interaction) -> int:
    """The number of the draft version that now has this spec."""
    event_id = org.value("SELECT event_definition_id FROM event_definitions WHERE key = ?", interaction.event_key)
    draft = org.row(
        "SELECT version_id, number FROM journey_versions WHERE journey_id = ? AND status = 'Draft'", journey_id
    )
    if draft:
        org.run(
            "UPDATE journey_versions SET spec = ?, modified_at = ?, event_definition_id = ? WHERE version_id = ?",
            interaction.text(), org.now, event_id, draft["version_id"],
        )  # fmt: skip
        return int(draft["number"])
    last = org.value("SELECT max(number) FROM journey_versions WHERE journey_id = ?", journey_id)
    number = int(last or 0) + 1
    version_guid = interaction.raw.get("id") if number == 1 else None
    org.run(
        """INSERT INTO journey_versions(journey_id, number, guid, status, event_definition_id, created_at,
                                        modified_at, spec)
           VALUES (?, ?, ?, 'Draft', ?, ?, ?, ?)""",
        journey_id, number, version_guid or guid(org.seed, "journey version", interaction.key, number), event_id,
        org.now, org.now, interaction.text(),
    )  # fmt: skip
    return number


@command("journey.publish")
def publish(org: Org, *, key: str, version: int | None = None) -> Outcome:
    """Publish a draft: contacts enter it from now on, the version that ran before finishes those inside it.

    Raises Refused with the errors of the check. Source: domain E1, versions.
    """
    chosen = current(org, key, version) if version else versions(org, key)[-1]
    if chosen.status != "Draft":
        # Source: domain E1, the product's text.
        raise Refused(f"Cannot publish interaction in {_API_STATUS[chosen.status]} status.", fix="Save a new version.")
    errors = [finding for finding in check(org, chosen) if finding.severity == "error"]
    if errors:
        listed = "\n".join(f"- {f'{found.code} ' if found.code else ''}{found.message}" for found in errors)
        raise Refused(f"The journey '{chosen.name}' cannot be published:\n{listed}")
    watermark = _retire(org, chosen)
    org.run(
        """UPDATE journey_versions
           SET status = 'Running', published_at = :now, modified_at = :now, watermark = :watermark
           WHERE version_id = :version""",
        {"now": org.now, "version": chosen.version_id, "watermark": watermark},
    )
    _make_snapshot_table(org, chosen)
    for ordinal, (activity_key, activity) in enumerate(chosen.activities.items(), start=1):
        activity_id = activity.spec.raw.get("id") or guid(org.seed, "activity", chosen.version_id, activity_key)
        org.run(
            "INSERT INTO journey_activities VALUES (?, ?, ?, ?, ?, NULL, ?)",
            chosen.version_id, activity_key, activity.type, activity.spec.name, activity_id, ordinal,
        )  # fmt: skip
        org.run(
            "UPDATE journey_activities SET object_id = ? WHERE version_id = ? AND activity_key = ?",
            activity.prepare(org, chosen), chosen.version_id, activity_key,
        )  # fmt: skip
    schedule_entry(org, by_id(org, chosen.version_id), first=True)
    title = f"Journey '{chosen.name}' version {chosen.number} published"
    return Outcome(title, {"activities": len(chosen.activities)}, f"journey/{chosen.key}")


_API_STATUS = {"Draft": "Draft", "Running": "Published", "Finishing": "Unpublished", "Stopped": "Stopped"}


def _retire(org: Org, chosen: Version) -> int:
    """Let the running version finish; returns the high-watermark that the new one goes on from."""
    watermark = 0
    for old in versions(org, chosen.key):
        if old.status == "Running":
            org.run("UPDATE journey_versions SET status = 'Finishing' WHERE version_id = ?", old.version_id)
            cancel(org, "journey.entry", version_id=old.version_id)
            if old.event_definition_id == chosen.event_definition_id:
                watermark = old.watermark
    reset = chosen.event is not None and chosen.event.raw.get("arguments", {}).get("resetHighWatermark")
    return 0 if reset else watermark


def _make_snapshot_table(org: Org, version: Version) -> None:
    """The table of the event's journey data; fields that the data extension got since the last time are added."""
    de = data_extensions.get(org, version.event.data_extension if version.event else "")
    known = {row["name"].lower() for row in org.rows(f"PRAGMA table_info({version.event_table})")}
    columns = [(f.name, _COLUMN_TYPES.get(f.type, "TEXT COLLATE NOCASE")) for f in de.fields]
    if not known:
        listed = ",\n".join(f"  {quoted(name)} {kind}" for name, kind in columns)
        org.run(
            f"""CREATE TABLE {version.event_table} ( -- journey data: the row each visit entered with, never refreshed
  _cohort_id INTEGER NOT NULL,          -- the entry
  _visit     INTEGER NOT NULL,
{listed},
  PRIMARY KEY (_cohort_id, _visit)
) WITHOUT ROWID"""
        )
        return
    for name, kind in columns:
        if name.lower() not in known:
            org.run(f"ALTER TABLE {version.event_table} ADD COLUMN {quoted(name)} {kind}")


def schedule_entry(org: Org, version: Version, *, first: bool = False, runs: int = 0) -> None:
    """Put the version's next entry on the agenda, if it has one."""
    event = version.event
    assert event is not None
    due_at = next_run(event, org.now + (not first), runs)
    if runs_once(event):
        due_at = org.now if first else None
    if due_at is not None:
        args = {"version_id": version.version_id, "runs": runs}
        schedule(org, due_at, "journey.entry", args, f"{version.name}: entry from {event.data_extension}")


@command("journey.stop")
def stop(org: Org, *, key: str, version: int | None = None) -> Outcome:
    """Stop a version, or all that run: everyone inside is ejected. It cannot be started again. Source: domain E1."""
    journey_id_of(org, key)
    stopped = [v for v in versions(org, key) if v.status in ("Running", "Finishing") and version in (None, v.number)]
    if not stopped:
        raise Refused(f"The journey {key} has no running version to stop.")
    ejected = 0
    for each in stopped:
        ejected += _eject_all(org, each)
        org.run("UPDATE journey_versions SET status = 'Stopped' WHERE version_id = ?", each.version_id)
        cancel(org, "journey.entry", version_id=each.version_id)
        cancel(org, "journey.activity", version_id=each.version_id)
    title = f"Journey '{stopped[-1].name}' stopped, {ejected} ejected"
    return Outcome(title, {"ejected": ejected}, f"journey/{stopped[-1].key}")


def _eject_all(org: Org, version: Version) -> int:
    from store.journey.cohorts import Cohort, Run

    run = Run(org, version)
    inside = org.rows(
        "SELECT cohort_id, root_cohort_id, size, arrived_at FROM journey_cohorts "
        "WHERE version_id = ? AND state = 'inside' ORDER BY cohort_id",
        version.version_id,
    )
    for row in inside:
        run.end(Cohort(*row), "ejected")
    return run.counts.get("ejected", 0)
