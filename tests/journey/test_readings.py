"""What is said about journeys: the canvas, one contact's path, and why it went where it did."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from store import Org, journey
from store.clock import DAY
from store.errors import Refused
from tests.journey import worlds
from tests.journey.worlds import decision, email, engaged, randomly, wait, where

Running = Callable[..., Org]


@pytest.fixture
def welcome(running: Running) -> Org:
    """Email, two days, a look, then by tier or by chance."""
    org = running(
        email("E1", "W"), wait("W", "S", 2), engaged("S", "E1", "D", "R"),
        decision("D", (where("Tier", "Equal", "Gold"), "E2"), remainder=None),
        randomly("R", (50, None), (50, None)), email("E2", email_id=2),
    )  # fmt: skip
    org.do("messaging.set_engagement", values={"open_rate": 0, "dead_address_rate": 0, "soft_bounce_rate": 0})
    org.step()
    org.step()
    org.do("messaging.inject", contact_key="P00003", kind="open")
    org.do("messaging.inject", contact_key="P00004", kind="open")
    return org


def test_the_canvas_counts_who_is_where_and_who_came_with_the_last_step(welcome: Org) -> None:
    canvas = journey.canvas(welcome, "welcome")
    states = {state.key: state for state in canvas.activities}
    assert (states["E1"].through, states["E1"].inside) == (12, 0)
    assert (states["W"].inside, states["W"].next_due_at) == (12, welcome.now + 2 * DAY)
    welcome.step()
    states = {state.key: state for state in journey.canvas(welcome, "welcome").activities}
    assert (states["S"].arrived, states["W"].arrived) == (12, 0)
    worlds.run_all(welcome)
    states = {state.key: state for state in journey.canvas(welcome, "welcome").activities}
    assert [(outcome.key, outcome.people) for outcome in states["S"].outcomes] == [("yes", 2), ("no", 10)]
    assert [outcome.people for outcome in states["D"].outcomes] == [1, 1]
    assert states["D"].explanation == "default_path_1 if Tier equals 'Gold'; otherwise the remainder."


def test_the_canvas_shows_activities_that_are_not_built(draft: Callable[..., Org]) -> None:
    org = draft(wait("W", "S"), {"key": "S", "name": "A text", "type": "SLACKNOTIFIER", "outcomes": [{"key": "x"}]})
    assert journey.canvas(org, "welcome").activities[1].explanation == "Not built yet."


def test_the_list_has_status_counts_and_what_is_next(welcome: Org) -> None:
    (row,) = journey.journeys(welcome)
    assert (row.key, row.name, row.version, row.status) == ("welcome", "Welcome", 1, "Running")
    assert (row.balance.entered, row.balance.inside, row.next_due_at) == (12, 12, welcome.now + 2 * DAY)


def test_a_path_has_each_stand_with_its_times_and_outcome(welcome: Org) -> None:
    (visit,) = journey.visits(welcome, "P00003")
    start = welcome.now
    assert [(hop.activity_key, hop.left_at) for hop in journey.path(welcome, visit)] == [("E1", start), ("W", None)]
    worlds.run_all(welcome)
    (visit,) = journey.visits(welcome, "P00003")
    later = start + 2 * DAY
    assert [(hop.activity_key, hop.arrived_at, hop.outcome) for hop in journey.path(welcome, visit)] == [
        ("E1", start, None), ("W", start, None), ("S", later, "yes"), ("D", later, "default_path_1"),
        ("E2", later, None),
    ]  # fmt: skip
    assert (visit.state, visit.activity_key) == ("completed", None)


def test_why_names_the_rule_and_the_values_read(welcome: Org) -> None:
    worlds.run_all(welcome)
    look, decide = journey.why(welcome, "P00003", "welcome")
    assert (look.outcome, look.label, look.forced) == ("yes", "Yes", False)
    assert look.decision.rule == "E1 was opened by 2026-01-07 00:00:00 (system time)"
    assert look.decision.read[0].value == "2026-01-05 00:00:00"
    assert (decide.outcome, decide.next) == ("default_path_1", "E2")
    assert decide.decision.rule == "Tier equals 'Gold'"
    assert [(read.name, read.value, read.source) for read in decide.decision.read] == [("Tier", "Gold", "journey data")]
    assert journey.why(welcome, "P00004", "welcome")[1].decision.rule == "no path above matched"


def test_why_says_what_was_drawn_and_what_was_not_done(welcome: Org) -> None:
    worlds.run_all(welcome)
    look, drawn = journey.why(welcome, "P00001", "welcome")
    assert look.decision.rule.startswith("E1 was not opened by")
    assert look.decision.read[0].value == "never"
    assert drawn.decision.rule == "by a draw: path-1 50 %, path-2 50 %"


def test_why_says_what_a_person_forced(welcome: Org) -> None:
    welcome.do("journey.force", key="welcome", activity_key="S", outcome="yes", contact_keys=["P00001"])
    worlds.run_all(welcome)
    assert [each.forced for each in journey.why(welcome, "P00001", "welcome")] == [True, False]


def test_contact_data_is_said_as_it_is_now(running: Running) -> None:
    org = running(decision("D", (where("Welcome.Tier", "Equal", "Gold"), None)), people=3)
    worlds.run_all(org)
    (decided,) = journey.why(org, "P00003", "welcome")
    assert decided.decision.read[0].source == "contact data, Welcome as it is now"


def test_those_inside_are_listed_by_their_key(welcome: Org) -> None:
    assert journey.inside(welcome, "welcome", "W", limit=2, offset=1) == ["P00002", "P00003"]


def test_a_stranger_has_no_path(welcome: Org) -> None:
    with pytest.raises(Refused, match="nobody"):
        journey.visits(welcome, "nobody")
