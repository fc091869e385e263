"""A million CRM records: the first synchronization, one of 1 %, the bill and the findings, against plain copies.

The yardstick is a bare INSERT ... SELECT in the same run, of rows that lie ready in a file of their own in key order,
column by column (`SELECT *` would copy whole pages without making a row) into empty tables of the same columns and
keys, which are kept while the rows go in:

- first sync: the rows that it writes: those of the Synchronized Data Extensions and the contacts;
- incremental sync: the same 1 % of the rows as an upsert (ON CONFLICT DO UPDATE) into the copy of all;
- billing and findings: the rows that they have to read, which are the records as the CRM keeps them and the contacts.
  All that `mctui show FILE billing` reads is held against one such copy, and all findings together against one.

Ours is the whole step: the poll, its log, the contacts, and the commit with its way back. Both run in turns; the ratio
is the median over the pairs of the processor's time.
"""

from __future__ import annotations

import gc
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store import Org, advice, clock, connection, contacts, crm, data_extensions
from store.commands import Outcome, command
from tests.bench.table import Line
from tests.journey.worlds import data_extension, email, event_definition, journey, wait

PAIRS = 3
BOUND = 3.0  # source: the project's own requirement
START = "2026-01-05T06:00Z"
OBJECTS = {  # of a hundred records; the fields that are synchronized beside Id
    "Account": (1, ["Name", "Industry", "CreatedDate"]),
    "Contact": (
        90, ["AccountId", "FirstName", "LastName", "Email", "HasOptedOutOfEmail", "Industry__c", "CreatedDate"],
    ),
    "Lead": (9, ["FirstName", "LastName", "Company", "Email", "Status", "HasOptedOutOfEmail", "CreatedDate"]),
}  # fmt: skip
INDUSTRY = {"name": "Industry__c", "label": "Industry", "type": "string", "formula": "TEXT(Account.Industry)"}
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"


# ---- the world


