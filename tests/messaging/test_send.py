"""Who is mailed, who is not and why, and what follows from responses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from store import Org, messaging
from store.clock import DAY
from store.errors import Refused
from tests.journey import worlds

Make = Callable[..., Org]


def publish_and_send(org: Org) -> None:
    """Up to the first email."""
    org.do("journey.publish", key="welcome")
    org.step()
    org.step()


def set_status(org: Org, number: int, status: str) -> None:
    contact_id = org.value("SELECT contact_id FROM contacts WHERE contact_key = ?", f"P{number:05}")
    org.run("INSERT OR REPLACE INTO subscriber_statuses(contact_id, status) VALUES (?, ?)", contact_id, status)


def excluded(org: Org) -> dict[str, int]:
    """Contact Key -> send log error code."""
    rows = org.rows("SELECT contact_key, code FROM send_exclusions JOIN contacts ON contact_id = visit & 4294967295")
    return {row[0]: row[1] for row in rows}


def test_the_first_send_adds_everyone_to_all_subscribers(mailed: Make) -> None:
    """Source: domain G, AutoAddSubscribers."""
    org = mailed(5)
    assert org.value("SELECT count(*) FROM subscribers") == 0
    publish_and_send(org)
    assert org.value("SELECT count(*) FROM subscribers WHERE status = 'active'") == 5
    assert org.value("SELECT count(*) FROM _Sent") == 5


def test_without_auto_add_an_unknown_subscriber_is_excluded_with_code_11(mailed: Make) -> None:
    org = mailed(3)
    first = worlds.email("E1")
    first["configurationArguments"]["triggeredSend"]["autoAddSubscribers"] = False
    org.do("journey.create", spec=worlds.journey(first))
    publish_and_send(org)
    assert set(excluded(org).values()) == {11}
    assert org.value("SELECT count(*) FROM subscribers") == 0


def test_a_contact_without_an_address_is_excluded_with_code_4_from_every_send(mailed: Make) -> None:
    org = mailed(3)
    org.do("test.rows", de="Welcome", rows=[worlds.person(9, Email=None)])
    org.do("journey.publish", key="welcome")
    worlds.run_all(org)
    assert excluded(org) == {"P00009": 4}
    assert org.value("SELECT count(*) FROM send_exclusions") == 2
    assert org.value("SELECT count(*) FROM _Sent WHERE SubscriberKey = 'P00009'") == 0


@pytest.mark.parametrize(("status", "code"), [("unsubscribed", 1), ("held", 2)])
def test_unsubscribed_and_held_subscribers_are_not_mailed_but_go_on(mailed: Make, status: str, code: int) -> None:
    """Source: domain A2, E5 (the send is skipped, the contact continues) and G (codes)."""
    org = mailed(4)
    publish_and_send(org)
    set_status(org, 2, status)
    worlds.run_all(org)
    assert excluded(org) == {"P00002": code}
    assert org.value("SELECT count(*) FROM _Sent WHERE SubscriberKey = 'P00002'") == 1
    assert worlds.cohort_states(org)["completed"] == 4


def test_a_bounced_subscriber_is_still_mailed(mailed: Make) -> None:
    """Source: domain A2: bounced is mailable."""
    org = mailed(4)
    publish_and_send(org)
    set_status(org, 2, "bounced")
    worlds.run_all(org)
    assert excluded(org) == {}


def test_a_transactional_send_ignores_unsubscribes_but_not_held(mailed: Make) -> None:
    """Source: domain G, send classification."""
    org = mailed(4)
    second = worlds.email("E2")
    second["configurationArguments"]["triggeredSend"]["sendClassificationType"] = "Transactional"
    org.do("journey.create", spec=worlds.journey(worlds.email("E1", "W"), worlds.wait("W", "E2"), second))
    publish_and_send(org)
    set_status(org, 1, "unsubscribed")
    set_status(org, 2, "held")
    worlds.run_all(org)
    assert excluded(org) == {"P00002": 2}


def test_who_unsubscribes_is_not_mailed_again(mailed: Make) -> None:
    org = mailed(60, {"open_rate": 0.4, "unsubscribe_rate": 1.0, "open_delay": 60})
    publish_and_send(org)
    worlds.run_all(org)
    left = {row[0] for row in org.rows("SELECT SubscriberKey FROM _Unsubscribe WHERE JobID = 1")}
    assert left and left <= set(excluded(org))
    assert org.value("SELECT count(*) FROM subscribers WHERE status = 'unsubscribed'") == len(
        {row[0] for row in org.rows("SELECT SubscriberKey FROM _Unsubscribe")}
    )


def test_a_complaint_unsubscribes_with_its_reason(mailed: Make) -> None:
    """Source: domain A3."""
    org = mailed(60, {"open_rate": 0.4, "complaint_rate": 1.0})
    publish_and_send(org)
    worlds.run_all(org)
    complained = {row[0] for row in org.rows("SELECT SubscriberKey FROM _Complaint")}
    reasons = {row[0] for row in org.rows("SELECT unsubscribe_reason FROM subscribers WHERE status = 'unsubscribed'")}
    assert complained == {row[0] for row in org.rows("SELECT SubscriberKey FROM _Unsubscribe")}
    assert reasons == {"Spam Complaint"}


def test_a_dead_address_bounces_hard_at_once_every_time(mailed: Make) -> None:
    org = mailed(50, {"dead_address_rate": 0.2})
    publish_and_send(org)
    worlds.run_all(org)
    bounces = org.rows("SELECT SubscriberKey, BounceCategoryID, count(*) AS times FROM _Bounce GROUP BY 1, 2")
    assert bounces
    assert {(row["BounceCategoryID"], row["times"]) for row in bounces} == {(1, 2)}
    assert org.value("SELECT count(*) FROM subscribers WHERE status = 'bounced'") == len(bounces)


def test_a_soft_bounce_is_recorded_after_72_hours_of_retries(mailed: Make) -> None:
    """Source: domain A2."""
    org = mailed(50, {"soft_bounce_rate": 1.0})
    publish_and_send(org)
    sent_at = org.now
    org.run_until(sent_at + 3 * DAY - 1)
    assert org.value("SELECT count(*) FROM _Bounce WHERE JobID = 1") == 0
    org.run_until(sent_at + 3 * DAY)
    assert org.value("SELECT count(*) FROM _Bounce WHERE JobID = 1 AND BounceCategoryID = 2") == 50


def test_an_open_makes_a_bounced_subscriber_active(mailed: Make) -> None:
    """Source: domain A2."""
    org = mailed(50, {"open_rate": 0.4})
    publish_and_send(org)
    for row in org.rows("SELECT subscriber_key FROM subscribers WHERE status = 'active'"):
        org.do("contacts.set_status", contact_key=row[0], status="bounced")
    worlds.run_all(org)
    opened = {row[0] for row in org.rows("SELECT SubscriberKey FROM _Open")}
    active = {row[0] for row in org.rows("SELECT subscriber_key FROM subscribers WHERE status = 'active'")}
    assert opened and active == opened


def test_each_step_says_who_responded_since_the_last(mailed: Make) -> None:
    org = mailed(80, {"open_rate": 0.4, "click_rate": 0.5})
    publish_and_send(org)
    first = org.k
    worlds.run_all(org)
    steps = [step for step in org.steps(limit=1000) if step.k > first and step.kind == "messaging.engagement"]
    assert sum(step.changes.get("opened", 0) for step in steps) == org.value(
        "SELECT count(*) FROM _Open WHERE IsUnique"
    )
    assert sum(step.changes.get("clicked", 0) for step in steps) == org.value(
        "SELECT count(*) FROM _Click WHERE IsUnique"
    )
    assert all(step.changes for step in steps), "a step in which nobody responded"


def test_a_job_needs_an_email(org: Org) -> None:
    with pytest.raises(Refused, match="There is no email 7"):
        messaging.create_job(org, 7, "E", definition={})


def test_the_counts_of_a_job_are_those_of_the_data_views(mailed: Make) -> None:
    org = mailed(80, {"open_rate": 0.4, "click_rate": 0.5, "unsubscribe_rate": 0.2, "dead_address_rate": 0.1})
    publish_and_send(org)
    worlds.run_all(org)
    for job in messaging.jobs(org):
        counts = job.tracking
        seen = {
            view: org.row(f"SELECT count(*), coalesce(sum(IsUnique), 0) FROM {view} WHERE JobID = ?", job.job_id)
            for view in ("_Open", "_Click", "_Bounce", "_Unsubscribe")
        }
        assert counts.sent == org.value("SELECT count(*) FROM _Sent WHERE JobID = ?", job.job_id)
        assert (counts.opens, counts.opened) == tuple(seen["_Open"] or ())
        assert (counts.clicks, counts.clicked) == tuple(seen["_Click"] or ())
        assert (counts.bounced, counts.unsubscribed) == ((seen["_Bounce"] or ())[1], (seen["_Unsubscribe"] or ())[1])
        assert counts.sent + counts.excluded == 80
