"""What a query of each business unit sees. Each case: given the enterprise of conftest.py, when a query, then what."""

from __future__ import annotations

import pytest

from store import Org, business_units, data_extensions, query
from store.errors import Refused
from tests.business_units.conftest import KEY, sends

B5 = "domain B5, mateuszdabrowski.pl sql-from"
D3 = "domain D3, mateuszdabrowski.pl sql-from (verbatim text)"

READS = [  # (business unit, FROM, rows, source)
    ("Enterprise", "Members", ["Enterprise"], B5),
    ("Germany", "Members", ["Germany"], B5),
    ("France", "Members", ["France"], B5),
    ("Enterprise", "Prices", ["Prices"], B5),
    ("Enterprise", "Ent.Prices", ["Prices"], "assumed: from the parent both names mean the same"),
    ("Germany", "Ent.Prices", ["Prices"], B5),
    ("Germany", "ENT.prices", ["Prices"], "names do not distinguish case"),
    ("7001", "[Ent].[Prices]", ["Prices"], B5),
]
REFUSED = [  # (business unit, FROM, message, what to do, source)
    ("Germany", "Prices", "Invalid object name 'Prices'", "Did you mean Ent.Prices", B5),
    ("France", "Ent.Prices", "Invalid object name 'Ent.Prices'", "", "domain B5: it is not shared with France"),
    ("Germany", "Ent.Secrets", "Invalid object name 'Ent.Secrets'", "", "assumption ent_reaches_what_is_not_shared"),
    ("Germany", "Ent.Members", "Invalid object name 'Ent.Members'", "", "the same"),
    ("Germany", "_EnterpriseAttribute", "Invalid object name '_EnterpriseAttribute'", "", "system-data-views page"),
    ("Enterprise", "7001.Members", "The 7001.Members table has a multi-part specification", "", D3),
    ("Enterprise", "[Germany/Members]", "Invalid object name 'Germany/Members'", "", D3),
]


def read(org: Org, unit: str, sql: str) -> list[object]:
    with business_units.acting(org, unit):
        return [row[0] for row in query.preview(org, sql)[1]]


@pytest.mark.parametrize(("unit", "name", "rows", "source"), READS)
def test_a_name_means_what_it_means_there(enterprise: Org, unit: str, name: str, rows: list[str], source: str) -> None:
    assert read(enterprise, unit, f"SELECT [Key] FROM {name}") == rows, source


@pytest.mark.parametrize(("unit", "name", "message", "fix", "source"), REFUSED)
def test_what_a_business_unit_cannot_name(
    enterprise: Org, unit: str, name: str, message: str, fix: str, source: str
) -> None:
    with pytest.raises(Refused) as refused:
        read(enterprise, unit, f"SELECT * FROM {name}")
    assert message in refused.value.message and fix in refused.value.fix, source


def test_by_the_other_assumption_ent_reaches_everything_of_the_parent(enterprise: Org) -> None:
    enterprise.do("assumptions.set", name="ent_reaches_what_is_not_shared", value=True)
    assert read(enterprise, "France", "SELECT [Key] FROM Ent.Secrets") == ["Secrets"]


def test_a_synchronized_data_extension_is_everyones_by_ent(enterprise: Org) -> None:
    """Source: domain B5, Synchronized Data Extensions live in the parent."""
    enterprise.do("crm.create", object="Contact", records=[{"LastName": "A"}, {"LastName": "B"}])
    enterprise.do("connect.synchronize", object="Contact", fields=["Id", "LastName"], bu="Germany")
    enterprise.run_until(enterprise.now + 3600)
    assert data_extensions.get(enterprise, "Contact_Salesforce").mid == business_units.ENTERPRISE_MID
    assert read(enterprise, "France", "SELECT LastName FROM Ent.Contact_Salesforce ORDER BY 1") == ["A", "B"]


