"""Events that contacts inside a journey wait for: the data of those that arrived, and letting their contacts go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units, data_extensions
from store.commands import Outcome
from store.data_extensions import Field, quoted
from store.journey.arrivals import Definition, call_for_entry, value_of
from store.journey.cohorts import Run
from store.journey.version import Version, alive

if TYPE_CHECKING:
    from store.org import Org


def fields_of(org: Org, found: Definition) -> tuple[Field, ...]:
    """The fields of an event's data; none when its data extension is not there."""
    name = found.event.data_extension
    de = data_extensions.find(org, name) if name else None
    return de.fields if de else ()


def sql_arrived(org: Org, found: Definition) -> str:
    """SQL for FROM: one row is one event that arrived, with its fields, `_contact_key`, `_at` and its number."""
    columns = "".join(f", {value_of(field)} AS {quoted(field.name)}" for field in fields_of(org, found))
    return f"""(SELECT event_no AS _CustomObjectKey, contact_key AS _contact_key, at AS _at{columns}
                FROM journey_events WHERE event_definition_id = {found.event_definition_id})"""


def let_go(org: Org, event_key: str) -> list[Outcome]:
    """Let those go, in all journeys that run, who wait for an event that has come by now."""
    return [outcome for version in alive(org) for outcome in _let_go(org, version, event_key)]


def _let_go(org: Org, version: Version, event_key: str) -> list[Outcome]:
    outcomes = []
    for activity in version.activities.values():
        if activity.awaits.lower() != event_key.lower():
            continue
        run = Run(org, version)
        with business_units.acting(org, version.mid):
            activity.event_came(run)
        if run.counts:
            title = f"{version.name}: {activity.done(run.counts)}"
            outcomes.append(Outcome(title, run.counts, f"journey/{version.key}"))
    return outcomes


def look_again(org: Org, version: Version) -> None:
    """After a pause: what came meanwhile is looked at."""
    for activity in version.activities.values():
        if activity.awaits:
            call_for_entry(org, activity.awaits)
