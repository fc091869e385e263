"""sObject trees and plans. source: Salesforce CLI Command Reference, "data import tree"."""

from __future__ import annotations

import json

import pytest

from store import crm
from store.errors import Unreadable
from store.ids import salesforce_id


def tree(*records):
    return json.dumps({"records": list(records)}, indent=1)


def record(kind, ref="", **fields):
    return {"attributes": {"type": kind, "referenceId": ref}, **fields}


def load(org, path, **options):
    _, report = crm.import_path(org, path, **options)
    return report


ACCOUNTS = tree(record("Account", "A1", name="One"), record("Account", "A2", name="Two"))
CONTACTS = tree(record("Contact", "C1", lastName="Byron", accountId="@A2", donotcall=True))
PLAN = json.dumps(
    [{"sobject": "Account", "saveRefs": True, "resolveRefs": False, "files": ["Accounts.json"]},
     {"sobject": "Contact", "saveRefs": True, "resolveRefs": True, "files": ["Contacts.json"]}]
)  # fmt: skip


def test_a_plan_loads_its_files_in_order_and_resolves_references(org, write):
    folder = write(**{"plan.json": PLAN, "Accounts.json": ACCOUNTS, "Contacts.json": CONTACTS})
    report = load(org, folder / "plan.json")
    assert [(entry.object, entry.created) for entry in report.objects.values()] == [("Account", 2), ("Contact", 1)]
    assert org.value("SELECT AccountId FROM crm_Contact") == salesforce_id("001", 2)
    assert org.value("SELECT DoNotCall FROM crm_Contact") == 1


def test_in_a_folder_with_a_plan_the_same_records_as_csv_are_not_loaded_again(org, write):
    folder = write(**{
        "plan.json": PLAN, "Accounts.json": ACCOUNTS, "Contacts.json": CONTACTS, "setup.apex": "",
        "Accounts.csv": "Name\nOne\nTwo\n", "Leads.csv": "LastName,Company\nStone,X\n", "other.json": "{}",
    })  # fmt: skip
    report = load(org, folder)
    assert {name: entry.created for name, entry in report.objects.items()} == {"Account": 2, "Contact": 1, "Lead": 1}
    assert report.notes == [
        "Accounts.csv is not read: its records come from JSON.", "Not data, not read: other.json, setup.apex.",
    ]  # fmt: skip


def test_trees_without_a_plan_are_ordered_by_their_references(org, write):
    load(org, write(**{"1.json": CONTACTS, "2.json": ACCOUNTS}))
    assert org.value("SELECT AccountId FROM crm_Contact") == salesforce_id("001", 2)


def test_children_are_read_from_inside_their_parents(org, write):
    text = tree(
        record("Account", "A1", Name="One", Contacts={"records": [record("Contact", "C1", LastName="Byron")]}),
        record("Account", "", Name="Two", Contacts={"records": [record("Contact", "", LastName="Stone")]}),
    )
    load(org, write(**{"all.json": text}))
    assert [tuple(row) for row in org.rows("SELECT LastName, AccountId FROM crm_Contact ORDER BY LastName")] == [
        ("Byron", salesforce_id("001", 1)), ("Stone", salesforce_id("001", 2)),
    ]  # fmt: skip


def test_records_of_one_file_may_point_to_each_other(org, write):
    text = tree(record("Account", "A1", Name="Child", ParentId="@A2"), record("Account", "A2", Name="Parent"))
    load(org, write(**{"a.json": text}))
    assert org.value("SELECT ParentId FROM crm_Account WHERE Name = 'Child'") == salesforce_id("001", 2)


def test_a_lookup_may_be_written_as_a_mapping_with_an_external_id(org, write, add):
    org.do("crm.define_fields", object="Account", fields=[{"name": "Code__c", "type": "string", "external_id": True}])
    account = add("Account", Name="Acme", Code__c="A-1")
    load(org, write(**{"c.json": tree(record("Contact", "C1", LastName="B", Account={"Code__c": "A-1"}))}))
    assert org.value("SELECT AccountId FROM crm_Contact") == account


def test_unknown_custom_objects_are_made_with_the_fields_seen(org, write):
    folder = write(**{
        "1.json": tree(record("Shop__c", "S1", Name="North", Open__c=True, Size__c=12.5, City__c="Oslo")),
        "2.json": tree(record("Visit__c", "V1", Shop__c="@S1", Place__Latitude__s=59.9)),
    })  # fmt: skip
    load(org, folder)
    shop, visit = crm.describe(org, "Shop__c"), crm.describe(org, "Visit__c")
    assert [shop.field(name).type for name in ("Open__c", "Size__c", "City__c")] == ["boolean", "double", "string"]
    assert visit.field("Shop__c").reference_to == ("Shop__c",)
    assert org.value("SELECT Shop__c FROM crm_Visit__c") == salesforce_id(shop.key_prefix, 1)


def test_a_reference_to_nothing_is_refused_where_it_stands(org, write):
    with pytest.raises(crm.ImportRejected) as caught:
        load(org, write(**{"c.json": tree(record("Contact", "C1", LastName="B", AccountId="@A9"))}))
    assert caught.value.where.startswith("c.json, line ") and "AccountId" in caught.value.where
    assert crm.count(org, "Contact") == 0


def test_references_that_nothing_resolves_do_not_become_texts(org, write):
    with pytest.raises(Unreadable, match="points to @S1, which is not in this import"):
        load(org, write(**{"v.json": tree(record("Visit__c", "V1", Shop__c="@S1"))}))


def test_with_errors_allowed_what_points_to_a_refused_record_is_refused_too(org, write):
    folder = write(**{
        "1.json": tree(record("Account", "A1", Name="x" * 300), record("Account", "A2", Name="ok")),
        "2.json": tree(record("Contact", "C1", LastName="B", AccountId="@A1"),
                       record("Contact", "C2", LastName="C", AccountId="@A2")),
    })  # fmt: skip
    report = load(org, folder, allow_errors=True)
    assert (report.of("Account").created, report.of("Contact").created) == (1, 1)
    assert org.value("SELECT AccountId FROM crm_Contact") == org.value("SELECT Id FROM crm_Account")
    assert org.rows("PRAGMA foreign_key_check") == []


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [("a.json", '{"records": [\n{"a" 1}]}', "a.json, line 2, column 6"), ("a.json", "[1]", "a.json"),
     ("a.json", '{"records": [1]}', "a.json"), ("a.json", tree({"Name": "x"}), "a.json"),
     ("a.json", tree(record("Product9", "P1")), "a.json"),
     ("plan.json", '[{"sobject": "Account", "files": ["no.json"]}]', "plan.json, entry 1"),
     ("plan.json", '[{"sobject": "Account"}]', "plan.json"),
     ("a.json", tree(record("Account", "A1", Name="x"), record("Account", "A1", Name="y")), "a.json, line 13")],
)  # fmt: skip
def test_a_broken_file_is_an_error_that_says_where(org, write, name, text, where):
    with pytest.raises(Unreadable) as caught:
        load(org, write(**{name: text}) / name)
    assert caught.value.where == where


def test_a_folder_without_data_is_an_error(org, write):
    with pytest.raises(Unreadable, match="nothing to import"):
        load(org, write(**{"README.md": "x"}))
