"""The two clocks and what a person may write for a time."""

from __future__ import annotations

import sqlite3

import pytest

from store import clock
from store.errors import Refused


def test_system_time_is_six_hours_behind_utc_in_winter_and_in_summer() -> None:
    # source: the product's server time has no daylight saving
    for day in ("2026-01-05", "2026-07-05"):
        noon = clock.parse(f"{day}T12:00:00Z")
        assert clock.utc_text(noon) == f"{day} 12:00:00"
        assert clock.system_text(noon) == f"{day} 06:00:00"


def test_sql_and_python_say_the_same_time() -> None:
    db = sqlite3.connect(":memory:")
    for at in (0, 1767592800, 1790000001):
        assert db.execute(f"SELECT {clock.sql_system_text('?1')}", (at,)).fetchone()[0] == clock.system_text(at)


def test_the_system_day_begins_at_six_utc() -> None:
    assert clock.system_day_start(clock.parse("2026-01-06T05:59:59Z")) == clock.parse("2026-01-05T06:00:00Z")
    assert clock.system_day_start(clock.parse("2026-01-06T06:00:00Z")) == clock.parse("2026-01-06T06:00:00Z")


@pytest.mark.parametrize(
    ("text", "seconds"), [("14d", 1209600), ("6h", 21600), ("1d12h", 129600), ("90s", 90), ("2w", 1209600)]
)
def test_durations(text: str, seconds: int) -> None:
    assert clock.duration(text) == seconds


@pytest.mark.parametrize("text", ["", "14", "d", "3y", "-1d"])
def test_what_is_no_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(Refused, match="14d"):
        clock.duration(text)


def test_a_time_with_a_zone_is_converted() -> None:
    expected = clock.parse("2026-01-05T06:00Z")
    assert clock.parse("2026-01-05T00:00:00-06:00") == clock.parse("2026-01-05T06:00") == expected


def test_a_span_is_said_in_two_units() -> None:
    assert clock.span(90061) == "1 d 1 h"
    assert clock.span(900) == "15 min"
    assert clock.span(0) == "0 s"
