"""Data Loader CSV. source: Data Loader Guide, "Data Types Supported by Data Loader" and "Configure Data Loader"."""

from __future__ import annotations

import pytest

from store import crm
from store.clock import parse
from store.errors import Unreadable
from store.ids import salesforce_id, to_18

PEOPLE = "LastName,Email\nByron,ada@example.com\nStone,bob@example.com\n"


def load(org, path, **options):
    _, report = crm.import_path(org, path, **options)
    return report


def values(org, object_name, *fields):
    columns = ", ".join(f'"{field}"' for field in fields)
    return [tuple(row) for row in org.rows(f"SELECT {columns} FROM crm_{object_name} ORDER BY row_id")]


def unreadable(org, path, **options):
    before = org.digest()
    with pytest.raises(Unreadable) as caught:
        crm.import_path(org, path, **options)
    assert org.digest() == before
    return caught.value


def rejected(org, path, **options):
    before = org.digest()
    with pytest.raises(crm.ImportRejected) as caught:
        crm.import_path(org, path, **options)
    assert org.digest() == before
    return [row for entry in caught.value.report.objects.values() for row in entry.rejected]


def test_a_file_is_one_step_and_goes_back_and_forward(org, write):
    step, report = crm.import_path(org, write(**{"Contacts.csv": PEOPLE}) / "Contacts.csv")
    assert step.title == "Imported Contacts.csv: 2 Contacts created"
    assert report.as_dict()["objects"] == [
        {"object": "Contact", "read": 2, "created": 2, "updated": 0, "deleted": 0, "rejected": []}
    ]
    after = org.digest()
    org.back(1)
    assert crm.count(org, "Contact") == 0
    org.redo()
    assert org.digest() == after


def test_quotes_line_breaks_and_a_byte_order_mark_are_read(org, write):
    text = '\ufeffLastName,Description\r\n"Byron, Ada","first\nsecond ""line"""\r\n\r\nStone,\r\n'
    load(org, write(**{"Contacts.csv": text}))
    assert values(org, "Contact", "LastName", "Description") == [
        ("Byron, Ada", 'first\nsecond "line"'), ("Stone", None),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_file_is_read_in_the_encodings_that_spreadsheets_write(org, write, encoding):
    load(org, write(**{"Contacts.csv": "LastName\nMüller\n".encode(encoding)}))
    assert values(org, "Contact", "LastName") == [("Müller",)]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_semicolons_and_tabs_separate_too(org, write, mark):
    load(org, write(**{"Contacts.csv": PEOPLE.replace(",", mark)}))
    assert crm.count(org, "Contact") == 2


def test_columns_are_api_names_in_any_case_or_labels(org, write):
    load(org, write(**{"contacts.csv": "LASTNAME,Business Phone,Email Opt Out\nByron,1,yes\n"}))
    assert values(org, "Contact", "LastName", "Phone", "HasOptedOutOfEmail") == [("Byron", "1", 1)]


@pytest.mark.parametrize("word", ["yes", "Y", "TRUE", "on", "1"])
def test_true_is_written_in_five_ways(org, write, word):
    load(org, write(**{"Contacts.csv": f"LastName,DoNotCall\nA,{word}\nB,\nC,Off\n"}))
    assert values(org, "Contact", "DoNotCall") == [(1,), (0,), (0,)]


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2024-03-01", "2024-03-01T00:00Z"), ("2024-03-01T10:20:30Z", "2024-03-01T10:20:30Z"),
     ("2024-03-01T10:20:30.500+0200", "2024-03-01T08:20:30Z"), ("2024-03-01 10:20:30", "2024-03-01T10:20:30Z"),
     ("2024-03-01T10:20:30.000GMT-08:00", "2024-03-01T18:20:30Z"), ("03/01/2024", "2024-03-01T00:00Z"),
     ("3/1/2024 10:20", "2024-03-01T10:20Z"), ("3/1/2024 1:20 PM", "2024-03-01T13:20Z"),
     ("3/1/2024 12:05 AM", "2024-03-01T00:05Z")],
)  # fmt: skip
def test_moments_are_read_as_iso_and_us_with_their_zone(org, write, text, moment):
    load(org, write(**{"Contacts.csv": f"LastName,CreatedDate\nA,{text}\n"}))
    assert values(org, "Contact", "CreatedDate") == [(parse(moment),)]


def test_a_date_is_the_day_of_a_moment_in_utc(org, write):
    deals = "Name,StageName,CloseDate\nA,New,2024-03-01T23:00:00-0200\nB,New,3/1/2024\n"
    load(org, write(**{"Opportunities.csv": deals}))
    assert values(org, "Opportunity", "CloseDate") == [("2024-03-02",), ("2024-03-01",)]


