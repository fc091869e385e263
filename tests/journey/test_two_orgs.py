"""A journey of a business unit that is connected to a second Salesforce org reads and writes there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from store import Org, crm
from store.invariants import check
from tests.journey.conformance.entry import cases as conformance

OBJECTS = [
    {"type": "Task", "action": "Create", "fields": [
        {"FieldName": "WhoId", "FieldValue": "", "Processor": "personInJourney"},
        {"FieldName": "Subject", "FieldValue": "Call", "Processor": "static"}]},
    {"type": "Contact", "action": "Update", "fields": [{"FieldName": "Title", "FieldValue": "Met"}]},
]  # fmt: skip


def world(folder: Path, objects: list[dict[str, Any]]) -> Org:
    """A running journey of Europe, which listens to the Contacts of EMEA and has a Salesforce activity."""
    case = next(each for each in conformance.cases() if each.name == "of a business unit it listens to the org that"
                " this is connected to")  # fmt: skip
    activity = {
        "key": "S", "name": "S", "type": "SALESCLOUDACTIVITY", "arguments": {"objectMap": {"objects": objects}},
        "outcomes": [{"key": "S-out"}],
    }  # fmt: skip
    found = conformance.World(folder, {**case.given, "journey": {"activities": [activity]}})
    assert not found.refused
    return found.org


def test_its_salesforce_activity_writes_to_that_org(tmp_path: Path) -> None:
    with world(tmp_path, OBJECTS) as org:
        org.do("crm.create", object="EMEA:Contact", records=[{"LastName": "Eva"}])
        org.run_until(org.now + 3600)
        (eva,) = crm.records(org, "EMEA:Contact")
        assert eva.values["Title"] == "Met"
        assert [task.values["WhoId"] for task in crm.records(org, "EMEA:Task")] == [eva.id]
        assert not crm.records(org, "Task") and not check(org)


def test_a_business_unit_that_is_connected_no_more_writes_nothing(tmp_path: Path) -> None:
    with world(tmp_path, OBJECTS) as org:
        org.do("business_units.create", name="Asia")
        org.do("connect.connect_org", org="EMEA", integration_user="emea@example.com", units=["Asia"])
        org.do("crm.create", object="EMEA:Contact", records=[{"LastName": "Eva"}])
        org.do("connect.disconnect_units", units=["Europe"])
        org.run_until(org.now + 3600)
        assert not crm.records(org, "EMEA:Task")
        assert org.value("SELECT DISTINCT problem FROM salesforce_errors").startswith("NOT_CONNECTED")
