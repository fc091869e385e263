"""The contact model from the command line."""

from __future__ import annotations

from pathlib import Path

from store import Org, contacts
from tests.cli.conftest import Mctui


def test_the_key_audit_of_an_empty_account_says_that_there_is_nothing(mctui: Mctui, tmp_path: Path) -> None:
    Org.create(tmp_path / "empty.mctui").close()
    assert mctui("show", tmp_path / "empty.mctui", "key-audit", "--json").json == {
        "keys": [], "billed_twice": [], "filters": [],
    }  # fmt: skip
    assert "No contacts yet" in mctui("show", tmp_path / "empty.mctui", "key-audit").out


def test_a_lead_and_a_contact_of_one_address_are_shown_with_the_filter_that_would_save_one(
    mctui: Mctui, tmp_path: Path
) -> None:
    path = tmp_path / "w.mctui"
    with Org.create(path) as org:
        for name, more in (("Contact", {}), ("Lead", {"Company": "X"})):
            org.do("crm.create", object=name, records=[{"LastName": "Ada", "Email": "ada@x.com"} | more])
            org.do("connect.synchronize", object=name, fields=["Email"])
        org.run_until(org.now + 1)
    shown = mctui("show", path, "key-audit", "--json").json
    assert [(row["key_is"], row["contacts"], row["share"]) for row in shown["keys"]] == [
        ("CRM id, 18 characters", 2, "100.0%")
    ]
    assert shown["billed_twice"][0]["same_address_on"] == "Contact + Lead"
    assert (shown["filters"][0]["object"], shown["filters"][0]["would_save"]) == ("Lead", 1)


def test_billing_is_shown_by_cause_with_whom_email_studio_does_not_know(mctui: Mctui, world: Path) -> None:
    *causes, everyone = mctui("show", world, "billing", "--json").json["billing"]
    with Org.open(world, readonly=True) as org:
        found = contacts.billing(org)
    assert [(row["cause"], row["billable"]) for row in causes] == list(found.by_cause)
    assert everyone["billable"] == found.billable == sum(row["billable"] for row in causes)
    outside = sum(row["not_in_all_subscribers"] for row in causes)
    assert everyone["not_in_all_subscribers"] == outside == found.billable - found.subscribers > 0


def test_of_an_empty_account_nobody_is_billed(mctui: Mctui, tmp_path: Path) -> None:
    Org.create(tmp_path / "empty.mctui").close()
    assert "nobody is billed" in mctui("show", tmp_path / "empty.mctui", "billing").out


def test_billing_is_held_against_the_licence_and_names_who_is_billed_twice(mctui: Mctui, world: Path) -> None:
    mctui("do", world, "contacts.set_licence", '{"edition": "basic", "contacts": 10}')
    shown = mctui("show", world, "billing", "--json").json
    used = shown["billing"][-1]["billable"]
    assert shown["licence"][0] | {"about": ""} == {
        "edition": "Basic", "what": "contacts", "used": used, "included": 10, "share": f"{used / 10:.1%}", "about": "",
    }  # fmt: skip
    assert set(shown) == {"billing", "licence", "billed_twice", "filters"}