@pytest.mark.parametrize(
    ("view", "seen", "source"),
    [
        ("_Sent", {"Enterprise": 9, "Germany": 4, "France": 3}, "domain D4: the parent sees all"),
        ("_Open", {"Enterprise": 9, "Germany": 4, "France": 3}, "domain D4: the parent sees all"),
        ("_Job", {"Enterprise": 1, "Germany": 1, "France": 1}, "domain D4: only the business unit's own"),
        ("_Journey", {"Enterprise": 1, "Germany": 1, "France": 1}, "domain D4"),
        ("_JourneyActivity", {"Enterprise": 2, "Germany": 2, "France": 2}, "domain D4; its trigger and its email"),
        ("_Subscribers", {"Enterprise": 9, "Germany": 4, "France": 3}, B5),
        ("Ent._Subscribers", {"Enterprise": 9, "Germany": 9, "France": 9}, B5),
        ("_ListSubscribers", {"Enterprise": 9, "Germany": 9, "France": 9}, "All Subscribers is shared by all"),
        ("Ent._EnterpriseAttribute", {"Germany": 9}, "system-data-views page"),
    ],
)
def test_data_views_are_scoped(enterprise: Org, view: str, seen: dict[str, int], source: str) -> None:
    """Given 2 people mailed by the parent, 4 by Germany, 3 others by France, all of whom open."""
    for unit, people, first in (("Enterprise", 2, 0), ("Germany", 4, 10), ("France", 3, 20)):
        sends(enterprise, unit, people, first)
    opens = """INSERT INTO responses(batch_id, visit, nr, opened_at)
        SELECT b.batch_id, m.visit, 0, b.sent_at FROM send_batches b JOIN journey_members m
          ON m.cohort_id = b.cohort_id"""
    enterprise.run(opens)
    found = {unit: len(read(enterprise, unit, f"SELECT * FROM {view}")) for unit in seen}
    assert found == seen, source


def test_the_owner_of_an_event_is_a_column_that_is_null_for_the_parent(enterprise: Org) -> None:
    """Source: system-data-views page, OYBAccountID."""
    sends(enterprise, "Germany", 1)
    asked = "SELECT DISTINCT AccountID, OYBAccountID FROM _Sent"
    rows = {}
    for unit in ("Enterprise", "Germany"):
        with business_units.acting(enterprise, unit):
            rows[unit] = query.preview(enterprise, asked)[1]
    eid = business_units.ENTERPRISE_MID
    assert rows == {"Enterprise": [(eid, None)], "Germany": [(eid, 7001)]}


def test_a_query_of_a_child_reads_and_writes_the_childs_own(enterprise: Org) -> None:
    """It runs in its business unit also when the enterprise starts it, by hand or by an automation."""
    sql = "SELECT p.[Key] FROM Ent.Prices p WHERE EXISTS (SELECT 1 FROM Members m WHERE m.[Key] = 'Germany')"
    enterprise.do("query.create", name="Copy", sql=sql, target="Members", action="Append", bu="Germany")
    made = query.find(enterprise, "Germany/Copy")
    assert (made.target, made.sources) == ("Germany/Members", ("Prices", "Germany/Members"))
    enterprise.do("automation.create", name="Nightly", steps=[[{"type": "query", "key": "Copy"}]], bu="Germany")
    enterprise.do("automation.run_once", key="Germany/Nightly")
    enterprise.step()
    assert read(enterprise, "Germany", "SELECT [Key] FROM Members ORDER BY 1") == ["Germany", "Prices"]
    assert read(enterprise, "Enterprise", "SELECT [Key] FROM Members") == ["Enterprise"]
    assert read(enterprise, "Germany", "SELECT AutomationName FROM _AutomationInstance") == ["Nightly"]
    assert read(enterprise, "Enterprise", "SELECT AutomationName FROM _AutomationInstance") == []


def test_a_query_fails_when_what_it_reads_is_not_shared_any_more(enterprise: Org) -> None:
    arguments = {"name": "Q", "sql": "SELECT [Key] FROM Ent.Prices", "target": "Members", "action": "Append"}
    enterprise.do("query.create", **arguments, bu="Germany")
    enterprise.do("data_extensions.unshare", de="Prices")
    enterprise.do("query.run", key="Germany/Q")
    assert "Invalid object name 'Ent.Prices'" in enterprise.steps()[-1].title


def test_two_business_units_have_queries_of_the_same_key(enterprise: Org) -> None:
    for unit in ("Germany", "France"):
        arguments = {"name": "Q", "sql": "SELECT [Key] FROM Members", "target": "Members", "action": "Update"}
        enterprise.do("query.create", **arguments, bu=unit)
    assert [one.path for one in query.queries(enterprise)] == ["Germany/Q", "France/Q"]
    with pytest.raises(Refused, match="There is Germany/Q"):
        query.find(enterprise, "Q")


def test_going_back_and_forward_stays_in_the_business_unit(enterprise: Org) -> None:
    enterprise.do("data_extensions.create", definition={"name": "Later", "fields": [KEY]}, bu="France")
    digest = enterprise.digest()
    enterprise.back()
    assert data_extensions.find(enterprise, "France/Later") is None
    enterprise.redo()
    assert enterprise.digest() == digest
