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
