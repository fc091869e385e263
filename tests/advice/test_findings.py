"""Findings: each with a world that has it and one that has not."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, advice, contacts, crm
from store.commands import Outcome, command


def found(org: Org) -> dict[str, advice.Finding]:
    return {each.code: each for each in advice.find_all(org)}


@command("test.advice_contacts")
def _contacts(org: Org, *, keys: list[str]) -> Outcome:
    for key in keys:
        contacts.establish(org, "SELECT :key", {"key": key}, source="Import")
    return Outcome("contacts")


@command("test.advice_fields")
def _fields(org: Org, *, count: int) -> Outcome:
    fields = tuple(crm.Field(name=f"F{number}__c", type="string") for number in range(count))
    crm.define_fields(org, "Contact", fields)
    return Outcome("fields")


def test_a_change_between_query_and_entry_is_told_with_the_three_times(welcome: Org) -> None:
    """You should see Jon's first name, Mina's opt-out and Otto's deletion: the lesson's three accidents."""
    stale = found(welcome)["journey-from-stale-entry"]
    assert [(row["field"], row["old"], row["new"]) for row in stale.evidence] == [
        ("FirstName", "Jon", "John"), ("HasOptedOutOfEmail", 0, 1), ("IsDeleted", 0, 1),
    ]  # fmt: skip
    for row in stale.evidence:
        assert row["queried_utc"] < row["changed_utc"] <= row["entered_utc"]


def test_more_than_200_synchronized_fields_are_many(org: Org) -> None:
    org.do("test.advice_fields", count=249)
    names = [f"F{number}__c" for number in range(249)]
    org.do("connect.synchronize", object="Contact", fields=["Id", *names[:199]])
    assert "many-fields" not in found(org)
    org.do("connect.change_fields", object="Contact", add=names[199:200])
    assert found(org)["many-fields"].evidence == ({"object": "Contact", "fields": 201, "cap": 250},)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("ann@example.com", "email address"),
        ("003000000000001", "15-character id"),
        ("4711", "something else"),
        ("001000000000001AAA", "something else"),  # an Account is no contact
        ("00Q000000000001AAA", None),
    ],
)
def test_a_key_that_is_no_crm_id_is_a_mismatch_where_the_crm_is_connected(org: Org, key: str, kind: Any) -> None:
    org.do("crm.create", object="Contact", records=[{"LastName": "Lee"}])
    org.do("test.advice_contacts", keys=[key])
    assert "key-mismatch" not in found(org), "nothing is synchronized yet"
    org.do("connect.synchronize", object="Contact", fields=["LastName"])
    org.step()
    mismatch = found(org).get("key-mismatch")
    expected = ({"key_is": kind, "contacts": 1, "such_as": key},) if kind else None
    assert (mismatch and mismatch.evidence) == expected


def test_two_address_fields_of_a_sendable_data_extension_are_told(org: Org) -> None:
    """Source: domain B3."""
    key = {"name": "Key", "is_primary_key": True}
    relation = {"is_sendable": True, "sendable_field": "Key", "sendable_to": "Subscriber Key"}
    one, two = ({"name": name, "type": "EmailAddress"} for name in ("Work", "Home"))
    org.do("data_extensions.create", definition={"name": "A", "fields": [key, one], **relation})
    org.do("data_extensions.create", definition={"name": "B", "fields": [key, one, two]})
    assert "several-address-fields" not in found(org)
    org.do("data_extensions.create", definition={"name": "C", "fields": [key, one, two], **relation})
    evidence = found(org)["several-address-fields"].evidence
    assert evidence == ({"data_extension": "C", "fields": "Work, Home"},)
