"""How long a query would take there, and what happens after 30 minutes."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, automation, data_extensions, query
from store.errors import Interrupted, Refused
from store.query.cost import estimate

FIELDS: list[dict[str, Any]] = [
    {"name": "Id", "type": "Text", "length": 18, "is_primary_key": True, "is_nullable": False},
    {"name": "Name", "type": "Text", "length": 50},
]


@pytest.fixture
def account(org: Org) -> Org:
    """A hundred rows in Source, none in Target, and a server that reads a row a second."""
    for name in ("Source", "Other", "Target"):
        org.do("data_extensions.create", definition={"name": name, "fields": FIELDS})
    for name in ("Source", "Other"):
        org.do("data_extensions.insert", de=name, rows=[{"Id": f"{n:03}", "Name": "x"} for n in range(100)])
    org.do("assumptions.set", name="query_rows_per_second", value=1)
    return org


@pytest.mark.parametrize(
    ("sql", "read", "paired", "sorted_rows"),
    [
        ("SELECT Id FROM Source", 100, 0, 0),
        ("SELECT a.Id FROM Source a JOIN Other b ON a.Id = b.Id", 200, 0, 0),
        ("SELECT a.Id FROM Source a, Other b WHERE a.Id = b.Id", 200, 0, 0),
        ("SELECT a.Id FROM Source a CROSS JOIN Other b", 200, 10_000, 0),
        ("SELECT a.Id FROM Source a JOIN Other b ON UPPER(a.Id) = UPPER(b.Id)", 200, 10_000, 0),
        ("SELECT a.Id FROM Source a JOIN Other b ON a.Id = b.Id OR a.Name = b.Name", 200, 10_000, 0),
        ("SELECT Name, COUNT(*) AS n FROM Source GROUP BY Name ORDER BY Name", 100, 0, 200),
        ("SELECT DISTINCT Name FROM Source", 100, 0, 100),
        ("SELECT Id FROM Source UNION SELECT Id FROM Other", 200, 0, 100),
        ("SELECT Id FROM Source UNION ALL SELECT Id FROM Other", 200, 0, 0),
        ("SELECT x.Id FROM (SELECT Id, RANK() OVER (ORDER BY Id) AS r FROM Source) x WHERE x.r = 1", 100, 0, 100),
    ],
)  # fmt: skip
def test_what_a_query_costs(account: Org, sql: str, read: int, paired: int, sorted_rows: int) -> None:
    """source: the model that store/query/cost.py documents"""
    found = estimate(account, sql)
    assert (found.read, found.paired, found.sorted) == (read, paired, sorted_rows)
    assert found.seconds == max(1, round(read + 4 * sorted_rows + paired / 100))


def test_a_run_that_takes_longer_than_30_minutes_is_stopped_and_the_automation_says_so(account: Org) -> None:
    account.do("query.create", name="q", sql="SELECT Id, Name FROM Source", target="Target", action="Overwrite")
    account.do("query.run_into", sql="SELECT 'old' AS Id", target="Target", action="append")
    account.do("assumptions.set", name="query_timeout_minutes", value=1)
    account.do("automation.create", name="Nightly", steps=[[{"type": "query", "key": "q"}]])
    account.do("automation.run_once", key="Nightly")
    while (step := account.step()) is not None and "failed" not in step.title:
        pass
    assert step is not None and step.title.startswith("Query q failed: The query timed out: a run is stopped after 1")
    assert list(data_extensions.page(account, "Target").rows) == [("old", None)]
    last = query.runs(account)[0]
    assert (last.ok, last.seconds) == (False, 60)
    assert automation.find(account, "Nightly") and "timed out" in str(
        account.value("SELECT error FROM automation_instances")
    )


def test_the_dry_run_and_the_history_show_the_time(account: Org) -> None:
    account.do("query.create", name="q", sql="SELECT Id, Name FROM Source", target="Target", action="Overwrite")
    dry = query.dry_run(account, "q")
    assert dry.cost is not None and dry.cost.line == "about 100 s: 100 rows read"
    account.do("query.run", key="q")
    assert query.runs(account)[0].seconds == 100 + 10 * 100
    account.do("assumptions.set", name="query_timeout_minutes", value=1)
    assert query.dry_run(account, "q").message == "The query timed out: a run is stopped after 1 minutes."


FAILURES = {  # the query fails; a value does not fit; a key is doubled; a field that must not be empty is
    "divides by zero": ("SELECT Id, CAST(1 / (LEN(Name) - 1) AS varchar(9)) AS Name FROM Source", "Divide by zero", 0),
    "too long": ("SELECT Id, REPLICATE('x', IIF(Id = '007', 51, 2)) AS Name FROM Source", "truncated", 1),
    "doubled": ("SELECT '1' + RIGHT(Id, 1) AS Id, Name FROM Source", "Cannot insert duplicate key", 90),
    "empty": ("SELECT NULLIF(Id, '008') AS Id, Name FROM Source", "Cannot insert the value NULL", 1),
}  # fmt: skip


@pytest.mark.parametrize("emptied", [False, True], ids=["as it was", "emptied"])
@pytest.mark.parametrize("action", query.ACTIONS)
@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_run_leaves_the_target_as_the_assumption_says(
    account: Org, failure: str, action: str, emptied: bool
) -> None:
    """source: domain D2; whatever the action and whatever fails, a target is never half written."""
    sql, words, rejected = FAILURES[failure]
    account.do("assumptions.set", name="query_rows_per_second", value=200_000)
    account.do("assumptions.set", name="failed_overwrite_empties_target", value=emptied)
    account.do("query.run_into", sql="SELECT 'zzz' AS Id, 'old' AS Name", target="Target", action="append")
    account.do("query.create", name="q", sql=sql, target="Target", action=action)
    account.do("query.run", key="q")
    last = query.runs(account)[0]
    assert not last.ok and words in last.message
    assert list(data_extensions.page(account, "Target").rows) == (
        [] if emptied and action == "Overwrite" else [("zzz", "old")]
    )
    assert (last.selected, last.rejected) == ((100, rejected) if rejected else (0, 0))
    with pytest.raises(Refused, match=words):
        account.do("query.run_into", sql=sql, target="Target", action=action)


@pytest.mark.parametrize("action", ["Append", "Update", "Overwrite"])
def test_a_run_that_a_person_stops_anywhere_changes_nothing_and_runs_afterwards(account: Org, action: str) -> None:
    """Also where SQLite takes back the TEMP tables of the run together with its rows."""
    account.do("assumptions.set", name="query_rows_per_second", value=10**9)
    account.do("data_extensions.insert", de="Target", rows=[{"Id": "050", "Name": "old"}])
    sql = "SELECT s.Id, MAX(o.Name) AS Name FROM Source s CROSS JOIN Other o WHERE s.Id >= '050' GROUP BY s.Id"
    run = {"sql": sql + ("" if action != "Append" else " HAVING s.Id > '050'"), "target": "Target", "action": action}
    digest, stopped = account.digest(), 0
    for moment in range(1, 400, 7):
        left = [moment]

        def count_down(left: list[int] = left) -> int:
            left[0] -= 1
            return left[0] <= 0

        account.db.set_progress_handler(count_down, 500)
        try:
            account.do("query.run_into", **run)
        except Interrupted:
            stopped += 1
            account.db.set_progress_handler(None, 0)
            assert account.digest() == digest
        else:
            break
    account.db.set_progress_handler(None, 0)
    assert stopped > 3
    assert account.value(f"SELECT count(*) FROM {data_extensions.get(account, 'Target').table_name}") == 50
