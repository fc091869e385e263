"""Creating and changing records. Error codes and texts: SOAP API Developer Guide, "StatusCode"."""

from __future__ import annotations

import pytest

from store import crm
from store.errors import Refused
from store.ids import is_record_id, salesforce_id

MANY = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
    SELECT 'P' || i AS LastName FROM n
"""


def refused(org, command, **arguments):
    """The problems for which the command is refused; nothing may have changed."""
    before = org.digest()
    with pytest.raises(crm.Rejected) as caught:
        org.do(command, **arguments)
    assert org.digest() == before
    return caught.value.problems


def the_problem(org, object_name, **values):
    [problem] = refused(org, "crm.create", object=object_name, records=[values])
    return str(problem)


def test_the_standard_objects_are_there_with_their_key_prefixes(org):
    prefixes = {view.name: view.key_prefix for view in crm.objects(org)}
    assert prefixes == {
        "User": "005", "Account": "001", "Contact": "003", "Lead": "00Q", "Campaign": "701",
        "CampaignMember": "00v", "Opportunity": "006", "Case": "500", "Task": "00T", "CampaignMemberStatus": "01Y",
        "Individual": "0PK", "ContactPointEmail": "9Vl", "ContactPointPhone": "0Zl", "DataUsePurpose": "0ZW",
        "ContactPointTypeConsent": "0ZX", "RecordType": "012",
    }  # fmt: skip


# source: Object Reference: the documented lengths of these fields.
@pytest.mark.parametrize(
    ("object_name", "field", "length"),
    [("Contact", "FirstName", 40), ("Contact", "LastName", 80), ("Contact", "Email", 80), ("Contact", "Title", 128),
     ("Lead", "Company", 255), ("Account", "Name", 255), ("User", "Email", 128), ("Opportunity", "Name", 120),
     ("Campaign", "Name", 80), ("Contact", "Phone", 40), ("Case", "Subject", 255)],
)  # fmt: skip
def test_fields_have_their_documented_lengths(org, object_name, field, length):
    assert crm.describe(org, object_name).field(field).length == length


def test_a_record_gets_an_18_character_id_and_the_stamps_of_now(org, add):
    record = crm.record(org, add("Contact", LastName="Ada"))
    assert is_record_id(record.id) and record.id.startswith("003")
    stamps = [record.values[name] for name in ("CreatedDate", "LastModifiedDate", "SystemModstamp")]
    assert stamps == [org.now] * 3
    assert record.values["IsDeleted"] == 0


def test_field_names_are_taken_whatever_their_case(org, add):
    assert crm.record(org, add("Contact", lastname="Ada", EMAIL="ada@example.com")).values["Email"] == "ada@example.com"


def test_checkboxes_are_false_and_picklists_have_their_default(org, add):
    assert crm.record(org, add("Contact", LastName="Ada")).values["HasOptedOutOfEmail"] == 0
    assert crm.record(org, add("Case", Subject="Broken")).values["Status"] == "New"


def test_the_name_of_a_person_is_made_of_its_parts(org, add, change):
    contact = add("Contact", FirstName="Ada", LastName="Byron")
    change("Contact", contact, LastName="Lovelace")
    assert crm.record(org, contact).name == "Ada Lovelace"


def test_a_won_opportunity_is_closed(org, add):
    deal = crm.record(org, add("Opportunity", Name="Deal", StageName="Closed Won", CloseDate="2026-02-01"))
    assert (deal.values["IsClosed"], deal.values["IsWon"]) == (1, 1)


def test_required_fields_must_be_given(org):
    assert the_problem(org, "Lead", FirstName="Ada") == (
        "REQUIRED_FIELD_MISSING: Required fields are missing: [LastName, Company]"
    )


def test_a_required_field_cannot_be_emptied(org, add):
    contact = add("Contact", LastName="Ada")
    [problem] = refused(org, "crm.update", object="Contact", records=[{"Id": contact, "LastName": ""}])
    assert problem.code == "REQUIRED_FIELD_MISSING"


def test_an_unknown_field_is_refused_with_the_nearest_name(org):
    assert the_problem(org, "Contact", LastName="Ada", Emial="a@example.com") == (
        "INVALID_FIELD: No such column 'Emial' on sobject of type Contact. Did you mean Email?"
    )


def test_an_unknown_object_is_refused_with_the_nearest_name(org):
    with pytest.raises(Refused, match="Did you mean Contact"):
        org.do("crm.create", object="Contct", records=[{"LastName": "Ada"}])


def test_a_text_that_is_too_long_is_refused(org):
    assert the_problem(org, "Contact", LastName="Ada", FirstName="x" * 41) == (
        f"STRING_TOO_LONG: First Name: data value too large: {'x' * 41} (max length=40)"
    )


@pytest.mark.parametrize("address", ["ada", "ada@", "ada@example", "a b@example.com", "ada@example..com"])
def test_an_address_that_is_none_is_refused(org, address):
    assert the_problem(org, "Contact", LastName="Ada", Email=address) == (
        f"INVALID_EMAIL_ADDRESS: Email: invalid email address: {address}"
    )


@pytest.mark.parametrize(
    ("object_name", "field", "value", "code"),
    [("Account", "NumberOfEmployees", "many", "INVALID_TYPE_ON_FIELD_IN_RECORD"),
     ("Account", "NumberOfEmployees", 1.5, "INVALID_TYPE_ON_FIELD_IN_RECORD"),
     ("Account", "NumberOfEmployees", 10**8, "NUMBER_OUTSIDE_VALID_RANGE"),
     ("Contact", "HasOptedOutOfEmail", "maybe", "INVALID_TYPE_ON_FIELD_IN_RECORD"),
     ("Contact", "Birthdate", "2026-02-30", "INVALID_TYPE_ON_FIELD_IN_RECORD"),
     ("Contact", "AccountId", "nobody", "MALFORMED_ID"),
     ("Contact", "AccountId", salesforce_id("001", 99), "INVALID_CROSS_REFERENCE_KEY"),
     ("Contact", "AccountId", salesforce_id("003", 1), "FIELD_INTEGRITY_EXCEPTION"),
     ("Contact", "Name", "Ada", "INVALID_FIELD_FOR_INSERT_UPDATE"),
     ("Contact", "SystemModstamp", 0, "INVALID_FIELD_FOR_INSERT_UPDATE"),
     ("Contact", "Id", salesforce_id("003", 1), "INVALID_FIELD_FOR_INSERT_UPDATE")],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused_with_the_products_code(org, object_name, field, value, code):
    required = {"Account": {"Name": "Acme"}, "Contact": {"LastName": "Ada"}}[object_name]
    assert the_problem(org, object_name, **{**required, field: value}).startswith(f"{code}:")


def test_a_lookup_to_a_deleted_record_is_refused(org, add):
    account = add("Account", Name="Acme")
    org.do("crm.delete", object="Account", ids=[account])
    assert the_problem(org, "Contact", LastName="Ada", AccountId=account) == "ENTITY_IS_DELETED: entity is deleted"


def test_a_lookup_can_be_filled_by_an_external_id(org, add):
    org.do("crm.define_fields", object="Account", fields=[{"name": "Code__c", "type": "string", "external_id": True}])
    account = add("Account", Name="Acme", Code__c="A-1")
    contact = add("Contact", LastName="Ada", **{"Account.Code__c": "a-1"})
    assert crm.record(org, contact).values["AccountId"] == account
    assert the_problem(org, "Contact", LastName="Ada", **{"Account.Code__c": "A-2"}) == (
        "INVALID_FIELD: Foreign key external ID: A-2 not found for field Code__c in entity Account"
    )


def test_a_lookup_cannot_be_filled_by_a_field_that_is_no_key(org, add):
    add("Account", Name="Acme", Site="North")
    assert "is not an external ID or indexed field" in the_problem(
        org, "Contact", LastName="Ada", **{"Account.Site": "North"}
    )


def test_a_unique_field_takes_a_value_once_whatever_its_case(org):
    org.do("crm.define_fields", object="Account", fields=[{"name": "Code__c", "type": "string", "unique": True}])
    problems = refused(
        org, "crm.create", object="Account", records=[{"Name": "A", "Code__c": "x"}, {"Name": "B", "Code__c": "X"}]
    )
    assert [(problem.row, problem.code) for problem in problems] == [(1, "DUPLICATE_VALUE")]


def test_a_record_may_keep_its_own_unique_value(org, add, change):
    org.do("crm.define_fields", object="Account", fields=[{"name": "Code__c", "type": "string", "unique": True}])
    account = add("Account", Name="A", Code__c="x")
    change("Account", account, Name="B", Code__c="x")
    assert crm.record(org, account).name == "B"


def test_every_wrong_record_is_reported_and_none_is_made(org):
    records = [{"LastName": "Ada"}, {"FirstName": "Bob"}, {"LastName": "Cy", "Email": "cy"}]
    problems = refused(org, "crm.create", object="Contact", records=records)
    assert [(problem.row, problem.fields[0]) for problem in problems] == [(1, "LastName"), (2, "Email")]


def test_a_15_character_id_is_taken_for_the_same_record(org, add, change):
    contact = add("Contact", LastName="Ada")
    change("Contact", contact[:15], FirstName="Ada")
    assert crm.record(org, contact[:15]).values["FirstName"] == "Ada"


def test_an_update_moves_the_stamps_even_when_no_value_differs(org, add, change):
    contact = add("Contact", LastName="Ada")
    change("Contact", contact, LastName="Ada")
    values = crm.record(org, contact).values
    assert values["SystemModstamp"] == values["LastModifiedDate"] == org.now > values["CreatedDate"]
    assert crm.record(org, contact).history == ()


def test_each_change_of_any_record_has_a_higher_number(org, add, change):
    first, second = add("Contact", LastName="Ada"), add("Account", Name="Acme")
    change("Contact", first, FirstName="A")
    numbers = [org.value(f"SELECT change_no FROM crm_{name} WHERE Id = ?", record) for name, record in
               (("Account", second), ("Contact", first))]  # fmt: skip
    assert numbers == sorted(numbers) and len(set(numbers)) == 2


def test_the_same_record_twice_in_one_update_is_refused(org, add):
    contact = add("Contact", LastName="Ada")
    problems = refused(org, "crm.update", object="Contact", records=[{"Id": contact}, {"Id": contact}])
    assert problems[0].message.startswith("duplicate id in list")


def test_a_campaign_member_is_a_contact_or_a_lead(org, add):
    campaign = add("Campaign", Name="Spring")
    assert "[LeadId or ContactId]" in the_problem(org, "CampaignMember", CampaignId=campaign)


def test_a_member_who_responded_has_responded(org, add):
    campaign, contact = add("Campaign", Name="Spring"), add("Contact", LastName="Ada")
    member = add("CampaignMember", CampaignId=campaign, ContactId=contact, Status="Responded")
    assert crm.record(org, member).values["HasResponded"] == 1


def test_a_contact_is_a_member_only_once_where_the_product_s_rule_is_switched_on(org, add):
    campaign, contact = add("Campaign", Name="Spring"), add("Contact", LastName="Ada")
    add("CampaignMember", CampaignId=campaign, ContactId=contact)
    org.run("INSERT INTO assumptions VALUES ('crm.campaign_member_once', 'true')")
    assert the_problem(org, "CampaignMember", CampaignId=campaign, ContactId=contact) == (
        "DUPLICATE_VALUE: Already a campaign member."
    )


def test_custom_objects_get_the_prefixes_a00_a01_in_order(org):
    for name in ("Order__c", "Order_Line__c"):
        org.do("crm.define_object", definition={"name": name, "fields": [{"name": "Total__c", "type": "currency"}]})
    assert [view.key_prefix for view in crm.objects(org) if view.custom] == ["a00", "a01"]


def test_a_custom_record_without_a_name_is_named_by_its_id(org, add):
    org.do("crm.define_object", definition={"name": "Order__c"})
    order = crm.record(org, add("Order__c"))
    assert order.name == order.id


def test_a_field_added_later_is_empty_and_its_checkbox_false(org, add):
    contact = add("Contact", LastName="Ada")
    fields = [{"name": "VIP__c", "type": "boolean"}, {"name": "Note__c", "type": "string"}]
    org.do("crm.define_fields", object="Contact", fields=fields)
    values = crm.record(org, contact).values
    assert (values["VIP__c"], values["Note__c"]) == (0, None)


def test_a_title_says_what_changed(org, add):
    contact = add("Contact", FirstName="Jon", LastName="Snow")
    step = org.do("crm.update", object="Contact", records=[{"Id": contact, "FirstName": "John"}])
    assert step.title == f"Contact {contact} updated: FirstName Jon -> John"
    assert step.subject == f"crm/Contact/{contact}"


def test_records_made_from_a_select_get_the_same_ids_as_others(org):
    org.db.execute("BEGIN")
    made = crm.create_from_select(org, "Contact", MANY, {"count": 9000})
    org.db.execute("COMMIT")
    assert (made.first_row, made.last_row, made.count) == (1, 9000, 9000)
    rows = org.rows("SELECT row_id, change_no, Id, LastName FROM crm_Contact")
    assert all(row["Id"] == salesforce_id("003", row["row_id"]) for row in rows)
    assert all(row["LastName"] == f"P{row['row_id']}" and row["change_no"] == row["row_id"] for row in rows)


def test_a_large_load_leaves_the_indexes_as_they_were(org):
    def indexes():
        return org.rows(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'crm_Contact' ORDER BY 1"
        )

    before = [tuple(row) for row in indexes()]
    org.db.execute("BEGIN")
    crm.create_from_select(org, "Contact", MANY, {"count": 20_000})
    org.db.execute("COMMIT")
    assert [tuple(row) for row in indexes()] == before


def test_many_records_change_by_one_select_with_their_history(org):
    org.do("crm.create", object="Contact", records=[{"LastName": f"P{n}"} for n in range(10)])
    org.db.execute("BEGIN")
    count = crm.update_from_select(
        org, "Contact", "SELECT row_id, 'Q' AS LastName FROM crm_Contact WHERE row_id % 2 = 0"
    )
    org.db.execute("COMMIT")
    assert count == 5
    assert org.value("SELECT count(*) FROM crm_changes WHERE field = 'LastName' AND new = 'Q'") == 5
