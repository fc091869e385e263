"""A person makes a contact respond."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from store import Org, advice
from store.errors import Refused
from tests.journey import worlds

Make = Callable[..., Org]


def sent(org: Org) -> Org:
    org.do("journey.publish", key="welcome")
    org.step()
    org.step()
    return org


def test_an_open_by_hand_is_seen_at_once(mailed: Make) -> None:
    org = sent(mailed(3))
    step = org.do("messaging.inject", contact_key="P00002", kind="open")
    assert step.title == "P00002: open by hand"
    assert [row[0] for row in org.rows("SELECT SubscriberKey FROM _Open")] == ["P00002"]


def test_an_unsubscribe_by_hand_changes_the_status_and_the_next_send(mailed: Make) -> None:
    org = sent(mailed(3))
    org.do("messaging.inject", contact_key="P00002", kind="unsubscribe")
    assert org.value("SELECT status FROM subscribers WHERE subscriber_key = 'P00002'") == "unsubscribed"
    worlds.run_all(org)
    assert org.value("SELECT count(*) FROM _Sent WHERE SubscriberKey = 'P00002'") == 1


def test_a_bounce_by_hand_makes_a_subscriber_bounced_and_an_open_active_again(mailed: Make) -> None:
    org = sent(mailed(3))
    org.do("messaging.inject", contact_key="P00002", kind="hard bounce")
    assert org.value("SELECT status FROM subscribers WHERE subscriber_key = 'P00002'") == "bounced"
    org.do("messaging.inject", contact_key="P00002", kind="open")
    assert org.value("SELECT status FROM subscribers WHERE subscriber_key = 'P00002'") == "active"


def test_a_complaint_by_hand_unsubscribes(mailed: Make) -> None:
    org = sent(mailed(3))
    org.do("messaging.inject", contact_key="P00003", kind="complaint")
    assert org.value("SELECT count(*) FROM _Complaint") == org.value("SELECT count(*) FROM _Unsubscribe") == 1


def test_what_the_contact_would_have_done_later_is_taken_back(mailed: Make) -> None:
    org = sent(mailed(40, {"open_rate": 0.4}))
    late = org.value("SELECT visit FROM tracking_events WHERE kind = 'open' AND seq = 1 LIMIT 1")
    key = org.value("SELECT contact_key FROM contacts WHERE contact_id = ?", late)
    org.do("messaging.inject", contact_key=key, kind="open", batch_id=1)
    worlds.run_all(org)
    opens = org.rows("SELECT IsUnique FROM _Open WHERE SubscriberKey = ? AND JobID = 1", key)
    assert [row[0] for row in opens] == [1]
    counted = sum(step.changes.get("opened", 0) for step in org.steps(limit=1000) if step.title.startswith("E1:"))
    assert counted == org.value("SELECT count(*) FROM _Open WHERE JobID = 1 AND IsUnique") - 1


def test_a_click_may_name_its_link(mailed: Make) -> None:
    org = sent(mailed(2))
    org.do("messaging.inject", contact_key="P00001", kind="click", link=1)
    assert org.value("SELECT URL FROM _Click") == "https://example.com/b"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"contact_key": "P00001", "kind": "opne"}, "no response"),
        ({"contact_key": "nobody", "kind": "open"}, "There is no contact"),
        ({"contact_key": "P00001", "kind": "click", "link": 7}, "has 2 links"),
    ],
)
def test_what_cannot_be_is_refused(mailed: Make, arguments: dict[str, object], message: str) -> None:
    org = sent(mailed(1))
    with pytest.raises(Refused, match=message):
        org.do("messaging.inject", **arguments)


def test_who_got_no_email_cannot_respond(mailed: Make) -> None:
    org = mailed(1)
    org.do("journey.publish", key="welcome")
    org.step()
    with pytest.raises(Refused, match="has not been sent an email"):
        org.do("messaging.inject", contact_key="P00001", kind="open")


def test_a_click_by_hand_is_an_open_too_when_there_was_none(mailed: Make) -> None:
    org = mailed(3, {"open_rate": 0.0})
    sent(org)
    org.do("messaging.inject", contact_key="P00002", kind="click")
    assert org.value("SELECT count(*) FROM _Open WHERE SubscriberKey = 'P00002'") == 1
    assert org.value("SELECT count(*) FROM _Click WHERE SubscriberKey = 'P00002'") == 1
    assert advice.check(org) == []