def test_numbers_are_read_with_thousands_and_decimals(org, write):
    load(org, write(**{"Accounts.csv": 'Name,AnnualRevenue,NumberOfEmployees\nA,"1,234,567.5",12.0\n'}))
    assert values(org, "Account", "AnnualRevenue", "NumberOfEmployees") == [(1234567.5, 12)]


def test_a_created_date_of_the_past_is_kept_and_the_stamp_is_now(org, write):
    load(org, write(**{"Contacts.csv": "LastName,CreatedDate,SystemModstamp\nA,2020-01-01,2020-01-01\n"}))
    assert values(org, "Contact", "CreatedDate", "SystemModstamp") == [(parse("2020-01-01"), org.now)]
    assert crm.value_at(org, "Contact", 1, "LastName", org.now - 1) is None


@pytest.mark.parametrize("separator", [":", "."])
def test_records_are_joined_by_external_ids_whatever_the_order_of_the_files(org, write, separator):
    folder = write(**{
        "Contacts.csv": f"LastName,Account{separator}External_Id__c\nByron,a-2\nStone,\n",
        "Accounts.csv": "External_Id__c,Name\nA-1,One\nA-2,Two\n",
        "README.md": "about",
    })  # fmt: skip
    report = load(org, folder)
    assert list(report.objects) == ["Account", "Contact"]
    assert values(org, "Contact", "AccountId") == [(salesforce_id("001", 2),), (None,)]
    assert report.notes == [
        "Not data, not read: README.md.",
        "Account.External_Id__c did not exist: made as Text(255), external id, unique.",
    ]


def test_a_polymorphic_lookup_is_joined_by_naming_the_object(org, write):
    folder = write(**{
        "Leads.csv": "LastName,Company,Ext_Id__c\nByron,X,L1\n",
        "Tasks.csv": "Subject,Lead:Who.Ext_Id__c\nCall,L1\n",
    })  # fmt: skip
    load(org, folder)
    assert values(org, "Task", "WhoId") == [(salesforce_id("00Q", 1),)]


def test_a_custom_lookup_is_made_from_the_column_that_fills_it(org, write):
    folder = write(**{
        "Shop__c.csv": "Code__c,Name\nS1,North\n",
        "Contacts.csv": "LastName,Shop__r.Code__c\nByron,S1\n",
    })  # fmt: skip
    load(org, folder)
    assert values(org, "Contact", "Shop__c") == [(salesforce_id("a00", 1),)]


def test_an_unknown_custom_column_becomes_a_text_field(org, write):
    report = load(org, write(**{"Contacts.csv": f"LastName,Shoe__c,Essay__c\nA,42,{'x' * 300}\n"}))
    fields = {
        field.name: (field.type, field.length, field.external_id) for field in crm.describe(org, "Contact").fields
    }
    assert fields["Shoe__c"] == ("string", 255, False)
    assert fields["Essay__c"][0] == "textarea"
    assert "Contact.Shoe__c did not exist: made as Text(255)." in report.notes


def test_an_unknown_standard_column_is_an_error_with_the_nearest_name(org, write):
    error = unreadable(org, write(**{"Contacts.csv": "LastName,Emial\nA,b\n"}))
    assert error.where == "Contacts.csv, line 1, column 2" and "Did you mean Email?" in error.message


def test_a_missing_column_is_an_error_that_names_it(org, write):
    error = unreadable(org, write(**{"Contacts.csv": "FirstName,Email\nA,\n"}))
    assert error.where == "Contacts.csv, line 1" and "LastName" in error.message


def test_a_file_that_names_no_object_is_an_error(org, write):
    error = unreadable(org, write(**{"Contcts.csv": PEOPLE}))
    assert error.fix == "Did you mean Contact?" and error.where == "Contcts.csv"


@pytest.mark.parametrize(
    ("text", "where"),
    [("", ""), ('LastName\n"open\n', ", line 2"), ("LastName,Email\nA\n", ", line 2, column 2"),
     ("LastName,Email\nA,,,\n", ", line 2, column 3"), ("LastName,lastname\n", ", line 1, column 2"),
     ("LastName,\nA,\n", ", line 1, column 2")],
)  # fmt: skip
def test_a_broken_file_is_an_error_with_line_and_column(org, write, text, where):
    assert unreadable(org, write(**{"Contacts.csv": text}) / "Contacts.csv").where == f"Contacts.csv{where}"


def test_a_path_that_is_not_there_is_an_error(org, tmp_path):
    assert "no such file" in unreadable(org, tmp_path / "nothing.csv").message


def test_a_header_without_rows_reads_nothing(org, write):
    assert load(org, write(**{"Contacts.csv": "LastName\n"})).of("Contact").read == 0


