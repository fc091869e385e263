"""Whole queries give SQL Server's rows, and failing runs SQL Server's errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from store.errors import Refused
from store.query import Options, compile_query
from tests.query.dialect_world import CATALOG, run, world

QUERIES = yaml.safe_load(Path(__file__).with_name("queries.yaml").read_text(encoding="utf-8"))
LINES = Path(__file__).with_name("documented_queries.tsv").read_text(encoding="utf-8").splitlines()
DOCUMENTED = [line.split("\t") for line in LINES if line and not line.startswith("#")]
FAILURES = yaml.safe_load(Path(__file__).with_name("failures.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("query", QUERIES, ids=[query["claim"] for query in QUERIES])
def test_a_query_gives_the_rows_of_sql_server(query: dict[str, Any]) -> None:
    assert run(world(), query["sql"]) == [tuple(row) for row in query["rows"]]


@pytest.mark.parametrize(("sql", "expected", "source"), DOCUMENTED, ids=[case[0][:70] for case in DOCUMENTED])
def test_a_documented_query_gives_the_rows_that_its_page_shows(sql: str, expected: str, source: str) -> None:
    if expected.startswith("!"):
        with pytest.raises(Refused) as refused:
            run(world(), sql)
        assert refused.value.message == expected[1:], source
        return
    found, wanted = run(world(), sql), [tuple(row) for row in json.loads(expected)]
    if "ORDER BY" in sql:
        assert found == wanted, source
    else:
        assert sorted(map(repr, found)) == sorted(map(repr, wanted)), source


def test_every_case_names_its_source() -> None:
    refusals = yaml.safe_load(Path(__file__).with_name("refusals.yaml").read_text(encoding="utf-8"))
    sources = [case.get("source", "") for case in (*QUERIES, *FAILURES, *refusals)] + [line[2] for line in DOCUMENTED]
    assert all(source.startswith(("learn: ", "domain ", "own words; learn: ")) for source in sources)


@pytest.mark.parametrize("case", FAILURES, ids=[case["sql"] for case in FAILURES])
def test_a_failing_run_says_what_sql_server_says(case: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        run(world(), case["sql"])
    assert refused.value.message == case["message"]


def test_an_error_in_a_branch_that_is_not_taken_does_not_fail_the_run() -> None:
    assert run(world(), "SELECT CASE WHEN 1 = 1 THEN 1 ELSE 1 / 0 END AS x") == [(1,)]
    assert run(world(), "SELECT CAST('x' AS int) AS x FROM Customers WHERE Age > 1000") == []


def test_the_output_columns_have_their_t_sql_types() -> None:
    sql = (
        "SELECT SubscriberKey, COUNT(*) AS n, SUM(Total) AS s, MAX(Placed) AS m, 'x' + SubscriberKey AS t FROM "
        "[Order Lines] GROUP BY SubscriberKey"
    )
    types = [str(column.type) for column in compile_query(sql, CATALOG).columns]
    assert types == ["nvarchar(50)", "int", "decimal(38,2)", "datetime", "nvarchar(51)"]


def test_lineage_names_the_stored_columns_through_subqueries() -> None:
    sql = (
        "SELECT x.n AS who, x.t FROM (SELECT c.Name AS n, o.Total * 2 AS t FROM Customers c JOIN [Order Lines] o ON "
        "1 = 1) x"
    )
    compiled = compile_query(sql, CATALOG)
    assert compiled.lineage == (("who", "Customers", "Name"), ("t", "Order Lines", "Total"))
    assert compiled.sources == ("Customers", "Order Lines")


@pytest.mark.parametrize(
    "call", ["STRING_SPLIT(c.Name, ',')", "OPENJSON(c.Name)", "OPENJSON(c.Name) WITH (value int '$.a')"]
)
def test_lineage_goes_through_the_functions_that_make_rows(call: str) -> None:
    compiled = compile_query(f"SELECT s.value AS part FROM Customers c CROSS APPLY {call} s", CATALOG)
    assert compiled.lineage == (("part", "Customers", "Name"),)


def test_a_common_table_expression_works_when_the_assumption_allows_it() -> None:
    sql = "WITH q AS (SELECT Age FROM Customers) SELECT MAX(Age) AS a FROM q"
    assert run(world(), sql, Options(allow_cte=True)) == [(41,)]


def test_a_key_join_keeps_its_index() -> None:
    db = world()
    db.execute("CREATE UNIQUE INDEX k ON de_customers (SubscriberKey)")
    compiled = compile_query(
        "SELECT o.Total FROM [Order Lines] o JOIN Customers c ON c.SubscriberKey = o.SubscriberKey", CATALOG
    )
    plan = " ".join(row[3] for row in db.execute("EXPLAIN QUERY PLAN " + compiled.sql))
    assert "USING COVERING INDEX k" in plan or "USING INDEX k" in plan


def test_a_column_with_accents_is_compared_without_case() -> None:
    db = world()
    db.execute("UPDATE de_customers SET Name = 'JOS\u00c9' WHERE Age = 30")
    db.execute("UPDATE de_customers SET Name = 'jos\u00e9 ' WHERE Age = 41")
    assert run(db, "SELECT COUNT(*) AS n FROM Customers WHERE Name = 'Jos\u00e9'") == [(2,)]
    assert run(db, "SELECT COUNT(*) AS n FROM Customers a JOIN Customers b ON a.Name = b.Name") == [(4,)]
    assert run(db, "SELECT COUNT(*) AS n FROM Customers WHERE Name IS NOT NULL GROUP BY Name") == [(2,)]


def test_newid_is_the_same_for_the_same_seed() -> None:
    sql = "SELECT NEWID() AS a FROM Customers"
    first, again = run(world(), sql), run(world(), sql)
    assert first == again
    assert len(set(first)) == 3
