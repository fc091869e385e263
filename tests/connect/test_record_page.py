"""The record page: each field with the CRM's value, Marketing Cloud's, and when the two will agree."""

from __future__ import annotations

import pytest

from store import connect, crm
from store.clock import MINUTE
from store.commands import Outcome, command


@command("test.record_page_wait")
def _wait(org, *, until):
    org.run("UPDATE world SET now = max(now, ?)", until)
    return Outcome("time passes")


def wait(org, minutes):
    until = org.now + minutes * MINUTE
    org.run_until(until)
    org.do("test.record_page_wait", until=until)


@pytest.fixture
def ada(org):
    """A synchronized contact that was read at the start, ten minutes ago."""
    fields = [{"name": "Firm__c", "type": "string", "formula": "Account.Name"}, {"name": "Secret__c", "type": "string"}]
    org.do("crm.define_fields", object="Contact", fields=fields)
    org.do("crm.create", object="Account", records=[{"Name": "Acme"}])
    account = org.value("SELECT Id FROM crm_Account")
    values = {"LastName": "Ada", "Title": "Dr", "Secret__c": "x", "AccountId": account}
    org.do("crm.create", object="Contact", records=[values])
    org.do("crm.hide_fields", object="Contact", fields=["Secret__c"])
    org.do("connect.synchronize", object="Contact", fields=["LastName", "Title", "Firm__c"])
    wait(org, 10)
    return str(org.value("SELECT Id FROM crm_Contact"))


def line(org, record_id, field):
    return next(one for one in connect.record_page(org, record_id).fields if one.name == field)


def test_what_was_read_and_not_changed_is_the_same_on_both_sides(org, ada):
    page = connect.record_page(org, ada)
    assert (page.synchronized, page.collected, page.read_at) == (True, True, org.now - 10 * MINUTE)
    assert page.next_read_at is None and page.why == "nothing has been saved since it was read"
    assert line(org, ada, "Title").state == "same" and not page.stale


def test_a_changed_field_is_stale_until_the_next_poll_and_then_the_same(org, ada):
    org.do("crm.update", object="Contact", records=[{"Id": ada, "Title": "Countess"}])
    page = connect.record_page(org, ada)
    assert page.next_read_at == org.now + 5 * MINUTE  # polled every 15 minutes, read 10 minutes ago
    title = line(org, ada, "Title")
    assert (title.crm, title.mc, title.state) == ("Countess", "Dr", "stale")
    wait(org, 6)
    assert line(org, ada, "Title").state == "same"


def test_a_formula_that_changed_with_its_parent_never_comes_by_itself(org, ada):
    account = org.value("SELECT Id FROM crm_Account")
    org.do("crm.update", object="Account", records=[{"Id": account, "Name": "Bolt"}])
    wait(org, 60)
    firm = line(org, ada, "Firm__c")
    assert (firm.crm, firm.mc, firm.state, firm.editable) == ("Bolt", "Acme", "never", False)
    org.do("crm.update", object="Contact", records=[{"Id": ada, "Title": "Dr"}])  # saved without a difference
    assert line(org, ada, "Firm__c").state == "stale"
    wait(org, 20)
    assert line(org, ada, "Firm__c").state == "same"


def test_a_deleted_record_stays_as_it_was_read(org, ada):
    org.do("crm.delete", object="Contact", ids=[ada])
    wait(org, 60)
    page = connect.record_page(org, ada)
    assert page.deleted and page.next_read_at is None and page.why.startswith("deleted in the CRM")
    assert line(org, ada, "LastName").mc == "Ada"


def test_fields_nobody_chose_and_fields_nobody_may_see_are_told_apart(org, ada):
    assert line(org, ada, "Email").state == "not_synchronized"
    assert line(org, ada, "Secret__c").state == "hidden"


def test_a_paused_synchronization_reads_nothing(org, ada):
    org.do("connect.pause", object="Contact")
    org.do("crm.update", object="Contact", records=[{"Id": ada, "Title": "Countess"}])
    page = connect.record_page(org, ada)
    assert (page.next_read_at, page.why) == (None, "the synchronization is paused")
    assert line(org, ada, "Title").state == "never"


def test_a_record_of_an_object_that_is_not_synchronized_has_a_page_too(org, ada):
    page = connect.record_page(org, org.value("SELECT Id FROM crm_Account"))
    assert not page.synchronized and page.why == "Account is not synchronized"
    assert {one.state for one in page.fields} == {"not_synchronized"}


def test_a_new_record_arrives_with_the_next_poll(org, ada):
    [saved] = [org.do("crm.create", object="Contact", records=[{"LastName": "Eve"}]).subject.split("/")[-1]]
    page = connect.record_page(org, saved)
    assert page.read_at is None and page.next_read_at is not None
    assert crm.record(org, saved).name == page.name and line(org, saved, "LastName").state == "stale"
