"""A journey version as the engine uses it: the compiled spec with its names in the file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from store.errors import Refused, did_you_mean
from store.journey.json_names import load
from store.journey.spec import EventDefinition, Interaction

if TYPE_CHECKING:
    import sqlite3

    from store.journey.activities import Activity
    from store.journey.entry_sources import EntrySource
    from store.org import Org


# What the API calls the statuses of the canvas. Source: domain E1.
API_STATUS = {
    "Draft": "Draft", "Running": "Published", "Paused": "Paused", "Finishing": "Unpublished", "Stopped": "Stopped",
}  # fmt: skip


@dataclass(frozen=True)
class Version:
    """One version; `event_table` holds its journey data snapshots."""

    version_id: int
    journey_id: int
    mid: int
    number: int
    status: str
    watermark: int
    spec: Interaction
    event: EventDefinition | None
    event_definition_id: int | None

    @property
    def key(self) -> str:
        return self.spec.key

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def event_table(self) -> str:
        """The table of the snapshots: (_cohort_id, _visit, the fields of the entry data extension)."""
        return f"event_{self.event_definition_id}"

    @cached_property
    def activities(self) -> dict[str, Activity]:
        """The activities by key, as objects that know their rules. Raises Refused for a type that is not built."""
        from store.journey.activities import make

        return {key: make(spec, self.spec) for key, spec in self.spec.activities.items()}

    @cached_property
    def source(self) -> EntrySource:
        """Where contacts come from. Raises Refused for a type of trigger that is not built."""
        from store.journey.entry_sources import make

        return make(self)

    def guid(self, org: Org) -> str:
        """The product's id of this version."""
        return str(org.value("SELECT guid FROM journey_versions WHERE version_id = ?", self.version_id))

    def activity_id(self, org: Org, activity_key: str) -> str:
        """The product's id of an activity; the one in the JSON while the version is a draft."""
        found = org.value(
            "SELECT activity_id FROM journey_activities WHERE version_id = ? AND activity_key = ?",
            self.version_id, activity_key,
        )  # fmt: skip
        return str(found or self.spec.activities[activity_key].raw.get("id") or "")

    def event_fields(self, org: Org) -> dict[str, tuple[str, str]]:
        """Lower-case field name -> (column, type) of the journey data."""
        from store.journey.entry_sources import EntrySource, is_built

        source = self.source if is_built(self.spec.trigger_type) else EntrySource(self)
        return {field.name.lower(): (field.name, field.type) for field in source.fields(org)}

    def journey_fields(self, org: Org) -> dict[str, tuple[str, str]]:
        """The event's fields and those of the events that activities await, as `<event key>.<field>` in lower case."""
        return {**self.event_fields(org), **self.awaited_fields(org)}

    def awaited_fields(self, org: Org) -> dict[str, tuple[str, str]]:
        """`<event key>.<field>` in lower case -> (column, type) of the events that activities await; see outputs.py."""
        from store.journey.activities import is_built, make
        from store.journey.outputs import awaited_column

        return {
            name: (awaited_column(self.version_id, spec.key, field.name), field.type)
            for spec in self.spec.activities.values()
            if is_built(spec.type)
            for name, field in make(spec, self.spec).fields_put_out(org).items()
        }

    def email_field(self, org: Org) -> str | None:
        """The field of the journey data that holds an address: the first of type EmailAddress."""
        return next((column for column, kind in self.event_fields(org).values() if kind == "EmailAddress"), None)

    def __hash__(self) -> int:
        return self.version_id


_VERSIONS = """
    SELECT v.*, j.mid, d.definition FROM journey_versions v JOIN journeys j USING (journey_id)
         LEFT JOIN event_definitions d USING (event_definition_id)"""


def _version(row: sqlite3.Row) -> Version:
    event = EventDefinition(load(row["definition"])) if row["definition"] else None
    return Version(
        row["version_id"], row["journey_id"], row["mid"], row["number"], row["status"], row["watermark"],
        Interaction(load(row["spec"])), event, row["event_definition_id"],
    )  # fmt: skip


def by_id(org: Org, version_id: int) -> Version:
    """The version of that id. Raises Refused when there is none."""
    row = org.row(f"{_VERSIONS} WHERE v.version_id = ?", version_id)
    if row is None:
        raise Refused(f"There is no journey version {version_id}.")
    return _version(row)


def journey_id_of(org: Org, key: str) -> int:
    """The id of a journey by key or name. Raises Refused with the nearest key."""
    found = org.value(
        """SELECT journey_id FROM journeys WHERE key = :key OR name = :key COLLATE NOCASE
           ORDER BY key = :key DESC LIMIT 1""",
        {"key": key},
    )
    if found is None:
        known = [row["key"] for row in org.rows("SELECT key FROM journeys ORDER BY key")]
        raise Refused(f"There is no journey '{key}'.", fix=did_you_mean(key, known) or ", ".join(known))
    return int(found)


def versions(org: Org, key: str) -> list[Version]:
    """All versions of a journey, by number."""
    journey_id = journey_id_of(org, key)
    return [_version(row) for row in org.rows(f"{_VERSIONS} WHERE v.journey_id = ? ORDER BY v.number", journey_id)]


def current(org: Org, key: str, number: int | None = None) -> Version:
    """The version of that number, else the one that lets contacts in (running, or paused), else the newest."""
    found = versions(org, key)
    if number is not None:
        chosen = [version for version in found if version.number == number]
        if not chosen:
            numbers = ", ".join(str(version.number) for version in found)
            raise Refused(f"The journey {key} has no version {number}.", fix=f"It has {numbers}.")
        return chosen[0]
    running = [version for version in found if version.status == "Running"]
    paused = [version for version in found if version.status == "Paused"]
    return (running or paused or found)[-1]


def listening(org: Org, event_key: str) -> list[Version]:
    """The version of each journey that an entry event is for, by id.

    That is the one that runs, else the one that is paused and will run, else the newest that ever ran: it turns the
    event away.
    """
    rows = org.rows(
        f"""{_VERSIONS} WHERE v.status <> 'Draft' AND d.key = ?
            ORDER BY v.status = 'Running',
                     EXISTS (SELECT 1 FROM journey_pauses p
                             WHERE p.version_id = v.version_id AND p.ended_at IS NULL AND p.resumes_as = 'Running'),
                     v.version_id""",
        event_key,
    )
    newest = {version.journey_id: version for version in map(_version, rows)}  # the last of each journey stays
    return sorted(newest.values(), key=lambda version: version.version_id)


def alive(org: Org) -> list[Version]:
    """The versions in which contacts go on, by id."""
    rows = org.rows(f"{_VERSIONS} WHERE v.status IN ('Running', 'Finishing') ORDER BY v.version_id")
    return [_version(row) for row in rows]
