"""Entry events on their way in: each is kept as it arrived, and a journey reads those of a minute together.

Events trickle in one by one. Entering each by itself would make a cohort of every contact, so an event only puts the
entry on the agenda, at the next full minute; that run takes all that arrived until then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.agenda import is_scheduled, schedule
from store.clock import MINUTE
from store.data_extensions import Field, Stored, quoted
from store.errors import Refused, did_you_mean
from store.ids import guid
from store.journey.candidates import Candidates
from store.journey.json_names import load
from store.journey.spec import EventDefinition

if TYPE_CHECKING:
    from store.journey.version import Version
    from store.org import Org

_TEXTS = ("Text", "EmailAddress", "Phone", "Locale")


@dataclass(frozen=True)
class Definition:
    """An event definition as the file has it."""

    event_definition_id: int
    event: EventDefinition


def definition(org: Org, key: str, *, by_name: bool = False) -> Definition:
    """The event definition of that key, or name. Raises Refused as the API does for one that it does not know."""
    row = org.row(
        """SELECT event_definition_id, definition FROM event_definitions
           WHERE key = :key OR (:by_name AND definition ->> '$.name' = :key) ORDER BY key = :key DESC LIMIT 1""",
        {"key": key, "by_name": by_name},
    )
    if row is None:
        known = [each["key"] for each in org.rows("SELECT key FROM event_definitions ORDER BY key")]
        raise Refused(
            f"There is no event definition '{key}'.",
            cause="The API answers 400: the EventDefinitionKey is not found.",  # source: SFD:postEvent
            fix=did_you_mean(key, known) or f"There are: {', '.join(known) or 'none'}.",
        )
    return Definition(row["event_definition_id"], EventDefinition(load(row["definition"])))


def arrive(org: Org, found: Definition, contact_key: str, data: Mapping[str, Stored]) -> int:
    """Keep one event and call for the entry; returns its number."""
    number = int(
        org.value(
            "INSERT INTO journey_events(event_definition_id, at, contact_key, data) VALUES (?, ?, ?, ?) "
            "RETURNING event_no",
            found.event_definition_id, org.now, contact_key, json.dumps(dict(data), ensure_ascii=False),
        )
    )  # fmt: skip
    call_for_entry(org, found.event.key)
    return number


def arrive_from(org: Org, found: Definition, select_sql: str, params: Mapping[str, Any], *, after: int = 0) -> int:
    """Keep an event per row of a SELECT of (contact_key, data as JSON); returns how many. `after` are seconds."""
    count = org.run(
        f"""INSERT INTO journey_events(event_definition_id, at, contact_key, data)
            SELECT :arriving_definition, :arriving_at, contact_key, data
            FROM (WITH given(contact_key, data) AS ({select_sql}) SELECT * FROM given)""",
        {**params, "arriving_definition": found.event_definition_id, "arriving_at": org.now},
    )
    if count:
        call_for_entry(org, found.event.key, after=after)
    return count


def call_for_entry(org: Org, key: str, *, after: int = 0) -> None:
    """Put the entry of an event on the agenda, once for all events of a minute."""
    due_at = -(-(org.now + after) // MINUTE) * MINUTE
    args = {"event_definition_key": key}
    if not is_scheduled(org, due_at, "journey.entry", args):
        schedule(org, due_at, "journey.entry", args, f"Entry event {key}")


def instance_id(org: Org, event_no: int) -> str:
    """The eventInstanceId that the API answers with. Source: SFD:postEvent."""
    return guid(org.seed, "event instance", event_no)


def last_event(org: Org, event_definition_id: int | None) -> int:
    """The number of the last event of a definition; 0 before the first."""
    sql = "SELECT max(event_no) FROM journey_events WHERE event_definition_id = ?"
    return int(org.value(sql, event_definition_id) or 0)


def arrived(org: Org, version: Version, fields: Sequence[Field], *, extra: str = "") -> Candidates:
    """The events that a version has not read yet, as rows of journey data; `extra` are more columns of them."""
    columns = f", {extra}" if extra else ""
    columns += "".join(f", {value_of(field)} AS {quoted(field.name)}" for field in fields)
    table = f"""(SELECT event_no AS _CustomObjectKey, contact_key AS _contact_key{columns}
                 FROM journey_events WHERE event_definition_id = {version.event_definition_id})"""
    until = last_event(org, version.event_definition_id)
    return Candidates(table, "e._contact_key", version.watermark, until, new_only=True)


def value_of(field: Field) -> str:
    """SQL of a field of an event's data; texts compare without case, as in a data extension."""
    path = "'$.\"" + field.name.replace("'", "''") + "\"'"
    return f"(data ->> {path}){' COLLATE NOCASE' if field.type in _TEXTS else ''}"
