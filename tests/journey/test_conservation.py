"""Nobody is lost or doubled: random journeys, events and changes of versions, against a plain interpreter.

At every step what was fired has entered, was rejected or waits at the entry, and whoever entered is inside or ended.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from store import Org, journey
from store.errors import Refused
from store.invariants import check
from tests.journey import worlds
from tests.journey.lifecycle_oracle import Oracle

CONTACTS = 3
SECOND = 13  # commands happen at this second, entries at full minutes, waits end six seconds later with each
MODES = ("MultipleEntries", "OnceAndDone", "SingleEntryAcrossAllVersions")
WAITS = (10.1, 20.1, 400.1, 1500.1)  # minutes
Action = tuple[str, dict[str, Any]]


@st.composite
def activities(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to five activities that lead only to later ones; those that nothing leads to are left out."""
    count = draw(st.integers(1, 5))

    def later(number: int) -> str | None:
        return draw(st.sampled_from([None, *(f"A{n}" for n in range(number + 1, count))]))

    made: list[dict[str, Any]] = []
    for number in range(count):
        kind = draw(st.sampled_from(["wait", "wait", "random", "decision"])) if number else "wait"
        if kind == "wait":
            made.append(worlds.wait(f"A{number}", later(number), draw(st.sampled_from(WAITS)), "MINUTES"))
        elif kind == "random":
            cut = draw(st.integers(0, 100))
            made.append(worlds.randomly(f"A{number}", (cut, later(number)), (100 - cut, later(number))))
        else:
            least = draw(st.integers(0, 10))
            rule = worlds.where("Points", "GreaterThanOrEqual", str(least))
            split = worlds.decision(f"A{number}", (rule, later(number)), remainder=later(number))
            made.append(split | {"least": least})
    reached = {"A0"}
    for activity in made:
        if activity["key"] in reached:
            reached |= {outcome["next"] for outcome in activity["outcomes"] if "next" in outcome}
    return [activity for activity in made if activity["key"] in reached]


CONTACT = st.integers(1, CONTACTS).map(lambda number: f"C{number}")
FIRE = st.tuples(st.just("fire"), st.fixed_dictionaries({"contact": CONTACT, "points": st.integers(0, 10)}))
PAUSE = st.tuples(
    st.just("pause"),
    st.fixed_dictionaries(
        {
            "extend": st.booleans(),
            "queue": st.booleans(),
            "days": st.integers(1, 2),
            "afterwards": st.sampled_from(["none", "none", "resume", "stop"]),
            "every": st.booleans(),
        }
    ),
)
PUBLISH = st.tuples(st.just("publish"), st.fixed_dictionaries({"activities": activities()}))
EXIT = st.tuples(st.just("exit"), st.fixed_dictionaries({"contact": CONTACT}))
RESUME, FINISH, STOP = (st.just((what, {})) for what in ("resume", "finish", "stop"))


def scripts() -> st.SearchStrategy[tuple[Action, ...]]:
    """A few actions in a row that make a story: events, a pause with what comes in it, a new version, an end."""
    return st.one_of(
        st.tuples(FIRE, FIRE),
        st.tuples(FIRE, PAUSE, FIRE, RESUME),
        st.tuples(FIRE, FIRE, EXIT),
        st.tuples(FIRE, PAUSE, FIRE, PUBLISH, FIRE, RESUME),
        st.tuples(FIRE, PUBLISH, FIRE),
        st.tuples(FIRE, st.one_of(FINISH, STOP, PAUSE), FIRE, st.one_of(PUBLISH, RESUME, STOP)),
    )


