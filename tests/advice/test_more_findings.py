"""Findings of the bill and of formulas: each with a world that has it and one that has not."""

from __future__ import annotations

import pytest

from store import Org, advice


def found(org: Org) -> dict[str, advice.Finding]:
    return {each.code: each for each in advice.find_all(org)}


def contacts_of_the_crm(org: Org, count: int) -> None:
    org.do("crm.create", object="Contact", records=[{"LastName": f"P{n}"} for n in range(count)])
    org.do("connect.synchronize", object="Contact", fields=["LastName"])
    org.run_until(org.now + 1)


@pytest.mark.parametrize(("included", "over"), [(2, 1), (3, None)])
def test_contacts_over_the_licence_are_counted_with_their_cause(org: Org, included: int, over: int | None) -> None:
    """Source: domain A4."""
    contacts_of_the_crm(org, 3)
    org.do("contacts.set_licence", edition="Pro", contacts=included)
    finding = found(org).get("over-licence")
    assert (finding and finding.count) == over
    if finding:
        assert finding.evidence == ({"cause": "MC Connect: Contact", "contacts": 3, "licence": included},)


def test_an_edition_that_names_no_number_of_contacts_is_never_exceeded(org: Org) -> None:
    """Source: domain A4: Basic, contacts n/a."""
    contacts_of_the_crm(org, 3)
    org.do("contacts.set_licence", edition="basic")
    assert "over-licence" not in found(org)
    assert [line.included for line in advice.against_licence(org) if line.what == "contacts"] == [None]


def test_a_formula_over_the_account_goes_stale_when_the_account_is_saved(org: Org) -> None:
    """Source: domain C1: a formula value change alone does not touch SystemModstamp."""
    field = {"name": "City__c", "type": "string", "formula": "Account.BillingCity"}
    org.do("crm.define_fields", object="Contact", fields=[field])
    account = org.do("crm.create", object="Account", records=[{"Name": "A", "BillingCity": "Oslo"}]).subject[-18:]
    person = org.do("crm.create", object="Contact", records=[{"LastName": "P", "AccountId": account}]).subject[-18:]
    org.do("connect.synchronize", object="Contact", fields=["LastName", "City__c"])
    org.run_until(org.now + 3600)
    assert "stale-formula" not in found(org)
    org.do("crm.update", object="Account", records=[{"Id": account, "BillingCity": "Bergen"}])
    org.run_until(org.now + 3600)
    (row,) = found(org)["stale-formula"].evidence
    assert (row["record_id"], row["field"], row["crm_now"], row["synchronized"]) == (
        person, "City__c", "Bergen", "Oslo",
    )  # fmt: skip
    org.do("crm.update", object="Contact", records=[{"Id": person, "LastName": "Q"}])
    org.run_until(org.now + 3600)
    assert "stale-formula" not in found(org), "the record itself was saved: the poll took the formula along"


def test_a_draft_that_wants_a_synchronized_de_as_its_audience_is_told(org: Org) -> None:
    """Source: seed, Synchronized DEs are not sendable."""
    contacts_of_the_crm(org, 1)
    org.do("journey.new", name="Straight", data_extension="Contact_Salesforce", key="straight")
    (row,) = found(org)["synchronized-de-as-audience"].evidence
    assert row == {"journey": "Straight", "version": 1, "status": "Draft", "entry_source": "Contact_Salesforce"}


def test_who_enters_with_a_record_that_is_not_synchronized_is_counted_by_object(org: Org) -> None:
    """Source: seed, every piece of data must be explicitly synced; domain E2, contact data is read at its moment."""
    key = {"name": "ContactKey", "is_primary_key": True, "length": 18}
    relation = {"is_sendable": True, "sendable_field": "ContactKey", "sendable_to": "Subscriber Key"}
    fields = [key, {"name": "Email", "type": "EmailAddress"}]
    org.do("data_extensions.create", definition={"name": "In", "fields": fields, **relation})
    contacts_of_the_crm(org, 1)
    lead = org.do("crm.create", object="Lead", records=[{"LastName": "L", "Company": "X"}]).subject[-18:]
    contact = org.value("SELECT Id FROM crm_Contact")
    rows = [{"ContactKey": one, "Email": "a@x.com"} for one in (lead, contact)]
    org.do("data_extensions.insert", de="In", rows=rows)
    org.do("messaging.create_email", email_id=1, name="Hello", subject="Hello", links=[])
    org.do("journey.new", name="In", data_extension="In", key="in")
    org.do("journey.add_activity", key="in", type="EMAILV2", name="Hello")
    path = "configurationArguments.triggeredSend.emailId"
    org.do("journey.configure", key="in", activity="EMAILV2-1", path=path, value=1)
    org.do("journey.publish", key="in")
    org.run_until(org.now + 3 * 86400)
    (row,) = found(org)["journey-from-unsynchronized-data"].evidence
    assert (row["object"], row["people"], row["such_as"]) == ("Lead", 1, lead)
    org.do("connect.synchronize", object="Lead", fields=["LastName"])
    assert "journey-from-unsynchronized-data" not in found(org)
