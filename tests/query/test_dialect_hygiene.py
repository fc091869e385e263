"""The dialect loads late, translates fast, and says why it calls Python."""

from __future__ import annotations

import subprocess
import sys
import time

from store.query import compile_query
from store.query.functions import load
from store.query.registry import FUNCTIONS
from tests.query.dialect_world import CATALOG, world


def test_importing_the_room_does_not_load_the_parser() -> None:
    check = "import sys, store.query; assert 'sqlglot' not in sys.modules"
    subprocess.run([sys.executable, "-c", check], check=True)


def test_every_python_function_says_why_sqlite_is_not_enough() -> None:
    world()
    from store.query.runtime import AGGREGATES, PYTHON_FUNCTIONS

    assert all(len(function.why) > 10 for function in PYTHON_FUNCTIONS.values())
    assert all(len(why) > 10 for _, _, why in AGGREGATES.values())
    assert [name for name, function in PYTHON_FUNCTIONS.items() if not function.deterministic] == ["tsql_fail"]


def test_every_function_names_its_source() -> None:
    load()
    silent = [name for name, function in FUNCTIONS.items() if "learn:" not in (function.translate.__doc__ or "")]
    assert set(silent) <= {"EXP", "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "DEGREES", "RADIANS", "DATETRUNC"}
    assert len(FUNCTIONS) >= 115


def test_a_query_of_usual_size_is_translated_in_less_than_20_ms() -> None:
    sql = """
        SELECT c.SubscriberKey, UPPER(LEFT(c.Name, 1)) + LOWER(SUBSTRING(c.Name, 2, 50)) AS Name,
            CASE WHEN o.n > 5 THEN 'gold' WHEN o.n > 1 THEN 'silver' ELSE 'new' END AS Tier,
            DATEDIFF(DAY, o.Latest, GETDATE()) AS Days,
            CONVERT(varchar(10), DATEADD(MONTH, 1, o.Latest), 120) AS NextMonth
        FROM Customers c
        LEFT JOIN (
            SELECT SubscriberKey, COUNT(*) AS n, MAX(Placed) AS Latest, ROW_NUMBER() OVER (ORDER BY MAX(Placed)) AS r
            FROM [Order Lines] WHERE Placed >= DATEADD(YEAR, -1, GETDATE()) GROUP BY SubscriberKey
        ) o ON o.SubscriberKey = c.SubscriberKey
        WHERE c.Active = 1 AND (c.Name LIKE '[a-m]%' OR c.Age BETWEEN 18 AND 99)
            AND c.SubscriberKey NOT IN (SELECT SubscriberKey FROM [Order Lines] WHERE Total = 0)
    """
    compile_query(sql, CATALOG)  # imports sqlglot
    durations = []
    for _ in range(5):
        start = time.process_time()
        compile_query(sql, CATALOG)
        durations.append(time.process_time() - start)
    assert min(durations) < 0.020
