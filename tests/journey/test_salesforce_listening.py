"""Listening to the CRM: many records at once, and a listener that has become unfit."""

from __future__ import annotations

from pathlib import Path

from store import Org, crm, journey
from store.commands import Outcome, command
from tests.journey.conformance.entry import cases as conformance

MANY = 5000


@command("test.crm.many")
def _make_many(org: Org, *, count: int) -> Outcome:
    made = crm.create_from_select(
        org,
        "Contact",
        f"""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
            SELECT 'Last' || i AS LastName, 'p' || i || '@example.com' AS Email FROM n""",
    )
    return Outcome("many", {"Contact created": made.count})


@command("test.journey.spoil")
def _spoil(org: Org) -> Outcome:
    named = '"objectAPIName": "{}"'.format
    org.run("UPDATE journey_versions SET spec = replace(spec, ?, ?)", named("Contact"), named("Gone__c"))
    return Outcome("an object went")


def world(folder: Path) -> Org:
    """A running journey that listens to Contacts."""
    case = next(
        each for each in conformance.cases() if each.name == "a created record lets its person in about a minute later"
    )
    return conformance.World(folder, case.given).org


def test_records_that_are_loaded_at_once_are_one_entry(tmp_path: Path) -> None:
    org = world(tmp_path)
    org.do("test.crm.many", count=MANY)
    step = org.step()
    assert step is not None and step.changes == {"entered": MANY, "new contacts": MANY}
    assert org.value("SELECT count(*) FROM journey_cohorts") == 1
    assert org.value("SELECT count(*) FROM subscribers") == MANY
    org.close()


def test_saving_a_record_never_fails_by_a_listener_that_does(tmp_path: Path) -> None:
    """The journey says so in a step of its own and listens no longer."""
    org = world(tmp_path)
    org.do("test.journey.spoil")
    org.do("crm.create", object="Contact", records=[{"LastName": "A", "Email": "a@example.com"}])
    assert crm.count(org, "Contact") == 1
    step = org.step()
    assert step is not None and step.changes == {"errors": 1}
    assert "its Salesforce Data event fires no longer" in step.title and "Gone__c" in step.title
    assert org.value("SELECT count(*) FROM journey_listeners") == 0
    assert journey.current(org, "welcome").status == "Running"
    org.close()
