"""Filtered and random data extensions. Source: domain B5; operators: SFD:simpleoperators."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, advice, automation, data_extensions, query
from store.errors import Refused

FIELDS: list[dict[str, Any]] = [
    {"name": "Key", "length": 10, "is_primary_key": True},
    {"name": "City", "length": 40},
    {"name": "Points", "type": "Number"},
    {"name": "Born", "type": "Date"},
    {"name": "Mail", "type": "EmailAddress"},
    {"name": "On", "type": "Boolean"},
]
ROWS = [
    {"Key": "a", "City": "New York", "Points": 1, "Born": "1990-01-05", "Mail": "a@b.co", "On": True},
    {"Key": "b", "City": "york", "Points": 5, "Born": "1985-01-06", "Mail": "b@c.co", "On": False},
    {"Key": "c", "City": "Yorktown", "Points": 10, "Born": "2026-01-04", "Mail": None, "On": None},
    {"Key": "d", "City": None, "Points": None, "Born": None, "Mail": "d@b.co", "On": True},
]


@pytest.fixture
def people(org: Org) -> Org:
    definition = {"name": "People", "fields": FIELDS, "is_sendable": True, "sendable_field": "Key",
                  "sendable_to": "Subscriber Key"}  # fmt: skip
    org.do("data_extensions.create", definition=definition)
    org.do("data_extensions.insert", de="People", rows=ROWS)
    return org


def cond(field: str, operator: str, value: object = None) -> dict[str, Any]:
    return {"field": field, "operator": operator} | ({} if value is None else {"value": value})


CASES = [  # (filter, keys that are kept); today is 2026-01-05
    (cond("City", "equals", "YORK"), "b"),
    (cond("City", "notEquals", "york"), "ac"),
    (cond("City", "contains", "york"), "abc"),
    (cond("City", "notContains", "town"), "ab"),
    (cond("City", "beginsWith", "york"), "bc"),
    (cond("City", "endsWith", "york"), "ab"),
    (cond("City", "like", "%r_"), "ab"),
    (cond("City", "existsInString", "town"), "c"),
    (cond("City", "notExistsInString", "town"), "ab"),
    (cond("City", "existsInStringAsAWord", "york"), "ab"),
    (cond("City", "IN", ["york", "new york"]), "ab"),
    (cond("City", "isNull"), "d"),
    (cond("City", "isNotNull"), "abc"),
    (cond("Points", "greaterThan", 5), "c"),
    (cond("Points", "greaterThanOrEqual", "5"), "bc"),
    (cond("Points", "lessThan", 5), "a"),
    (cond("Points", "lessThanOrEqual", 5), "ab"),
    (cond("Points", "between", [2, 10]), "bc"),
    (cond("On", "equals", "yes"), "ad"),
    (cond("Born", "lessThan", "1/1/2000"), "ab"),
    (cond("Born", "equals", "today-1"), "c"),
    (cond("Born", "isAnniversary", "today"), "a"),
    (cond("Born", "isNotAnniversary", "today"), "bc"),
    (cond("Born", "greaterThanAnniversary", "today"), "b"),
    (cond("Born", "lessThanAnniversary", "today"), "c"),
    (cond("Mail", "endsWith", "@b.co"), "ad"),
    ({"conditions": [cond("City", "contains", "york"), cond("Points", "lessThan", 10)]}, "ab"),
    (
        {"operator": "OR", "conditions": [cond("City", "isNull"), {"conditions": [cond("Points", "equals", 10)]}]},
        "cd",
    ),
]
REFUSED = [
    (cond("Town", "equals", "x"), "no field 'Town'"),
    (cond("City", "is", "x"), "no filter operator 'is'"),
    (cond("Points", "contains", "1"), "contains is for a text field"),
    (cond("City", "isAnniversary", "today"), "is for a Date field"),
    (cond("Points", "equals", "many"), "'many' is not a Number"),
    (cond("Points", "between", 1), "takes two values, not 1"),
    (cond("City", "isNull", "x"), "takes no value, not 1"),
    (cond("City", "equals"), "takes one value, not 0"),
    ({"conditions": []}, "at least one condition"),
    ({"operator": "XOR", "conditions": [cond("City", "isNull")]}, "AND or OR, not 'XOR'"),
    ({"feld": "City"}, "has no 'feld'"),
]


@pytest.mark.parametrize(("filter_", "kept"), CASES)
def test_each_operator(people: Org, filter_: dict[str, Any], kept: str) -> None:
    people.do("data_extensions.filter", name="Some", source="People", filter=filter_)
    assert "".join(row[0] for row in data_extensions.page(people, "Some").rows) == kept


@pytest.mark.parametrize(("filter_", "said"), REFUSED)
def test_a_filter_that_is_wrong_is_refused(people: Org, filter_: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        people.do("data_extensions.filter", name="Some", source="People", filter=filter_)
    assert data_extensions.find(people, "Some") is None


def test_a_filtered_one_is_read_only_has_all_columns_and_changes_by_refresh_only(people: Org) -> None:
    people.do("data_extensions.filter", name="York", source="People", filter=cond("City", "equals", "york"))
    made, source = data_extensions.get(people, "York"), data_extensions.get(people, "People")
    assert (made.fields, made.sendable_field, made.kind) == (source.fields, "Key", "filtered")
    for name, arguments in (
        ("data_extensions.insert", {"de": "York", "rows": [{"Key": "x"}]}),
        ("data_extensions.import", {"de": "York", "header": ["Key"], "rows": [["x"]]}),
        ("data_extensions.change_field", {"de": "York", "field": "City", "change": {"length": 50}}),
        ("query.run_into", {"sql": "SELECT 'x' AS [Key]", "target": "York", "action": "Append"}),
    ):
        with pytest.raises(Refused, match="Filtered data extensions are read-only"):
            people.do(name, **arguments)
    people.do("data_extensions.update_row", de="People", key={"Key": "a"}, values={"City": "york"})
    assert data_extensions.count(people, "York") == 1
    people.do("data_extensions.refresh", de="York")
    assert query.preview(people, "SELECT [Key] FROM York ORDER BY 1")[1] == [("a",), ("b",)]
    assert advice.check(people) == []


def test_a_filter_activity_refreshes_and_fails_when_the_source_is_gone(people: Org) -> None:
    people.do("data_extensions.filter", name="York", source="People", filter=cond("City", "equals", "york"))
    people.do("automation.create", name="Nightly", steps=[[{"type": "filter", "key": "York"}]])
    people.do("data_extensions.update_row", de="People", key={"Key": "a"}, values={"City": "york"})
    people.do("automation.run_once", key="Nightly")
    people.step()
    assert people.steps()[-1].title == "Filter York: 2 rows, 1 before"
    people.do("data_extensions.delete", de="People")
    people.do("automation.run_once", key="Nightly")
    people.step()
    assert "the data extension that it was filtered from is gone" in people.steps()[-1].title
    assert automation.instances(people)[0].status == "Error"
    assert data_extensions.count(people, "York") == 2


def test_by_the_other_assumption_it_is_empty_until_its_first_refresh(people: Org) -> None:
    people.do("assumptions.set", name="filtered_data_extension_fills_at_creation", value=False)
    people.do("data_extensions.filter", name="York", source="People", filter=cond("City", "isNotNull"))
    assert data_extensions.made_from(people, data_extensions.get(people, "York"))["refreshed"] == "never"
    assert data_extensions.count(people, "York") == 0


# ---- random


def many(org: Org, rows: int) -> None:
    org.do("data_extensions.create", definition={"name": "All", "fields": [{"name": "N", "type": "Number"}]})
    org.do("data_extensions.insert", de="All", rows=[{"N": n} for n in range(rows)])


def parts(org: Org, *names: str) -> list[list[int]]:
    return [[row[0] for row in data_extensions.page(org, name, limit=1000).rows] for name in names]


@pytest.mark.parametrize(
    ("into", "sizes"),
    [
        ([{"name": "A", "percent": 50}, {"name": "B", "percent": 50}], [50, 51]),
        ([{"name": name, "percent": share} for name, share in (("A", 33.3), ("B", 33.3), ("C", 33.4))], [34, 33, 34]),
        ([{"name": "A", "count": 10}, {"name": "B", "percent": 20}], [10, 20]),
    ],
)
def test_no_row_is_in_two_parts_and_the_sizes_are_exact(org: Org, into: list[dict[str, Any]], sizes: list[int]) -> None:
    many(org, 101)
    org.do("data_extensions.split", source="All", into=into)
    drawn = parts(org, *(each["name"] for each in into))
    assert [len(part) for part in drawn] == sizes
    everyone = [number for part in drawn for number in part]
    assert len(set(everyone)) == len(everyone) <= 101
    assert drawn[0] != list(range(len(drawn[0]))), "not simply the first ones"


def test_the_same_split_again_draws_others_and_redo_draws_the_same(org: Org) -> None:
    many(org, 60)
    org.do("data_extensions.split", source="All", into=[{"name": "A", "count": 20}])
    first, digest = parts(org, "A"), org.digest()
    org.back()
    org.redo()
    assert org.digest() == digest
    org.do("data_extensions.split", source="All", into=[{"name": "B", "count": 20}])
    assert parts(org, "B") != first
    org.do("data_extensions.insert", de="A", rows=[{"N": 99}])
    with pytest.raises(Refused, match="not a filtered data extension"):
        org.do("data_extensions.refresh", de="A")


@pytest.mark.parametrize(
    ("into", "said"),
    [
        ([], "at least one part"),
        ([{"name": "A"}], "either percent or count"),
        ([{"name": "A", "percent": 10, "count": 1}], "either percent or count"),
        ([{"name": "A", "percent": 60}, {"name": "B", "percent": 60}], "together 100 at most"),
        ([{"name": "A", "count": 11}], "want 11 rows together, the source has 10"),
        ([{"name": "All", "count": 1}], "'All' already"),
    ],
)
def test_a_split_that_cannot_be_is_refused_whole(org: Org, into: list[dict[str, Any]], said: str) -> None:
    many(org, 10)
    with pytest.raises(Refused, match=said):
        org.do("data_extensions.split", source="All", into=into)
    assert [one.name for one in data_extensions.summaries(org)] == ["All"]
