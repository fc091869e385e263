"""People are converted, merged and asked about from the command line too."""

from __future__ import annotations

import json

import pytest

from mctui.cli import run
from store import Org


@pytest.fixture
def world(tmp_path):
    path = tmp_path / "w.mctui"
    with Org.create(path) as org:
        values = {"LastName": "Ada", "Company": "Engines", "Email": "ada@example.com", "HasOptedOutOfEmail": True}
        org.do("crm.create", object="Lead", records=[values, {"LastName": "Eve", "Company": "X"}])
    return str(path)


def ids(world, name):
    with Org.open(world, readonly=True) as org:
        return [row["Id"] for row in org.rows(f"SELECT Id FROM crm_{name} ORDER BY row_id")]


def test_convert_makes_a_contact_and_an_opportunity_of_that_name(world, capsys):
    assert run(["crm", world, "convert", ids(world, "Lead")[0], "opportunity=Deal"]) == 0
    assert "converted" in capsys.readouterr().out
    assert run(["soql", world, "SELECT Name, Account.Name FROM Opportunity", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [["Deal", "Engines"]]


def test_merge_takes_a_master_and_losers_and_what_the_master_takes_over(world, capsys):
    ada, eve = ids(world, "Lead")
    assert run(["crm", world, "merge", "Lead", ada, eve, "Title=Countess"]) == 0
    capsys.readouterr()
    assert run(["soql", world, "SELECT LastName, Title FROM Lead", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [["Ada", "Countess"]]


def test_consent_is_shown_by_channel(world, capsys):
    assert run(["show", world, f"consent/{ids(world, 'Lead')[0]}", "--json"]) == 0
    email = json.loads(capsys.readouterr().out)[0]
    assert (email["may_be_contacted"], email["reason"]) == (False, "Lead: Email Opt Out")


def test_flows_and_reports_are_shown(world, capsys):
    flow = {"name": "Call", "object": "Lead", "actions": [{"action": "create_task", "subject": "Call"}]}
    with Org.open(world) as org:
        org.do("crm.define_flow", definition=flow)
        org.do("crm.create", object="Lead", records=[{"LastName": "Bea", "Company": "X"}])
        org.do("crm.save_report", name="All", query="SELECT Id FROM Lead")
    assert run(["show", world, "flows", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["flows"][0]["records"] == 1 and shown["runs"][0]["did"] == "create_task 1"
    assert run(["show", world, "reports", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["people"] == 3


def test_a_record_shows_both_sides(world, capsys):
    with Org.open(world) as org:
        org.do("connect.synchronize", object="Lead", fields=["LastName", "Title"])
        org.step()
        org.do("crm.update", object="Lead", records=[{"Id": ids_of(org)[0], "Title": "Countess"}])
    assert run(["show", world, f"crm/Lead/{ids(world, 'Lead')[0]}", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["marketing_cloud"]["stale"] == "Title" and shown["marketing_cloud"]["why"] == "the next poll reads it"
    assert {"field": "Title", "crm": "Countess", "marketing_cloud": None, "state": "stale"} in shown["both_sides"]


def ids_of(org):
    return [row["Id"] for row in org.rows("SELECT Id FROM crm_Lead ORDER BY row_id")]


def test_a_saved_salesforce_send_is_shown_with_its_audience_and_its_automations(world, capsys):
    with Org.open(world) as org:
        org.do("messaging.create_email", name="News", subject="News")
        org.do("crm.save_report", name="All", query="SELECT Id FROM Lead")
        org.do("connect.save_send", name="To all", definition={"email_id": 1, "report": "All"})
        org.do("automation.create", name="Weekly", steps=[[{"type": "salesforceSend", "key": "To all"}]])
    assert run(["show", world, "salesforce-sends", "--json"]) == 0
    expected = {
        "key": "To all", "kind": "salesforceSend", "name": "To all", "sends": 1, "to": "the report All: 2 now",
        "automations": "Weekly",
    }  # fmt: skip
    assert json.loads(capsys.readouterr().out) == [expected]
