"""Entry from a data extension: who gets in, when, and who does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from store import Org, journey
from store.clock import DAY, system_text
from tests.journey import worlds
from tests.journey.worlds import person, wait, where

Running = Callable[..., Org]


def entered(org: Org) -> int:
    return journey.journeys(org)[0].balance.entered


def rejected(org: Org) -> dict[str, int]:
    """Reason -> rows."""
    return {row[0]: row[1] for row in org.rows("SELECT why, count(*) FROM journey_rejections GROUP BY why")}


def next_day(org: Org) -> None:
    org.run_until(org.now + DAY)


def test_entry_makes_contacts_of_new_keys(running: Running) -> None:
    """Source: domain A1: journey injection makes the contact."""
    org = running(wait("W"), people=5)
    assert org.value("SELECT count(*) FROM contacts") == 0
    org.step()
    assert [row[0] for row in org.rows("SELECT contact_key FROM contacts")] == [f"P{n:05}" for n in range(1, 6)]
    assert entered(org) == 5


def test_run_once_enters_at_publication_and_never_again(running: Running) -> None:
    org = running(wait("W"), people=2)
    assert org.step() is not None
    org.do("test.rows", de="Welcome", rows=[person(9)])
    worlds.run_all(org)
    assert entered(org) == 2


def test_a_daily_schedule_is_in_system_time(running: Running) -> None:
    org = running(wait("W"), event=worlds.daily(times=2))
    titles = worlds.run_all(org)
    times = [system_text(step.at) for step in org.steps(limit=50) if step.kind == "journey.entry"]
    assert times == ["2026-01-05 01:00:00", "2026-01-06 01:00:00"]
    assert titles[0] == "Welcome: 12 entered"


def test_new_records_only_looks_above_the_high_watermark(running: Running) -> None:
    """Source: domain E1."""
    org = running(wait("W", None, 30), people=3, event=worlds.daily(new_only=True))
    next_day(org)
    org.do("test.rows", de="Welcome", rows=[person(7)])
    next_day(org)
    next_day(org)
    assert entered(org) == 4


def test_an_updated_row_is_not_new(running: Running) -> None:
    """Source: domain E1: updated rows are not evaluated again."""
    org = running(wait("W", None, 30), people=3, event=worlds.daily(new_only=True))
    next_day(org)
    org.do("data_extensions.update_row", de="Welcome", key={"ContactKey": "P00001"}, values={"Tier": "Gold"})
    next_day(org)
    assert entered(org) == 3


def test_an_overwritten_data_extension_is_all_new(running: Running) -> None:
    """Source: domain E1."""
    org = running(wait("W", None, 30), people=3, event=worlds.daily(new_only=True))
    next_day(org)
    org.do("test.rows", de="Welcome", rows=[person(1), person(2), person(3)], overwrite=True)
    next_day(org)
    assert entered(org) == 6


def test_all_records_enter_each_time(running: Running) -> None:
    org = running(wait("W", None, 30), people=3, event=worlds.daily(times=3))
    worlds.run_all(org)
    assert entered(org) == 9
    assert [visit.entry_no for visit in journey.visits(org, "P00001")] == [0, 1, 2]


def test_no_re_entry_holds_after_completion_and_over_versions(running: Running) -> None:
    """Source: domain E1: OnceAndDone, across all versions."""
    org = running(wait("W", None, 1, "HOURS"), people=3, mode="OnceAndDone", event=worlds.daily())
    next_day(org)
    org.do("journey.create", spec=worlds.journey(wait("W", None, 1, "HOURS"), mode="OnceAndDone"))
    org.do("journey.publish", key="welcome")
    next_day(org)
    assert sum(row.balance.entered for row in journey.version_rows(org, "welcome")) == 3
    assert rejected(org) == {"Rejected: no re-entry": 3}


def test_re_entry_only_after_exiting(running: Running) -> None:
    """Source: domain E1: SingleEntryAcrossAllVersions, at most one instance."""
    mode = "SingleEntryAcrossAllVersions"
    org = running(wait("W", None, 36, "HOURS"), people=3, mode=mode, event=worlds.daily(times=3))
    worlds.run_all(org)
    assert entered(org) == 6
    assert rejected(org) == {"Rejected: the contact is in the journey": 3}


def test_a_contact_with_several_rows_enters_with_each_where_re_entry_is_free(tmp_path: Path) -> None:
    org = _with_doubles(tmp_path, "MultipleEntries")
    org.step()
    assert entered(org) == 3
    rows = org.rows("SELECT _visit >> 32 AS entry_no, Tier FROM event_1 ORDER BY _visit")
    assert [tuple(row) for row in rows] == [(0, "Gold"), (0, "Bronze"), (1, "Silver")]


def test_otherwise_only_the_first_row_of_a_contact_gets_in(tmp_path: Path) -> None:
    org = _with_doubles(tmp_path, "OnceAndDone")
    org.step()
    assert entered(org) == 2
    assert rejected(org) == {"Rejected: no re-entry": 1}


def _with_doubles(folder: Path, mode: str) -> Org:
    """A journey from a data extension without a primary key, in which P00001 stands twice."""
    org = worlds.world(folder)
    definition = worlds.data_extension("Doubles")
    definition["fields"][0] |= {"is_primary_key": False}
    org.do("data_extensions.create", definition=definition)
    rows = [person(1, Tier="Gold"), person(1, Tier="Silver"), person(2, Tier="Bronze")]
    org.do("test.rows", de="Doubles", rows=rows)
    return worlds.published(org, worlds.journey(wait("W"), mode=mode), worlds.event_definition("Doubles"))


def test_the_entry_filter_keeps_out_who_does_not_meet_it(running: Running) -> None:
    """Source: domain E1 and E6, DidNotMeetEntryCriteria."""
    event = worlds.event_definition(criteria=where("Points", "GreaterThan", "10"))
    org = running(wait("W"), event=event)
    step = org.step()
    assert step is not None and step.changes == {"entered": 2, "rejected": 10, "new contacts": 2}
    assert rejected(org) == {"DidNotMeetEntryCriteria": 10}
    assert [row[0] for row in org.rows("SELECT contact_key FROM contacts")] == ["P00011", "P00012"]


def test_the_entry_filter_may_read_contact_data(running: Running) -> None:
    event = worlds.event_definition(criteria=where("Welcome.Points", "GreaterThan", "10"))
    org = running(wait("W"), event=event)
    org.step()
    assert (entered(org), rejected(org)) == (2, {"DidNotMeetEntryCriteria": 10})


def test_the_filter_comes_before_the_choice_of_the_first_row(tmp_path: Path) -> None:
    org = worlds.world(tmp_path)
    definition = worlds.data_extension("Doubles")
    definition["fields"][0] |= {"is_primary_key": False}
    org.do("data_extensions.create", definition=definition)
    org.do("test.rows", de="Doubles", rows=[person(1, Tier="Silver"), person(1, Tier="Gold")])
    event = worlds.event_definition("Doubles", criteria=where("Tier", "Equal", "Gold"))
    worlds.published(org, worlds.journey(wait("W"), mode="OnceAndDone"), event)
    org.step()
    assert [row[0] for row in org.rows("SELECT Tier FROM event_1")] == ["Gold"]


def test_a_row_without_a_key_is_rejected(tmp_path: Path) -> None:
    org = worlds.world(tmp_path)
    definition = worlds.data_extension("Loose")
    definition["fields"][0] |= {"is_primary_key": False}
    org.do("data_extensions.create", definition=definition)
    org.do("test.rows", de="Loose", rows=[person(1), person(2, ContactKey=None)])
    worlds.published(org, worlds.journey(wait("W")), worlds.event_definition("Loose"))
    org.step()
    assert (entered(org), rejected(org)) == (1, {"Rejected: the row has no Contact Key": 1})


def test_journey_data_is_the_row_as_it_entered(running: Running) -> None:
    """Source: domain E2: a snapshot, never refreshed."""
    org = running(wait("W", None, 5), people=2)
    org.step()
    org.do("data_extensions.update_row", de="Welcome", key={"ContactKey": "P00001"}, values={"Tier": "Platinum"})
    assert journey.snapshot(org, journey.visits(org, "P00001")[0])["Tier"] == "Silver"


def test_an_automation_fires_the_entry_of_its_event(running: Running) -> None:
    event = worlds.event_definition(type="AutomationAudience", metaData={"scheduleFlowMode": "automation"})
    org = running(wait("W"), people=4, event=event)
    assert org.step() is None
    org.do("test.fire", key=worlds.EVENT_KEY)
    assert worlds.run_all(org)[0] == "Welcome: 4 entered"


@pytest.mark.parametrize(
    ("frequency", "interval", "second"),
    [("Hourly", 2, "2026-01-05 03:00:00"), ("Weekly", 1, "2026-01-12 01:00:00"), ("Monthly", 1, "2026-02-05 01:00:00")],
)
def test_a_schedule_recurs(running: Running, frequency: str, interval: int, second: str) -> None:
    schedule = worlds.DAILY | {"frequency": frequency, "interval": interval, "endType": "occurrences", "occurrences": 2}
    event = worlds.event_definition(metaData={"scheduleFlowMode": "recurring"}, schedule=schedule)
    org = running(wait("W"), people=1, event=event)
    worlds.run_all(org)
    assert [system_text(step.at) for step in org.steps() if step.kind == "journey.entry"][1:] == [second]


def test_a_schedule_ends_at_its_end_date(running: Running) -> None:
    schedule = worlds.DAILY | {"endType": "EndDate", "endDateTime": "2026-01-07T00:00:00"}
    event = worlds.event_definition(metaData={"scheduleFlowMode": "recurring"}, schedule=schedule)
    org = running(wait("W"), people=1, event=event)
    worlds.run_all(org)
    assert entered(org) == 2


@pytest.mark.parametrize("known", [(), ("P00003",), ("P00001", "P00005")], ids=["all new", "one known", "first known"])
@pytest.mark.parametrize("gap", [False, True], ids=["rows without a gap", "rows with a gap"])
def test_everyone_enters_with_the_row_of_their_own_key(tmp_path: Path, known: tuple[str, ...], gap: bool) -> None:
    org = worlds.world(tmp_path, 5)
    org.do("test.journey_contacts", keys=["someone else", *known])
    if gap:
        org.do("data_extensions.delete_row", de="Welcome", key={"ContactKey": "P00002"})
    worlds.published(org, worlds.journey(wait("W")))
    org.step()
    rows = org.rows(
        """SELECT k.contact_key, e.ContactKey FROM event_1 e JOIN contacts k ON k.contact_id = e._visit & 4294967295
           ORDER BY e.ContactKey"""
    )
    keys = ["P00001", "P00002", "P00003", "P00004", "P00005"]
    assert [tuple(row) for row in rows] == [(key, key) for key in keys if not gap or key != "P00002"]
