"""What each activity does, rule by rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from store import Org, journey, messaging
from store.chance import chance, share
from store.clock import DAY, system_text
from store.errors import Refused
from tests.journey import worlds
from tests.journey.worlds import decision, email, engaged, randomly, update, wait, where

Running = Callable[..., Org]


def taken(org: Org, split: str, version: int | None = None) -> dict[str, int]:
    """Outcome -> people."""
    canvas = journey.canvas(org, "welcome", version)
    activity = next(one for one in canvas.activities if one.key == split)
    return {outcome.key: outcome.people for outcome in activity.outcomes}


def keys(org: Org, split: str, outcome: str) -> set[str]:
    """The Contact Keys that took an outcome."""
    rows = org.rows(
        """SELECT k.contact_key FROM journey_cohorts c JOIN journey_members m USING (cohort_id)
                JOIN contacts k ON k.contact_id = m.visit & 4294967295 WHERE c.split_key = ? AND c.outcome = ?""",
        split, outcome,
    )  # fmt: skip
    return {row[0] for row in rows}


# ---- wait


@pytest.mark.parametrize(
    ("amount", "unit", "until"),
    [
        (90, "MINUTES", "2026-01-05 01:30:00"),
        (5, "Hours", "2026-01-05 05:00:00"),
        (3, "DAYS", "2026-01-08 00:00:00"),
        (2, "WEEKS", "2026-01-19 00:00:00"),
        (1, "MONTHS", "2026-02-05 00:00:00"),
        (14, "MONTHS", "2027-03-05 00:00:00"),
        (1, "DAY", "2026-01-06 00:00:00"),
        (0, "DAYS", "2026-01-05 00:00:00"),
    ],
)
def test_a_wait_ends_by_the_clock_or_the_calendar(running: Running, amount: int, unit: str, until: str) -> None:
    """Source: domain E3."""
    org = running(wait("W", None, amount, unit), people=1)
    worlds.run_all(org)
    assert system_text(org.now) == until


def test_a_month_from_the_thirty_first_ends_on_the_last_day(running: Running) -> None:
    org = running(wait("D", "W", 26), wait("W", None, 1, "MONTHS"), people=1)
    worlds.run_all(org)
    assert system_text(org.now) == "2026-02-28 00:00:00"


def test_a_wait_moves_the_cohort_and_writes_nothing_per_contact(running: Running) -> None:
    org = running(wait("W", "W2"), wait("W2"), people=12)
    worlds.run_all(org)
    assert org.value("SELECT count(*) FROM journey_members") == 12
    assert org.value("SELECT count(*) FROM journey_cohorts") == 1


# ---- decision split


def test_the_first_path_that_matches_takes_the_contact_and_the_remainder_the_others(running: Running) -> None:
    """Source: domain E3."""
    some, more = where("Points", "GreaterThan", "8"), where("Points", "GreaterThan", "4")
    org = running(decision("D", (some, None), (more, None)))
    worlds.run_all(org)
    assert taken(org, "D") == {"default_path_1": 4, "default_path_2": 4, "remainder_path": 4}


def test_a_decision_on_journey_data_sees_the_row_as_it_entered(running: Running) -> None:
    org = running(wait("W", "D"), decision("D", (where("Tier", "Equal", "Gold"), None)))
    org.step()
    org.do("test.rows", de="Welcome", rows=[worlds.person(n, Tier="Gold") for n in range(1, 13)], overwrite=True)
    worlds.run_all(org)
    assert taken(org, "D")["default_path_1"] == 4


def test_a_decision_on_contact_data_reads_it_at_that_moment(running: Running) -> None:
    """Source: domain E2: contact data is the current value."""
    rule = where("Contact.Attribute.Welcome.Tier", "Equal", "Gold")
    org = running(wait("W", "D"), decision("D", (rule, None)))
    org.step()
    org.do("data_extensions.update_row", de="Welcome", key={"ContactKey": "P00001"}, values={"Tier": "Gold"})
    worlds.run_all(org)
    assert keys(org, "D", "default_path_1") == {"P00001", "P00003", "P00006", "P00009", "P00012"}


# ---- random split


def test_a_random_split_takes_who_the_draw_says(running: Running) -> None:
    org = running(randomly("R", (25, None), (35, None), (40, None)), people=200)
    worlds.run_all(org)
    draws = {n: chance(org.seed, "random split|welcome|R", n) for n in range(1, 201)}
    first = {f"P{n:05}" for n, drawn in draws.items() if drawn < share(0.25)}
    last = {f"P{n:05}" for n, drawn in draws.items() if drawn >= share(0.6)}
    assert (keys(org, "R", "path-1"), keys(org, "R", "path-3")) == (first, last)
    assert 30 < len(first) < 70 and sum(taken(org, "R").values()) == 200


def test_a_contact_is_drawn_anew_at_each_entry_and_each_split(running: Running) -> None:
    split = (randomly("R", (50, "R2"), (50, "R2")), randomly("R2", (50, None), (50, None)))
    org = running(*split, people=100, event=worlds.daily(times=2))
    worlds.run_all(org)
    ways = [
        tuple(hop.outcome for visit in journey.visits(org, f"P{n:05}") for hop in journey.path(org, visit))
        for n in range(1, 101)
    ]
    assert len(set(ways)) == 16


def test_a_path_of_nothing_takes_nobody(running: Running) -> None:
    org = running(randomly("R", (0, None), (100, None), (0, None)))
    worlds.run_all(org)
    assert taken(org, "R") == {"path-1": 0, "path-2": 12, "path-3": 0}


# ---- engagement split


def sent_and_waiting(running: Running, stats: int) -> Org:
    org = running(email("E", "W"), wait("W", "S", 2), engaged("S", "E", None, None, stats), people=6)
    org.do("messaging.set_engagement", values={"open_rate": 0, "dead_address_rate": 0, "soft_bounce_rate": 0})
    org.step()
    org.step()
    return org


@pytest.mark.parametrize(
    ("stats", "kind", "counts"),
    [
        (2, "open", True), (2, "click", True), (2, "bounce", False), (3, "open", False), (3, "click", True),
        (6, "bounce", True), (6, "hard bounce", True), (6, "open", False),
    ],
)  # fmt: skip
def test_an_engagement_split_counts_its_own_kind(running: Running, stats: int, kind: str, counts: bool) -> None:
    """Source: domain E3: 2 open, 3 click, 6 bounce; a click counts as an open."""
    org = sent_and_waiting(running, stats)
    org.do("messaging.inject", contact_key="P00004", kind=kind)
    worlds.run_all(org)
    assert keys(org, "S", "yes") == ({"P00004"} if counts else set())


def test_what_comes_after_the_split_does_not_count(running: Running) -> None:
    """Source: domain E3: an instantaneous check, no window."""
    org = running(email("E", "W"), wait("W", "S", 2), engaged("S", "E", "W2", "W2"), wait("W2"), people=40)
    org.do("messaging.set_engagement", values={"open_rate": 0.4, "open_delay": 86400})
    org.step()
    sent_at = org.now
    worlds.run_all(org)
    in_time = {row[0] for row in org.rows("SELECT visit FROM tracking_events WHERE event_at <= ?", sent_at + 2 * DAY)}
    assert org.value("SELECT max(event_at) FROM tracking_events") > sent_at + 2 * DAY
    assert keys(org, "S", "yes") == {f"P{visit:05}" for visit in in_time}


def test_who_was_not_sent_the_email_takes_no(running: Running) -> None:
    org = running(
        decision("D", (where("Points", "GreaterThan", "3"), "W"), remainder="E"),
        email("E", "W"), wait("W", "S", 2), engaged("S", "E", None, None), people=6,
    )  # fmt: skip
    for _ in range(3):
        org.step()
    org.do("messaging.inject", contact_key="P00002", kind="open")
    worlds.run_all(org)
    assert keys(org, "S", "yes") == {"P00002"}
    assert taken(org, "S") == {"yes": 1, "no": 5}


# ---- update contact


def test_an_update_writes_one_row_by_the_contact_key(tmp_path: Path) -> None:
    """Source: domain E5."""
    values = {"Tier": "Done", "Points": f"{{{{Event.{worlds.EVENT_KEY}.Points}}}}", "FirstName": "{{Contact.Key}}"}
    org = worlds.world(tmp_path, 3)
    org.do("data_extensions.create", definition=worlds.data_extension("Log"))
    org.do("test.rows", de="Log", rows=[worlds.person(2, Tier="Old")])
    worlds.published(org, worlds.journey(update("U", None, "Log", **values)))
    titles = worlds.run_all(org)
    assert titles[-1] == "Welcome: Update Contact U: 1 updated, 2 inserted, 3 completed"
    rows = org.rows("SELECT ContactKey, Tier, Points, FirstName FROM de_Log ORDER BY 1")
    assert [tuple(row) for row in rows] == [(f"P0000{n}", "Done", n, f"P0000{n}") for n in (1, 2, 3)]


def test_an_updated_field_of_the_entry_data_extension_is_not_journey_data(running: Running) -> None:
    change = update("U", "D", "Welcome", Tier="Gold")
    org = running(change, decision("D", (where("Tier", "Equal", "Gold"), None)))
    worlds.run_all(org)
    assert taken(org, "D")["default_path_1"] == 4
    assert org.value("SELECT count(*) FROM de_Welcome WHERE Tier = 'Gold'") == 12


# ---- email


def test_the_default_email_of_the_journey_is_the_address(tmp_path: Path) -> None:
    """Source: domain E5: first resolvable expression wins."""
    org = worlds.world(tmp_path, 2)
    org.do("data_extensions.create", definition=worlds.data_extension("Private"))
    org.do("test.link", names=["Private"])
    org.do("test.rows", de="Private", rows=[worlds.person(1, Email="home@example.org")])
    own = ["{{Contact.Attribute.Private.Email}}", f'{{{{Event.{worlds.EVENT_KEY}."Email"}}}}']
    worlds.published(org, worlds.journey(email("E"), defaults={"email": own}))
    org.step()
    org.step()
    addresses = [row[0] for row in org.rows("SELECT email_address FROM subscribers ORDER BY contact_id")]
    assert addresses == ["home@example.org", "p2@example.com"]


def test_a_message_is_personalized_with_the_journey_data(running: Running) -> None:
    org = running(email("E"), people=2)
    worlds.run_all(org)
    assert [message.subject for message in journey.messages(org, "P00002")] == ["Hello Name2 1"]


def test_two_versions_have_jobs_of_their_own(running: Running) -> None:
    org = running(email("E"), people=2)
    org.do("journey.create", spec=worlds.journey(email("E")))
    org.do("journey.publish", key="welcome")
    assert [job.job_id for job in messaging.jobs(org)] == [1, 2]
    assert org.value("SELECT count(DISTINCT object_id) FROM journey_activities") == 2


# ---- a branch forced by hand


def test_a_forced_contact_takes_the_chosen_way_once(running: Running) -> None:
    org = running(
        randomly("R", (100, "W"), (0, None)), wait("W", "D"), decision("D", (where("Points", "LessThan", "0"), None)),
        event=worlds.daily(times=2),
    )  # fmt: skip
    org.step()
    org.do("journey.force", key="welcome", activity_key="R", outcome="path-2", contact_keys=["P00003", "P00005"])
    org.do("journey.force", key="welcome", activity_key="D", outcome="default_path_1", contact_keys=["P00004"])
    worlds.run_all(org)
    assert keys(org, "R", "path-2") == {"P00003", "P00005"}
    assert taken(org, "R") == {"path-1": 22, "path-2": 2}
    assert taken(org, "D") == {"default_path_1": 1, "remainder_path": 21}


def test_an_engagement_can_be_forced(running: Running) -> None:
    org = sent_and_waiting(running, 2)
    org.do("journey.force", key="welcome", activity_key="S", outcome="yes", contact_keys=["P00001"])
    worlds.run_all(org)
    assert keys(org, "S", "yes") == {"P00001"}


@pytest.mark.parametrize(
    ("activity_key", "outcome", "who", "message"),
    [("W", "yes", "P00001", "has no split 'W'"), ("S", "perhaps", "P00001", "no outcome"), ("S", "yes", "X", "'X'")],
)
def test_what_cannot_be_forced_is_refused(
    running: Running, activity_key: str, outcome: str, who: str, message: str
) -> None:
    org = sent_and_waiting(running, 2)
    with pytest.raises(Refused, match=message):
        org.do("journey.force", key="welcome", activity_key=activity_key, outcome=outcome, contact_keys=[who])
