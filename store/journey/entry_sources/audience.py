"""Audience: a segment of Data Cloud, activated for Marketing Cloud, fills a data extension. Type ContactAudience.

An activation publishes the segment's members into the audience's data extension and the journey looks at it then. Here
journey.refresh_audience gives the members; the segment, its activation and the choice of the contact point are not
simulated. Source: domain H, activation (general knowledge).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import data_extensions
from store.agenda import schedule
from store.assumptions import assume
from store.commands import Outcome, command
from store.data_extensions import DataExtension, quoted
from store.errors import Refused
from store.journey.arrivals import call_for_entry, definition
from store.journey.entry_sources.base import Candidates, entry_source
from store.journey.entry_sources.data_extension import DataExtensionSource

if TYPE_CHECKING:
    from store.org import Org

TYPE = "CONTACTAUDIENCE"

assume(
    "audience_refresh_enters",
    "new members",
    ("new members", "all members"),
    "Who is a candidate when the segment behind an audience is published again: those who were not in it, or everyone",
    "general knowledge, no page found",
)


@entry_source("Audience", TYPE)
class Audience(DataExtensionSource):
    """Its rows are the members of the segment at its last publication."""

    @property
    def trickles(self) -> bool:
        """Each refresh brings rows that can wait."""
        return True

    def start(self, org: Org) -> None:
        """Who is in the audience already is a candidate at once."""
        args = {"version_id": self.version.version_id, "runs": 0}
        schedule(org, org.now, "journey.entry", args, f"{self.version.name}: entry of the audience")

    def follow(self, org: Org, runs: int) -> None:
        """Nothing: the next refresh says when."""

    def candidates(self, org: Org) -> Candidates:
        """The rows that came with refreshes since the last run."""
        de = self.data_extension(org)
        if de.sendable_field is None:
            raise Refused(f"The data extension {de.name} is not sendable any more.")
        table = quoted(de.table_name)
        until = org.value(f"SELECT max(_CustomObjectKey) FROM {table}")
        return Candidates(table, f"e.{quoted(de.sendable_field)}", self.version.watermark, until, new_only=True)

    def explain(self) -> str:
        if self.version.event is None:
            return super().explain()
        return f"Members of the audience {self.event.data_extension} enter when its segment is published."


@command("journey.refresh_audience")
def refresh_audience(org: Org, *, event_definition_key: str, members: list[dict[str, Any]]) -> Outcome:
    """Publish a segment of Data Cloud with these members: the audience's data extension holds exactly them from now on.

    Source: domain H, an activation refreshes its data extension at segment publish.
    """
    found = definition(org, event_definition_key)
    if found.event.type != TYPE:
        raise Refused(f"The event {event_definition_key} is not that of an audience.", fix="Its type: ContactAudience.")
    de = data_extensions.get(org, found.event.data_extension)
    data_extensions.refuse_unless_writable(de)
    if org.assumption("audience_refresh_enters") == "all members" or not de.primary_key:
        left = data_extensions.clear(org, de)
        added = data_extensions.insert(org, de, members)
    else:
        left, added = _replace(org, de, members)
    call_for_entry(org, found.event.key)
    title = f"Audience {de.name} refreshed: {len(members)} members (the segment itself is not simulated)"
    changes = {"inserted": added, "deleted": left}
    return Outcome(title, {what: count for what, count in changes.items() if count}, f"de/{de.name}")


def _replace(org: Org, de: DataExtension, members: list[dict[str, Any]]) -> tuple[int, int]:
    """Members that stay keep their rows, so that only new ones are new; returns (rows removed, rows added)."""
    _, added = data_extensions.upsert(org, de, members)
    table, keys = quoted(de.table_name), [quoted(name) for name in de.primary_key]
    org.run("DROP TABLE IF EXISTS temp.audience")
    org.run(f"CREATE TEMP TABLE audience ({', '.join(f'{key} COLLATE NOCASE' for key in keys)})")
    marks = ", ".join("?" * len(keys))
    rows = [
        tuple(data_extensions.convert(de.field(name), {k.lower(): v for k, v in member.items()}.get(name.lower()))
              for name in de.primary_key)
        for member in members
    ]  # fmt: skip
    org.db.executemany(f"INSERT INTO temp.audience VALUES ({marks})", rows)
    same = " AND ".join(f"a.{key} = {table}.{key}" for key in keys)
    left = org.run(f"DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM temp.audience a WHERE {same})")
    org.run("DROP TABLE temp.audience")
    return left, added
