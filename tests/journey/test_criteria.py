"""FilterDefinition XML: read, written back, said, and compiled to SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Org
from store.errors import Refused
from store.journey.criteria import Condition, ConditionSet, Criteria, explain, parse, relative_days, write
from store.journey.criteria_sql import OPERATORS, compile_criteria
from store.journey.version import current
from tests.journey import worlds

RECORDED = (
    '<FilterDefinition><ConditionSet Operator="AND" ConditionSetName="Individual Filter Grouping">'
    '<Condition IsEphemeralAttribute="true" Key="Event.DEAudience-1.Email" Operator="IsNotNull" UiMetaData="{}">'
    "<Value><![CDATA[]]></Value></Condition>"
    '<Condition Key="Orders_1.Total" Operator="GreaterThan" UiMetaData="{&quot;a&quot;:1}">'
    '<AttributePath RelationshipID="65fc"><Value><![CDATA[5 < 6 & more]]></Value></AttributePath></Condition>'
    '<ConditionSet Operator="OR"><Condition Key="A.B" Operator="Is"><Value><![CDATA[true]]></Value></Condition>'
    "</ConditionSet></ConditionSet></FilterDefinition>"
)

text = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12)
conditions = st.builds(
    lambda key, operator, value: Condition(key, operator, value.strip(), {"Key": key, "Operator": operator}),
    text, st.sampled_from(sorted(OPERATORS)), text,
)  # fmt: skip
sets = st.recursive(
    st.lists(conditions, max_size=3),
    lambda inner: st.lists(conditions | inner.map(lambda children: _set("OR", children)), max_size=3),
    max_leaves=8,
)


def _set(operator: str, children: list[Any]) -> ConditionSet:
    return ConditionSet(operator, tuple(children), {"Operator": operator})


def test_what_was_read_is_written_back_the_same() -> None:
    assert write(parse(RECORDED)) == RECORDED


@given(sets)
def test_any_tree_survives_writing_and_reading(children: list[Any]) -> None:
    criteria = Criteria((_set("AND", children),))
    assert parse(write(criteria)) == criteria


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        ("<FilterDefinition>", "not well-formed"),
        ("<Filter/>", "begin with <FilterDefinition>"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><FilterDefinition/>', "document type"),
        ('<FilterDefinition><ConditionSet Operator="XOR"/></FilterDefinition>', "AND or OR"),
        (
            '<FilterDefinition><ConditionSet Operator="AND"><Rule/></ConditionSet></FilterDefinition>',
            "<Rule> is not known",
        ),
        (f"<FilterDefinition>{'<ConditionSet>' * 60}{'</ConditionSet>' * 60}</FilterDefinition>", "deeper than"),
    ],
)
def test_what_is_no_filter_is_refused(xml: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        parse(xml)


def test_criteria_are_said_as_a_sentence() -> None:
    both = worlds.all_of(("Tier", "Equal", "Gold"), ("Orders.Total", "GreaterThan", "5"), operator="OR")
    assert explain(parse(both)) == "Tier equals 'Gold' or Orders.Total is greater than '5'"
    assert (
        explain(parse(worlds.where("Joined", "AtOrAfter", ";-;14;days"))) == "Joined is on or after today minus 14 days"
    )
    assert explain(parse(worlds.where("Member", "Is", "true"))) == "Member is true"


@pytest.mark.parametrize(
    ("value", "days"), [(";-;14;days", -14), (";+;0;days", 0), (";+;2;weeks", 14), ("x;-;1", None)]
)
def test_relative_dates_count_from_today(value: str, days: int | None) -> None:
    assert relative_days(value) == days


# ---- compiled

PEOPLE = [
    worlds.person(1, Tier="Gold", Points=10, Member=1, Joined="2026-01-05 10:00:00", Email="a_b@x.com"),
    worlds.person(2, Tier="silver", Points=20, Member=0, Joined="2025-12-25", Email="c@y.org"),
    worlds.person(3, Tier=None, Points=None, Member=None, Joined=None, FirstName="10"),
]


@pytest.fixture(scope="module")
def entered(tmp_path_factory: pytest.TempPathFactory) -> Org:
    """Three people who stand in a wait; the second has two orders, the third none."""
    org = worlds.world(Path(tmp_path_factory.mktemp("criteria")))
    org.do("test.rows", de="Welcome", rows=PEOPLE)
    for name, sendable in (("Orders", {}), ("Profile", None)):
        fields: list[dict[str, Any]] = [
            {"name": "ContactKey", "is_primary_key": sendable is None}, {"name": "Total", "type": "Number"},
            {"name": "State"}, {"name": "First"},
        ]  # fmt: skip
        org.do("data_extensions.create", definition={"name": name, "fields": fields})
    org.do("test.link", names=["Orders", "Profile"])
    orders = [("P00001", 5, "open"), ("P00002", 50, "closed"), ("P00002", 5, "open")]
    rows = [{"ContactKey": key, "Total": total, "State": state} for key, total, state in orders]
    org.do("test.rows", de="Orders", rows=rows)
    org.do("test.rows", de="Profile", rows=[{"ContactKey": "p00001", "Total": 10, "State": "on", "First": "Name1"}])
    worlds.published(org, worlds.journey(worlds.wait("W")))
    org.step()
    return org


def matching(org: Org, xml: str) -> list[int]:
    """The numbers of the people who satisfy the criteria."""
    version = current(org, "welcome")
    compiled = compile_criteria(org, parse(xml), version.event_fields(org))
    rows = org.rows(
        f"""SELECT k.contact_id FROM journey_members m CROSS JOIN contacts k ON k.contact_id = m.visit
                 JOIN {version.event_table} e ON e._cohort_id = 1 AND e._visit = m.visit
            WHERE {compiled.sql} ORDER BY 1""",
        compiled.params,
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("Tier", "Equal", "gold", [1]),  # texts are compared without case
        ("Tier", "NotEqual", "gold", [2]),  # an empty value satisfies no comparison
        ("Tier", "IsNull", "", [3]),
        ("Tier", "IsNotNull", "", [1, 2]),
        ("Tier", "In", "Gold, Silver", [1, 2]),
        ("Tier", "NotIn", "Gold", [2]),
        ("Points", "Equal", "10", [1]),
        ("Points", "GreaterThan", "10", [2]),
        ("Points", "GreaterThanOrEqual", "10", [1, 2]),
        ("Points", "LessThan", "20", [1]),
        ("Points", "LessThanOrEqual", "20", [1, 2]),
        ("Points", "In", "10, 30", [1]),
        ("Member", "Is", "true", [1]),
        ("Member", "Equal", "False", [2]),
        ("Member", "IsFalse", "", [2]),
        ("Member", "IsTrue", "", [1]),
        ("Email", "Contains", "_B@", [1]),  # _ and % are themselves
        ("Email", "NotContains", "x.com", [2, 3]),
        ("Email", "BeginsWith", "A_", [1]),
        ("Email", "EndsWith", ".org", [2]),
        ("Joined", "Equal", "2026-01-05", [1]),  # a day is compared with days
        ("Joined", "After", "2026-01-05", []),
        ("Joined", "After", "2026-01-05 09:00:00", [1]),
        ("Joined", "AtOrAfter", "2025-12-25", [1, 2]),
        ("Joined", "Before", "1/1/2026", [2]),
        ("Joined", "AtOrAfter", ";-;1;days", [1]),
        ("Contact.Key", "Equal", "P00002", [2]),
        ("Orders.State", "Equal", "open", [1, 2]),  # any row
        ("Orders.Total", "GreaterThan", "10", [2]),
        ("Orders.State", "IsNull", "", [3]),  # no row has no value
        ("Contact.Attribute.Profile.State", "Equal", "on", [1]),
        ("Profile_1.State", "Equal", "on", [1]),  # Data Designer numbers its sets
    ],
)
def test_an_operator_matches(entered: Org, field: str, operator: str, value: str, expected: list[int]) -> None:
    assert matching(entered, worlds.where(field, operator, value)) == expected


def test_conditions_of_one_set_must_hold_in_the_same_row(entered: Org) -> None:
    """Source: domain E2: any row that satisfies the condition set."""
    xml = worlds.all_of(("Orders.State", "Equal", "open"), ("Orders.Total", "GreaterThan", "10"))
    assert matching(entered, xml) == []
    either = worlds.all_of(("Orders.State", "Equal", "open"), ("Orders.Total", "GreaterThan", "10"), operator="OR")
    assert matching(entered, either) == [1, 2]


@pytest.mark.parametrize(
    ("field", "other", "expected"),
    [("FirstName", "Profile.First", [1]), ("Profile.Total", "Event.x.Points", [1]), ("Tier", "Event.x.Tier", [1, 2])],
)
def test_an_attribute_is_compared_with_an_attribute(entered: Org, field: str, other: str, expected: list[int]) -> None:
    """Source: domain E2, attribute-to-attribute comparison."""
    assert matching(entered, worlds.where(field, "Equal", other, ValueIsReference="true")) == expected


def test_an_assumption_says_whether_an_empty_value_satisfies_not_equal(entered: Org) -> None:
    entered.do("assumptions.set", name="null_matches_not", value=True)
    assert matching(entered, worlds.where("Tier", "NotEqual", "gold")) == [2, 3]
    entered.back()


@pytest.mark.parametrize(
    ("field", "operator", "value", "message"),
    [
        ("Teir", "Equal", "x", "no field 'Teir'"),
        ("Tier", "Resembles", "x", "operator 'Resembles'"),
        ("Points", "Equal", "many", "not a number"),
        ("Member", "Is", "perhaps", "not true or false"),
        ("Joined", "After", "soon", "not a date"),
        ("Nothing.Here", "Equal", "x", "no data extension 'Nothing'"),
        ("Orders.Nope", "Equal", "x", "no field 'Nope'"),
    ],
)
def test_what_cannot_be_compared_is_refused(entered: Org, field: str, operator: str, value: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        matching(entered, worlds.where(field, operator, value))
