"""Creating and publishing journeys: the draft, its versions, and what publishing makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import business_units
from store.commands import Outcome, command
from store.data_extensions import quoted
from store.errors import Refused
from store.ids import guid
from store.journey import entry_queue
from store.journey.arrivals import last_event
from store.journey.audit import note
from store.journey.check import check
from store.journey.lifecycle import retire
from store.journey.spec import TRANSACTIONAL, Interaction, read_event_definition, read_interaction
from store.journey.version import API_STATUS, Version, by_id, current, versions

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
    elif interaction.trigger_type == TRANSACTIONAL:
        _keep_transactional_event(org, interaction)
    journey_id = org.value("SELECT journey_id FROM journeys WHERE key = ?", interaction.key)
    if journey_id is None:
        journey_guid = spec.get("definitionId") or guid(org.seed, "journey", interaction.key)
        journey_id = org.value(
            "INSERT INTO journeys(mid, key, name, guid) VALUES (?, ?, ?, ?) RETURNING journey_id",
            business_units.current_mid(), interaction.key, interaction.name, journey_guid,
        )  # fmt: skip
    org.run("UPDATE journeys SET name = ? WHERE journey_id = ?", interaction.name, journey_id)
    number = save_draft(org, journey_id, interaction)
    return Outcome(f"Journey '{interaction.name}' version {number} saved as a draft", {}, f"journey/{interaction.key}")


@command("journey.new_version")
def new_version(org: Org, *, key: str, version: int | None = None) -> Outcome:
    """Make a draft of a version that was published, whatever its status: of the newest, or of that number.

    Raises Refused when there is a draft: only one can exist at a time. Source: SFH:mc_jb_journey_versions.
    """
    found = versions(org, key) or [current(org, key)]
    if found[-1].status == "Draft":
        raise Refused(
            f"Only one draft version of a journey can exist at a time: version {found[-1].number} of {key} is one.",
            fix="Edit it (journey.create replaces it) or publish it.",
        )
    chosen = current(org, key, version) if version is not None else found[-1]
    number = save_draft(org, chosen.journey_id, chosen.spec)
    title = f"Journey '{chosen.name}' version {number} drafted from version {chosen.number}"
    return Outcome(title, {}, f"journey/{chosen.key}")


def keep_event_definition(org: Org, raw: dict[str, Any]) -> None:
    """Keep an entry event's public JSON; one with the same key is replaced. Raises Refused without a key."""
    event = read_event_definition(raw)
    org.run(
        """INSERT INTO event_definitions(key, definition) VALUES (?, ?)
           ON CONFLICT (key) DO UPDATE SET definition = excluded.definition""",
        event.key, event.text(),
    )  # fmt: skip


def _keep_transactional_event(org: Org, interaction: Interaction) -> None:
    """The entry event that a transactional journey does without in its JSON."""
    de = next(
        (
            str(settings["dataExtensionId"])
            for spec in interaction.activities.values()
            if isinstance(settings := spec.metadata.get("highThroughput"), dict) and settings.get("dataExtensionId")
        ),
        "",
    )
    event = {"eventDefinitionKey": interaction.event_key, "type": "transactional-api", "name": interaction.name}
    keep_event_definition(org, event | ({"dataExtensionId": de} if de else {}))


def save_draft(org: Org, journey_id: int, interaction: Interaction) -> int:
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
        note(org, by_id(org, draft["version_id"]), "Modify")
        return int(draft["number"])
    last = org.value("SELECT max(number) FROM journey_versions WHERE journey_id = ?", journey_id)
    number = int(last or 0) + 1
    version_guid = interaction.raw.get("id") if number == 1 else None
    version_id = org.value(
        """INSERT INTO journey_versions(journey_id, number, guid, status, event_definition_id, created_at,
                                        modified_at, spec)
           VALUES (?, ?, ?, 'Draft', ?, ?, ?, ?) RETURNING version_id""",
        journey_id, number, version_guid or guid(org.seed, "journey version", interaction.key, number), event_id,
        org.now, org.now, interaction.text(),
    )  # fmt: skip
    note(org, by_id(org, version_id), "Create")
    return number


