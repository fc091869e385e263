"""Automation Studio: schedules, steps in order, errors that end a run, history and its data views."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, automation, clock, query
from store.errors import Refused

FIELDS = [{"name": "Id", "type": "Text", "length": 18, "is_primary_key": True, "is_nullable": False}]
MINUTE = 60


@pytest.fixture
def account(org: Org) -> Org:
    """Three data extensions in a row and the two queries between them; A has one row."""
    for name in "ABC":
        org.do("data_extensions.create", definition={"name": name, "fields": FIELDS})
    org.do("data_extensions.insert", de="A", rows=[{"Id": "1"}])
    for source, target in ("AB", "BC"):
        sql = f"SELECT Id FROM {source}"
        org.do("query.create", name=f"{source} to {target}", key=f"{source}{target}", sql=sql, target=target)
    return org


def make(org: Org, *steps: list[str], **more: Any) -> None:
    listed = [[{"type": "query", "key": key} for key in step] for step in steps]
    org.do("automation.create", name="Nightly", steps=listed, **more)


def rows(org: Org, name: str) -> int:
    return int(org.value(f"SELECT count(*) FROM de_{name}"))


def test_a_daily_automation_runs_at_its_time_in_system_time(account: Org) -> None:
    make(account, ["AB"], schedule={"every": "daily", "at": "02:00"})
    step = account.step()
    assert step is not None and clock.system_text(step.at) == "2026-01-05 02:01:00"
    step = account.step()
    assert step is not None and clock.system_text(step.at) == "2026-01-06 02:01:00"


def test_a_schedule_whose_time_has_passed_today_begins_tomorrow(account: Org) -> None:
    schedule = automation.Schedule("daily", at="02:00")
    late = clock.parse("2026-01-05T12:00:00Z")
    assert clock.system_text(schedule.first(late)) == "2026-01-06 02:00:00"


def test_steps_run_one_after_the_other(account: Org) -> None:
    make(account, ["AB"], ["BC"])
    account.do("automation.run_once", key="Nightly")
    account.step()
    assert (rows(account, "B"), rows(account, "C")) == (1, 0)
    account.step()
    assert (rows(account, "B"), rows(account, "C")) == (1, 1)
    assert automation.instances(account)[0].status == "Complete"


def test_activities_of_one_step_start_together(account: Org) -> None:
    make(account, ["BC", "AB"])
    account.do("automation.run_once", key="Nightly")
    first, second = account.step(), account.step()
    assert first is not None and second is not None and first.at == second.at


def test_an_error_ends_the_run_and_says_why(account: Org) -> None:
    make(account, ["AB"], ["BC"])
    account.do("automation.run_once", key="Nightly")
    account.run_until(None)
    account.do("automation.run_once", key="Nightly")  # Append meets the key of the first run
    account.run_until(None)
    run = automation.instances(account)[0]
    assert run.status == "Error" and run.error is not None and "PRIMARY KEY" in run.error
    assert rows(account, "C") == 1


def test_a_paused_automation_does_not_run(account: Org) -> None:
    make(account, ["AB"], schedule={"every": "hourly"})
    account.do("automation.pause", key="Nightly")
    assert account.step() is None


def test_the_history_is_in_the_data_views_in_utc(account: Org) -> None:
    # source: domain D4, the dates of these two views are UTC
    make(account, ["AB"], schedule={"every": "daily", "at": "02:00"})
    account.step()
    text = "SELECT AutomationName, AutomationInstanceStartTime_UTC, AutomationInstanceStatus FROM _AutomationInstance"
    columns, found = query.preview(account, text)
    assert columns[0] == "AutomationName"
    assert found == [("Nightly", "2026-01-05 08:00:00", "Complete")]
    assert query.preview(account, "SELECT ActivityCustomerKey, ActivityType FROM _AutomationActivityInstance")[1] == [
        ("AB", 300)
    ]


@pytest.mark.parametrize(
    ("schedule", "why"),
    [
        ({"every": "minutely", "interval": 5}, "15 minutes"),
        ({"every": "fortnightly"}, "cannot run"),
        ({"every": "daily", "at": "25:00"}, "time of day"),
        ({"every": "daily", "on": "Monday"}, "has no 'on'"),
    ],
)
def test_an_impossible_schedule_is_refused_with_the_way_out(account: Org, schedule: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        make(account, ["AB"], schedule=schedule)


def test_an_activity_that_is_not_built_is_refused(account: Org) -> None:
    with pytest.raises(Refused, match="not built yet"):
        account.do("automation.create", name="x", steps=[[{"type": "teleport", "key": "y"}]])


def test_how_long_an_activity_takes_can_be_switched(account: Org) -> None:
    account.do("assumptions.set", name="automation_activity_seconds", value=30 * MINUTE)
    make(account, ["AB"], schedule={"every": "daily", "at": "02:00"})
    step = account.step()
    assert step is not None and clock.system_text(step.at) == "2026-01-05 02:30:00"
