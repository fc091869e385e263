"""The welcome journey of `sync-to-send` as SimPy has it: one process per contact, writing the same rows.

Rows that mctui keeps as views (a send per person, a person's every hop) are written here, because without cohorts there
is nothing to derive them from: a reader of either file can answer the same questions.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator
from pathlib import Path
from random import Random
from typing import Any

import simpy

DAY = 86400
BUFFER = 20_000

DDL = """
CREATE TABLE subscribers (contact_id INTEGER PRIMARY KEY, subscriber_key TEXT, email TEXT, status TEXT, joined INTEGER);
CREATE TABLE snapshot (visit INTEGER PRIMARY KEY, key TEXT, first TEXT, last TEXT, email TEXT, company TEXT, tier TEXT, since TEXT);
CREATE TABLE hops (visit INTEGER, seq INTEGER, activity TEXT, at INTEGER, PRIMARY KEY (visit, seq)) WITHOUT ROWID;
CREATE TABLE sends (job INTEGER, visit INTEGER, at INTEGER, PRIMARY KEY (job, visit)) WITHOUT ROWID;
CREATE TABLE events (job INTEGER, kind TEXT, visit INTEGER, seq INTEGER, at INTEGER, PRIMARY KEY (job, kind, visit, seq)) WITHOUT ROWID;
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
            marks = ", ".join("?" * len(buffer[0]))
            self.db.executemany(f"INSERT INTO {table} VALUES ({marks})", buffer)
            buffer.clear()


class Journey:
    """Counts hops; `visit` is the process of one contact."""

    def __init__(self, env: simpy.Environment, rows: Rows, seed: int) -> None:
        self.env, self.rows, self.random = env, rows, Random(seed)
        self.hops = 0

    def hop(self, visit: int, seq: int, activity: str) -> int:
        self.hops += 1
        self.rows.add("hops", visit, seq, activity, int(self.env.now))
        return seq + 1

    def send(self, job: int, visit: int) -> int:
        """Send one message and draw what its reader will do; returns when it is opened, or a time that never comes."""
        at, draw = int(self.env.now), self.random.random
        self.rows.add("sends", job, visit, at)
        if draw() < 0.02:
            self.rows.add("events", job, "bounce", visit, 1, at)
            return 2**40
        if draw() >= 0.35:
            return 2**40
        opened = at + int(draw() ** 3 * 3 * DAY)
        self.rows.add("events", job, "open", visit, 1, opened)
        if draw() < 0.15:
            self.rows.add("events", job, "click", visit, 1, opened + 60)
        return opened

    def visit(self, visit: int) -> Generator[simpy.Event, None, None]:
        """Email, wait, engagement split, decision or random split, email, wait, update: as the journey has it."""
        env, rows = self.env, self.rows
        key = f"003{visit:015}"
        rows.add("snapshot", visit, key, "Ada", "Abara", f"ada.{visit}@example.com", "Amber Books", "VIP", "2025-01-01")
        rows.add("subscribers", visit, key, f"ada.{visit}@example.com", "active", int(env.now))
        seq = self.hop(visit, 1, "EMAILV2-1")
        opened = self.send(1, visit)
        seq = self.hop(visit, seq, "WAITBYDURATION-1")
        yield env.timeout(2 * DAY)
        seq = self.hop(visit, seq, "ENGAGEMENTSPLITV2-1")
        if opened <= env.now:
            seq = self.hop(visit, seq, "MULTICRITERIADECISIONV2-1")
            job = 2 if visit % 4 == 0 else 3
        else:
            seq = self.hop(visit, seq, "RANDOMSPLITV2-1")
            job = 4 if self.random.random() < 0.5 else 5
        seq = self.hop(visit, seq, f"EMAILV2-{job}")
        self.send(job, visit)
        seq = self.hop(visit, seq, "WAITBYDURATION-2")
        yield env.timeout(7 * DAY)
        seq = self.hop(visit, seq, "UPDATECONTACTDATAV2-1")
        rows.add("log", key, "Welcomed", "Amber Books")
        self.hop(visit, seq, "END")


def hops_per_second(path: Path, contacts: int) -> float:
    """Contact-hops per second of the whole journey for so many contacts, their rows on disk."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(DDL)
    before = time.perf_counter()
    db.execute("BEGIN")
    env, rows = simpy.Environment(), Rows(db)
    journey = Journey(env, rows, seed=1)
    for visit in range(1, contacts + 1):
        env.process(journey.visit(visit))
    env.run()
    for table in rows.buffers:
        rows.flush(table)
    db.execute("COMMIT")
    seconds = time.perf_counter() - before
    db.close()
    return journey.hops / seconds
