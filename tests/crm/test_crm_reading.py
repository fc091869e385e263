"""Lists, single records, and what the CRM knew at a moment."""

from __future__ import annotations

import pytest

from store import crm
from store.errors import Refused


@pytest.fixture
def people(org):
    org.do(
        "crm.create",
        object="Contact",
        records=[
            {"FirstName": "Ada", "LastName": "Byron", "Email": "ada@example.com", "MailingCity": "London"},
            {"FirstName": "Bob", "LastName": "Stone", "Email": "bob@example.com", "HasOptedOutOfEmail": True},
            {"FirstName": "Cy", "LastName": "Byron", "MailingCity": "Paris"},
        ],
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [("", ["Ada", "Bob", "Cy"]), ("byron", ["Ada", "Cy"]), ("byron ada", ["Ada"]), ("LastName=BYRON", ["Ada", "Cy"]),
     ("LastName!=Byron", ["Bob"]), ("Email=", ["Cy"]), ("Email!=", ["Ada", "Bob"]), ("Email~BOB@", ["Bob"]),
     ("HasOptedOutOfEmail=true", ["Bob"]), ('MailingCity="Paris"', ["Cy"]), ("%", [])],
)  # fmt: skip
def test_a_list_is_filtered_by_words_and_conditions(org, people, text, names):
    assert [row.values["FirstName"] for row in crm.records(org, "Contact", filter=text)] == names
    assert crm.count(org, "Contact", filter=text) == len(names)


def test_a_list_is_ordered_and_paged(org, people):
    page = crm.records(org, "Contact", order="FirstName desc", limit=2, offset=1)
    assert [row.values["FirstName"] for row in page] == ["Bob", "Ada"]


def test_a_condition_on_an_unknown_field_is_refused(org, people):
    with pytest.raises(Refused, match="No such column 'Citi'"):
        crm.count(org, "Contact", filter="Citi=Paris")


def test_a_record_is_found_by_id_address_external_id_and_user_name(org, people, add):
    org.do("crm.define_fields", object="Account", fields=[{"name": "Code__c", "type": "string", "external_id": True}])
    account = add("Account", Name="Acme", Code__c="A-1")
    user = add("User", LastName="Ada", Username="ada@corp.example", Email="ada@example.org")
    contact = crm.resolve(org, "ADA@example.com")
    assert contact.name == "Ada Byron"
    assert crm.resolve(org, contact.id[:15]).id == contact.id
    assert crm.resolve(org, "A-1").id == account
    assert crm.resolve(org, "ada@corp.example").id == user


def test_a_key_of_two_records_is_refused_with_both_ids(org, people, add):
    add("Lead", LastName="Byron", Company="X", Email="ada@example.com")
    with pytest.raises(Refused, match="more than one record"):
        crm.resolve(org, "ada@example.com")


def test_a_key_of_nobody_is_refused(org):
    with pytest.raises(Refused, match="There is no record 'nobody'"):
        crm.resolve(org, "nobody")


def test_history_is_newest_first_and_case_is_a_difference(org, add, change):
    contact = add("Contact", FirstName="ada", LastName="Byron")
    change("Contact", contact, FirstName="Ada")
    change("Contact", contact, FirstName="Augusta")
    history = [(item.old, item.new) for item in crm.record(org, contact).history if item.field == "FirstName"]
    assert history == [("Ada", "Augusta"), ("ada", "Ada")]


def test_a_value_at_a_moment_is_what_the_crm_had_then(org, add, change):
    start = org.now
    contact = add("Contact", FirstName="Ann", LastName="Byron")
    row = crm.record(org, contact).row_id
    change("Contact", contact, FirstName="Bea")
    change("Contact", contact, FirstName="Cleo")
    moments = [start - 1, start, start + 3599, start + 3600, start + 7200, start + 10**6]
    values = [crm.value_at(org, "Contact", row, "FirstName", at) for at in moments]
    assert values == [None, "Ann", "Ann", "Bea", "Cleo", "Cleo"]
    assert crm.value_at(org, "Contact", row, "Name", start) == "Ann Byron"
    assert crm.value_at(org, "Contact", row, "LastName", start) == "Byron"
