"""What an automation is: a schedule and steps of activities; its creation, and the commands around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import agenda
from store.clock import DAY, HOUR, MINUTE, span, system_day_start
from store.commands import Outcome, command
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org

# Source: Automation Studio schedule types. 15 minutes is the shortest the product offers now.
_EVERY = {"minutely": MINUTE, "hourly": HOUR, "daily": DAY, "weekly": 7 * DAY}
SHORTEST = 15 * MINUTE


@dataclass(frozen=True)
class Schedule:
    """When an automation runs: `every` `interval` units, first at `at` (HH:MM, system time) on or after now."""

    every: str
    interval: int = 1
    at: str = "00:00"

    @property
    def seconds(self) -> int:
        """The distance between two runs."""
        return _EVERY[self.every] * self.interval

    def first(self, now: int) -> int:
        """The first run at or after `now`, UTC seconds."""
        hours, minutes = map(int, self.at.split(":"))
        start = system_day_start(now) + hours * HOUR + minutes * MINUTE
        while start < now:
            start += self.seconds if self.seconds < DAY else DAY
        return start


@dataclass(frozen=True)
class Automation:
    """An automation as the file has it; `steps` holds (activity type, key) pairs by step."""

    automation_id: int
    key: str
    name: str
    every_seconds: int
    status: str
    steps: tuple[tuple[tuple[str, str], ...], ...]


def _parse_schedule(schedule: dict[str, Any] | None) -> Schedule | None:
    if schedule is None:
        return None
    unknown = sorted(set(schedule) - {"every", "interval", "at"})
    if unknown:
        raise Refused(f"A schedule has no '{unknown[0]}'.", fix="It has every, interval and at.")
    parsed = Schedule(**schedule)
    if parsed.every not in _EVERY:
        fix = did_you_mean(parsed.every, _EVERY) or f"Choose one of {', '.join(_EVERY)}."
        raise Refused(f"An automation cannot run '{parsed.every}'.", fix=fix)
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", parsed.at):
        raise Refused(f"'{parsed.at}' is not a time of day.", fix="Write HH:MM in system time, such as 02:00.")
    if parsed.interval < 1 or parsed.seconds < SHORTEST:
        raise Refused(f"An automation cannot run every {span(parsed.seconds)}.", fix="15 minutes is the shortest.")
    return parsed


@command("automation.create")
def create(
    org: Org,
    *,
    name: str,
    steps: list[list[dict[str, str]]],
    schedule: dict[str, Any] | None = None,
    key: str = "",
    description: str = "",
) -> Outcome:
    """Make an automation and put its first run on the agenda.

    `steps` is a list of steps, each a list of {"type": "query", "key": customer key}.
    """
    from store.automation.run import activity_types

    key = key or name
    if org.value("SELECT 1 FROM automations WHERE customer_key = ?", key):
        raise Refused(f"There is an automation '{key}' already.", fix="Choose another key.")
    for each in (one for step in steps for one in step):
        if each["type"] not in activity_types():
            known = ", ".join(activity_types())
            raise Refused(f"The activity '{each['type']}' is not built yet.", fix=f"Built so far: {known}.")
    parsed = _parse_schedule(schedule)
    automation_id = org.value(
        "INSERT INTO automations(customer_key, name, description, every_seconds, status)"
        " VALUES (?, ?, ?, ?, ?) RETURNING automation_id",
        key, name, description, parsed.seconds if parsed else 0, "Scheduled" if parsed else "Ready",
    )  # fmt: skip
    for number, step in enumerate(steps, 1):
        for position, each in enumerate(step, 1):
            org.run(
                "INSERT INTO automation_activities VALUES (?, ?, ?, ?, ?)",
                automation_id, number, position, each["type"], each["key"],
            )  # fmt: skip
    if parsed:
        put_on_agenda(org, automation_id, name, parsed.first(org.now))
    return Outcome(f"Automation {name} created", {"automations": 1}, f"automation/{key}")


def put_on_agenda(org: Org, automation_id: int, name: str, at: int) -> None:
    """Schedule the next run."""
    agenda.schedule(org, at, "automation.start", {"automation_id": automation_id}, f"Automation {name} starts")


@command("automation.run_once")
def run_once(org: Org, *, key: str) -> Outcome:
    """Start an automation now; its activities follow on the agenda."""
    automation = find(org, key)
    agenda.schedule(
        org, org.now, "automation.start", {"automation_id": automation.automation_id, "once": True},
        f"Automation {automation.name} starts",
    )  # fmt: skip
    return Outcome(f"Automation {automation.name}: Run Once", {}, f"automation/{automation.key}")


@command("automation.pause")
def pause(org: Org, *, key: str) -> Outcome:
    """Take an automation off its schedule."""
    automation = find(org, key)
    agenda.cancel(org, "automation.start", automation_id=automation.automation_id)
    org.run("UPDATE automations SET status = 'PausedSchedule' WHERE automation_id = ?", automation.automation_id)
    return Outcome(f"Automation {automation.name} paused", {"automations": 1}, f"automation/{automation.key}")


def find(org: Org, key: str) -> Automation:
    """The automation with this key or name. Raises Refused when there is none."""
    row = org.row("SELECT * FROM automations WHERE customer_key = ?1 OR name = ?1 ORDER BY automation_id", key)
    if row is None:
        raise Refused(f"There is no automation '{key}'.", fix=did_you_mean(key, names(org)))
    steps: dict[int, list[tuple[str, str]]] = {}
    for one in org.rows(
        "SELECT * FROM automation_activities WHERE automation_id = ? ORDER BY step, position", row["automation_id"]
    ):
        steps.setdefault(one["step"], []).append((one["activity_type"], one["activity_key"]))
    return Automation(
        row["automation_id"], row["customer_key"], row["name"], row["every_seconds"], row["status"],
        tuple(tuple(step) for step in steps.values()),
    )  # fmt: skip


def names(org: Org) -> list[str]:
    """The keys of all automations."""
    return [row[0] for row in org.rows("SELECT customer_key FROM automations ORDER BY customer_key")]


def with_activity(org: Org, kind: str, key: str) -> list[str]:
    """The names of the automations that have an activity of this type and key."""
    rows = org.rows(
        """SELECT DISTINCT a.name FROM automations a JOIN automation_activities v USING (automation_id)
           WHERE v.activity_type = ? AND v.activity_key = ? ORDER BY a.name""",
        kind, key,
    )  # fmt: skip
    return [row["name"] for row in rows]
