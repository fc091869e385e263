"""Platform events: published by flows (or any room), kept on the bus, delivered to their subscribers.

Delivery comes after the save that published them, as a step of its own. source: Platform Events Developer Guide,
"Publish After Commit".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.agenda import Entry, schedule
from store.commands import Outcome, handler

if TYPE_CHECKING:
    from store.org import Org

DELIVER = "crm.deliver_events"


@dataclass(frozen=True)
class Event:
    """One event on the bus; `at` in UTC seconds."""

    event_no: int
    name: str
    at: int
    payload: dict[str, Any]


Subscriber = Callable[["Org", int, int], None]
_subscribers: dict[str, list[Subscriber]] = {}


def subscribe(name: str) -> Callable[[Subscriber], Subscriber]:
    """Register `function(org, first_no, last_no)` for events of a name: it reads those numbers in crm_events."""

    def register(function: Subscriber) -> Subscriber:
        _subscribers.setdefault(name.lower(), []).append(function)
        return function

    return register


def publish_from_select(org: Org, name: str, select: str) -> int:
    """Publish an event for each row of a SELECT of payloads (JSON); returns how many."""
    into = "INSERT INTO crm_events(name, at, payload, delivered)"
    count = org.run(f"{into} SELECT ?, ?, *, 0 FROM ({select})", name, org.now)
    if count and org.value("SELECT 1 FROM agenda WHERE kind = ? AND due_at <= ?", DELIVER, org.now) is None:
        schedule(org, org.now, DELIVER, {}, "Platform events are delivered")
    return count


@handler(DELIVER)
def deliver(org: Org, _: Entry) -> Outcome:
    """Hand what is on the bus to who subscribed to it."""
    waiting = org.rows(
        """SELECT name, min(event_no) AS first, max(event_no) AS last, count(*) AS n FROM crm_events
            WHERE NOT delivered GROUP BY name ORDER BY first"""
    )
    for row in waiting:
        for subscriber in _subscribers.get(row["name"].lower(), []):
            subscriber(org, row["first"], row["last"])
    org.run("UPDATE crm_events SET delivered = 1 WHERE NOT delivered")
    counts = {row["name"]: row["n"] for row in waiting}
    said = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    return Outcome(f"Platform events delivered: {said}", counts, "crm")


def events(org: Org, name: str = "", *, limit: int = 100) -> list[Event]:
    """The last events, newest first."""
    sql = "SELECT * FROM crm_events WHERE name = ?1 COLLATE NOCASE OR ?1 = '' ORDER BY event_no DESC LIMIT ?2"
    return [Event(r["event_no"], r["name"], r["at"], json.loads(r["payload"])) for r in org.rows(sql, name, limit)]
