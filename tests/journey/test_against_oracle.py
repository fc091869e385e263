"""Random journeys: the set-based engine comes to what a plain interpreter comes to, contact by contact."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from store import Org, journey, messaging
from store.messaging.model import EngagementModel
from tests.journey import worlds
from tests.journey.oracle import Oracle

PEOPLE = 25
MODEL = EngagementModel(
    open_rate=0.4, click_rate=0.6, reclick_rate=0.5, unsubscribe_rate=0.3, complaint_rate=0.1, dead_address_rate=0.1,
    soft_bounce_rate=0.1, soft_bounce_delay=7200,
)  # fmt: skip


@st.composite
def journeys(draw: st.DrawFn) -> dict[str, Any]:
    """A journey whose activities lead only to later ones, with joins, loose ends and up to four ways at a split."""
    count = draw(st.integers(2, 6))

    def later(number: int) -> str | None:
        return draw(st.sampled_from([None, *(f"A{n}" for n in range(number + 1, count))]))

    made: list[dict[str, Any]] = []
    for number in range(count):
        key = f"A{number}"
        kind = draw(st.sampled_from(["email", "wait", "random", "decision", "look", "look again"]))
        if kind == "email":
            made.append(worlds.email(key, later(number)))
        elif kind == "wait":
            made.append(_wait(draw, key, later(number)))
        elif kind == "random":
            cut = draw(st.integers(0, 100))
            made.append(worlds.randomly(key, (cut, later(number)), (100 - cut, later(number))))
        elif kind == "decision":
            made.append(_decision(draw, key, later(number), later(number), later(number)))
        elif kind == "look" or number == 0:
            made += [worlds.email(key, f"{key}-wait"), _wait(draw, f"{key}-wait", f"{key}-look")]
            made.append(_look(draw, f"{key}-look", key, later(number), later(number)))
        else:
            made.append(_look(draw, key, f"A{draw(st.integers(0, number - 1))}", later(number), later(number)))
    return worlds.journey(*_reached(made))


def _wait(draw: st.DrawFn, key: str, to: str | None) -> dict[str, Any]:
    unit = draw(st.sampled_from(["MINUTES", "HOURS", "DAYS"]))
    return worlds.wait(key, to, draw(st.integers(1, 2 if unit == "DAYS" else 5)), unit)


def _look(draw: st.DrawFn, key: str, of: str, yes: str | None, no: str | None) -> dict[str, Any]:
    return worlds.engaged(key, of, yes, no, draw(st.sampled_from([2, 3, 6])))


def _decision(draw: st.DrawFn, key: str, *to: str | None) -> dict[str, Any]:
    least = [draw(st.integers(0, PEOPLE)) for _ in range(2)]
    rules = [worlds.where("Points", "GreaterThanOrEqual", str(value)) for value in least]
    made = worlds.decision(key, *zip(rules, to, strict=False), remainder=to[-1])
    made["rules"] = {f"default_path_{n}": ("Points", value) for n, value in enumerate(least, start=1)}
    return made


def _reached(activities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    reached = {activities[0]["key"]}
    for activity in activities:
        if activity["key"] in reached:
            reached |= {outcome["next"] for outcome in activity["outcomes"] if "next" in outcome}
    return [activity for activity in activities if activity["key"] in reached]


def _without_refused_splits(org: Org, spec: dict[str, Any]) -> dict[str, Any]:
    """Engagement splits that publishing refuses (no email or no wait before them) become random ones."""
    org.do("journey.create", spec=spec, event_definition=worlds.daily(times=2))
    refused = {finding.activity_key for finding in journey.check(org, spec["key"]) if finding.severity == "error"}
    kept = []
    for activity in spec["activities"]:
        if activity["key"] in refused:
            ways = [outcome.get("next") for outcome in activity["outcomes"]]
            activity = worlds.randomly(activity["key"], (40, ways[0]), (60, ways[1]))
        kept.append(activity)
    spec = {**spec, "activities": kept}
    org.do("journey.create", spec=spec)
    return spec


def _run(org: Org, key: str) -> None:
    """To the end, with the books balanced after every step."""
    while org.step():
        balance = journey.balance(org, journey.current(org, key))
        assert balance.holds, f"after step {org.k}: {balance}"
        lost = org.value(
            """SELECT count(*) FROM journey_cohorts c
               WHERE c.size <> (SELECT count(*) FROM journey_members m WHERE m.cohort_id = c.cohort_id)"""
        )
        assert lost == 0, f"after step {org.k}: a cohort's size is not the number of its members"


@settings(max_examples=25)
@given(spec=journeys(), seed=st.integers(1, 5))
def test_every_contact_goes_the_way_that_the_plain_interpreter_goes(spec: dict[str, Any], seed: int) -> None:
    """Each contact enters twice; paths with their times, sends, exclusions and events are the same."""
    with tempfile.TemporaryDirectory() as folder, worlds.world(Path(folder), PEOPLE, seed=seed) as org:
        org.do("messaging.set_engagement", values=MODEL.model_dump())
        spec = _without_refused_splits(org, spec)
        org.do("journey.publish", key=spec["key"])
        _run(org, spec["key"])

        jobs = {job.name: job.job_id for job in messaging.jobs(org)}
        oracle = Oracle(seed, spec, MODEL, jobs, links=2)
        name_of = {job_id: name for name, job_id in jobs.items()}
        got = _sends(org)
        for number in range(1, PEOPLE + 1):
            row = worlds.person(number)
            visits = journey.visits(org, row["ContactKey"])
            expected = oracle.run(row, [(visit.visit, visit.entered_at) for visit in visits])
            assert len(visits) == 2
            for visit in visits:
                outcome = expected[visit.visit]
                assert [(hop.activity_key, hop.arrived_at) for hop in journey.path(org, visit)] == outcome.path
                sent, excluded = got[visit.visit]
                assert sorted(name_of[job] for job in sent) == sorted(outcome.sent)
                assert sorted(name_of[job] for job in excluded) == sorted(outcome.excluded)
                assert len(set(sent)) == len(sent), "a message came twice from one activity of one visit"
                for key in outcome.sent:
                    batch = messaging.batch_of(org, jobs[key], visit.visit)
                    assert batch is not None
                    events = [(kind, at) for kind, at, _ in messaging.events_of(org, batch, visit.visit)]
                    assert sorted(events) == sorted(event for event in outcome.events[key] if event[1] <= org.now)


def _sends(org: Org) -> dict[int, tuple[list[int], list[int]]]:
    """By visit: the jobs that it was sent, and those that it was excluded from."""
    found: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    rows = org.rows(
        """SELECT m.visit, b.job_id, x.code FROM send_batches b JOIN journey_members m ON m.cohort_id = b.cohort_id
                LEFT JOIN send_exclusions x ON x.batch_id = b.batch_id AND x.visit = m.visit"""
    )
    for row in rows:
        found[row["visit"]][0 if row["code"] is None else 1].append(row["job_id"])
    return found
