"""The welcome journey of `sync-to-send` as SimPy has it: one process per contact, writing the same rows.

The processes read the same journey data, draw by the same `chance` and write the same tracking events, so the two can
be compared row by row. What mctui keeps as views (a send per person, a person's every hop) is written here as rows,
because without cohorts there is nothing to derive it from.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import simpy

from store import Org, journey
from store.chance import chance, share
from store.messaging import who
from store.messaging.model import read
from tests.journey.oracle import Oracle

DAY = 86400
BUFFER = 20_000  # rows per executemany: more did not help

DDL = """
CREATE TABLE subscribers (contact_id INTEGER PRIMARY KEY, subscriber_key TEXT, email TEXT, status TEXT, joined INTEGER);
CREATE TABLE snapshot (visit INTEGER PRIMARY KEY, key TEXT, first TEXT, last TEXT, email TEXT, company TEXT, tier TEXT,
                       since TEXT);
CREATE TABLE entries (contact_id INTEGER PRIMARY KEY, entries INTEGER);
CREATE TABLE hops (visit INTEGER, seq INTEGER, activity TEXT, at INTEGER, PRIMARY KEY (visit, seq)) WITHOUT ROWID;
CREATE TABLE sends (job INTEGER, visit INTEGER, at INTEGER, PRIMARY KEY (job, visit)) WITHOUT ROWID;
CREATE TABLE exclusions (job INTEGER, visit INTEGER, code INTEGER, PRIMARY KEY (job, visit)) WITHOUT ROWID;
CREATE TABLE events (job INTEGER, kind TEXT, visit INTEGER, seq INTEGER, at INTEGER,
                     PRIMARY KEY (job, kind, visit, seq)) WITHOUT ROWID;
CREATE TABLE log (key TEXT PRIMARY KEY, status TEXT, company TEXT);
"""


class Rows:
    """Buffers rows per table and writes them many at a time: the best that Python offers SQLite."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.buffers: dict[str, list[tuple[Any, ...]]] = {}

    def add(self, table: str, *row: Any) -> None:
        buffer = self.buffers.setdefault(table, [])
        buffer.append(row)
        if len(buffer) >= BUFFER:
            self.flush(table)

    def flush(self, table: str) -> None:
        buffer = self.buffers[table]
        if buffer:
            self.db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(buffer[0]))})", buffer)
            buffer.clear()


@dataclass(frozen=True)
class World:
    """What the journey works on, taken from a finished world of mctui: who entered, and how they respond."""

    entered_at: int
    people: list[tuple[Any, ...]]  # visit, then the journey data
    oracle: Oracle
    jobs: dict[str, int]  # job id by email activity


def world_of(org: Org, contacts: int) -> World:
    """The first `contacts` entrants of the scenario's journey."""
    version = journey.versions(org, "welcome")[-1]
    entry = org.row("SELECT min(cohort_id) AS cohort_id, min(at) AS at FROM journey_moves WHERE seq = 1")
    assert entry is not None
    people = org.rows(
        f"SELECT * FROM {version.event_table} WHERE _cohort_id = ? ORDER BY _visit LIMIT ?",
        entry["cohort_id"],
        contacts,
    )
    sends = org.rows(
        "SELECT activity_key, job_id FROM journey_activities JOIN jobs ON object_id = definition_object_id"
    )
    jobs = {row["activity_key"]: row["job_id"] for row in sends}
    oracle = Oracle(org.seed, version.spec.raw, read(org), jobs, links=1)  # how many links does not matter to the draws
    return World(entry["at"], [tuple(row)[1:] for row in people], oracle, jobs)


