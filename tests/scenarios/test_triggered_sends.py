"""The scenario of the four triggered sends: what each way did with whom, as the comparison tells it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import scenarios
from mctui.reading.triggered_sends import said
from store import Org, advice, clock

NAMES = ("MC Connect", "REST Transactional", "SOAP TriggeredSend", "Journey API entry")


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    with scenarios.make("triggered-sends", tmp_path / "ways.mctui") as made:
        yield made


def test_nothing_is_told_before_anything_ran(org: Org) -> None:
    found = advice.triggered_ways(org)
    assert [(way.name, way.asked, way.seconds) for way in found.ways] == [(name, 0, None) for name in NAMES]
    assert found.people == () and not any(advice.stations(org).values())


def test_each_way_mails_others_at_another_time(org: Org) -> None:
    org.run_until(None)
    people = {address[:2]: [said(cell) for cell in cells] for _, address, cells in advice.triggered_ways(org).people}
    assert people == {
        "ad": ["sent 01:00:40 (+30 s)", "sent 01:00:12 (+2 s)", "sent 01:00:10 (+10 s)", "sent 01:01:00 (+50 s)"],
        "bo": ["not sent: Unsubscribed", "sent 01:00:12 (+2 s)", "not sent: Unsubscribed", "not sent: Unsubscribed"],
        "cy": ["not sent: Held"] * 4,
        "di": ["sent 01:00:40 (+30 s)", "sent 01:00:12 (+2 s)", "not sent: NoAllSubscribersListEntry",
               "sent 01:01:00 (+50 s)"],
    }  # fmt: skip
    assert advice.check(org) == []


def test_the_ways_are_counted_from_what_ran(org: Org) -> None:
    org.run_until(None)
    ways = {way.name: way for way in advice.triggered_ways(org).ways}
    assert {name: (way.asked, way.sent, way.waiting, way.channels) for name, way in ways.items()} == {
        "MC Connect": (4, 2, 0, ("email",)),
        "REST Transactional": (5, 4, 0, ("email", "sms")),
        "SOAP TriggeredSend": (4, 1, 0, ("email",)),
        "Journey API entry": (4, 2, 0, ("email", "sms")),
    }
    assert {name: way.statuses["unsubscribed"] for name, way in ways.items()} == {
        "MC Connect": (0, 1), "REST Transactional": (1, 0), "SOAP TriggeredSend": (0, 1), "Journey API entry": (0, 1),
    }  # fmt: skip
    assert ways["SOAP TriggeredSend"].not_sent == {"Held": 1, "NoAllSubscribersListEntry": 1, "Unsubscribed": 1}


def test_a_message_that_waits_is_told_so(org: Org) -> None:
    org.run_until(org.now + clock.HOUR)
    cells = advice.triggered_ways(org).people[0][2]
    assert [said(cell) for cell in cells] == ["", "", "waiting", ""]


def test_the_last_message_of_each_way_tells_its_stations(org: Org) -> None:
    org.run_until(None)
    assert {name: [station for _, station, _ in line] for name, line in advice.stations(org).items()} == {
        "MC Connect": ["CRM", "MC Connect", "send"],
        "REST Transactional": ["an outside system", "Transactional Messaging API", "send"],
        "SOAP TriggeredSend": ["an outside system", "Email Studio", "send"],
        "Journey API entry": [
            "an outside system", "Journey Builder", "journey welcome", "Welcome", "1 hour", "Welcome text",
        ],
    }  # fmt: skip


def test_it_can_be_stepped_back_to_its_beginning_and_on_again(org: Org) -> None:
    org.run_until(None)
    end, k = org.digest(), org.k
    org.back(k)
    org.run_until(None)
    assert org.digest() == end


def test_its_lesson_begins_with_its_title() -> None:
    assert scenarios.lesson("triggered-sends").startswith("# One welcome message, four ways to trigger it\n")