@command("journey.publish")
def publish(org: Org, *, key: str, version: int | None = None) -> Outcome:
    """Publish a draft: contacts enter it from now on, the version that ran before finishes those inside it.

    Raises Refused with the errors of the check. Source: domain E1, versions.
    """
    chosen = current(org, key, version) if version else (versions(org, key) or [current(org, key)])[-1]
    if chosen.status != "Draft":
        # Source: domain E1, the product's text.
        raise Refused(f"Cannot publish interaction in {API_STATUS[chosen.status]} status.", fix="Save a new version.")
    with business_units.acting(org, chosen.mid):  # what it puts on the agenda runs in its business unit
        return _publish(org, chosen)


def _publish(org: Org, chosen: Version) -> Outcome:
    errors = [finding for finding in check(org, chosen) if finding.severity == "error"]
    if errors:
        listed = "\n".join(f"- {f'{found.code} ' if found.code else ''}{found.message}" for found in errors)
        raise Refused(f"The journey '{chosen.name}' cannot be published:\n{listed}")
    watermark = _first_watermark(org, chosen)
    for old in versions(org, chosen.key):
        if old.status in ("Running", "Paused"):
            entry_queue.hand_over(org, old, chosen)
            retire(org, old)
    org.run(
        """UPDATE journey_versions
           SET status = 'Running', published_at = :now, modified_at = :now, watermark = :watermark
           WHERE version_id = :version""",
        {"now": org.now, "version": chosen.version_id, "watermark": watermark},
    )
    _make_snapshot_table(org, chosen)
    _make_activities(org, chosen)
    note(org, chosen, "Publish")
    by_id(org, chosen.version_id).source.start(org)
    title = f"Journey '{chosen.name}' version {chosen.number} published"
    return Outcome(title, {"activities": len(chosen.activities)}, f"journey/{chosen.key}")


def _first_watermark(org: Org, chosen: Version) -> int:
    """From where the version reads: after the one before it, of the same entry event.

    The first version of an event source reads what comes from now on; of a data extension it reads all rows.
    """
    if chosen.event is not None and chosen.event.arguments.get("resetHighWatermark"):
        return 0
    before = [
        old for old in versions(org, chosen.key)
        if old.status != "Draft" and old.event_definition_id == chosen.event_definition_id
    ]  # fmt: skip
    if before:
        return before[-1].watermark
    return last_event(org, chosen.event_definition_id) if chosen.source.arrives else 0


def _make_snapshot_table(org: Org, version: Version) -> None:
    """The table of the event's journey data; fields that the data extension got since the last time are added."""
    known = {row["name"].lower() for row in org.rows(f"PRAGMA table_info({version.event_table})")}
    fields = version.source.fields(org)
    columns = [(field.name, _COLUMN_TYPES.get(field.type, "TEXT COLLATE NOCASE")) for field in fields]
    if not known:
        listed = "".join(f"  {quoted(name)} {kind},\n" for name, kind in columns)
        org.run(
            f"""CREATE TABLE {version.event_table} ( -- journey data: the row each visit entered with, never refreshed
  _cohort_id INTEGER NOT NULL,          -- the entry
  _visit     INTEGER NOT NULL,
{listed}  PRIMARY KEY (_cohort_id, _visit)
) WITHOUT ROWID"""
        )
        return
    for name, kind in columns:
        if name.lower() not in known:
            org.run(f"ALTER TABLE {version.event_table} ADD COLUMN {quoted(name)} {kind}")


def _make_activities(org: Org, version: Version) -> None:
    """The rows that _JourneyActivity shows: the entry source first, then the activities with what they make."""
    trigger = version.spec.trigger
    org.run(
        "INSERT INTO journey_activities VALUES (?, ?, ?, ?, ?, NULL, 0)",
        version.version_id, str(trigger.get("key") or "TRIGGER"), str(trigger.get("type") or ""),
        str(trigger.get("name") or version.source.label),
        trigger.get("id") or guid(org.seed, "activity", version.version_id, "TRIGGER"),
    )  # fmt: skip
    for ordinal, (activity_key, activity) in enumerate(version.activities.items(), start=1):
        activity_id = activity.spec.raw.get("id") or guid(org.seed, "activity", version.version_id, activity_key)
        org.run(
            "INSERT INTO journey_activities VALUES (?, ?, ?, ?, ?, NULL, ?)",
            version.version_id, activity_key, activity.type, activity.spec.name, activity_id, ordinal,
        )  # fmt: skip
        org.run(
            "UPDATE journey_activities SET object_id = ? WHERE version_id = ? AND activity_key = ?",
            activity.prepare(org, version), version.version_id, activity_key,
        )  # fmt: skip
