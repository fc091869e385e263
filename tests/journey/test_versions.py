"""Versions: what publishing and stopping do to those inside, and that every step can be taken back."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from store import Org, journey
from store.clock import DAY
from store.errors import Refused
from tests.journey import worlds
from tests.journey.worlds import decision, email, engaged, randomly, wait, where

Running = Callable[..., Org]


def test_a_new_version_takes_over_and_the_old_one_finishes(running: Running) -> None:
    """Source: domain E1: those inside finish in the old version, new contacts go to the new one."""
    org = running(wait("OLD", None, 3), people=2, event=worlds.daily(new_only=True))
    org.run_until(org.now + DAY)
    org.do("journey.create", spec=worlds.journey(wait("NEW", None, 3)))
    org.do("journey.publish", key="welcome")
    assert [(row.number, row.status) for row in journey.version_rows(org, "welcome")] == [
        (1, "Finishing"),
        (2, "Running"),
    ]
    org.do("test.rows", de="Welcome", rows=[worlds.person(8)])
    worlds.run_all(org, days=4)
    one, two = journey.version_rows(org, "welcome")
    assert (one.balance.completed, two.balance.entered) == (2, 1)


def test_the_high_watermark_goes_on_from_the_version_before(running: Running) -> None:
    org = running(wait("W", None, 9), people=3, event=worlds.daily(new_only=True))
    org.run_until(org.now + DAY)
    org.do("journey.create", spec=worlds.journey(wait("W", None, 9)))
    org.do("journey.publish", key="welcome")
    org.run_until(org.now + DAY)
    assert journey.version_rows(org, "welcome")[1].balance.entered == 0


def test_a_draft_is_replaced_and_a_running_version_is_not(running: Running) -> None:
    org = running(wait("W"), people=1)
    for key in ("A", "B"):
        org.do("journey.create", spec=worlds.journey(wait(key)))
    assert [version.number for version in journey.versions(org, "welcome")] == [1, 2]
    assert list(journey.versions(org, "welcome")[1].spec.activities) == ["B"]


def test_a_published_version_cannot_be_published_again(running: Running) -> None:
    """Source: domain E1, the product's text."""
    org = running(wait("W"), people=1)
    with pytest.raises(Refused, match="Cannot publish interaction in Published status."):
        org.do("journey.publish", key="welcome")


def test_stopping_ejects_everyone_and_nothing_more_is_due(running: Running) -> None:
    """Source: domain E1."""
    org = running(wait("W", None, 5), event=worlds.daily())
    org.run_until(org.now + 2 * DAY)
    step = org.do("journey.stop", key="welcome")
    assert step.changes == {"ejected": 24}
    balance = journey.journeys(org)[0].balance
    assert (balance.entered, balance.ejected, balance.inside, balance.holds) == (24, 24, 0, True)
    assert org.step() is None
    with pytest.raises(Refused, match="no running version to stop"):
        org.do("journey.stop", key="welcome")


def test_a_journey_is_found_by_key_or_name_and_otherwise_guessed(running: Running) -> None:
    org = running(wait("W"), people=1)
    assert journey.current(org, "Welcome").key == "welcome"
    with pytest.raises(Refused, match="There is no journey 'welcom'") as refused:
        journey.current(org, "welcom")
    assert "Did you mean welcome?" in str(refused.value)


def test_the_definition_is_kept_without_loss(running: Running) -> None:
    org = running(wait("W"), people=1, **{"x-unknown": {"kept": [1, None]}})
    assert journey.current(org, "welcome").spec.raw["x-unknown"] == {"kept": [1, None]}


def test_every_step_can_be_taken_back_and_done_again(running: Running) -> None:
    """Random walks over a journey with all kinds of activities; the digest of a step is always the same."""
    org = running(
        email("E1", "W"), wait("W", "S", 2), engaged("S", "E1", "D", "R"),
        decision("D", (where("Tier", "Equal", "Gold"), "E2"), remainder=None),
        randomly("R", (50, "E2"), (50, None)), email("E2"), people=20, event=worlds.daily(times=2),
    )  # fmt: skip
    org.step()
    org.step()
    org.do("messaging.inject", contact_key="P00003", kind="click")
    first, digests = org.k, {org.k: org.digest()}
    while org.step():
        digests[org.k] = org.digest()
    walk = random.Random(7)
    for _ in range(25):
        org.goto(walk.randint(first, max(digests)))
        assert org.digest() == digests[org.k]


def test_events_pauses_exits_and_versions_can_be_taken_back_and_done_again(tmp_path: Path) -> None:
    """Each step of a story with all of them undone and done again has the same digest."""
    org = worlds.world(tmp_path)
    spec = worlds.journey(wait("W", None, 2))
    spec["triggers"][0]["type"] = "APIEvent"
    worlds.published(org, spec, worlds.event_definition(type="APIEvent", metaData={}))
    story: list[tuple[str, dict[str, object]]] = [
        (
            "journey.fire_event",
            {"contact_key": "A", "event_definition_key": worlds.EVENT_KEY, "data": {"Tier": "Gold"}},
        ),
        ("journey.fire_event", {"contact_key": "B", "event_definition_key": worlds.EVENT_KEY}),
        ("journey.pause", {"key": "welcome", "extend_waits": True, "queue_entries": True}),
        ("journey.fire_event", {"contact_key": "C", "event_definition_key": worlds.EVENT_KEY}),
        ("journey.resume", {"key": "welcome"}),
        ("journey.exit_contact", {"key": "welcome", "contact_keys": ["A"]}),
        ("journey.new_version", {"key": "welcome"}),
        ("journey.publish", {"key": "welcome"}),
        ("journey.stop", {"key": "welcome"}),
    ]
    digests = {org.k: org.digest()}
    for name, arguments in story:
        org.do(name, **arguments)
        digests[org.k] = org.digest()
        org.run_until(org.now + 3600, on_step=lambda step: digests.update({step.k: org.digest()}) or False)
    last = org.k
    for k in (0, last, last // 2, last, 3, last):
        org.goto(max(k, min(digests)))
        assert org.digest() == digests[org.k]
    org.close()
