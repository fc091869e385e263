"""The public JSON is read and written without loss."""

from __future__ import annotations

import json
from typing import Any

import pytest

from store.errors import Refused
from store.journey.spec import activity_type, binding, read_event_definition, read_interaction
from tests.journey import worlds


def test_unknown_keys_and_their_order_survive() -> None:
    raw = {"zebra": [1, {"deep": None}], "key": "j", "activities": [{"type": "WAIT", "key": "W", "x-new": True}]}
    assert read_interaction(raw).text() == json.dumps(raw)


@pytest.mark.parametrize(
    ("written", "type_name"),
    [
        ("EMAILV2", "EMAILV2"), ("EngagementDecision", "ENGAGEMENTDECISION"), ("RandomSplit", "RANDOMSPLIT"),
        ("MULTICRITERIADECISIONV2", "MULTICRITERIADECISION"), ("ENGAGEMENTSPLITV2", "ENGAGEMENTDECISION"),
        ("WAITBYDURATION", "WAIT"), ("UPDATECONTACTDATAV2", "UPDATECONTACTDATA"), ("Rest", "REST"),
    ],
)  # fmt: skip
def test_types_are_compared_without_case_and_by_their_aliases(written: str, type_name: str) -> None:
    """Source: domain E8, type vocabulary."""
    assert activity_type(written) == type_name


def test_a_path_ends_where_next_is_missing_null_or_empty() -> None:
    outcomes: list[dict[str, Any]] = [{"key": "a"}, {"key": "b", "next": None}, {"key": "c", "next": ""}]
    spec = read_interaction({"key": "j", "activities": [{"key": "X", "type": "WAIT", "outcomes": outcomes}]})
    assert [branch.next for branch in spec.activities["X"].branches] == [None, None, None]


def test_contacts_begin_where_nothing_leads_to_whatever_the_order() -> None:
    spec = worlds.journey(worlds.wait("W2"), worlds.wait("W1", "W2"))
    assert read_interaction(spec).start_key == "W1"


def test_an_event_definition_names_its_data_extension_and_mode() -> None:
    event = read_event_definition(worlds.event_definition("Audience", new_only=True))
    assert (event.data_extension, event.new_records_only, event.flow_mode) == ("Audience", True, "runonce")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ([], "JSON object"),
        ({"activities": []}, "no key"),
        ({"key": "j", "activities": {}}, "not a list"),
        ({"key": "j", "activities": [{"key": "A"}]}, "needs a `key` and a `type`"),
    ],
)
def test_what_is_no_journey_is_refused_with_the_reason(raw: Any, message: str) -> None:
    with pytest.raises(Refused, match=message):
        read_interaction(raw)


def test_a_binding_is_what_stands_between_the_braces() -> None:
    """Source: domain E2, key syntax."""
    assert binding('{{Event.DEAudience-1."First Name"}}') == "Event.DEAudience-1.First Name"
    assert binding("plain") is None


def test_names_are_read_in_any_case_and_written_as_they_were() -> None:
    """Source: domain E8, compare case-insensitively."""
    raw = {"Key": "j", "MetaData": {"Mine": 1}, "Activities": [{"KEY": "W", "type": "Wait", "CustomerNote": "kept"}]}
    found = read_interaction(raw)
    assert (found.key, list(found.activities)) == ("j", ["W"])
    assert json.loads(found.text()) == raw
    assert found.raw["metadata"]["mine"] == 1 and "metaData" in found.raw and found.raw.get("none", 2) == 2
    with pytest.raises(KeyError):
        found.raw["nothing"]


def test_of_two_names_that_differ_by_case_the_one_asked_for_counts() -> None:
    found = read_interaction({"key": "j", "Key": "other"})
    assert (found.raw["key"], found.raw["Key"], found.raw["KEY"]) == ("j", "other", "j")