class Pair:
    """The engine and the interpreter, given the same."""

    def __init__(self, org: Org, seed: int, mode: str, threshold: int | None) -> None:
        self.org, self.mode = org, mode
        self.oracle = Oracle(seed, "welcome", mode, threshold)
        self.oracle.now = org.now
        criteria = "" if threshold is None else worlds.where("Points", "GreaterThanOrEqual", str(threshold))
        self.event = worlds.event_definition(type="APIEvent", metaData={}, criteria=criteria)

    def publish(self, made: list[dict[str, Any]]) -> None:
        spec = worlds.journey(*made, mode=self.mode)
        spec["triggers"][0]["type"] = "APIEvent"
        self.org.do("journey.create", spec=spec, event_definition=self.event)
        self.org.do("journey.publish", key="welcome")
        self.oracle.publish(made)

    def wait(self, minutes: int) -> None:
        """To second SECOND of a minute, both; whoever is a contact by then has an id that draws depend on."""
        at = (self.org.now // 60 + minutes) * 60 + SECOND
        worlds.run_for(self.org, at - self.org.now)
        rows = self.org.rows("SELECT contact_key, contact_id FROM contacts")
        self.oracle.contact_ids = {row["contact_key"]: row["contact_id"] for row in rows}
        self.oracle.advance(at)

    def act(self, what: str, values: dict[str, Any]) -> None:
        """One action on both; what one refuses the other must refuse."""
        if what == "publish":
            self.publish(values["activities"])
            return
        if what == "fire":
            key, data = values["contact"], {"Points": values["points"]}
            self.org.do("journey.fire_event", contact_key=key, event_definition_key=worlds.EVENT_KEY, data=data)
            self.oracle.fire(values["contact"], values["points"])
            return
        done = getattr(self.oracle, what)(**values)
        try:
            self._do(what, values)
        except Refused:
            assert not done, f"the engine refuses {what} {values}"
        else:
            assert done, f"the engine does {what} {values}"

    def _do(self, what: str, values: dict[str, Any]) -> None:
        if what == "exit":
            self.org.do("journey.exit_contact", key="welcome", contact_keys=[values["contact"]])
        elif what == "pause":
            self.org.do(
                "journey.pause", key="welcome", extend_waits=values["extend"], queue_entries=values["queue"],
                days=values["days"], afterwards=values["afterwards"], all_versions=values["every"],
            )  # fmt: skip
        else:
            self.org.do(f"journey.{what}", key="welcome")

    def compare(self) -> None:
        """The same visits on the same ways, the same rejections, the same versions; and the books balance."""
        org, oracle = self.org, self.oracle
        rows = journey.version_rows(org, "welcome")
        assert [row.status for row in rows] == [version.status for version in oracle.versions]
        assert all(row.balance.holds for row in rows)
        entered = sum(row.balance.entered for row in rows)
        rejected = sum(row.balance.rejected for row in rows)
        assert oracle.fired == entered + rejected + len(oracle.pending)
        reasons = org.rows("SELECT why, count(*) FROM journey_rejections GROUP BY why")
        assert {row[0]: row[1] for row in reasons} == {why: count for why, count in oracle.rejected.items() if count}
        wanted = {(visit.contact, visit.entry_no): visit for visit in oracle.visits}
        found = [visit for key in oracle.contact_ids for visit in ((key, each) for each in journey.visits(org, key))]
        assert len(found) == len(wanted)
        for key, visit in found:
            expected = wanted[key, visit.entry_no]
            assert (visit.version, visit.state) == (expected.version, expected.state)
            assert [(hop.activity_key, hop.arrived_at) for hop in journey.path(org, visit)] == expected.path


@settings(max_examples=25)
@given(
    first=activities(),
    mode=st.sampled_from(MODES),
    threshold=st.sampled_from([None, None, 4]),
    seed=st.integers(1, 3),
    stories=st.lists(scripts(), min_size=3, max_size=5),
    gaps=st.lists(st.sampled_from([1, 5, 15, 200, 700, 1600]), min_size=30, max_size=30),
)
def test_entered_is_inside_or_ended_and_each_way_is_that_of_the_plain_interpreter(
    first: list[dict[str, Any]], mode: str, threshold: int | None, seed: int,
    stories: list[tuple[Action, ...]], gaps: list[int],
) -> None:  # fmt: skip
    """Compared after every action and at the end, when nothing but pauses keeps anybody inside."""
    with tempfile.TemporaryDirectory() as folder, worlds.world(Path(folder), 0, seed=seed) as org:
        pair = Pair(org, seed, mode, threshold)
        pair.publish(first)
        happenings = [action for story in stories for action in story]
        for minutes, (what, values) in zip(gaps, happenings, strict=False):
            pair.wait(minutes)
            pair.act(what, values)
            pair.compare()
        pair.wait(20 * 1440)
        pair.compare()
        assert check(org) == []
        statuses = {row.status for row in journey.version_rows(org, "welcome")}
        inside = sum(row.balance.inside for row in journey.version_rows(org, "welcome"))
        assert inside == 0 or "Paused" in statuses
