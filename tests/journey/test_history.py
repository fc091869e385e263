"""Journey History, the health counts, and the data views of journeys."""

from __future__ import annotations

from collections.abc import Callable

from store import Org, journey
from tests.journey import worlds
from tests.journey.worlds import randomly, wait, where

Running = Callable[..., Org]


def test_history_tells_each_arrival_and_end_newest_first(running: Running) -> None:
    org = running(wait("W", "R", 1, "HOURS"), randomly("R", (100, None), (0, None)), people=1)
    worlds.run_all(org)
    rows = journey.history(org, "welcome")
    assert [(row.activity_key, row.activity_type, row.status) for row in rows] == [
        ("", "", "Complete"), ("R", "RANDOMSPLIT", "Arrived"), ("W", "WAIT", "Entered"),
    ]  # fmt: skip
    assert {(row.contact_key, row.version) for row in rows} == {("P00001", 1)}


def test_history_has_rejections_with_their_reason(running: Running) -> None:
    """Source: domain E6: rejected entries are in the history with status Rejected."""
    event = worlds.event_definition(criteria=where("Points", "GreaterThan", "1"))
    org = running(wait("W"), people=2, event=event)
    org.step()
    rejected = [row for row in journey.history(org, "welcome") if row.status == "Rejected"]
    assert [(row.contact_key, row.message) for row in rejected] == [("P00001", "DidNotMeetEntryCriteria")]


def test_history_of_one_contact_and_its_exit(running: Running) -> None:
    """Source: domain E6, ContactExitedByAPI."""
    org = running(wait("W"), people=3)
    org.step()
    org.do("journey.exit_contact", key="welcome", contact_keys=["P00002"])
    rows = journey.history(org, "welcome", contact_key="P00002")
    assert [(row.status, row.message) for row in rows] == [("Exited", "ContactExitedByAPI"), ("Entered", "")]
    assert len(journey.history(org, "welcome")) == 4
    assert len(journey.history(org, "welcome", limit=2)) == 2


def test_health_counts_are_those_of_the_canvas(running: Running) -> None:
    """Source: domain E8, stats: a person's exit is no exit criterion that was met."""
    org = running(wait("W"), people=4)
    org.step()
    org.do("journey.exit_contact", key="welcome", contact_keys=["P00002"])
    health = journey.health(org, "welcome")
    assert (health.current_population, health.cumulative_population, health.met_exit_criteria) == (3, 4, 0)
    worlds.run_all(org)
    assert (journey.health(org, "welcome").completed, journey.health(org, "welcome").goal_performance) == (3, 0.0)


def test_the_path_of_those_who_stayed_is_unbroken(running: Running) -> None:
    org = running(wait("W", "X", 1, "HOURS"), wait("X", None, 1, "HOURS"), people=3)
    org.step()
    org.do("journey.exit_contact", key="welcome", contact_keys=["P00002"])
    worlds.run_all(org)
    for key, wanted in (("P00001", ["W", "X"]), ("P00002", ["W"])):
        hops = journey.path(org, journey.visits(org, key)[0])
        assert [(hop.activity_key, hop.outcome) for hop in hops] == [(each, None) for each in wanted]


def test_data_view_journey_has_the_columns_and_the_statuses_of_the_product(running: Running) -> None:
    """Source: domain D5 and D4, JourneyStatus."""
    org = running(wait("W"), people=1)
    rows = org.rows("SELECT * FROM _Journey")
    assert list(rows[0].keys()) == [
        "VersionID", "JourneyID", "JourneyName", "VersionNumber", "CreatedDate", "LastPublishedDate", "ModifiedDate",
        "JourneyStatus",
    ]  # fmt: skip
    assert (rows[0]["JourneyStatus"], rows[0]["LastPublishedDate"]) == ("Running", "2026-01-05 00:00:00")


def test_data_view_journey_activity_has_the_entry_source_too(running: Running) -> None:
    """Source: domain D4, ActivityType of entry sources."""
    org = running(wait("W"), people=1)
    rows = org.rows("SELECT * FROM _JourneyActivity")
    assert list(rows[0].keys()) == [
        "VersionID", "ActivityID", "ActivityName", "ActivityExternalKey", "JourneyActivityObjectID", "ActivityType",
    ]  # fmt: skip
    assert [(row["ActivityExternalKey"], row["ActivityType"]) for row in rows] == [
        ("TRIGGER", "EmailAudience"), ("W", "WAIT"),
    ]  # fmt: skip


def test_the_audit_log_picks_one_action(running: Running) -> None:
    """Source: domain E6, audit/{action}."""
    org = running(wait("W"), people=1)
    org.do("journey.stop", key="welcome")
    assert [each.action for each in journey.audit(org, "welcome")] == ["Stop", "Publish", "Create"]
    assert [each.action for each in journey.audit(org, "welcome", "publish")] == ["Publish"]
