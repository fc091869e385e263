"""The event queue: what is due when, and which handler runs it.

An entry is a row of the table `agenda`. The earliest due one runs first; of those due at the same moment the one that
was scheduled first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.commands import Outcome, handler, run_command

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

DDL = """
CREATE TABLE agenda (                   -- what is due, and when
  agenda_id INTEGER PRIMARY KEY,        -- also the order among entries due at the same moment
  due_at    INTEGER NOT NULL,           -- UTC seconds
  kind      TEXT NOT NULL,              -- which handler runs it
  args      TEXT NOT NULL,              -- JSON object for the handler
  title     TEXT NOT NULL               -- what the status line says is next
);
CREATE INDEX agenda_due ON agenda(due_at, agenda_id);
"""


@dataclass(frozen=True)
class Entry:
    """One row of the agenda; `args` is the handler's JSON object."""

    agenda_id: int
    due_at: int
    kind: str
    args: dict[str, Any]
    title: str


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(row["agenda_id"], row["due_at"], row["kind"], json.loads(row["args"]), row["title"])


def schedule(org: Org, due_at: int, kind: str, args: dict[str, Any], title: str) -> int:
    """Put an entry on the agenda, never before now, and return its id."""
    # The counter lives in `world`, not in max(agenda_id): ids must not be used again after an entry has run.
    number = int(org.value("UPDATE world SET last_agenda_id = last_agenda_id + 1 RETURNING last_agenda_id"))
    org.run(
        "INSERT INTO agenda VALUES (?, ?, ?, ?, ?)",
        number, max(due_at, org.now), kind, json.dumps(args, sort_keys=True), title,
    )  # fmt: skip
    return number


def cancel(org: Org, kind: str, **matching: Any) -> int:
    """Take entries of a kind off the agenda whose args have these values; returns how many."""
    conditions = "".join(f" AND args ->> '$.{name}' = ?" for name in matching)
    return org.run(f"DELETE FROM agenda WHERE kind = ?{conditions}", kind, *matching.values())


def upcoming(org: Org, limit: int = 1) -> list[Entry]:
    """The next entries, earliest first."""
    return [_entry(row) for row in org.rows("SELECT * FROM agenda ORDER BY due_at, agenda_id LIMIT ?", limit)]


@handler("command")
def run_scheduled_command(org: Org, entry: Entry) -> Outcome:
    """Something that a person does later: args = {"name": command, "arguments": {...}}."""
    return run_command(org, entry.args["name"], entry.args["arguments"])
