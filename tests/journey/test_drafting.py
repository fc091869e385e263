"""Building a journey piece by piece: the draft's JSON changes, every change is a step, and the result runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Org, journey
from store.errors import OrgError, Refused
from store.journey import shape
from store.journey.activities import registered
from store.journey.criteria import explain, parse, write
from store.journey.criteria_text import read_criteria
from store.journey.graph import Graph
from store.journey.spec import Interaction
from tests.journey import worlds


@pytest.fixture
def org(tmp_path: Path) -> Org:
    made = worlds.world(tmp_path, 12)
    made.do("messaging.create_email", name="Hello", subject="Hello")
    return made


def spec(org: Org, key: str = "spring-offers") -> dict[str, Any]:
    return journey.versions(org, key)[-1].spec.raw


def begin(org: Org) -> None:
    org.do("journey.new", name="Spring offers", data_extension="Welcome")


def add(org: Org, type: str, after: str | None = None, **more: Any) -> None:
    org.do("journey.add_activity", key="spring-offers", type=type, after=after, **more)


def test_a_journey_built_from_the_keyboard_is_published_and_lets_people_in(org: Org) -> None:
    begin(org)
    add(org, "EMAILV2", name="Hello")
    add(org, "WAIT", "EMAILV2-1")
    add(org, "MULTICRITERIADECISION", "WAITBYDURATION-1", name="Gold?")
    add(org, "EMAILV2", "MULTICRITERIADECISIONV2-1", outcome="path_1", name="For gold")
    for email in ("EMAILV2-1", "EMAILV2-2"):
        org.do(
            "journey.configure", key="spring-offers", activity=email, value="1",
            path="configurationArguments.triggeredSend.emailId",
        )  # fmt: skip
    org.do(
        "journey.criteria", key="spring-offers", activity="MULTICRITERIADECISIONV2-1", outcome="path_1",
        text="Tier = 'Gold'",
    )  # fmt: skip
    org.do("journey.publish", key="spring-offers")
    org.run_until(org.now + 3 * 86400)
    balance = journey.balance(org, journey.versions(org, "spring-offers")[-1])
    assert org.value("SELECT count(*) FROM _Sent") == 12 + 4  # a third of them are Gold
    assert balance.completed == 12


def test_each_change_is_a_step_that_can_be_taken_back(org: Org) -> None:
    begin(org)
    add(org, "EMAILV2")
    before = json.dumps(spec(org))
    add(org, "WAIT", "EMAILV2-1")
    assert json.dumps(spec(org)) != before
    org.back(1)
    assert json.dumps(spec(org)) == before
    assert org.step() is not None and "WAITBYDURATION-1" in json.dumps(spec(org))


def test_a_new_activity_stands_before_what_followed(org: Org) -> None:
    begin(org)
    add(org, "WAIT")
    add(org, "WAIT", "WAITBYDURATION-1")
    add(org, "WAIT", "WAITBYDURATION-1", name="between")
    chain = {key: one.branches[0].next for key, one in Interaction(spec(org)).activities.items()}
    assert chain == {
        "WAITBYDURATION-1": "WAITBYDURATION-3",
        "WAITBYDURATION-2": None,
        "WAITBYDURATION-3": "WAITBYDURATION-2",
    }
    add(org, "EMAILV2")
    assert Interaction(spec(org)).start_key == "EMAILV2-1"


def test_deleting_an_activity_joins_what_was_around_it_and_takes_what_only_it_led_to(org: Org) -> None:
    begin(org)
    add(org, "WAIT")
    add(org, "RANDOMSPLIT", "WAITBYDURATION-1")
    add(org, "WAIT", "RANDOMSPLITV2-1", outcome="path_a", name="A")
    add(org, "WAIT", "RANDOMSPLITV2-1", outcome="path_b", name="B")
    step = org.do("journey.delete_activity", key="spring-offers", activity="RANDOMSPLITV2-1")
    assert "WAITBYDURATION-3, which only it led to" in step.title
    activities = Interaction(spec(org)).activities
    assert list(activities) == ["WAITBYDURATION-1", "WAITBYDURATION-2"]
    assert activities["WAITBYDURATION-1"].branches[0].next == "WAITBYDURATION-2"


def test_two_paths_are_joined_by_leading_to_the_same_activity(org: Org) -> None:
    begin(org)
    add(org, "RANDOMSPLIT")
    add(org, "WAIT", "RANDOMSPLITV2-1", outcome="path_a")
    org.do("journey.connect", key="spring-offers", source="RANDOMSPLITV2-1", outcome="path_b", to="WAITBYDURATION-1")
    branches = Interaction(spec(org)).activities["RANDOMSPLITV2-1"].branches
    assert [branch.next for branch in branches] == ["WAITBYDURATION-1", "WAITBYDURATION-1"]


@pytest.mark.parametrize(
    ("command", "arguments", "said"),
    [
        ("journey.add_activity", {"type": "WAITT"}, "no activity type WAITT"),
        ("journey.add_activity", {"type": "WAIT", "after": "EMAILV2-9"}, "no activity EMAILV2-9"),
        ("journey.add_activity", {"type": "WAIT", "after": "RANDOMSPLITV2-1"}, "2 paths; say which"),
        ("journey.connect", {"source": "WAITBYDURATION-1", "to": "RANDOMSPLITV2-1"}, "without end"),
        ("journey.connect", {"source": "WAITBYDURATION-1", "to": "NOWHERE"}, "no activity NOWHERE"),
        ("journey.configure", {"activity": "WAITBYDURATION-1", "path": "key", "value": "x"}, "cannot be set"),
        ("journey.configure", {"activity": "WAITBYDURATION-1", "path": "name.x.y", "value": 1}, "leads into a value"),
        ("journey.configure", {"activity": "WAITBYDURATION-1", "path": ""}, "Say which value"),
        ("journey.add_path", {"activity": "WAITBYDURATION-1", "label": "x"}, "is no split"),
        ("journey.delete_path", {"activity": "WAITBYDURATION-1", "outcome": "waitbyduration-1-next"}, "only this path"),
        ("journey.rename_activity", {"activity": "WAITBYDURATION-1", "name": " "}, "1 to 128 characters"),
        ("journey.criteria", {"activity": "WAITBYDURATION-1", "outcome": "x", "text": "A = 1"}, "no decision split"),
    ],
)
def test_what_cannot_be_done_says_why(org: Org, command: str, arguments: dict[str, Any], said: str) -> None:
    begin(org)
    add(org, "RANDOMSPLIT")
    add(org, "WAIT", "RANDOMSPLITV2-1", outcome="path_a")
    before = json.dumps(spec(org))
    with pytest.raises(OrgError, match=said):
        org.do(command, key="spring-offers", **arguments)
    assert json.dumps(spec(org)) == before


def test_a_published_version_is_not_edited_but_drafted_anew(org: Org) -> None:
    begin(org)
    add(org, "WAIT")
    org.do("journey.publish", key="spring-offers")
    with pytest.raises(OrgError, match="only a draft can be edited"):
        add(org, "WAIT")
    org.do("journey.new_version", key="spring-offers")
    add(org, "WAIT")
    assert [one.status for one in journey.versions(org, "spring-offers")] == ["Running", "Draft"]


def test_a_decision_split_keeps_its_remainder_last(org: Org) -> None:
    begin(org)
    add(org, "MULTICRITERIADECISION")
    org.do("journey.add_path", key="spring-offers", activity="MULTICRITERIADECISIONV2-1", label="Silver")
    labels = [branch.label for branch in Interaction(spec(org)).activities["MULTICRITERIADECISIONV2-1"].branches]
    assert labels == ["Path 1", "Silver", "Remainder"]


@pytest.mark.parametrize("type_name", sorted(registered()))
def test_every_activity_type_can_be_added_and_checked(org: Org, type_name: str) -> None:
    begin(org)
    add(org, type_name)
    journey.check(org, "spring-offers")  # says what is missing, and does not fail


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "delete", "connect", "split"]), st.integers(0, 30), st.integers(0, 30)),
        max_size=25,
    )
)
def test_whatever_is_edited_all_paths_stay_whole_and_end(edits: list[tuple[str, int, int]]) -> None:
    """No outcome leads to what is not there, nothing leads back, and nothing that was reached is lost by an edit."""
    raw: dict[str, Any] = {"key": "j", "triggers": [{"key": "TRIGGER", "type": "EmailAudience"}], "activities": []}
    for what, one, other in edits:
        keys: list[str | None] = [None, *Interaction(raw).activities]
        source, to = keys[one % len(keys)], keys[other % len(keys)]
        outcomes = Interaction(raw).activities[source].branches if source else ()
        outcome = outcomes[other % len(outcomes)].key if outcomes else None
        before = json.dumps(raw)
        try:
            if what in ("add", "split"):
                blank = registered()["WAIT" if what == "add" else "RANDOMSPLIT"][-1].blank()
                raw, _ = shape.add(raw, blank, source, outcome)
            elif what == "delete" and source:
                raw, _ = shape.delete(raw, source)
            elif what == "connect":
                raw = shape.connect(raw, source, to, outcome)
        except Refused:
            assert json.dumps(raw) == before
        interaction = Interaction(raw)
        assert not Graph(interaction).cycles
        targets = {branch.next for spec in interaction.activities.values() for branch in spec.branches} - {None}
        assert targets <= set(interaction.activities)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Tier = 'Gold'", "Tier equals 'Gold'"),
        ("Tier = 'Gold' and Points > 3", "Tier equals 'Gold' and Points is greater than '3'"),
        ("Tier = 'Gold' or (Points >= 3 and Member is true)",
         "Tier equals 'Gold' or (Points is greater than or equal to '3' and Member is true)"),
        ("[First Name] begins with 'O''N'", "First Name begins with 'O'N'"),
        ("Tier in ('Gold', 'Silver')", "Tier is one of Gold,Silver"),
        ("Email is not null", "Email is not null"),
        ("Welcome_Log.Status <> Tier", "Welcome_Log.Status does not equal Tier"),
        ("Contact.Key = 'x'", "Contact Key equals 'x'"),
    ],
)  # fmt: skip
def test_criteria_are_written_as_a_person_says_them(text: str, said: str) -> None:
    read = read_criteria(text, "DEAudience-test")
    assert explain(read) == said
    assert parse(write(read)) == read


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "A field is wanted at the end"),
        ("Tier", "A comparison .* is wanted at the end"),
        ("Tier =", "A value is wanted at the end"),
        ("Tier = 'Gold", "is not understood here"),
        ("Tier = 'Gold' Points = 3", "'and', 'or' or the end is wanted where 'Points' stands"),
        ("(Tier = 'Gold'", r"'\)' is wanted at the end"),
        ("Tier in 'Gold'", r"'\(' is wanted where"),
        ("Tier like 'G%'", "A comparison"),
    ],
)
def test_criteria_that_cannot_be_read_say_where(text: str, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        read_criteria(text, "DEAudience-test")
    assert refused.value.where.startswith("column ")
