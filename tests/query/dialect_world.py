"""A small account for the dialect's tests: two data extensions and their catalog."""

from __future__ import annotations

import sqlite3
from typing import Any

from store.query import Column, ListedCatalog, Options, Table, connect_functions, prepare, run_error
from store.query.types import BIGINT, BIT, DATETIME, INT, decimal, nvarchar

NOW = 1_732_000_000  # 2024-11-19 07:06:40 UTC, 01:06:40 system time
_ROWS = """
CREATE TABLE de_customers (
    _CustomObjectKey INTEGER PRIMARY KEY, SubscriberKey TEXT COLLATE NOCASE, Name TEXT COLLATE NOCASE, Age INTEGER,
    Active INTEGER, Born TEXT, "Case:Contact:Id" TEXT COLLATE NOCASE
);
INSERT INTO de_customers (SubscriberKey, Name, Age, Active, Born) VALUES
    ('A1', 'Ann', 30, 1, '1990-01-31 10:00:00'), ('b2', 'bob ', 41, 0, '1980-02-29 00:00:00.123'),
    ('C3', NULL, NULL, NULL, NULL);
CREATE TABLE de_orders (OrderId INTEGER, SubscriberKey TEXT COLLATE NOCASE, Total REAL, Placed TEXT);
INSERT INTO de_orders VALUES
    (1, 'a1', 5.25, '2024-01-31 10:00:00'), (2, 'A1', 7.75, '2024-02-10 11:00:00'), (3, 'B2', 1, '2024-03-01 00:00:00');
"""
CATALOG = ListedCatalog(
    [
        Table(
            "Customers",
            '"de_customers"',
            (
                Column("_CustomObjectKey", BIGINT, False, hidden=True),
                Column("SubscriberKey", nvarchar(50), False),
                Column("Name", nvarchar(50)),
                Column("Age", INT),
                Column("Active", BIT),
                Column("Born", DATETIME),
                Column("Case:Contact:Id", nvarchar(18)),
            ),
        ),
        Table(
            "Order Lines",
            '"de_orders"',
            (
                Column("OrderId", INT),
                Column("SubscriberKey", nvarchar(50)),
                Column("Total", decimal(18, 2)),
                Column("Placed", DATETIME),
            ),
        ),
    ]
)


def world() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    connect_functions(db)
    db.executescript(_ROWS)
    return db


def run(db: sqlite3.Connection, sql: str, options: Options | None = None) -> list[tuple[Any, ...]]:
    """The rows of a query. Raises Refused as a run of the activity would."""
    compiled = prepare(db, sql, CATALOG, options=options)
    try:
        return [tuple(row) for row in db.execute(compiled.sql, {"now_utc": NOW, "seed": 1})]
    except sqlite3.Error as error:
        raise run_error(db, error) from error
