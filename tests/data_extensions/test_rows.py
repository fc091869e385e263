"""Rows by hand and whole SELECTs: conversion, the constraints and their texts. Sources: domain B1, B2, B7, D2, D3."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Org, data_extensions
from store.clock import system_text
from store.commands import Outcome, command
from store.data_extensions.values import Unfit, convert
from store.errors import Refused

FIELDS = [
    {"name": "Key", "length": 5, "is_primary_key": True},
    {"name": "Email", "type": "EmailAddress"},
    {"name": "Count", "type": "Number", "default": 7},
    {"name": "Price", "type": "Decimal", "precision": 6, "scale": 2},
    {"name": "Since", "type": "Date", "default": "GetDate()"},
    {"name": "Vip", "type": "Boolean", "is_nullable": False, "default": False},
]


@pytest.fixture
def shop(org: Org) -> Org:
    org.do("data_extensions.create", definition={"name": "Shop", "fields": FIELDS})
    return org


def rows(org: Org, name: str = "Shop") -> list[tuple[Any, ...]]:
    return list(data_extensions.page(org, name).rows)


@command("test.bulk")
def _bulk(org: Org, *, update: bool, columns: list[str], select: str) -> Outcome:
    function = data_extensions.bulk_update if update else data_extensions.bulk_insert
    result = function(org, data_extensions.get(org, "Shop"), columns, select)
    done = result if isinstance(result, tuple) else (0, result)
    return Outcome("", {"updated": done[0], "inserted": done[1]})


def test_values_are_converted_and_defaults_filled(shop: Org) -> None:
    row = {"key": "a", "EMAIL": "a@b.co", "Price": "1,234.565", "Vip": "Yes"}
    shop.do("data_extensions.insert", de="shop", rows=[row])
    assert rows(shop) == [("a", "a@b.co", 7, 1234.57, system_text(shop.now), 1)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"Key": "toolong"}, "String or binary data would be truncated. It has 7 characters, the field takes 5"),
        ({"Key": "a", "Email": "nobody"}, "not an email address"),
        ({"Key": "a", "Count": "1.5"}, "not a whole number"),
        ({"Key": "a", "Count": 2**31}, "beyond a Number"),
        ({"Key": "a", "Price": "12345"}, r"more digits than Decimal\(6,2\)"),
        ({"Key": "a", "Since": "31.1.2026"}, "not a date"),
        ({"Key": "a", "Vip": "maybe"}, "not a Boolean"),
        ({"Key": "a", "Vip": None}, "Cannot insert the value NULL into column 'Vip', table 'Shop'"),
        ({"Email": "a@b.co"}, "Cannot insert the value NULL into column 'Key'"),
        ({"Key": "a", "Prize": 1}, "no field 'Prize'.*\n.*Did you mean Price"),
        ({"Key": "A"}, r"Violation of PRIMARY KEY constraint.*The duplicate key value is \(A\)"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_in_the_product_s_words(shop: Org, row: dict[str, Any], said: str) -> None:
    if "PRIMARY" in said:
        shop.do("data_extensions.insert", de="Shop", rows=[{"Key": "a"}])
    with pytest.raises(Refused, match=said):
        shop.do("data_extensions.insert", de="Shop", rows=[{"Key": "z"}, row])
    assert ("z",) not in [row[:1] for row in rows(shop)]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("1/31/2026", "2026-01-31 00:00:00"),
        ("01/31/2026 5:07 PM", "2026-01-31 17:07:00"),
        ("1/31/2026 12:00:00 AM", "2026-01-31 00:00:00"),
        ("1/31/99", "1999-01-31 00:00:00"),
        ("2026-01-31", "2026-01-31 00:00:00"),
        ("2026-01-31T17:07:05.250", "2026-01-31 17:07:05.250"),
        ("2026-01-31T00:00:00Z", "2026-01-30 18:00:00"),
        ("0999-01-31", "0999-01-31 00:00:00"),
    ],
)
def test_dates_are_read_in_iso_and_us_forms(written: str, stored: str) -> None:
    assert convert(data_extensions.Field("d", "Date"), written) == stored


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        assert len(str(convert(data_extensions.Field("d", "Date"), text))) >= 19
    except Unfit as error:
        assert "not a date" in str(error)


def test_a_row_is_changed_and_removed_by_key_or_identity(shop: Org) -> None:
    shop.do("data_extensions.insert", de="Shop", rows=[{"Key": "a"}, {"Key": "b"}])
    shop.do("data_extensions.update_row", de="Shop", key={"Key": "A"}, values={"Count": "1"})
    shop.do("data_extensions.update_row", de="Shop", key={"_CustomObjectKey": 2}, values={"Count": 2})
    assert [row[2] for row in rows(shop)] == [1, 2]
    with pytest.raises(Refused, match="PRIMARY KEY"):
        shop.do("data_extensions.update_row", de="Shop", key={"Key": "b"}, values={"Key": "a"})
    shop.do("data_extensions.delete_row", de="Shop", key={"Key": "a"})
    with pytest.raises(Refused, match="no row with Key = a"):
        shop.do("data_extensions.delete_row", de="Shop", key={"Key": "a"})
    assert data_extensions.count(shop, "Shop") == 1


def test_a_select_goes_in_at_once_with_defaults(shop: Org) -> None:
    step = shop.do(
        "test.bulk", update=False, columns=["key", "price"], select="SELECT * FROM (VALUES ('a', 1.5), ('b', 2))"
    )
    assert step.changes["inserted"] == 2
    assert rows(shop)[1] == ("b", None, 7, 2.0, system_text(shop.now), 0)
    assert shop.value('SELECT min(_CreatedDate) FROM "de_Shop"') == system_text(shop.now)


@pytest.mark.parametrize(
    ("select", "said"),
    [
        ("VALUES ('c', 1), ('C', 2)", r"duplicate key value is \(c\)"),
        ("VALUES ('x', 1), ('A', 2)", r"duplicate key value is \(A\)"),
        ("VALUES ('x', 1), ('toolong', 2)", "String or binary data would be truncated"),
        ("VALUES ('x', 1), (NULL, 2)", "column 'Key'"),
        ("VALUES ('x', 3000000000)", "Arithmetic overflow"),
    ],
)
def test_a_select_that_does_not_fit_leaves_the_rows_as_they_were(shop: Org, select: str, said: str) -> None:
    shop.do("data_extensions.insert", de="Shop", rows=[{"Key": "a"}])
    with pytest.raises(Refused, match=said):
        shop.do("test.bulk", update=False, columns=["Key", "Count"], select=select)
    assert [row[0] for row in rows(shop)] == ["a"]


def test_an_identity_is_never_used_again(shop: Org) -> None:
    shop.do("data_extensions.insert", de="Shop", rows=[{"Key": "a"}, {"Key": "b"}])
    shop.do("data_extensions.import", de="Shop", header=["Key"], rows=[["a"]], mode="overwrite")
    assert data_extensions.page(shop, "Shop").keys == (3,)


def test_update_changes_matching_rows_and_adds_the_others(shop: Org) -> None:
    shop.do("data_extensions.insert", de="Shop", rows=[{"Key": "a", "Price": 5}, {"Key": "b"}])
    step = shop.do("test.bulk", update=True, columns=["Count", "Key"], select="VALUES (1, 'A'), (2, 'c')")
    assert step.changes == {"updated": 1, "inserted": 1}
    assert [row[:4] for row in rows(shop)] == [("a", None, 1, 5.0), ("b", None, 7, None), ("c", None, 2, None)]


def test_update_cannot_match_a_row_of_its_own_run(shop: Org) -> None:
    # source: domain D2, two result rows with the same new key fail.
    with pytest.raises(Refused, match="PRIMARY KEY"):
        shop.do("test.bulk", update=True, columns=["Key", "Count"], select="VALUES ('n', 1), ('N', 2)")
    with pytest.raises(Refused, match="whole primary key"):
        shop.do("test.bulk", update=True, columns=["Count"], select="VALUES (1)")


def test_pages_are_sorted_and_filtered(shop: Org) -> None:
    shop.do("data_extensions.insert", de="Shop", rows=[{"Key": key, "Count": n} for n, key in enumerate("bca")])
    by_key = data_extensions.page(shop, "Shop", order_by="key", limit=2)
    assert [row[0] for row in by_key.rows] == ["a", "b"] and by_key.keys == (3, 1)
    assert data_extensions.page(shop, "Shop", descending=True, offset=2).keys == (1,)
    assert data_extensions.count(shop, "Shop", "C") == 1 and data_extensions.count(shop, "Shop", "_") == 0
