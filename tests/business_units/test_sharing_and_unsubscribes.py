"""Sharing with permissions, and what an unsubscribe from one business unit means for the others."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, advice, business_units, contacts, data_extensions
from store.errors import Refused
from tests.business_units.conftest import KEY, sends
from tests.journey import worlds


@pytest.mark.parametrize(
    ("command", "arguments", "said"),
    [
        ("business_units.create", {"name": "Germany"}, "'Germany' already"),
        ("business_units.create", {"name": "Spain", "mid": 7001}, "MID 7001 already"),
        ("business_units.create", {"name": "A/B"}, "not a name of a business unit"),
        ("business_units.create", {"name": "12"}, "not a name of a business unit"),
        ("business_units.create", {"name": "Spain", "parent": "Europe"}, "no business unit 'Europe'"),
        ("business_units.create", {"name": "Spain", "unsubscribe": "LIST"}, "not an unsubscribe behavior"),
        ("business_units.rename", {"unit": "France", "new_name": "germany"}, "'germany' already"),
        ("data_extensions.insert", {"de": "Prices", "rows": [{"Key": "x"}], "bu": "Germany"}, "shared for reading"),
        ("data_extensions.insert", {"de": "Members", "rows": [], "bu": "Spain"}, "no business unit 'Spain'"),
        ("data_extensions.rename", {"de": "Prices", "new_name": "X", "bu": "Germany"}, "only its owner"),
        ("data_extensions.delete", {"de": "Prices", "bu": "Germany"}, "only its owner"),
        ("data_extensions.move", {"de": "Members", "folder": "Shared Data Extensions", "bu": "Germany"}, "child"),
        ("data_extensions.share", {"de": "Germany/Members"}, "belongs to a child"),
        ("data_extensions.share", {"de": "Prices", "units": ["Enterprise"]}, "Enterprise owns it"),
        ("data_extensions.unshare", {"de": "Prices", "units": ["France"]}, "not shared with France"),
        ("data_extensions.delete", {"de": "Secrets", "bu": "Germany"}, "no data extension 'Secrets'"),
    ],
)
def test_what_is_refused(enterprise: Org, command: str, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        enterprise.do(command, **arguments)


def test_names_and_keys_are_unique_per_business_unit(enterprise: Org) -> None:
    """Source: domain B2."""
    paths = [de.path for de in data_extensions.all_definitions(enterprise)]
    assert paths == ["Members", "Prices", "Secrets", "Germany/Members", "France/Members"]
    with pytest.raises(Refused, match="'members' already"):
        enterprise.do("data_extensions.create", definition={"name": "members", "fields": [KEY]}, bu="France")


def test_a_name_of_another_business_unit_is_guessed(enterprise: Org) -> None:
    enterprise.do("data_extensions.create", definition={"name": "Leads", "fields": [KEY]}, bu="France")
    with pytest.raises(Refused, match="There is France/Leads"):
        data_extensions.get(enterprise, "Leads")
    with business_units.acting(enterprise, "Germany"), pytest.raises(Refused, match="no data extension"):
        data_extensions.get(enterprise, "France/Leads")


def test_sharing_puts_it_into_the_shared_folder_and_leaving_the_folder_ends_it(enterprise: Org) -> None:
    prices = data_extensions.get(enterprise, "Prices")
    assert prices.folder == "Shared Data Extensions"
    assert [(one.unit, one.can_write) for one in data_extensions.shares(enterprise, prices)] == [("Germany", False)]
    enterprise.do("data_extensions.move", de="Prices", folder="Shop")
    assert data_extensions.shares(enterprise, prices) == []


def test_with_write_permission_a_child_writes_into_the_parents(enterprise: Org) -> None:
    enterprise.do("data_extensions.share", de="Prices", units=["France"], write=True)
    enterprise.do("data_extensions.insert", de="Ent.Prices", rows=[{"Key": "from France"}], bu="France")
    sql = "SELECT 'again' AS [Key]"
    enterprise.do("query.create", name="Q", sql=sql, target="Prices", action="Append", bu="France")
    enterprise.do("query.run", key="Q", bu="France")
    assert [row[0] for row in data_extensions.page(enterprise, "Prices").rows] == ["Prices", "from France", "again"]


def left(org: Org, key: str) -> tuple[str, set[int]]:
    """(status in All Subscribers, MIDs of _BusinessUnitUnsubscribes)."""
    rows = org.rows("SELECT BusinessUnitID FROM _BusinessUnitUnsubscribes WHERE SubscriberKey = ?", key)
    subscription = contacts.contact(org, key).subscription
    assert subscription
    return subscription.status, {row[0] for row in rows}


EID = business_units.ENTERPRISE_MID
# Given who sends, when the person does this, then (status, business units). Source: domain A3, levels 2 and 3.
UNSUBSCRIBES = [
    ("Germany", "unsubscribe", ("active", {7001})),
    ("Germany", "complaint", ("active", {7001})),
    ("France", "unsubscribe", ("unsubscribed", {EID})),
    ("Enterprise", "unsubscribe", ("unsubscribed", {EID})),
]


@pytest.mark.parametrize(("sender", "kind", "expected"), UNSUBSCRIBES)
def test_an_unsubscribe_has_the_level_of_the_business_unit_that_sent(
    enterprise: Org, sender: str, kind: str, expected: tuple[str, set[int]]
) -> None:
    sends(enterprise, sender, 2)
    enterprise.do("messaging.inject", contact_key="P00001", kind=kind)
    assert left(enterprise, "P00001") == expected
    assert left(enterprise, "P00000") == ("active", set())
    assert advice.check(enterprise) == []


def test_who_left_one_business_unit_is_mailed_by_the_others_and_not_by_it(enterprise: Org) -> None:
    sends(enterprise, "Germany", 3)
    enterprise.do("contacts.unsubscribe", contact_key="P00002", bu="Germany")
    sends(enterprise, "France", 3)
    assert enterprise.value("SELECT count(*) FROM _Sent WHERE OYBAccountID <> 7001") == 3
    assert enterprise.rows("SELECT code FROM send_exclusions") == []
    again = worlds.journey(worlds.email("E1"), key="again")
    again["triggers"][0]["metaData"]["eventDefinitionKey"] = "event-germany"
    enterprise.do("journey.create", spec=again, bu="Germany")
    enterprise.do("journey.publish", key="again")
    enterprise.run_until(enterprise.now + 3600)
    codes = [row[0] for row in enterprise.rows("SELECT code FROM send_exclusions")]
    assert codes == [1], "send log error code 1, Unsubscribed"
    enterprise.do("contacts.resubscribe", contact_key="P00002", bu="Germany")
    assert left(enterprise, "P00002") == ("active", set())


def test_what_each_business_unit_has_is_counted(enterprise: Org) -> None:
    sends(enterprise, "Germany", 3)
    enterprise.do("contacts.unsubscribe", contact_key="P00002", bu="Germany")
    has = advice.things_of_units(enterprise)
    assert has[EID]["data_extensions"] == 3 and has[EID]["subscribers"] == 3
    germany = {"data_extensions": 2, "queries": 0, "automations": 0, "journeys": 1, "subscribers": 3}
    assert has[7001] == germany | {"unsubscribed_here": 1}