@command("bench.records")
def make_records(org: Org, *, size: int) -> Outcome:
    """Half the leads have a contact's address, one person in 40 has opted out, one contact in 50 has no address."""
    counts = {name: max(size * part // 100, 1) for name, (part, _) in OBJECTS.items()}
    known = {"size": size, "accounts": counts["Account"], "start": org.now}
    created = "CAST(:start - i * 37 % 63072000 AS INTEGER) AS CreatedDate"
    selects = {
        "Account": f"SELECT 'Account ' || i AS Name, 'Retail' AS Industry, {created} FROM n",
        "Contact": f"""SELECT a.Id AS AccountId, 'Name' || i % 5000 AS FirstName, 'Family' || i AS LastName,
                              iif(i % 50, 'person' || i || '@example.com', NULL) AS Email,
                              i % 40 = 7 AS HasOptedOutOfEmail, {created}
                         FROM n JOIN crm_Account a ON a.row_id = i % :accounts + 1""",
        "Lead": f"""SELECT 'Name' || i % 5000 AS FirstName, 'Family' || i AS LastName,
                           'Company ' || i % 9000 AS Company, 'Open - Not Contacted' AS Status,
                           iif(i % 2, 'person', 'lead') || i || '@example.com' AS Email,
                           i % 40 = 7 AS HasOptedOutOfEmail, {created} FROM n""",
    }  # fmt: skip
    for name, count in counts.items():
        crm.create_from_select(org, name, f"{_NUMBERS} {selects[name]}", {**known, "count": count})
    return Outcome(f"{size} records", {"records": sum(counts.values())}, "crm/Contact")


@command("bench.change")
def change_records(org: Org, *, remainder: int) -> Outcome:
    """One record in a hundred gets another name; of each object those whose number leaves this remainder."""
    for name in OBJECTS:
        field = "Name" if name == "Account" else "LastName"
        rows = f"SELECT row_id, {field} || ' ' || :to AS {field} FROM {crm.table_of(name)} WHERE row_id % 100 = :to"
        crm.update_from_select(org, name, rows, {"to": remainder})
    return Outcome("1 % of the records changed", {}, "crm/Contact")


@command("bench.correct")
def correct(org: Org) -> Outcome:
    """After the first mail: opt-outs, new addresses and deletions, and accounts of another industry."""
    corrections = (
        ("Contact", "HasOptedOutOfEmail", "1", "row_id % 1000 = 1"),
        ("Contact", "Email", "'new' || Email", "row_id % 50 = 11"),
        ("Account", "Industry", "'Energy'", "row_id % 1000 = 1"),
    )
    for name, field, value, chosen in corrections:
        rows = f"SELECT row_id, {value} AS {field} FROM {crm.table_of(name)} WHERE {chosen}"
        crm.update_from_select(org, name, rows)
    gone = [row[0] for row in org.rows("SELECT Id FROM crm_Contact WHERE row_id % 1000 = 31")]
    crm.delete(org, "Contact", gone)
    return Outcome("Corrections", {}, "crm/Contact")


def _mail_some(org: Org) -> None:
    """A query takes one contact in ten into a sendable data extension, and a journey mails them twice."""
    org.do("data_extensions.create", definition=data_extension())
    sql = """SELECT c.Id AS ContactKey, c.Email, c.FirstName FROM Contact_Salesforce c
             WHERE c.HasOptedOutOfEmail = 0 AND c.Email LIKE '%1@%'"""
    org.do("query.create", name="Audience", sql=sql, target="Welcome", action="Overwrite")
    org.do("query.run", key="Audience")
    for number in (1, 2):
        org.do("messaging.create_email", name=f"Email {number}", subject="Hello %%FirstName%%")
    spec = journey(email("Hello", "W1", 1), wait("W1", "Again", 2), email("Again", None, 2))
    org.do("journey.create", spec=spec, event_definition=event_definition())
    org.do("journey.publish", key="welcome")
    org.run_until(org.now + clock.DAY)
    org.do("bench.correct")
    org.run_until(org.now + 3 * clock.DAY)


# ---- by hand


@dataclass
class _ByHand:
    """Tables of the world in a file of their own: `from_X` has the rows, `X` the same columns and keys."""

    db: sqlite3.Connection
    tables: dict[str, str]  # name: its columns

    @classmethod
    def of(cls, org: Org, path: Path, tables: list[str]) -> _ByHand:
        db = connection.connect(path, readonly=False)
        db.execute("PRAGMA foreign_keys = OFF")  # the tables that they point to are not copied
        db.execute("ATTACH ? AS world", (str(org.path),))
        columns = {}
        for table in tables:
            rows = db.execute(f'PRAGMA world.table_xinfo("{table}")').fetchall()
            columns[table] = ", ".join(f'"{row["name"]}"' for row in rows if not row["hidden"])
            made = db.execute("SELECT sql FROM world.sqlite_schema WHERE name = ?", (table,)).fetchone()[0]
            for name in (table, f"from_{table}"):
                db.execute(made.replace(table, name, 1))
            for name, unique in _keys(db, table):
                db.execute(f'CREATE UNIQUE INDEX "{name}" ON "{table}"({unique})')
            db.execute(f'INSERT INTO "from_{table}" ({columns[table]}) SELECT {columns[table]} FROM world."{table}"')
        db.execute("DETACH world")
        return cls(db, columns)

    def copy(self) -> None:
        """All rows into the empty tables, in one transaction."""
        self.db.execute("BEGIN")
        for table, columns in self.tables.items():
            self.db.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM "from_{table}"')
        self.db.execute("COMMIT")

    def empty(self) -> None:
        for table in self.tables:
            self.db.execute(f'DELETE FROM "{table}"')

    def take_changed(self, org: Org) -> None:
        """The rows of the last poll, to upsert them."""
        self.db.execute("ATTACH ? AS world", (str(org.path),))
        for table, columns in self.tables.items():
            self.db.execute(f'DELETE FROM "from_{table}"')
            self.db.execute(
                f"""INSERT INTO "from_{table}" ({columns}) SELECT {columns} FROM world."{table}"
                    WHERE _ReadAt = (SELECT max(_ReadAt) FROM world."{table}")"""
            )
        self.db.execute("DETACH world")

    def upsert(self) -> None:
        """The rows over those that have the same Id."""
        self.db.execute("BEGIN")
        for table, columns in self.tables.items():
            own = [name for name in columns.split(", ") if name not in ('"_CustomObjectKey"', '"Id"')]
            settings = ", ".join(f"{name} = excluded.{name}" for name in own)
            names = ", ".join(['"Id"', *own])
            self.db.execute(
                f"""INSERT INTO "{table}" ({names}) SELECT {names} FROM "from_{table}" WHERE true
                    ON CONFLICT("Id") DO UPDATE SET {settings}"""
            )
        self.db.execute("COMMIT")


def _keys(db: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    """The unique indexes that a table has beside those of its own definition: name and columns."""
    found = []
    for index in db.execute(f'PRAGMA world.index_list("{table}")').fetchall():
        if index["unique"] and index["origin"] == "c":
            columns = db.execute(f'PRAGMA world.index_info("{index["name"]}")').fetchall()
            found.append((index["name"], ", ".join(f'"{column["name"]}"' for column in columns)))
    return found


# ---- measuring


@dataclass
class _Pairs:
    """Seconds of CPU of ours and by hand, pair by pair."""

    ours: list[float]
    plain: list[float]

    def line(self, what: str, against: str) -> Line:
        ratios = [ours / plain for ours, plain in zip(self.ours, self.plain, strict=True)]
        ratio = statistics.median(ratios)
        spread = f"{ratio:.2f} ({min(ratios):.2f} to {max(ratios):.2f}) x {against}"
        took = f"{statistics.median(self.ours):.2f} s ({statistics.median(self.plain):.2f} s plain)"
        return Line(what, took, spread, f"at most {BOUND:g}", ratio <= BOUND)


def _time(work: Callable[[], Any]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def _poll_all(org: Org) -> None:
    for _ in OBJECTS:
        step = org.step()
        assert step is not None and step.kind == "connect.poll", step


def _first_sync(org: Org, folder: Path) -> tuple[_Pairs, _ByHand]:
    """Synchronize, and again after going back; leaves the copy of the data extensions full."""
    pairs = _Pairs([], [])
    for name, (_, fields) in OBJECTS.items():
        org.do("connect.synchronize", object=name, fields=fields)
    pairs.ours.append(_time(lambda: _poll_all(org)))
    synchronized = [data_extensions.get(org, f"{name}_Salesforce").table_name for name in OBJECTS]
    hand = _ByHand.of(org, folder / "first.db", [*synchronized, "contacts"])
    pairs.plain.append(_time(hand.copy))
    for _ in range(PAIRS - 1):
        org.back(len(OBJECTS))
        hand.empty()
        pairs.plain.append(_time(hand.copy))
        pairs.ours.append(_time(lambda: _poll_all(org)))
    del hand.tables["contacts"]
    return pairs, hand


def _incremental(org: Org, hand: _ByHand) -> _Pairs:
    pairs = _Pairs([], [])
    for pair in range(PAIRS + 1):
        org.do("bench.change", remainder=pair + 1)
        ours = _time(lambda: _poll_all(org))
        hand.take_changed(org)
        plain = _time(hand.upsert)
        if pair:  # the first one warms the page caches
            pairs.ours.append(ours)
            pairs.plain.append(plain)
    return pairs


def _bill(org: Org) -> None:
    """What `mctui show FILE billing` reads."""
    contacts.billing(org)
    contacts.outside_all_subscribers(org)
    advice.against_licence(org)
    advice.billed_twice(org)
    advice.savings(org)
    advice.filters_for_never_mailed(org)


def _reading(org: Org, hand: _ByHand, work: Callable[[Org], Any]) -> _Pairs:
    pairs = _Pairs([], [])
    for pair in range(PAIRS + 1):
        hand.empty()
        plain, ours = _time(hand.copy), _time(lambda: work(org))
        if pair:
            pairs.ours.append(ours)
            pairs.plain.append(plain)
    return pairs


def measure(size: int = 1_000_000) -> list[Line]:
    """Make the world, synchronize it, change 1 %, mail some, read the bill and the findings."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Org.create(Path(folder) / "w.mctui", seed=1, start=clock.parse(START)) as org,
    ):
        org.do("crm.define_fields", object="Contact", fields=[INDUSTRY])
        org.do("bench.records", size=size)
        first, hand = _first_sync(org, Path(folder))
        incremental = _incremental(org, hand)
        hand.db.close()
        _mail_some(org)
        hand = _ByHand.of(org, Path(folder) / "read.db", [*(f"crm_{name}" for name in OBJECTS), "contacts"])
        billing, findings = _reading(org, hand, _bill), _reading(org, hand, advice.find_all)
        hand.db.close()
        records = sum(int(org.value(f"SELECT count(*) FROM {crm.table_of(name)}")) for name in OBJECTS)
        mailed = int(org.value("SELECT count(*) FROM all_subscribers"))
        found = {each.code: each.count for each in advice.find_all(org)}
    return [
        Line(f"{records:,} CRM records, {mailed:,} people mailed", f"{len(found)} findings"),
        *[Line(f"  {code}", f"{count:,}") for code, count in found.items()],
        first.line("first sync", "INSERT ... SELECT of what it writes"),
        incremental.line("incremental sync of 1 %", "INSERT ... SELECT of the same as an upsert"),
        billing.line("billing", "INSERT ... SELECT of records and contacts"),
        findings.line("findings", "INSERT ... SELECT of records and contacts"),
    ]
