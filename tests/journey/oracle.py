"""A plain interpreter of journeys, one contact after the other: what the set-based engine must come to.

It is written from the rules (domain part E), with the same draws by `store.chance`, and knows no SQL.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from store.chance import SCALE, chance, share
from store.messaging import who
from store.messaging.model import EngagementModel

CONTACT = 0xFFFFFFFF
DAY = 86400
SECONDS = {"MINUTES": 60, "HOURS": 3600, "DAYS": 86400}
KINDS = {2: ("open", "click"), 3: ("click",), 6: ("bounce",)}


def local(text: str) -> int:
    """UTC seconds of system time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) + 6 * 3600


def next_time(at: int, time_of_day: str | None) -> int:
    """The moment, or the next time of day (system time) at or after it."""
    if not time_of_day:
        return at
    hour, minute = map(int, time_of_day.split(":"))
    midnight = (at - 6 * 3600) // DAY * DAY + 6 * 3600
    found = midnight + hour * 3600 + minute * 60
    return found if found >= at else found + DAY


@dataclass
class Outcome:
    """What became of one visit."""

    path: list[tuple[str, int]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    events: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    state: str = "completed"


class Oracle:
    """Runs visits of one contact; `jobs` gives the job id by activity key, `links` is how many links an email has."""

    def __init__(
        self, seed: int, journey: dict[str, Any], model: EngagementModel, jobs: dict[str, int], links: int
    ) -> None:
        self.seed, self.model, self.jobs, self.links = seed, model, jobs, links
        self.key = journey["key"]
        self.start = journey["activities"][0]["key"]
        self.activities = {activity["key"]: activity for activity in journey["activities"]}
        self.contact: dict[str, Any] = {}  # the contact data of the one who is run
        self.goal: int | None = None  # the points in the contact data that meet it
        self.exit: int | None = None
        self.published_at = 0

    def run(self, row: dict[str, Any], entries: list[tuple[int, int]]) -> dict[int, Outcome]:
        """The outcomes of visits (visit, entered at) of the contact with this row."""
        self.contact = {}
        found = {visit: Outcome() for visit, _ in entries}
        waiting = [(at, visit, self.start) for visit, at in entries]
        heapq.heapify(waiting)
        left_at: list[int] = []  # when this contact unsubscribes
        while waiting:
            at, visit, key = heapq.heappop(waiting)
            outcome = found[visit]
            next_key, due_at = self._do(self.activities[key], visit, at, row, outcome, left_at)
            if next_key is not None:
                heapq.heappush(waiting, (due_at, visit, next_key))
        return found

    def _do(
        self, activity: dict[str, Any], visit: int, at: int, row: dict[str, Any], outcome: Outcome, left_at: list[int]
    ) -> tuple[str | None, int]:
        kind, configuration = activity["type"], activity.get("configurationArguments", {})
        outcome.path.append((activity["key"], at))
        if kind == "WAIT":
            return self._wait(activity, at, row, outcome)
        if kind == "UPDATECONTACTDATA":
            for written in activity["arguments"]["activityData"]["updateContactFields"]:
                self.contact[written["field"]] = row[written["field"]]  # each is bound to the entry's own
            return activity["outcomes"][0].get("next"), at
        if kind == "EMAILV2":
            self._send(activity["key"], visit, at, outcome, left_at)
            taken = activity["outcomes"][0]
        elif kind == "RANDOMSPLIT":
            taken = self._randomly(activity, visit)
        elif kind == "MULTICRITERIADECISION":
            taken = self._decide(activity, row)
        else:
            events = outcome.events.get(configuration["refActivityCustomerKey"], [])
            kinds = KINDS[configuration["statsTypeId"]]
            engaged = any(name in kinds and when <= at for name, when in events)
            taken = activity["outcomes"][0 if engaged else 1]
        return taken.get("next"), at

    def _wait(self, activity: dict[str, Any], at: int, row: dict[str, Any], outcome: Outcome) -> tuple[str | None, int]:
        """When a wait ends, and whether the goal or the exit criteria end the visit there or on the way."""
        configuration, to = activity["configurationArguments"], activity["outcomes"][0].get("next")
        seconds = int(configuration["waitDuration"] * SECONDS[configuration["waitUnit"]])
        time_of_day = configuration.get("specifiedTime")
        if "specificDate" in configuration:
            due_at = max(at, local(configuration["specificDate"]))
        elif "waitEndDateAttributeExpression" in configuration:
            date = row["Joined"]
            due_at = at if date is None else max(at, local(date) + seconds)
            due_at = at if date is None else next_time(due_at, time_of_day)
        else:
            short = to is None and 0 < seconds <= 180 and not time_of_day and self.goal is None
            due_at = at if short else next_time(at + seconds, time_of_day)
        if self.meets(self.goal):
            look = self.published_at + ((at - self.published_at) // DAY + 1) * DAY
            outcome.state = "goal"
            return None, min(look, due_at)
        if self.meets(self.exit):
            outcome.state = "exited"
            return None, due_at
        return to, due_at

    def meets(self, least: int | None) -> bool:
        """Whether the contact data has at least so many points; without data nobody meets anything."""
        points = self.contact.get("Points")
        return least is not None and points is not None and points >= least

    def _randomly(self, activity: dict[str, Any], visit: int) -> dict[str, Any]:
        drawn = chance(self.seed, f"random split|{self.key}|{activity['key']}", who(visit))
        total = 0.0
        for outcome in activity["outcomes"]:
            total += outcome["arguments"]["percentage"]
            if drawn < share(total / 100):
                return outcome
        return activity["outcomes"][-1]

    def _decide(self, activity: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        rules = activity["rules"]  # the tests' own: outcome key -> (field, least value)
        for outcome in activity["outcomes"]:
            rule = rules.get(outcome["key"])
            if rule is None or self._holds(rule, row):
                return outcome
        raise AssertionError("no remainder")

    def _holds(self, rule: tuple[str, int], row: dict[str, Any]) -> bool:
        name, least = rule
        return self.meets(least) if name == "contact data" else row[name] >= least

    # ---- sends and what follows

    def _send(self, key: str, visit: int, at: int, outcome: Outcome, left_at: list[int]) -> None:
        if any(when <= at for when in left_at):
            outcome.excluded.append(key)
            return
        outcome.sent.append(key)
        events = self._respond(self.jobs[key], visit, at)
        outcome.events[key] = events
        left_at += [when for name, when in events if name == "unsubscribe"]

    def _respond(self, job: int, visit: int, at: int) -> list[tuple[str, int]]:
        model = self.model

        def drawn(what: str) -> int:
            return chance(self.seed, f"{what}|job {job}", who(visit))

        def trait(what: str) -> int:
            return chance(self.seed, what, visit & CONTACT)

        def delay(what: str, typical: int) -> int:
            return typical * drawn(what) // (SCALE * 51 // 50 - drawn(what))

        if trait("dead address") < share(model.dead_address_rate):
            return [("bounce", at + 60)]
        if drawn("soft bounce") < share(model.soft_bounce_rate):
            return [("bounce", at + model.soft_bounce_delay)]
        openness = trait("openness") / SCALE
        if drawn("open") >= share(model.open_rate) * (0.25 + 2.25 * openness * openness):
            return []
        opened = at + 120 + delay("open delay", model.open_delay)
        events = [("open", opened)]
        if self.links and drawn("click") < share(model.click_rate):
            clicked = opened + 5 + delay("click delay", model.click_delay)
            events.append(("click", clicked))
            if drawn("reclick") < share(model.reclick_rate):
                events.append(("click", clicked + 600 + delay("reclick delay", model.reopen_delay)))
        if drawn("reopen") < share(model.reopen_rate):
            events.append(("open", opened + 600 + delay("reopen delay", model.reopen_delay)))
        if drawn("complaint") < share(model.complaint_rate):
            at = opened + 20 + delay("complaint delay", model.click_delay)
            events += [("complaint", at), ("unsubscribe", at)]
        elif drawn("unsubscribe") < share(model.unsubscribe_rate):
            events.append(("unsubscribe", opened + 20 + delay("unsubscribe delay", model.click_delay)))
        return events
