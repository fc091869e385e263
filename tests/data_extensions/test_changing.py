"""Changing a definition, case by case: given a data extension with or without rows, when this, then what."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, advice, data_extensions, query
from store.errors import Refused

B2 = "domain B2, mcdev DataExtensionField.js"
FIELDS: list[dict[str, Any]] = [
    {"name": "Key", "length": 10, "is_primary_key": True},
    {"name": "Name", "length": 20},
    {"name": "Mail", "type": "EmailAddress", "is_nullable": False},
    {"name": "Paid", "type": "Decimal", "precision": 8, "scale": 2},
    {"name": "Note", "length": None},
]
ROW = {"Key": "a", "Name": "Ann", "Mail": "a@b.co", "Paid": 1.5}


@pytest.fixture
def shop(org: Org) -> Org:
    org.do(
        "data_extensions.create",
        definition={"name": "Shop", "fields": FIELDS, "is_sendable": True, "sendable_field": "Mail",
                    "sendable_to": "Email Address"},
    )  # fmt: skip
    return org


def fill(org: Org) -> None:
    org.do("data_extensions.insert", de="Shop", rows=[ROW])


REFUSED = [  # (with rows, field or '' for a new one, change, message, source)
    (False, "Name", {"type": "Number"}, "type of an existing field cannot be changed", B2),
    (False, "Name", {"length": 19}, r"length of an existing field cannot be decreased.*310007", B2),
    (False, "Note", {"length": 4000}, r"cannot be decreased: it is Text.*310007", B2),
    (False, "Paid", {"precision": 7}, "cannot be decreased", B2),
    (False, "Paid", {"precision": 8, "scale": 3}, "cannot be decreased", "five digits before the point would be left"),
    (False, "Name", {"is_nullable": False}, r"nullable field cannot become required.*310007", B2),
    (False, "Key", {"is_nullable": True}, "a primary key cannot be nullable", B2),
    (False, "Name", {"name": "KEY"}, "There is a field 'Key' already", "domain B2, without case"),
    (False, "Name", {"name": "_x"}, "cannot begin with an underscore", "domain B2"),
    (False, "Name", {"size": 3}, "no 'size' to change", ""),
    (False, "Name", {"length": 20}, "like that already", ""),
    (False, "Name", {"default": "x" * 21}, "does not fit", ""),
    (True, "Name", {"is_primary_key": True, "is_nullable": False}, "has rows cannot be changed", B2),
    (True, "", {"name": "K2", "is_primary_key": True}, "cannot be added to a data extension that has rows", B2),
    (True, "", {"name": "R", "is_nullable": False}, "nullable or has a default", B2),
    (True, "", {"name": "name"}, "There is a field 'Name' already", "domain B2, without case"),
    (False, "", {"name": "x" * 129}, "at most 128 characters", "Microsoft, Database Identifiers"),
    (False, "", {"name": "D", "type": "Decimal", "precision": 30}, "precision is 1 to 29", "SFD ssjs Fields.Add"),
]
ACCEPTED = [  # (with rows, field or '', change, what the row that was there has, source)
    (True, "Name", {"length": 4000}, "Ann", B2),
    (True, "Name", {"length": None}, "Ann", B2),
    (True, "Paid", {"precision": 10, "scale": 4}, 1.5, B2),
    (True, "Mail", {"is_nullable": True}, "a@b.co", "required may become nullable"),
    (True, "Name", {"name": "Full Name"}, "Ann", "mcdev Name_new"),
    (True, "Name", {"default": "nobody"}, "Ann", ""),
    (False, "Name", {"is_primary_key": True, "is_nullable": False}, None, "assumed while empty"),
    (True, "", {"name": "N", "default": 7, "type": "Number"}, None, "a nullable field stays empty in rows"),
    (True, "", {"name": "N", "default": 7, "type": "Number", "is_nullable": False}, 7, B2),
    (True, "", {"name": "D", "default": "GetDate()", "type": "Date", "is_nullable": False}, "2026-01-05 00:00:00", B2),
    (True, "", {"name": "D", "default": "Now()", "type": "Date", "is_nullable": False}, "2026-01-05 00:00:00",
     "SFD:dataextensionfield"),
]  # fmt: skip


def change(org: Org, field: str, what: dict[str, Any]) -> None:
    if field:
        org.do("data_extensions.change_field", de="Shop", field=field, change=what)
    else:
        org.do("data_extensions.add_field", de="Shop", field=what)


@pytest.mark.parametrize(("rows", "field", "what", "said", "source"), REFUSED)
def test_what_is_refused(shop: Org, rows: bool, field: str, what: dict[str, Any], said: str, source: str) -> None:
    if rows:
        fill(shop)
    before = shop.digest()
    with pytest.raises(Refused, match=said):
        change(shop, field, what)
    assert shop.digest() == before, source


@pytest.mark.parametrize(("rows", "field", "what", "value", "source"), ACCEPTED)
def test_what_is_accepted_keeps_the_rows(
    shop: Org, rows: bool, field: str, what: dict[str, Any], value: object, source: str
) -> None:
    if rows:
        fill(shop)
    before = shop.digest()
    change(shop, field, what)
    name = what.get("name", field)
    page = data_extensions.page(shop, "Shop")
    assert [row[page.columns.index(name)] for row in page.rows] == ([value] if rows else []), source
    assert advice.check(shop) == []
    shop.back()
    assert shop.digest() == before


def test_a_longer_field_takes_longer_values_and_the_others_keep_their_rules(shop: Org) -> None:
    fill(shop)
    change(shop, "Name", {"length": 30})
    shop.do("data_extensions.insert", de="Shop", rows=[ROW | {"Key": "b", "Name": "x" * 30}])
    with pytest.raises(Refused, match="truncated"):
        shop.do("data_extensions.insert", de="Shop", rows=[ROW | {"Key": "c", "Name": "x" * 31}])
    with pytest.raises(Refused, match="PRIMARY KEY"):
        shop.do("data_extensions.insert", de="Shop", rows=[ROW])


def test_identities_are_not_given_twice_after_a_change(shop: Org) -> None:
    fill(shop)
    shop.do("data_extensions.delete_row", de="Shop", key={"Key": "a"})
    change(shop, "Name", {"length": 30})
    fill(shop)
    assert data_extensions.page(shop, "Shop").keys == (2,)


def test_a_renamed_send_relationship_goes_with_its_field(shop: Org) -> None:
    change(shop, "Mail", {"name": "Email"})
    assert data_extensions.get(shop, "Shop").sendable_field == "Email"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("Key", "primary key field cannot be deleted"),
        ("Mail", "send relationship cannot be deleted"),
        ("x", "no field"),
    ],
)
def test_a_field_that_is_needed_cannot_be_deleted(shop: Org, field: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        shop.do("data_extensions.delete_field", de="Shop", field=field)


def test_a_query_that_names_a_deleted_field_fails_at_its_next_run(shop: Org) -> None:
    shop.do("query.create", name="Q", sql="SELECT [Key], Name, Mail FROM Shop", target="Shop", action="Update")
    shop.do("data_extensions.delete_field", de="Shop", field="Name")
    shop.do("query.run", key="Q")
    assert "Invalid column name 'Name'" in shop.steps()[-1].title
    assert query.runs(shop)[0].ok is False or query.runs(shop)[0].ok == 0


SENDABLE = [  # (field, related to, message or '', source)
    ("Key", "Subscriber Key", "", "domain B3"),
    ("Mail", "Email Address", "", "domain B3"),
    ("Name", "Email Address", "", "domain B3; a text may hold an address"),
    ("Paid", "Subscriber Key", "a Decimal cannot relate to the Subscriber Key", "domain B3, types must match"),
    ("Key", "Contact Key", "'Contact Key' is none of", "domain B3, SendableSubscriberField"),
]


@pytest.mark.parametrize(("field", "to", "said", "source"), SENDABLE)
def test_the_send_relationship(shop: Org, field: str, to: str, said: str, source: str) -> None:
    if said:
        with pytest.raises(Refused, match=said):
            shop.do("data_extensions.set_sendable", de="Shop", field=field, to=to)
        return
    shop.do("data_extensions.set_sendable", de="Shop", field=field, to=to, is_testable=True)
    de = data_extensions.get(shop, "Shop")
    assert (de.sendable_field, de.sendable_to, de.is_testable) == (field, to, True), source
    shop.do("data_extensions.set_sendable", de="Shop")
    assert not data_extensions.get(shop, "Shop").is_testable, "testable belongs to sendable"


def test_a_number_cannot_relate_to_an_address(org: Org) -> None:
    with pytest.raises(Refused, match="a Number cannot relate to the Email Address"):
        org.do(
            "data_extensions.create",
            definition={"name": "N", "fields": [{"name": "Id", "type": "Number"}], "is_sendable": True,
                        "sendable_field": "Id", "sendable_to": "Email Address"},
        )  # fmt: skip


def test_rows_from_before_retention_count_from_the_day_it_was_set(shop: Org) -> None:
    """Source: domain B2, mateuszdabrowski.pl licence-limits."""
    fill(shop)
    shop.run("UPDATE world SET now = now + 86400 * 9")
    retention = {"policy": "individual_records", "period": 5}
    shop.do("data_extensions.set_retention", de="Shop", retention=retention)
    assert query.preview(shop, "SELECT _CreatedDate FROM Shop")[1] == [("2026-01-14 00:00:00",)]
    set_at = shop.now
    shop.run_until(set_at + 86400 * 4)
    assert data_extensions.count(shop, "Shop") == 1
    shop.run_until(set_at + 86400 * 6)
    assert data_extensions.count(shop, "Shop") == 0
    shop.do("data_extensions.set_retention", de="Shop")
    assert data_extensions.get(shop, "Shop").retention is None


@pytest.mark.parametrize("sign", list("!@#$%^*(){}[]=\\.<>/\"':?|,&"))
def test_signs_that_a_name_cannot_have(org: Org, sign: str) -> None:
    definition = {"name": f"A{sign}B", "fields": [{"name": "x"}]}
    with pytest.raises(Refused, match="cannot have a"):
        org.do("data_extensions.create", definition=definition)
    org.do("assumptions.set", name="data_extension_names_without_signs", value=False)
    org.do("data_extensions.create", definition=definition)


def test_the_key_and_the_description_can_change(shop: Org) -> None:
    shop.do("data_extensions.create", definition={"name": "B", "key": "b", "fields": [{"name": "x"}]})
    shop.do("data_extensions.describe", de="Shop", key="shop-key", description="What is bought")
    de = data_extensions.get(shop, "shop-key")
    assert (de.name, de.description) == ("Shop", "What is bought")
    with pytest.raises(Refused, match="external key 'B' already"):
        shop.do("data_extensions.describe", de="Shop", key="B")
