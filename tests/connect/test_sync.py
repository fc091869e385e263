"""Synchronized Data Sources, rule by rule. Sources: the seed's MC Connect tables, domain A4 and C1."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, agenda, connect, contacts, data_extensions
from store.clock import MINUTE, system_text, utc_text
from store.commands import Outcome, command, run_command
from store.errors import Refused

FIELDS = ["FirstName", "LastName", "Email", "HasOptedOutOfEmail", "CreatedDate", "IsDeleted"]
PEOPLE = [{"FirstName": "Ann", "LastName": "Lee", "Email": "ann@x.com"}, {"FirstName": "Bob", "LastName": "Ray"}]


@command("test.connect_assume")
def _assume(org: Org, *, assumption: str, value: Any) -> Outcome:
    return run_command(org, "assumptions.set", {"name": assumption, "value": value})


@command("test.wait")
def _wait(org: Org, *, seconds: int) -> Outcome:
    """Time passes without an event."""
    org.run("UPDATE world SET now = now + ?", seconds)
    return Outcome("")


@command("test.later")
def _later(org: Org, *, seconds: int) -> Outcome:
    """Something else is due in a while."""
    wait = {"name": "test.wait", "arguments": {"seconds": 0}}
    agenda.schedule(org, org.now + seconds, "command", wait, "later")
    return Outcome("")


@pytest.fixture
def synced(org: Org) -> Org:
    """Ann and Bob, synchronized and polled once."""
    org.do("crm.create", object="Contact", records=PEOPLE)
    org.do("connect.synchronize", object="Contact", fields=FIELDS)
    org.step()
    return org


def ids(org: Org, table: str = "crm_Contact") -> list[str]:
    return [row["Id"] for row in org.rows(f"SELECT Id FROM {table} ORDER BY Id")]


def row(org: Org, record_id: str) -> dict[str, Any]:
    found = org.row('SELECT * FROM "de_Contact_Salesforce" WHERE Id = ?', record_id)
    return dict(found) if found else {}


def test_the_data_extension_is_named_after_the_object_and_has_its_types(org: Org) -> None:
    fields = [
        "Email",
        "Phone",
        "Birthdate",
        "CreatedDate",
        "HasOptedOutOfEmail",
        "AccountId",
        "LeadSource",
        "FirstName",
    ]
    org.do("connect.synchronize", object="contact", fields=fields)
    de = data_extensions.get(org, "Contact_Salesforce")
    assert [field.declared for field in de.fields] == [
        "Text(18)", "EmailAddress", "Phone", "Date", "Date", "Boolean", "Text(18)", "Text(255)", "Text(40)",
    ]  # fmt: skip
    assert de.primary_key == ("Id",) and de.is_synchronized and not de.is_sendable


def test_the_first_poll_loads_everything_and_the_next_come_every_interval(synced: Org) -> None:
    start = synced.now
    assert [r["FirstName"] for r in synced.rows('SELECT * FROM "de_Contact_Salesforce"')] == ["Ann", "Bob"]
    synced.do("crm.create", object="Contact", records=[{"LastName": "Neu"}])
    step = synced.step()
    assert step and step.title == "MC Connect polled Contact: 1 new" and synced.now == start + 15 * MINUTE
    assert [poll.kind for poll in connect.polls(synced)] == ["incremental", "full"]


def test_a_poll_that_would_find_nothing_is_no_step(synced: Org) -> None:
    assert synced.step() is None
    synced.do("test.later", seconds=3600)
    step = synced.step()
    assert step and step.kind == "test.wait" and len(connect.polls(synced)) == 1


def test_the_monitor_knows_the_polls_that_found_nothing(synced: Org) -> None:
    start = synced.now
    synced.do("test.later", seconds=40 * MINUTE)
    synced.step()
    status = connect.status(synced, "Contact")
    assert (status.last_poll_at, status.next_poll_at) == (start + 30 * MINUTE, start + 45 * MINUTE)


def test_a_change_waits_for_the_next_poll_in_the_rhythm_of_the_first(synced: Org) -> None:
    start = synced.now
    synced.do("test.later", seconds=40 * MINUTE)
    synced.step()
    synced.do("crm.create", object="Contact", records=[{"LastName": "Neu"}])
    step = synced.step()
    assert step and step.at == start + 45 * MINUTE


def test_a_change_is_stale_until_the_next_poll(synced: Org) -> None:
    ann = ids(synced)[0]
    synced.do("crm.update", object="Contact", records=[{"Id": ann, "FirstName": "Anna"}])
    status = connect.status(synced, "Contact")
    assert (status.waiting, status.stale) == (1, 1)
    stale = connect.stale_rows(synced, "Contact")
    assert [(pair.field, pair.crm, pair.mc) for pair in stale[0].differing] == [("FirstName", "Anna", "Ann")]
    step = synced.step()
    assert step and step.changes == {"read": 1, "updated": 1} and step.subject == "sync/Contact"
    assert connect.compare(synced, "Contact", ann).differing == () and connect.stale_rows(synced, "Contact") == []
    after = connect.status(synced, "Contact")
    assert (after.stale, after.lag_max) == (0, 15 * MINUTE)


def test_a_synchronized_row_survives_its_deletion_in_the_crm(synced: Org) -> None:
    bob = ids(synced)[1]
    synced.do("crm.delete", object="Contact", ids=[bob])
    step = synced.step()
    assert step and step.title == "MC Connect polled Contact: 1 deleted in the CRM and kept"
    assert row(synced, bob)["IsDeleted"] == 0
    assert connect.status(synced, "Contact").kept == 1
    assert connect.compare(synced, "Contact", bob).in_crm == "deleted"
    assert contacts.billing(synced).billable == 2  # source: domain A4, the contact stays and is billed


@pytest.mark.parametrize(("how", "left"), [("removed", {}), ("flagged", {"IsDeleted": 1, "FirstName": "Bobby"})])
def test_deletions_arrive_where_the_assumption_says_so(synced: Org, how: str, left: dict[str, Any]) -> None:
    synced.do("test.connect_assume", assumption="synchronized_de_deletes", value=how)
    bob = ids(synced)[1]
    synced.do("crm.update", object="Contact", records=[{"Id": bob, "FirstName": "Bobby"}])
    synced.do("crm.delete", object="Contact", ids=[bob])
    step = synced.step()
    assert step and step.changes["deleted"] == 1
    assert {name: value for name, value in row(synced, bob).items() if name in left} == left


def test_an_undeleted_record_is_read_again(synced: Org) -> None:
    synced.do("test.connect_assume", assumption="synchronized_de_deletes", value="removed")
    bob = ids(synced)[1]
    synced.do("crm.delete", object="Contact", ids=[bob])
    synced.step()
    synced.do("crm.undelete", object="Contact", ids=[bob])
    step = synced.step()
    assert step and step.changes == {"read": 1, "inserted": 1} and row(synced, bob)["FirstName"] == "Bob"


def test_date_times_arrive_in_system_time_or_by_the_switch_in_utc(synced: Org) -> None:
    ann, created = ids(synced)[0], synced.value("SELECT CreatedDate FROM crm_Contact")
    assert row(synced, ann)["CreatedDate"] == system_text(created)
    synced.do("test.connect_assume", assumption="synchronized_datetimes", value="utc")
    synced.do("connect.refresh", object="Contact")
    synced.step()
    assert row(synced, ann)["CreatedDate"] == utc_text(created)


@pytest.mark.parametrize(("object_name", "made"), [("Contact", 1), ("Lead", 1), ("Account", 0)])
def test_only_contact_lead_and_user_make_billable_contacts(org: Org, object_name: str, made: int) -> None:
    record = {"Name": "Acme"} if object_name == "Account" else {"LastName": "Lee", "Company": "Acme"}
    if object_name == "Contact":
        del record["Company"]
    org.do("crm.create", object=object_name, records=[record])
    org.do("connect.synchronize", object=object_name, fields=["Name"])
    org.step()
    causes = dict(contacts.billing(org).by_cause)
    assert causes.get(f"MC Connect: {object_name}", 0) == made


def test_records_created_before_the_day_stay_out(org: Org) -> None:
    org.do("crm.create", object="Contact", records=PEOPLE[:1])
    org.do("test.wait", seconds=86400)
    org.do("crm.create", object="Contact", records=PEOPLE[1:])
    since = utc_text(org.now)[:10]
    org.do("connect.synchronize", object="Contact", fields=["FirstName"], records={"created_since": since})
    org.step()
    assert ids(org, '"de_Contact_Salesforce"') == ids(org)[1:]
    assert contacts.count(org) == 1  # what is not synchronized is not billed


@pytest.mark.parametrize(("how", "rows_left"), [("kept", 1), ("removed", 0)])
def test_a_record_that_leaves_the_checkbox_filter_stays_as_it_was(org: Org, how: str, rows_left: int) -> None:
    org.do("test.connect_assume", assumption="synchronized_filter_leavers", value=how)
    org.do("crm.create", object="Contact", records=PEOPLE)
    records = {"field": "HasOptedOutOfEmail", "value": False}
    org.do("crm.update", object="Contact", records=[{"Id": ids(org)[1], "HasOptedOutOfEmail": True}])
    org.do("connect.synchronize", object="Contact", fields=["FirstName", "HasOptedOutOfEmail"], records=records)
    org.step()
    org.do("crm.update", object="Contact", records=[{"Id": ids(org)[0], "HasOptedOutOfEmail": True}])
    org.step()
    found = org.rows('SELECT * FROM "de_Contact_Salesforce"')
    assert len(found) == rows_left and all(one["HasOptedOutOfEmail"] == 0 for one in found)
    assert connect.status(org, "Contact").stale == rows_left
    assert len(connect.stale_rows(org, "Contact")) == rows_left


def test_what_changes_during_a_pause_is_read_after_it(synced: Org) -> None:
    synced.do("connect.pause", object="contact")
    synced.do("crm.create", object="Contact", records=[{"LastName": "Neu"}])
    assert synced.step() is None and connect.status(synced, "Contact").next_poll_at is None
    synced.do("connect.resume", object="Contact")
    step = synced.step()
    assert step and step.changes == {"read": 1, "inserted": 1, "contacts": 1}


def test_an_added_field_comes_filled_by_a_full_refresh_and_a_removed_one_goes(synced: Org) -> None:
    synced.do("crm.update", object="Contact", records=[{"Id": ids(synced)[0], "Title": "Dr."}])
    synced.step()
    synced.do("connect.change_fields", object="Contact", add=["title"], remove=["email"])
    assert row(synced, ids(synced)[0])["Title"] is None
    step = synced.step()
    assert step and step.title == "MC Connect read all of Contact: 2 changed"
    assert row(synced, ids(synced)[0])["Title"] == "Dr." and "Email" not in row(synced, ids(synced)[0])


def test_the_interval_can_be_changed(synced: Org) -> None:
    synced.do("connect.set_interval", object="Contact", poll_minutes=60)
    assert connect.status(synced, "Contact").next_poll_at == synced.now + 60 * MINUTE


def _many(count: int) -> dict[str, Any]:
    return {"object": "Contact", "fields": [f"F{n}__c" for n in range(count)]}


CONTACT = {"object": "Contact"}
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("connect.delete", CONTACT, "cannot be deleted.*\n.*paused, not deleted"),
    ("connect.move", CONTACT | {"folder": "Shared"}, "cannot be moved.*\n.*top level"),
    ("connect.synchronize", CONTACT | {"fields": ["Name"]}, "synchronized already"),
    ("connect.synchronize", _many(250), "limited to 250 fields per object; 251 were chosen"),
    ("connect.synchronize", {"object": "Lead", "fields": ["Nme"]}, "No such column 'Nme'.*\n.*Did you mean Name"),
    ("connect.synchronize", {"object": "Leed", "fields": ["Name"]}, "sObject type 'Leed'"),
    ("connect.synchronize", {"object": "Tax__mdt", "fields": ["Name"]}, "custom settings do not sync"),
    ("connect.synchronize", {"object": "Lead", "fields": []}, "fields"),
    ("connect.synchronize", {"object": "Lead", "fields": ["Name"], "poll_minutes": 5}, "every 15 minutes at most"),
    ("connect.synchronize", {"object": "Lead", "fields": ["Name"], "records": {"field": "Name"}}, "one checkbox"),
    ("connect.synchronize", {"object": "Lead", "fields": ["Name"], "records": {"feld": "X"}}, "Did you mean field"),
    ("connect.synchronize", {"object": "Lead", "fields": ["Name"], "records": {}}, "created_since"),
    ("connect.synchronize", {"object": "Lead", "fields": ["Name"], "records": {"created_since": "x"}}, "not a time"),
    ("connect.synchronize", {"object": "Case", "fields": ["Id"], "records": {"field": "IsClosed"}}, "is a formula"),
    ("connect.resume", CONTACT, "is running"),
    ("connect.pause", {"object": "Lead"}, "Lead is not synchronized"),
    ("connect.change_fields", CONTACT | {"remove": ["Id"]}, "Id cannot be removed"),
    ("connect.change_fields", CONTACT | {"add": ["Email"]}, "Email is synchronized already"),
    ("connect.change_fields", CONTACT, "Which fields"),
    ("connect.set_interval", CONTACT | {"poll_minutes": 10}, "not every 10"),
    ("data_extensions.insert", {"de": "Contact_Salesforce", "rows": [{"Id": "x"}]}, "read-only(.*\n)*.*SQL Query"),
    (
        "data_extensions.update_row",
        {"de": "Contact_Salesforce", "key": {"Id": "x"}, "values": {"Email": ""}},
        "read-only",
    ),
    ("data_extensions.delete_row", {"de": "Contact_Salesforce", "key": {"Id": "x"}}, "read-only"),
    ("data_extensions.import", {"de": "Contact_Salesforce", "header": ["Id"], "rows": []}, "read-only"),
    ("data_extensions.move", {"de": "Contact_Salesforce", "folder": "Shared"}, "top level"),
    ("data_extensions.delete", {"de": "Contact_Salesforce"}, "paused, not deleted"),
    ("data_extensions.rename", {"de": "Contact_Salesforce", "new_name": "C"}, "cannot be renamed"),
]


@pytest.mark.parametrize(("name", "arguments", "said"), REFUSED)
def test_what_the_product_refuses_is_refused_with_the_way_out(
    synced: Org, name: str, arguments: dict[str, Any], said: str
) -> None:
    before = synced.digest()
    with pytest.raises(Refused, match=said):
        synced.do(name, **arguments)
    assert synced.digest() == before


def test_a_synchronized_data_extension_cannot_be_sent_to(synced: Org) -> None:
    with pytest.raises(Refused, match="(?s)not sendable.*SQL Query Activity.*sendable data extension"):
        data_extensions.refuse_unless_sendable(synced, "contact_salesforce")


def test_a_poll_can_be_stepped_back_and_forward(synced: Org) -> None:
    synced.do("crm.create", object="Contact", records=[{"LastName": "Neu"}])
    before = synced.digest()
    synced.step()
    after = synced.digest()
    synced.back(1)
    assert synced.digest() == before
    synced.step()
    assert synced.digest() == after
