"""Random journeys of waits, splits, joins, updates, goals and exit criteria: as a plain interpreter has them.

Everyone enters once, because contact data is shared by the visits of a contact; test_against_oracle.py has the rest.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from store import journey, messaging
from store.invariants import check
from store.messaging.model import EngagementModel
from tests.journey import worlds
from tests.journey.oracle import Oracle

PEOPLE = 20
SILENT = EngagementModel(open_rate=0, dead_address_rate=0, soft_bounce_rate=0)
JOINED = "{{Event." + worlds.EVENT_KEY + ".Joined}}"
POINTS = "Contact.Attribute.Log.Points"


@st.composite
def journeys(draw: st.DrawFn) -> dict[str, Any]:
    """A journey whose activities lead only to later ones; several may lead to the same one, which is a join."""
    count = draw(st.integers(2, 7))
    made = [_one(draw, number, count) for number in range(count)]
    reached = {made[0]["key"]}
    for activity in made:
        if activity["key"] in reached:
            reached |= {outcome["next"] for outcome in activity["outcomes"] if "next" in outcome}
    spec = worlds.journey(*(activity for activity in made if activity["key"] in reached))
    gates = draw(st.sampled_from([("goal",), ("exit",), ("goal", "exit"), ()]))
    for where, name in (("goals", "goal"), ("exits", "exit")):
        least = draw(st.integers(1, PEOPLE)) if name in gates else None
        if least is not None:
            xml = worlds.where(POINTS, "GreaterThanOrEqual", str(least))
            metadata = {"isExitCriteria": True}
            spec[where] = [{"key": name, "configurationArguments": {"criteria": xml}, "metaData": metadata}]
        spec[f"test_{name}"] = least
    return spec


def _one(draw: st.DrawFn, number: int, count: int) -> dict[str, Any]:
    def later() -> str | None:
        return draw(st.sampled_from([None, *(f"A{n}" for n in range(number + 1, count))]))

    key = f"A{number}"
    if number == 0 and draw(st.booleans()):  # contact data that decisions, goal and exit criteria can read
        return worlds.update(key, "A1", "Log", Points="{{Event." + worlds.EVENT_KEY + ".Points}}")
    if number == 1:
        return _wait(draw, draw(st.sampled_from(["wait", "date", "attribute"])), key, later())
    kind = draw(st.sampled_from(["email", "wait", "wait", "date", "attribute", "random", "decision", "live", "update"]))
    if kind == "email":
        return worlds.email(key, later())
    if kind == "random":
        cut = draw(st.integers(0, 100))
        return worlds.randomly(key, (cut, later()), (100 - cut, later()))
    if kind in ("decision", "live"):
        least = draw(st.integers(0, PEOPLE))
        field = POINTS if kind == "live" else "Points"
        made = worlds.decision(key, (worlds.where(field, "GreaterThanOrEqual", str(least)), later()), remainder=later())
        made["rules"] = {"default_path_1": ("contact data" if kind == "live" else "Points", least)}
        return made
    if kind == "update":
        return worlds.update(key, later(), "Log", Points="{{Event." + worlds.EVENT_KEY + ".Points}}")
    return _wait(draw, kind, key, later())


def _wait(draw: st.DrawFn, kind: str, key: str, to: str | None) -> dict[str, Any]:
    unit = draw(st.sampled_from(["MINUTES", "HOURS", "DAYS"]))
    made = worlds.wait(key, to, draw(st.integers(1, 3)), unit)
    configuration = made["configurationArguments"]
    if kind == "date":
        configuration["specificDate"] = f"2026-01-{draw(st.integers(4, 9)):02}T{draw(st.integers(0, 23)):02}:30:00"
        return made
    if kind == "attribute":
        configuration |= {"waitEndDateAttributeExpression": JOINED, "waitDuration": draw(st.integers(-2, 3))}
    if draw(st.booleans()):
        configuration["specifiedTime"] = f"{draw(st.integers(0, 23)):02}:15"
    return made


def _joined(number: int) -> str | None:
    """The date of a person: in the past, blank, or one of the days to come."""
    return None if number % 5 == 0 else f"2026-01-{number % 9 + 1:02} {number % 24:02}:00:00"


@settings(max_examples=40)
@given(spec=journeys(), seed=st.integers(1, 3))
def test_waits_updates_goals_and_exits_are_those_of_the_plain_interpreter(spec: dict[str, Any], seed: int) -> None:
    """Paths with their times, messages and how each visit ended; everyone once from one activity visit."""
    goal, exits = spec.pop("test_goal"), spec.pop("test_exit")
    with tempfile.TemporaryDirectory() as folder, worlds.world(Path(folder), 0, seed=seed) as org:
        org.do("messaging.set_engagement", values=SILENT.model_dump())
        org.do("data_extensions.create", definition=worlds.data_extension("Log"))
        org.do("test.link", names=["Log"])
        rows = [worlds.person(number, Joined=_joined(number)) for number in range(1, PEOPLE + 1)]
        org.do("test.rows", de="Welcome", rows=rows)
        worlds.published(org, spec, worlds.daily(times=1))
        jobs = {job.name: job.job_id for job in messaging.jobs(org)}
        oracle = Oracle(seed, spec, SILENT, jobs, links=2)
        oracle.goal, oracle.exit, oracle.published_at = goal, exits, org.now
        worlds.run_all(org)
        for row in rows:
            (visit,) = journey.visits(org, row["ContactKey"])
            expected = oracle.run(row, [(visit.visit, visit.entered_at)])[visit.visit]
            assert [(hop.activity_key, hop.arrived_at) for hop in journey.path(org, visit)] == expected.path
            assert visit.state == expected.state
            received = [message.job_id for message in journey.messages(org, row["ContactKey"])]
            assert sorted(received) == sorted(jobs[key] for key in expected.sent)
            graph = {activity["key"]: {o.get("next") for o in activity["outcomes"]} for activity in spec["activities"]}
            for one, after in zip(expected.path, expected.path[1:], strict=False):
                assert after[0] in graph[one[0]], "the path is one of the graph"
        assert not check(org)


def test_a_random_split_is_within_the_statistical_bound_and_the_same_on_every_replay(tmp_path: Path) -> None:
    """100,000 contacts on three paths: within four standard deviations; the order and size of batches do not matter."""
    shares = [20.0, 30.0, 50.0]
    taken: list[list[set[int]]] = []
    for number, batches in enumerate(([range(1, 100_001)], [range(50_001, 100_001), range(1, 50_001)])):
        folder = tmp_path / str(number)
        folder.mkdir()
        with worlds.world(folder, 0) as org:
            spec = worlds.journey(worlds.randomly("R", *((share, None) for share in shares)))
            worlds.published(org, spec, worlds.daily(times=len(batches), new_only=True))
            # Contacts are numbered alike, whenever they come in.
            org.do("test.known_people", people=100_000)
            for batch in batches:
                org.do("test.people", first=batch.start, last=batch.stop - 1)
                org.run_until(org.now + 86400)
            found = [
                {
                    row[0]
                    for row in org.rows(
                        "SELECT m.visit FROM journey_cohorts c JOIN journey_members m USING (cohort_id) "
                        "WHERE c.split_key = 'R' AND c.outcome = ?",
                        f"path-{path}",
                    )
                }
                for path in (1, 2, 3)
            ]
            taken.append(found)
    assert taken[0] == taken[1]
    for share, people in zip(shares, taken[0], strict=True):
        expected = 100_000 * share / 100
        deviation = (expected * (1 - share / 100)) ** 0.5
        assert abs(len(people) - expected) < 4 * deviation
