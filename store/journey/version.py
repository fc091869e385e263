"""A journey version as the engine uses it: the compiled spec with its names in the file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from store import data_extensions
from store.data_extensions import DataExtension
from store.errors import Refused, did_you_mean
from store.journey.spec import EventDefinition, Interaction

if TYPE_CHECKING:
    import sqlite3

    from store.journey.activities import Activity
    from store.org import Org


@dataclass(frozen=True)
class Version:
    """One version; `event_table` holds its journey data snapshots."""

    version_id: int
    journey_id: int
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

        return {key: make(spec) for key, spec in self.spec.activities.items()}

    def entry_data_extension(self, org: Org) -> DataExtension:
        """Where contacts come from. Raises Refused when there is no such data extension."""
        if self.event is None or not self.event.data_extension:
            raise Refused(f"The journey {self.name} has no entry source.", fix="Give its trigger an event definition.")
        return data_extensions.get(org, self.event.data_extension)

    def event_fields(self, org: Org) -> dict[str, tuple[str, str]]:
        """Lower-case field name -> (column, type) of the journey data."""
        if self.event is None:
            return {}
        de = data_extensions.find(org, self.event.data_extension)
        return {name: (field.name, field.type) for name, field in de.by_name.items()} if de else {}

    def __hash__(self) -> int:
        return self.version_id


_VERSIONS = """
    SELECT v.*, d.definition FROM journey_versions v JOIN journeys j USING (journey_id)
         LEFT JOIN event_definitions d USING (event_definition_id)"""


def _version(row: sqlite3.Row) -> Version:
    event = EventDefinition(json.loads(row["definition"])) if row["definition"] else None
    return Version(
        row["version_id"], row["journey_id"], row["number"], row["status"], row["watermark"],
        Interaction(json.loads(row["spec"])), event, row["event_definition_id"],
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
    """The version of that number, else the one that lets contacts in, else the newest."""
    found = versions(org, key)
    if number is not None:
        chosen = [version for version in found if version.number == number]
        if not chosen:
            numbers = ", ".join(str(version.number) for version in found)
            raise Refused(f"The journey {key} has no version {number}.", fix=f"It has {numbers}.")
        return chosen[0]
    running = [version for version in found if version.status == "Running"]
    return (running or found)[-1]


def running_with_event(org: Org, event_key: str) -> list[Version]:
    """The running versions that an entry event lets contacts into, by id."""
    rows = org.rows(f"{_VERSIONS} WHERE v.status = 'Running' AND d.key = ? ORDER BY v.version_id", event_key)
    return [_version(row) for row in rows]
