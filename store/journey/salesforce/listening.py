"""Noticing saved records: at the end of every step the journeys that listen to an object make events of its changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units, connect, crm
from store.agenda import Entry
from store.commands import Outcome, after_step, handler
from store.errors import Refused
from store.journey.entry_sources.salesforce_data import SalesforceData, listening_failed
from store.journey.version import by_id

if TYPE_CHECKING:
    from store.org import Org


@after_step
def notice(org: Org) -> None:
    """Make entry events of the records that this step saved; two cheap look-ups when nobody listens."""
    if org.value("SELECT 1 FROM journey_listeners LIMIT 1") is None:
        return
    late, last = org.assumption("connect.events_while_broken") == "late", crm.last_change(org)
    for row in org.rows("SELECT * FROM journey_listeners WHERE seen_change < ? ORDER BY event_definition_id", last):
        version = by_id(org, row["version_id"])
        source = version.source
        assert isinstance(source, SalesforceData)
        try:
            with business_units.acting(org, version.mid):
                if connect.is_connected(org, connect.org_here(org)):
                    source.capture(org, row["seen_change"], row["seen_row"])
                elif late:  # else what was saved is never heard of
                    continue
                newest = source.last_row(org)
        except Refused as error:
            listening_failed(org, version, error)
            continue
        org.run(
            "UPDATE journey_listeners SET seen_change = ?, seen_row = ? WHERE event_definition_id = ?",
            last, newest, row["event_definition_id"],
        )  # fmt: skip


@handler("journey.listening_failed")
def say_it_failed(org: Org, entry: Entry) -> Outcome:
    """A step that says why a journey does not listen any more: args = {"version_id", "message"}."""
    version = by_id(org, entry.args["version_id"])
    title = f"{version.name}: its Salesforce Data event fires no longer. {entry.args['message']}"
    return Outcome(title, {"errors": 1}, f"journey/{version.key}")
