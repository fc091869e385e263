"""All Contacts and All Subscribers: who is in which, statuses, the held rule, billing. Sources: domain A1 to A4."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, contacts
from store.clock import DAY, system_text
from store.commands import Outcome, command, run_command
from store.errors import Refused


@command("test.contacts")
def _call(org: Org, *, function: str, arguments: list[Any], options: dict[str, Any]) -> Outcome:
    """Any function of the room as a step."""
    result = getattr(contacts, function)(org, *arguments, **options)
    return Outcome("", result if isinstance(result, dict) else {"result": result})


@command("test.contacts_assume")
def _assume(org: Org, *, assumption: str, value: Any) -> Outcome:
    return run_command(org, "assumptions.set", {"name": assumption, "value": value})


def call(org: Org, function: str, *arguments: Any, **options: Any) -> Any:
    changes = org.do("test.contacts", function=function, arguments=list(arguments), options=options).changes
    return changes.get("result", changes)


@pytest.fixture
def three(org: Org) -> Org:
    """Contacts a, b, c; a and b are subscribers."""
    call(org, "establish", "VALUES ('a'), ('b'), ('c')", source="Import")
    call(org, "subscribe", "SELECT contact_id, contact_key || '@x.com' FROM contacts WHERE contact_key < 'c'")
    return org


def status_of(org: Org, key: str) -> str:
    subscription = contacts.contact(org, key).subscription
    assert subscription
    return subscription.status


def bounce(org: Org, key: str, at: int, hard: int = 0) -> Any:
    select = "SELECT contact_id, :at, :hard, NULL FROM contacts WHERE contact_key = :key"
    return call(org, "record_bounces", select, {"at": at, "hard": hard, "key": key})


def test_a_contact_key_counts_once_whatever_its_case(org: Org) -> None:
    assert call(org, "establish", "VALUES ('Key1'), ('key1'), (''), (NULL), ('key2')", source="Import") == 2
    assert call(org, "establish", "VALUES ('KEY2'), ('key3')", source="Journey Builder") == 1
    assert [one.contact_key for one in contacts.page(org)] == ["Key1", "key2", "key3"]


def test_a_contact_becomes_a_subscriber_only_when_it_is_mailed(three: Org) -> None:
    assert contacts.contact(three, "A").subscription is not None
    assert contacts.contact(three, "c").subscription is None


def test_a_contact_without_an_address_does_not_join_all_subscribers(three: Org) -> None:
    assert call(three, "subscribe", "SELECT contact_id, ' ' FROM contacts") == 0


def test_subscribing_again_changes_neither_status_nor_address(three: Org) -> None:
    three.do("contacts.unsubscribe", contact_key="a")
    assert call(three, "subscribe", "SELECT contact_id, 'new@x.com' FROM contacts") == 1
    subscription = contacts.contact(three, "a").subscription
    assert subscription and (subscription.status, subscription.email_address) == ("unsubscribed", "a@x.com")


def test_subscriber_ids_are_not_contact_ids(three: Org) -> None:
    both = three.rows("SELECT contact_id, subscriber_id FROM subscribers")
    assert not {row[0] for row in both} & {row[1] for row in both}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((0,), "bounced"),
        ((0, 20), "bounced"),
        ((0, 7, 14), "bounced"),
        ((0, 7, 14.01), "held"),
        ((0, 1, 2, 15), "held"),
    ],
)
def test_held_needs_three_bounces_more_than_fourteen_days_apart(
    three: Org, days: tuple[float, ...], expected: str
) -> None:
    for day in days:
        bounce(three, "a", three.now + int(day * DAY))
    assert status_of(three, "a") == expected


def test_bounces_of_one_batch_count_like_bounces_of_several(three: Org) -> None:
    at = three.now
    select = "SELECT contact_id, :at + n.column1, 0, NULL FROM contacts, (VALUES (0), (600000), (1300000)) n"
    assert call(three, "record_bounces", select, {"at": at}) == {"bounced": 0, "held": 2}


def test_an_open_or_click_makes_a_bounced_or_held_subscriber_active(three: Org) -> None:
    for day in (0, 8, 16):
        bounce(three, "a", three.now + day * DAY)
    assert status_of(three, "a") == "held"
    assert call(three, "record_activity", "SELECT contact_id FROM contacts") == 1
    assert status_of(three, "a") == "active"
    bounce(three, "a", three.now + 40 * DAY)
    assert status_of(three, "a") == "bounced"  # the run begins anew


def test_a_delivery_between_bounces_ends_the_run(three: Org) -> None:
    for key in ("a", "b"):
        bounce(three, key, three.now)
        bounce(three, key, three.now + 10 * DAY)
    call(three, "record_deliveries", "SELECT contact_id FROM contacts WHERE contact_key = 'a'")
    bounce(three, "a", three.now + 20 * DAY)
    bounce(three, "b", three.now + 20 * DAY)
    assert (status_of(three, "a"), status_of(three, "b")) == ("bounced", "held")


def test_a_hard_bounce_holds_at_once_only_from_a_trusted_domain(three: Org) -> None:
    bounce(three, "a", three.now, hard=1)
    assert status_of(three, "a") == "bounced"
    three.do("test.contacts_assume", assumption="trusted_bounce_domains", value="y.com, X.com")
    bounce(three, "b", three.now, hard=1)
    assert status_of(three, "b") == "held"


def test_a_bounce_does_not_subscribe_again(three: Org) -> None:
    three.do("contacts.unsubscribe", contact_key="a")
    bounce(three, "a", three.now)
    assert status_of(three, "a") == "unsubscribed"


def test_unsubscribing_says_when_and_why_in_the_data_views(three: Org) -> None:
    three.do("contacts.unsubscribe", contact_key="A", reason=contacts.BY_COMPLAINT)
    row = three.row("SELECT * FROM _BusinessUnitUnsubscribes")
    assert row and (row["SubscriberKey"], row["UnsubReason"]) == ("a", "Spam Complaint")
    view = three.row("SELECT * FROM _Subscribers WHERE Status = 'unsubscribed'")
    assert view and view["DateUnsubscribed"] == system_text(three.now) and view["Domain"] == "x.com"
    three.do("contacts.resubscribe", contact_key="a")
    assert three.row("SELECT * FROM _BusinessUnitUnsubscribes") is None  # source: domain A3, only who is now


def test_who_cannot_be_mailed_is_found_without_scanning_all_subscribers(three: Org) -> None:
    three.do("contacts.unsubscribe", contact_key="a")
    assert [row["status"] for row in three.rows("SELECT * FROM subscribers_not_mailable")] == ["unsubscribed"]
    plan = " ".join(row["detail"] for row in three.rows("EXPLAIN QUERY PLAN SELECT * FROM subscribers_not_mailable"))
    assert "all_subscribers" not in plan


@pytest.mark.parametrize(
    ("command_name", "arguments", "reason"),
    [
        ("contacts.unsubscribe", {"contact_key": "nobody"}, "no contact with the Contact Key"),
        ("contacts.unsubscribe", {"contact_key": "c"}, "not a subscriber"),
        ("contacts.resubscribe", {"contact_key": "a"}, "not unsubscribed"),
        ("contacts.set_status", {"contact_key": "a", "status": "gone"}, "not a subscriber status"),
        ("contacts.set_status", {"contact_key": "a", "status": "Deleted"}, "not deleted by its status"),
        ("contacts.set_status", {"contact_key": "a", "status": "active"}, "active already"),
    ],
)
def test_what_the_product_refuses_is_refused_with_the_reason(
    three: Org, command_name: str, arguments: dict[str, str], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        three.do(command_name, **arguments)


def test_an_import_frees_a_held_subscriber_but_not_an_unsubscribed_one(three: Org) -> None:
    three.do("contacts.set_status", contact_key="a", status="held")
    three.do("contacts.set_status", contact_key="a", status="active")
    three.do("contacts.unsubscribe", contact_key="b")
    with pytest.raises(Refused, match="does not change that"):
        three.do("contacts.set_status", contact_key="b", status="active")
    three.do("test.contacts_assume", assumption="import_resubscribes", value=True)
    three.do("contacts.set_status", contact_key="b", status="active")
    assert contacts.by_status(three) == {"active": 2}


def test_every_contact_is_billed_once_by_what_made_it_first(three: Org) -> None:
    call(three, "establish", "VALUES ('c'), ('d')", source="MC Connect: Lead")
    billing = contacts.billing(three)
    assert (billing.billable, billing.subscribers) == (4, 2)
    assert billing.by_cause == (("Import", 3), ("MC Connect: Lead", 1))
    assert contacts.billable_outside(three, "SELECT contact_id FROM subscribers") == 2


def test_pages_are_ordered_and_filtered(three: Org) -> None:
    keys = [one.contact_key for one in contacts.page(three, order_by="contact_key", descending=True, limit=2)]
    assert keys == ["c", "b"]
    assert [one.contact_key for one in contacts.page(three, offset=1, limit=1)] == ["b"]
    assert [one.contact_key for one in contacts.page(three, filter_text="B@X")] == ["b"]
    assert contacts.count(three, "%") == 0 and contacts.count(three, "x.com") == 2
    with pytest.raises(Refused, match="no column 'kee'"):
        contacts.page(three, order_by="kee")