def test_wrong_rows_are_reported_with_line_and_column_and_nothing_is_loaded(org, write):
    text = 'LastName,Description,Email\nA,"two\nlines",a@example.com\nB,,nobody\n,,c@example.com\n'
    rows = rejected(org, write(**{"Accounts.csv": "Name\nAcme\n", "Contacts.csv": text}))
    assert [(row.line, row.column, row.column_number, row.code) for row in rows] == [
        (4, "Email", 3, "INVALID_EMAIL_ADDRESS"), (5, "LastName", 1, "REQUIRED_FIELD_MISSING"),
    ]  # fmt: skip
    assert rows[0].where == "Contacts.csv, line 4, column 3 (Email)"


def test_with_errors_allowed_the_other_rows_are_loaded(org, write):
    report = load(org, write(**{"Contacts.csv": PEOPLE + "C,nobody\n"}), allow_errors=True)
    entry = report.of("Contact")
    assert (entry.read, entry.created, len(entry.rejected)) == (3, 2, 1)
    assert crm.imports(org)[0] == report


def test_a_join_by_a_key_that_does_not_exist_says_what_to_bring_along(org, write):
    error = unreadable(org, write(**{"Contacts.csv": "LastName,Account:External_Id__c\nByron,A-1\n"}))
    assert error.where == "Contacts.csv, line 1, column 2" and error.fix.startswith("Import the file of those records")


def test_a_key_that_nobody_has_is_reported_in_its_column(org, write):
    folder = write(**{"Accounts.csv": "External_Id__c,Name\nA-1,One\n",
                      "Contacts.csv": "LastName,Account:External_Id__c\nByron,A-9\n"})  # fmt: skip
    [row] = rejected(org, folder)
    assert (row.column, row.message) == (
        "Account:External_Id__c", "Foreign key external ID: A-9 not found for field External_Id__c in entity Account",
    )  # fmt: skip


def test_the_same_file_twice_is_refused_and_upsert_changes_the_records(org, write):
    folder = write(**{"Accounts.csv": "External_Id__c,Name\nA-1,One\nA-2,Two\n"})
    load(org, folder)
    assert {row.code for row in rejected(org, folder)} == {"DUPLICATE_VALUE"}
    write(**{"Accounts.csv": "External_Id__c,Name\na-2,Second\nA-3,Three\n"})
    entry = load(org, folder, upsert="External_Id__c").of("Account")
    assert (entry.created, entry.updated) == (1, 1)
    assert values(org, "Account", "Name") == [("One",), ("Second",), ("Three",)]


def test_empty_cells_keep_what_a_record_has_unless_nulls_are_inserted(org, write, add):
    contact = add("Contact", LastName="A", Title="Dr")
    folder = write(**{"Contacts.csv": f"Id,Title\n{contact},\n"})
    load(org, folder)
    assert values(org, "Contact", "Title") == [("Dr",)]
    load(org, folder, insert_nulls=True)
    assert values(org, "Contact", "Title") == [(None,)]


def test_an_id_column_updates_and_deletes(org, write, add):
    contact = add("Contact", LastName="A")
    folder = write(**{"Contacts.csv": f"id,LastName\n{contact[:15]},B\n"})
    assert load(org, folder).of("Contact").updated == 1
    assert load(org, folder, operation="delete").of("Contact").deleted == 1
    assert crm.record(org, contact).deleted and crm.record(org, contact).name == "B"


def test_an_export_of_another_org_keeps_its_ids_and_lookups(org, write):
    account, boss, worker = to_18("0015g00000AbCdE"), to_18("0035g00000XyZaB"), to_18("0035g00000XyZaC")
    folder = write(**{
        "Accounts.csv": f"Id,Name,OwnerId\n{account},Acme,{to_18('0055g00000OwNeR')}\n",
        "Contacts.csv": "Id,LastName,AccountId,ReportsToId,Name\n"
                        f"{worker[:15]},W,{account},{boss},W\n{boss},B,{account},,B\n",
    })  # fmt: skip
    report = load(org, folder)
    assert values(org, "Contact", "Id", "AccountId", "ReportsToId") == [(worker, account, boss), (boss, account, None)]
    assert any("OwnerId" in note for note in report.notes) and any("Contact.Name" in note for note in report.notes)
    assert load(org, folder).of("Contact").updated == 2


def test_an_id_of_this_org_that_nobody_has_is_refused(org, write):
    [row] = rejected(org, write(**{"Contacts.csv": f"Id,LastName\n{salesforce_id('003', 77)},A\n"}))
    assert row.code == "MALFORMED_ID"


def test_a_column_that_the_product_fills_itself_is_taken_as_data(org, write):
    folder = write(**{
        "Contacts.csv": "LastName,Ext_Id__c\nA,C1\n", "Campaigns.csv": "Name,Ext_Id__c\nSpring,K1\n",
        "CampaignMembers.csv": "Contact:Ext_Id__c,Campaign:Ext_Id__c,Status,HasResponded\nC1,K1,Clicked,True\n",
    })  # fmt: skip
    load(org, folder)
    assert values(org, "CampaignMember", "Status", "HasResponded") == [("Clicked", 1)]
