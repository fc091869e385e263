"""Entry rate: whoever comes enters in order, so many an hour, against a plain queue; nobody is lost."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from store import journey
from store.clock import HOUR, MINUTE
from store.invariants import check
from tests.journey import worlds

MODES = ("MultipleEntries", "OnceAndDone", "SingleEntryAcrossAllVersions")
Event = tuple[int, str]  # minutes since the start, who


def expected(events: list[Event], rate: int, once: bool, until: int) -> tuple[list[Event], int, int]:
    """((the minute of entry, who) in order, how many were rejected, how many wait), from a queue and a counter."""
    waiting: list[str] = []
    entered: list[Event] = []
    rejected = 0
    for minute in range(until + 1):
        waiting += [who for at, who in events if at == minute]
        room = rate - sum(1 for at, _ in entered if at // 60 == minute // 60)
        looks = minute % 60 == 0 or any(at == minute for at, _ in events)
        while looks and room and waiting:
            who = waiting.pop(0)
            if once and any(who == earlier for _, earlier in entered):
                rejected += 1
            else:
                entered.append((minute, who))
                room -= 1
    return entered, rejected, len(waiting)


@given(
    events=st.lists(st.tuples(st.integers(1, 179), st.sampled_from("ABC")), min_size=1, max_size=12).map(sorted),
    rate=st.integers(1, 4),
    mode=st.sampled_from(MODES),
    hours=st.integers(3, 5),
)
@settings(max_examples=60, deadline=None)
def test_entries_are_those_of_a_plain_queue(events: list[Event], rate: int, mode: str, hours: int) -> None:
    with tempfile.TemporaryDirectory() as folder, worlds.world(Path(folder)) as org:
        spec = worlds.journey(worlds.wait("W", None, 30), mode=mode, metaData={"entriesPerHour": rate})
        spec["triggers"][0]["type"] = "APIEvent"
        worlds.published(org, spec, worlds.event_definition(type="APIEvent"))
        began = org.now
        for minute, who in events:
            worlds.run_for(org, began + (minute - 1) * MINUTE + 1 - org.now)  # it enters at the next full minute
            org.do("journey.fire_event", contact_key=who, event_definition_key=worlds.EVENT_KEY, data={})
        worlds.run_for(org, began + hours * HOUR - MINUTE - org.now)
        entered, rejected, waiting = expected(events, rate, mode != "MultipleEntries", hours * 60 - 1)
        rows = org.rows(
            """SELECT m.at, k.contact_key FROM journey_cohorts c JOIN journey_moves m USING (cohort_id)
                    JOIN journey_members v USING (cohort_id) JOIN contacts k ON k.contact_id = v.visit & 4294967295
               WHERE c.parent_cohort_id IS NULL AND m.seq = 1"""
        )
        assert Counter(((row[0] - began) // MINUTE, row[1]) for row in rows) == Counter(entered)
        balance = journey.balance(org, journey.current(org, "welcome"))
        assert (balance.entered, balance.rejected, balance.queued) == (len(entered), rejected, waiting)
        assert balance.entered + balance.rejected + balance.queued == len(events)
        assert not check(org)
