"""Data retention, policy by policy. Source: domain B4."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, agenda, data_extensions
from store.clock import DAY, HOUR, system_day_start, system_text
from store.commands import Outcome, command
from store.errors import Refused

KEY = {"name": "Key", "length": 5, "is_primary_key": True}
START = 1767592800  # midnight in system time


@command("test.retention_row")
def _add(org: Org, *, de: str, key: str) -> Outcome:
    data_extensions.insert(org, data_extensions.get(org, de), [{"Key": key}])
    return Outcome(f"{key} added", {"inserted": 1})


def make(org: Org, name: str = "Log", **retention: Any) -> None:
    definition = {"name": name, "fields": [KEY, {"name": "Value"}], "retention": retention}
    org.do("data_extensions.create", definition=definition)


def row_after(org: Org, days: float, key: str, de: str = "Log") -> None:
    """A row that is added later."""
    org.run("BEGIN")
    at = START + int(days * DAY)
    agenda.schedule(org, at, agenda.COMMAND, {"name": "test.retention_row", "arguments": {"de": de, "key": key}}, key)
    org.run("COMMIT")


def keys(org: Org, de: str = "Log") -> list[Any]:
    return [row[0] for row in data_extensions.page(org, de).rows]


def day(org: Org, number: float) -> None:
    org.run_until(START + int(number * DAY))


def retention_steps(org: Org) -> list[tuple[str, dict[str, int]]]:
    return [(step.title, step.changes) for step in org.steps(limit=1000) if step.kind == data_extensions.RETENTION]


def test_rows_go_one_by_one_in_the_night_after_their_period(org: Org) -> None:
    make(org, policy="individual_records", period=2, unit="days")
    row_after(org, 0.5, "a")
    row_after(org, 1.5, "b")
    day(org, 2.4)
    assert keys(org) == ["a", "b"], "two days since noon of the first day are not over"
    day(org, 3.2)
    assert keys(org) == ["b"]
    day(org, 4.2)
    assert keys(org) == []
    assert retention_steps(org) == [("Data retention deleted 1 row of Log", {"deleted": 1})] * 2


def test_nothing_is_scheduled_until_a_data_extension_has_retention(org: Org) -> None:
    org.do("data_extensions.create", definition={"name": "Plain", "fields": [KEY]})
    assert agenda.upcoming(org) == []
    make(org, policy="individual_records", period=1)
    (entry,) = agenda.upcoming(org, 10)
    assert (entry.kind, system_text(entry.due_at)) == (data_extensions.RETENTION, "2026-01-05 01:00:00")
    org.do("data_extensions.delete", de="Log")
    org.run_until(START + 20 * DAY)
    assert agenda.upcoming(org) == [], "the job ends with the last data extension that has retention"


def test_the_hour_of_the_night_is_an_assumption(org: Org) -> None:
    org.do("assumptions.set", name="retention_hour", value=4)
    make(org, policy="individual_records", period=1)
    assert agenda.upcoming(org)[0].due_at == system_day_start(START) + 4 * HOUR


def test_a_night_in_which_nothing_is_over_is_no_step(org: Org) -> None:
    make(org, policy="individual_records", period=3, unit="months")
    row_after(org, 5, "a")
    assert [step.title for step in iter(lambda: org.step(START + 6 * DAY), None)] == ["a"]


@pytest.mark.parametrize(("unit", "days"), [("days", 1), ("weeks", 7), ("months", 31), ("years", 365)])
def test_the_units_are_those_of_the_calendar(org: Org, unit: str, days: int) -> None:
    make(org, policy="individual_records", period=1, unit=unit)
    org.do("data_extensions.insert", de="Log", rows=[{"Key": "a"}])
    day(org, days - 0.1)
    assert keys(org) == ["a"]
    day(org, days + 0.1)
    assert keys(org) == []


def test_all_rows_go_on_the_day_and_the_data_extension_stays(org: Org) -> None:
    make(org, policy="all_records", until="2026-01-08")
    for number, key in ((0, "a"), (2.9, "b"), (3.5, "c")):
        row_after(org, number, key)
    day(org, 2.95)
    assert keys(org) == ["a", "b"]
    day(org, 3.2)
    assert keys(org) == []
    day(org, 10)
    assert keys(org) == ["c"], "what comes after the day stays"


def test_a_period_of_all_records_begins_anew_or_not(org: Org) -> None:
    make(org, policy="all_records", period=2)
    row_after(org, 1, "a")
    row_after(org, 2.5, "b")
    day(org, 3.9)
    assert keys(org) == ["b"]
    day(org, 4.2)
    assert keys(org) == [], "the second period is over"
    org.do("assumptions.set", name="retention_period_begins_anew", value=False)
    row_after(org, 4.5, "c")
    day(org, 5.2)
    assert keys(org) == [], "with the other assumption the next night takes it"


def test_the_data_extension_goes_with_its_rows(org: Org) -> None:
    make(org, policy="all_records_and_data_extension", period=1, unit="weeks")
    row_after(org, 1, "a")
    day(org, 6.9)
    assert keys(org) == ["a"]
    day(org, 7.2)
    assert data_extensions.find(org, "Log") is None
    title = "Data retention deleted data extension Log with 1 row"
    assert retention_steps(org) == [(title, {"deleted": 1, "data extensions": 1})]


@pytest.mark.parametrize("policy", ["individual_records", "all_records"])
@pytest.mark.parametrize("resets", [True, False])
def test_an_import_resets_the_period_only_where_that_is_set(org: Org, policy: str, resets: bool) -> None:
    make(org, policy=policy, period=3, reset_on_import=resets)
    row_after(org, 0.1, "a")
    row_after(org, 2, "x")
    day(org, 2)
    org.do("data_extensions.import", de="Log", header=["Key", "Value"], rows=[["a", "new"]])
    day(org, 4.5)
    assert ("a" in keys(org)) is resets
    day(org, 5.5)
    assert "a" not in keys(org)


def test_a_retained_data_extension_shows_when_its_rows_were_made(org: Org) -> None:
    from store import query

    make(org, policy="individual_records", period=3)
    org.do("data_extensions.insert", de="Log", rows=[{"Key": "a"}])
    assert query.preview(org, "SELECT [Key], _CreatedDate FROM Log")[1] == [("a", system_text(org.now))]


def test_a_day_that_is_none_is_refused_at_once(org: Org) -> None:
    with pytest.raises(Refused, match="until is no date"):
        make(org, policy="all_records", until="soon")


def test_going_back_over_a_night_brings_the_rows_back(org: Org) -> None:
    make(org, policy="individual_records", period=1)
    org.do("data_extensions.insert", de="Log", rows=[{"Key": "a"}])
    before = org.digest()
    day(org, 3)
    assert keys(org) == []
    org.back()
    assert org.digest() == before
