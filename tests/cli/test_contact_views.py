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


def test_the_plan_of_a_deletion_says_when_what_and_where(mctui: Mctui, world: Path) -> None:
    with Org.open(world, readonly=True) as org:
        key = str(org.value("SELECT SubscriberKey FROM de_Welcome_Audience ORDER BY 1 LIMIT 1"))
        before = org.digest()
    plan = mctui("show", world, f"deletion-plan/{key}", "--json").json
    assert [(row["contacts_are"], row["contacts"]) for row in plan["phases"]] == [("suppressed", 1), ("deleted", 1)]
    assert {"what": "rows of sendable data extensions", "where": "Welcome_Audience", "rows": 1} in plan["deleted"]
    assert any(row["what"] == "rows of Synchronized Data Extensions" for row in plan["stays"])
    assert any("the same key is a new contact without history" in row["what"] for row in plan["so"])
    with Org.open(world, readonly=True) as org:
        assert org.digest() == before
    everyone = mctui("show", world, "deletion-plan/list/All Subscribers", "--json").json["phases"][0]["contacts"]
    audience = mctui("show", world, "deletion-plan/de/Welcome_Audience", "--json").json["phases"][0]["contacts"]
    assert everyone >= audience > 1


def test_of_nobody_there_is_no_plan(mctui: Mctui, world: Path) -> None:
    said = mctui("show", world, "deletion-plan/nobody")
    assert said.code == 1
    assert "None of these keys is of a contact that could be deleted" in said.err


def test_the_key_audit_leads_to_the_migration_and_its_plan_is_shown_from_a_file_open_for_reading(
    mctui: Mctui, tmp_path: Path
) -> None:
    import scenarios

    path = tmp_path / "w.mctui"
    with scenarios.make("key-alignment", path) as org:
        org.run_until(org.value("SELECT ends_at FROM world"))
    [mapping] = mctui("show", path, "key-audit", "--json").json["migration"]
    assert mapping["mapping"] == "Contact_Salesforce"
    assert mapping["how"] == "mctui show FILE key-migration/Contact_Salesforce.Email.Id"
    plan = mctui("show", path, mapping["how"].removeprefix("mctui show FILE "), "--json").json
    counts = {row["keys"]: row["count"] for row in plan["plan"]}
    assert counts["merged"] == mapping["contacts"]
    with Org.open(path) as org:
        for key in [row[0] for row in org.rows("SELECT key FROM journeys")]:
            org.do("journey.pause", key=key)
        org.do("contacts.migrate_keys", mapping="Contact_Salesforce", old_key="Email", new_key="Id")
    [done] = mctui("show", path, "key-audit", "--json").json["migration"]
    assert "key-migration lists what still holds old keys" in done["how"]
    assert mctui("show", path, "key-migration", "--json").json["aftermath"]
    assert mctui("findings", path).code == 0
