"""The event queue: what is due when, and which handler runs it.

An entry is a row of the table `agenda`. The earliest due one runs first; of those due at the same moment the one that
was scheduled first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from store.commands import Outcome, common_now, handler, run_command

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

COMMAND = "command"  # the kind of an entry that gives a command at its time

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

    @property
    def step_kind(self) -> str:
        """What the step is called that runs it: for a scheduled command the command itself."""
        return str(self.args["name"]) if self.kind == COMMAND else self.kind


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(row["agenda_id"], row["due_at"], row["kind"], json.loads(row["args"]), row["title"])


def schedule(org: Org, due_at: int, kind: str, args: dict[str, Any], title: str) -> int:
    """Put an entry on the agenda, never before now, and return its id.

    The common arguments in force (see commands.py) go with it.
    """
    # The counter lives in `world`, not in max(agenda_id): ids must not be used again after an entry has run.
    number = int(org.value("UPDATE world SET last_agenda_id = last_agenda_id + 1 RETURNING last_agenda_id"))
    org.run(
        "INSERT INTO agenda VALUES (?, ?, ?, ?, ?)",
        number, max(due_at, org.now), kind, json.dumps(common_now() | args, sort_keys=True), title,
    )  # fmt: skip
    return number


def is_scheduled(org: Org, due_at: int, kind: str, args: dict[str, Any]) -> bool:
    """Whether the same entry is on the agenda for that moment."""
    text = json.dumps(common_now() | args, sort_keys=True)
    found = org.value("SELECT 1 FROM agenda WHERE due_at = ? AND kind = ? AND args = ?", due_at, kind, text)
    return found is not None


def cancel(org: Org, kind: str, /, **matching: Any) -> int:
    """Take entries of a kind off the agenda whose args have these values (None: have none); returns how many."""
    conditions = "".join(f" AND args ->> '$.{name}' IS ?" for name in matching)
    return org.run(f"DELETE FROM agenda WHERE kind = ?{conditions}", kind, *matching.values())


def upcoming(org: Org, limit: int = 1) -> list[Entry]:
    """The next entries, earliest first."""
    return [_entry(row) for row in org.rows("SELECT * FROM agenda ORDER BY due_at, agenda_id LIMIT ?", limit)]


@handler(COMMAND)
def run_scheduled_command(org: Org, entry: Entry) -> Outcome:
    """Something that a person does later: args = {"name": command, "arguments": {...}}."""
    return replace(run_command(org, entry.args["name"], entry.args["arguments"]), title=entry.title)
