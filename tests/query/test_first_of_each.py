"""`ROW_NUMBER() ... = 1` runs as a GROUP BY, which must keep the rows that numbering keeps (SelectPlan._newest)."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.query import Options, compile_query
from tests.query.test_dialect_properties import CATALOG, database

Rows = list[tuple[Any, ...]]

keys = st.sampled_from(["a", "A", "b", "B ", "b", "", " ", "ß", "É", "é", None])
moments = st.sampled_from(["2025-01-01 00:00:00", "2025-01-01 00:00:01", "2025-06-30 12:00:00", None])
rows = st.lists(
    st.tuples(keys, st.none() | st.integers(-2, 2), moments, st.sampled_from(["x", "X", "y ", "y", "Z", None]),
              st.sampled_from([-1.5, 0.0, 2.25, None])),
    max_size=14,
)  # fmt: skip
PARTITIONS = ["s", "m, s", "n", "LEFT(s, 1)", "s COLLATE Latin1_General_CS_AS"]
ORDERS = ["n", "a", "u", "x", "n * -1", "CASE WHEN n > 0 THEN a END", "LOWER(u)"]
# (m, s, n, a, u, x) with all that NOCASE does not compare right: every column is looked at before a run.
OPTIONS = Options(padded=frozenset({("t", "s"), ("t", "u")}), accented=frozenset({("t", "s"), ("t", "u")}))
NUMBERED = """SELECT x.m FROM (
                  SELECT s, n, m, a, u, x, {function}() OVER (PARTITION BY {partition} ORDER BY {order}) AS rn
                  FROM t WHERE n IS NULL OR n < 2) x WHERE x.rn {sign} 1"""


def selected(db: sqlite3.Connection, text: str) -> tuple[str, Rows]:
    """The SQL of a query and its rows."""
    sql = compile_query(text, CATALOG, options=OPTIONS).sql
    return sql, sorted((tuple(row) for row in db.execute(sql, {"now_utc": 0, "seed": 1})), key=repr)


def filled(db: sqlite3.Connection, given_rows: Rows) -> None:
    """Each row with its place in `m`, by which it is told from its like."""
    db.execute("DELETE FROM t")
    numbered = [(*row, at) for at, row in enumerate(given_rows)]
    db.executemany("INSERT INTO t (s, n, a, u, x, m) VALUES (?, ?, ?, ?, ?, ?)", numbered)


@settings(max_examples=300, deadline=None)
@given(rows, st.sampled_from(PARTITIONS), st.sampled_from(ORDERS), st.sampled_from(["", " DESC"]))
def test_each_partition_keeps_one_row_and_none_comes_before_it(
    given_rows: Rows, partition: str, order: str, way: str
) -> None:
    """RANK() = 1 stays a window function and gives all that tie for the first place, as T-SQL leaves them open."""
    db = database()
    db.execute("SAVEPOINT many")
    try:
        filled(db, given_rows)
        form = {"partition": partition, "order": order + way}
        grouped, kept = selected(db, NUMBERED.format(function="ROW_NUMBER", sign="=", **form))
        numbered, one_each = selected(db, NUMBERED.format(function="ROW_NUMBER", sign="<=", **form))
        _, first = selected(db, NUMBERED.format(function="RANK", sign="=", **form))
        assert "row_number" not in grouped and "row_number" in numbered
        assert set(kept) <= set(first)
        assert len(kept) == len(one_each)
        tied = len(first) > len(one_each)
        assert tied or kept == one_each  # without a tie both are the same rows
        if partition != "m, s":  # else every row is a partition of its own
            shown = f"SELECT COUNT(*) AS c FROM (SELECT DISTINCT {partition} AS p FROM t WHERE n IS NULL OR n < 2) d"
            assert selected(db, shown)[1] == [(len(kept),)]
    finally:
        db.execute("ROLLBACK TO many")
        db.execute("RELEASE many")


# What ties in n has the same n, so either form shows the same.
JOINED = """SELECT t.m, x.n, x.rn FROM t {join} JOIN (SELECT s, n, ROW_NUMBER() OVER (PARTITION BY s ORDER BY n) AS rn
            FROM t) x ON x.s = t.u AND x.rn {sign} 1"""


@settings(max_examples=100, deadline=None)
@given(rows, st.sampled_from(["INNER", "LEFT", "RIGHT", "FULL"]))
def test_the_first_of_each_can_be_joined_by_its_number(given_rows: Rows, join: str) -> None:
    db = database()
    db.execute("SAVEPOINT many")
    try:
        filled(db, given_rows)
        grouped, kept = selected(db, JOINED.format(join=join, sign="="))
        assert ("row_number" in grouped) == (join in ("RIGHT", "FULL"))  # these keep what does not match
        assert kept == selected(db, JOINED.format(join=join, sign="<="))[1]
    finally:
        db.execute("ROLLBACK TO many")
        db.execute("RELEASE many")


@pytest.mark.parametrize(
    "where", ["x.rn = 1 OR x.n = 3", "x.rn = 2", "x.rn = '1'", "NOT (x.rn = 1)", "x.rn = x.n AND 1 = 1"]
)
def test_what_wants_other_rows_too_is_numbered(where: str) -> None:
    text = f"""SELECT x.s FROM (SELECT s, n, ROW_NUMBER() OVER (PARTITION BY s ORDER BY n) AS rn FROM t) x
               WHERE {where}"""
    assert "row_number" in compile_query(text, CATALOG).sql


@pytest.mark.parametrize(
    "inner",
    [
        "SELECT DISTINCT s, n, ROW_NUMBER() OVER (PARTITION BY s ORDER BY n) AS rn FROM t",
        "SELECT TOP 3 s, n, ROW_NUMBER() OVER (PARTITION BY s ORDER BY n) AS rn FROM t ORDER BY n",
        "SELECT s, MAX(n) AS n, ROW_NUMBER() OVER (PARTITION BY s ORDER BY s) AS rn FROM t GROUP BY s",
        "SELECT s, COUNT(*) OVER () AS n, ROW_NUMBER() OVER (PARTITION BY s ORDER BY n) AS rn FROM t",
        "SELECT s, n, ROW_NUMBER() OVER (ORDER BY n) AS rn FROM t",
        "SELECT s, n, ROW_NUMBER() OVER (PARTITION BY s ORDER BY n, a DESC) AS rn FROM t",
        "SELECT s, n, ROW_NUMBER() OVER (PARTITION BY s ORDER BY n) + 0 AS rn FROM t",
        "SELECT s, n, ROW_NUMBER() OVER (PARTITION BY s ORDER BY n) AS rn FROM t UNION ALL SELECT s, n, 1 FROM t",
    ],
)
def test_what_cannot_be_a_group_by_is_numbered(inner: str) -> None:
    assert "row_number" in compile_query(f"SELECT x.s, x.n FROM ({inner}) x WHERE x.rn = 1", CATALOG).sql
