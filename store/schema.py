"""The tables of a file: made once, known by `application_id` and `user_version`.

Each room keeps its own `DDL` and, where it has rows to begin with, an `install(org)`; both are found by name.
"""

from __future__ import annotations

import sqlite3

from store import agenda, assumptions
from store.products import load

APPLICATION_ID = 0x6D637475  # 'mctu'
VERSION = 5

GROUND = """
CREATE TABLE world (                    -- one row: which world this is and where its clock stands
  name           TEXT NOT NULL,         -- the scenario, or 'empty'
  seed           INTEGER NOT NULL,
  started_at     INTEGER NOT NULL,      -- UTC seconds
  now            INTEGER NOT NULL,      -- UTC seconds
  ends_at        INTEGER,               -- where END is for this scenario, if it has an end
  last_agenda_id INTEGER NOT NULL DEFAULT 0,
  settings       TEXT NOT NULL DEFAULT '{}'  -- JSON of the scenario: size, title, lesson
);
CREATE TABLE steps (                    -- what has happened; one row is one transaction
  k              INTEGER PRIMARY KEY,
  at             INTEGER NOT NULL,      -- UTC seconds
  kind           TEXT NOT NULL,         -- the agenda kind or the command
  title          TEXT NOT NULL,
  changes        TEXT NOT NULL,         -- JSON: counts by name
  subject        TEXT NOT NULL,         -- what it was about: journey/KEY, de/NAME, sync/Contact, contact/KEY
  command        TEXT                   -- JSON {name, arguments} when a person did it, else NULL
);
CREATE TABLE lock (                     -- one row: proof that the kept journals beside the file fit it
  change_counter INTEGER NOT NULL       -- SQLite's file change counter as the last step leaves it
);
"""


def create(db: sqlite3.Connection) -> None:
    """Make all tables inside the open transaction."""
    rooms = load()
    ddl = [GROUND, agenda.DDL, assumptions.DDL, *(getattr(room, "DDL", "") for room in rooms)]
    for statement in _statements("\n".join(ddl)):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {VERSION}")


def _statements(script: str) -> list[str]:
    """The script cut into statements; `executescript` would commit the transaction."""
    statements, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if line.rstrip().endswith(";") and sqlite3.complete_statement(pending):
            statements.append(pending.strip())
            pending = ""
    assert not pending.strip(), f"unfinished statement: {pending}"
    return statements
