"""Imports: the four update types and what each row is told. Source: domain B6."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, data_extensions
from store.data_extensions import ImportReport
from store.errors import Refused

FIELDS: list[dict[str, Any]] = [
    {"name": "Key", "length": 5, "is_primary_key": True},
    {"name": "Email", "type": "EmailAddress"},
    {"name": "Count", "type": "Number", "default": 7},
]


@pytest.fixture
def shop(org: Org) -> Org:
    """The rows a (1) and b (2)."""
    org.do("data_extensions.create", definition={"name": "Shop", "fields": FIELDS})
    org.do("data_extensions.insert", de="Shop", rows=[{"Key": "a", "Count": 1}, {"Key": "b", "Count": 2}])
    return org


def load(org: Org, rows: list[list[str]], header: str = "Key,Count", **options: Any) -> dict[str, int]:
    return org.do("data_extensions.import", de="Shop", header=header.split(","), rows=rows, **options).changes


def counts(org: Org) -> dict[str, int]:
    return {row[0]: row[2] for row in data_extensions.page(org, "Shop").rows}


@pytest.mark.parametrize(
    ("mode", "expected", "changes"),
    [
        ("add_and_update", {"a": 10, "b": 2, "c": 30}, (1, 1, 0)),
        ("add_only", {"a": 1, "b": 2, "c": 30}, (1, 0, 1)),
        ("update_only", {"a": 10, "b": 2}, (0, 1, 1)),
        ("overwrite", {"A": 10, "c": 30}, (2, 0, 0)),
    ],
)
def test_each_update_type(shop: Org, mode: str, expected: dict[str, int], changes: tuple[int, int, int]) -> None:
    done = load(shop, [["A", "10"], ["c", "30"]], mode=mode)
    assert (done["inserted"], done["updated"], done["rejected"]) == changes
    assert counts(shop) == expected or {k.lower(): v for k, v in counts(shop).items()} == expected


def test_rejected_rows_say_line_column_and_why(shop: Org) -> None:
    seen: list[ImportReport] = []
    shop.db.execute("BEGIN")
    rows = [["c", "x", "3"], ["d", "d@x.co", "many"], ["e", "", ""], ["E", "", "4"], ["f", ""], ["", "", "1"]]
    de = data_extensions.get(shop, "Shop")
    seen.append(data_extensions.import_csv(shop, de, ["\ufeffkey", "Email", "count"], rows, lines=[2, 3, 4, 6, 7, 8]))
    shop.db.execute("COMMIT")
    said = [(one.line, one.column, one.why) for one in seen[0].rejected]
    assert [line for line, _, _ in said] == [2, 3, 6, 7, 8]
    assert said[0] == (2, "Email", "'x' is not an email address.")
    assert said[1][1:] == ("Count", "'many' is not a Number.")
    assert said[2][2].startswith("DuplicateValue") and "2 columns" in said[3][2]
    assert said[4][2] == "Key is required and the cell is empty."
    assert counts(shop)["e"] == 7  # an empty cell takes the default


def test_columns_that_are_not_in_the_file_keep_their_values(shop: Org) -> None:
    load(shop, [["a", "a@x.co"], ["c", ""]], header="Key,Email,".strip(","))
    assert data_extensions.page(shop, "Shop").rows == (("a", "a@x.co", 1), ("b", None, 2), ("c", None, 7))


def test_without_errors_allowed_one_bad_row_refuses_the_file(shop: Org) -> None:
    with pytest.raises(Refused, match="line 3, column Count: 'x' is not a Number"):
        load(shop, [["c", "1"], ["d", "x"]], allow_errors=False)
    assert counts(shop) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("header", "mode", "said"),
    [
        ("Email,Count", "add_only", "no column Key, which Shop requires"),
        ("Kei,Kount", "add_only", "None of the file's columns"),
        ("Key,key", "add_only", "column Key twice"),
        ("Key,Count", "merge", "not a way to import"),
    ],
)
def test_a_file_that_cannot_be_mapped_is_refused(shop: Org, header: str, mode: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        load(shop, [["x", "1"]], header=header, mode=mode)


def test_an_update_needs_a_primary_key(org: Org) -> None:
    org.do("data_extensions.create", definition={"name": "Shop", "fields": [{"name": "Key"}, *FIELDS[1:]]})
    with pytest.raises(Refused, match="no primary key"):
        load(org, [["a", "1"]])
    load(org, [["a", "1"], ["a", "2"]], mode="add_only")
    assert data_extensions.count(org, "Shop") == 2
