"""The finding about one-to-many put into one row per contact: whom it is about, and when it says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, advice


@pytest.fixture
def shop(org: Org) -> Org:
    """Three contacts: one with three orders, one with one, one with none."""
    org.do("crm.create", object="Contact", records=[{"LastName": name} for name in ("Ada", "Eve", "Lee")])
    ada, eve, _ = (row["Id"] for row in org.rows("SELECT Id FROM crm_Contact ORDER BY row_id"))
    orders = [{"Name": f"O{n}", "ContactId": who, "StageName": "Closed Won", "CloseDate": "2026-01-01", "Amount": n}
              for n, who in enumerate((ada, ada, ada, eve))]  # fmt: skip
    org.do("crm.create", object="Opportunity", records=orders)
    org.do("connect.synchronize", object="Contact", fields=["LastName"])
    org.do("connect.synchronize", object="Opportunity", fields=["Name", "ContactId", "Amount"])
    org.run_until(org.now + 1)
    return org


def target(org: Org, key: str = "ContactId") -> None:
    fields = [{"name": name, "type": "Text", "length": 80, "is_primary_key": name == key}
              for name in ("ContactId", "OrderId")]  # fmt: skip
    org.do("data_extensions.create", definition={"name": "Orders", "fields": fields})


def found(org: Org) -> list[dict[str, Any]]:
    return [dict(row) for each in advice.find_all(org) if each.code == "one-to-many-flattened" for row in each.evidence]


COPY = "SELECT ContactId, Id AS OrderId FROM Opportunity_Salesforce"


def test_it_is_found_before_the_query_has_run(shop: Org) -> None:
    target(shop)
    shop.do("query.create", name="Copy", sql=COPY, target="Orders", action="Update")
    (row,) = found(shop)
    assert (row["rows_given"], row["contacts"], row["contacts_with_several"]) == (4, 2, 1)
    assert (row["rows_without_place"], row["its_rows"], row["keyed_by"]) == (2, 3, "ContactId")
    assert row["contact_key"] == shop.value("SELECT Id FROM crm_Contact ORDER BY row_id LIMIT 1")


def test_also_when_the_contact_comes_by_a_join(shop: Org) -> None:
    target(shop)
    sql = """SELECT c.Id AS ContactId, o.Id AS OrderId
             FROM Contact_Salesforce c LEFT JOIN Opportunity_Salesforce o ON o.ContactId = c.Id"""
    shop.do("query.create", name="Join", sql=sql, target="Orders", action="Update")
    assert found(shop)[0]["rows_without_place"] == 2


def test_a_run_that_says_success_and_lost_rows_is_found(shop: Org) -> None:
    target(shop)
    shop.do("query.run_into", sql="SELECT Id AS ContactId FROM Contact_Salesforce", target="Orders", action="Update")
    shop.do("query.create", name="Copy", sql=COPY, target="Orders", action="Update")
    shop.do("query.run", key="Copy")
    assert shop.value("SELECT ok FROM query_runs") == 1
    assert found(shop)[0]["rows_without_place"] == 2


@pytest.mark.parametrize(
    ("key", "sql"),
    [
        ("OrderId", COPY),
        ("ContactId", "SELECT ContactId, MAX(Id) AS OrderId FROM Opportunity_Salesforce GROUP BY ContactId"),
        ("ContactId", "SELECT Id AS ContactId FROM Contact_Salesforce"),
    ],
)
def test_a_key_of_its_own_a_roll_up_and_one_row_per_contact_are_not(shop: Org, key: str, sql: str) -> None:
    target(shop, key)
    shop.do("query.create", name="Copy", sql=sql, target="Orders", action="Update")
    assert found(shop) == []


def test_several_rows_for_what_is_no_contact_are_another_matter(shop: Org) -> None:
    fields = [{"name": "Name", "is_primary_key": True}]
    shop.do("data_extensions.create", definition={"name": "Names", "fields": fields})
    sql = "SELECT LEFT(Name, 1) AS Name FROM Opportunity_Salesforce"
    shop.do("query.create", name="Names", sql=sql, target="Names", action="Update")
    assert found(shop) == []


def test_nothing_is_said_of_a_data_extension_without_a_key(shop: Org) -> None:
    shop.do("data_extensions.create", definition={"name": "Log", "fields": [{"name": "ContactId"}]})
    shop.do("query.create", name="Log", sql="SELECT ContactId FROM Opportunity_Salesforce", target="Log")
    assert found(shop) == []


def test_the_mapping_that_the_finding_names_has_it_no_more(shop: Org) -> None:
    shop.do("mapping.apply", object="Contact", related=[{"object": "Opportunity", "via": "ContactId"}])
    assert found(shop) == []
    shop.run_until(shop.now + 86400)
    assert found(shop) == []