class Journey:
    """Counts hops; `visit` is the process of one contact."""

    def __init__(self, env: simpy.Environment, rows: Rows, world: World) -> None:
        self.env, self.rows, self.world = env, rows, world
        self.hops = 0
        self.left_at: dict[int, int] = {}  # when a reader unsubscribes, by visit

    def hop(self, visit: int, seq: int, activity: str) -> int:
        self.hops += 1
        self.rows.add("hops", visit, seq, activity, int(self.env.now))
        return seq + 1

    def send(self, key: str, visit: int) -> list[tuple[str, int]]:
        """Send one message unless its reader has unsubscribed; returns what the reader will do, and when."""
        at, job = int(self.env.now), self.world.jobs[key]
        if self.left_at.get(visit, at + 1) <= at:
            self.rows.add("exclusions", job, visit, 1)
            return []
        self.rows.add("sends", job, visit, at)
        events = self.world.oracle._respond(job, visit, at)
        seen: dict[str, int] = {}
        for kind, when in events:
            seen[kind] = seen.get(kind, 0) + 1
            if kind == "unsubscribe":
                self.left_at[visit] = min(when, self.left_at.get(visit, when))
            self.rows.add("events", job, kind, visit, seen[kind], when)
        return events

    def visit(self, person: tuple[Any, ...]) -> Generator[simpy.Event, None, None]:
        """The journey as its JSON has it, from the welcome to the note in the log."""
        env, rows, visit = self.env, self.rows, person[0]
        rows.add("snapshot", *person)
        rows.add("entries", visit, 1)
        rows.add("subscribers", visit, person[1], person[4], "active", int(env.now))
        seq = self.hop(visit, 1, "EMAILV2-1")
        events = self.send("EMAILV2-1", visit)
        seq = self.hop(visit, seq, "WAITBYDURATION-1")
        yield env.timeout(2 * DAY)
        seq = self.hop(visit, seq, "ENGAGEMENTSPLITV2-1")
        if opened(events, env.now):
            seq = self.hop(visit, seq, "MULTICRITERIADECISIONV2-1")
            key = "EMAILV2-2" if person[6] == "VIP" else "EMAILV2-3"
        else:
            seq = self.hop(visit, seq, "RANDOMSPLITV2-1")
            drawn = chance(self.world.oracle.seed, "random split|welcome|RANDOMSPLITV2-1", who(visit))
            key = "EMAILV2-4" if drawn < share(0.5) else "EMAILV2-5"
        seq = self.hop(visit, seq, key)
        self.send(key, visit)
        seq = self.hop(visit, seq, "WAITBYDURATION-2")
        yield env.timeout(3 * DAY)
        seq = self.hop(visit, seq, "EMAILV2-6")
        events = self.send("EMAILV2-6", visit)
        seq = self.hop(visit, seq, "WAITBYDURATION-3")
        yield env.timeout(2 * DAY)
        seq = self.hop(visit, seq, "ENGAGEMENTSPLITV2-2")
        if opened(events, env.now):
            seq = self.hop(visit, seq, "EMAILV2-7")
            self.send("EMAILV2-7", visit)
        seq = self.hop(visit, seq, "WAITBYDURATION-4")
        yield env.timeout(3 * DAY)
        seq = self.hop(visit, seq, "UPDATECONTACTDATAV2-1")
        rows.add("log", person[1], "Welcomed", person[5])
        self.hop(visit, seq, "END")


def opened(events: list[tuple[str, int]], now: float) -> bool:
    """What the engagement split asks: an open until now; a click counts as one."""
    return any(kind in ("open", "click") and when <= now for kind, when in events)


def run(path: Path, world: World) -> float:
    """Run the journey for all people of `world`, rows in a new file; returns contact-hops per second."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(DDL)
    before = time.perf_counter()
    db.execute("BEGIN")
    env, rows = simpy.Environment(initial_time=world.entered_at), Rows(db)
    made = Journey(env, rows, world)
    for person in world.people:
        env.process(made.visit(person))
    env.run()
    for table in rows.buffers:
        rows.flush(table)
    db.execute("COMMIT")
    seconds = time.perf_counter() - before
    db.close()
    return made.hops / seconds


def same_events(org: Org, path: Path, world: World) -> bool:
    """Whether both have the same opens, clicks, bounces, complaints and unsubscribes of these people."""
    last = world.people[-1][0]
    ours = org.rows(
        """SELECT b.job_id, e.kind, e.visit, e.seq, e.event_at
           FROM tracking_events e JOIN send_batches b USING (batch_id)
           WHERE e.visit <= ? AND b.cohort_id IN (
             SELECT cohort_id FROM journey_cohorts WHERE root_cohort_id = (SELECT min(cohort_id) FROM journey_cohorts))
           ORDER BY 1, 2, 3, 4""",
        last,
    )
    with sqlite3.connect(path) as db:
        theirs = db.execute("SELECT job, kind, visit, seq, at FROM events ORDER BY 1, 2, 3, 4").fetchall()
    return [tuple(row) for row in ours] == theirs
