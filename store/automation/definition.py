"""What an automation is: a schedule and steps of activities; its creation, and the commands around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import agenda, business_units
from store.business_units import ENTERPRISE_MID
from store.clock import DAY, HOUR, MINUTE, span, system_day_start
from store.commands import Outcome, command
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    import sqlite3

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
    """An automation as the file has it; `steps` holds (activity type, key) pairs by step.

    `path` is its key, or `Unit/KEY` in a child business unit.
    """

    automation_id: int
    mid: int
    path: str
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

    key, mid = key or name, business_units.current_mid()
    if org.value("SELECT 1 FROM automations WHERE mid = ? AND customer_key = ?", mid, key):
        raise Refused(f"There is an automation '{key}' already.", fix="Choose another key.")
    for each in (one for step in steps for one in step):
        if each["type"] not in activity_types():
            known = ", ".join(activity_types())
            raise Refused(f"The activity '{each['type']}' is not built yet.", fix=f"Built so far: {known}.")
    parsed = _parse_schedule(schedule)
    automation_id = org.value(
        "INSERT INTO automations(mid, customer_key, name, description, every_seconds, status)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING automation_id",
        mid, key, name, description, parsed.seconds if parsed else 0, "Scheduled" if parsed else "Ready",
    )  # fmt: skip
    for number, step in enumerate(steps, 1):
        for position, each in enumerate(step, 1):
            org.run(
                "INSERT INTO automation_activities VALUES (?, ?, ?, ?, ?)",
                automation_id, number, position, each["type"], each["key"],
            )  # fmt: skip
    if parsed:
        put_on_agenda(org, automation_id, name, parsed.first(org.now))
    path = business_units.path(org, mid, key)
    return Outcome(f"Automation {name} created", {"automations": 1}, f"automation/{path}")


def put_on_agenda(org: Org, automation_id: int, name: str, at: int) -> None:
    """Schedule the next run."""
    agenda.schedule(org, at, "automation.start", {"automation_id": automation_id}, f"Automation {name} starts")


@command("automation.run_once")
def run_once(org: Org, *, key: str) -> Outcome:
    """Start an automation now; its activities follow on the agenda."""
    automation = find(org, key)
    with business_units.acting(org, automation.mid):
        agenda.schedule(
            org, org.now, "automation.start", {"automation_id": automation.automation_id, "once": True},
            f"Automation {automation.name} starts",
        )  # fmt: skip
    return Outcome(f"Automation {automation.name}: Run Once", {}, f"automation/{automation.path}")


@command("automation.pause")
def pause(org: Org, *, key: str) -> Outcome:
    """Take an automation off its schedule."""
    automation = find(org, key)
    agenda.cancel(org, "automation.start", automation_id=automation.automation_id)
    org.run("UPDATE automations SET status = 'PausedSchedule' WHERE automation_id = ?", automation.automation_id)
    return Outcome(f"Automation {automation.name} paused", {"automations": 1}, f"automation/{automation.path}")


def find(org: Org, key: str) -> Automation:
    """The automation with this key or name, of the business unit that is worked in, or `Unit/KEY`.

    Raises Refused when there is none.
    """
    row = _row_of(org, business_units.current_mid(), key)
    if row is None and (there := business_units.meant(org, key)):
        row = _row_of(org, *there)
    if row is None:
        known = names(org)
        named = next((path for path in known if path.lower().endswith("/" + key.strip().lower())), None)
        fix = f"There is {named}." if named else did_you_mean(key, known)
        raise Refused(f"There is no automation '{key}'.", fix=fix)
    steps: dict[int, list[tuple[str, str]]] = {}
    for one in org.rows(
        "SELECT * FROM automation_activities WHERE automation_id = ? ORDER BY step, position", row["automation_id"]
    ):
        steps.setdefault(one["step"], []).append((one["activity_type"], one["activity_key"]))
    return Automation(
        row["automation_id"], row["mid"], business_units.path(org, row["mid"], row["customer_key"]),
        row["customer_key"], row["name"], row["every_seconds"], row["status"],
        tuple(tuple(step) for step in steps.values()),
    )  # fmt: skip


def _row_of(org: Org, mid: int, key: str) -> sqlite3.Row | None:
    return org.row(
        """SELECT * FROM automations WHERE mid = :mid AND (customer_key = :key OR name = :key)
           ORDER BY customer_key = :key DESC, automation_id""",
        {"mid": mid, "key": key},
    )


def names(org: Org) -> list[str]:
    """The paths of all automations of all business units."""
    rows = org.rows("SELECT mid, customer_key FROM automations ORDER BY mid <> ?, mid, customer_key", ENTERPRISE_MID)
    return [business_units.path(org, row["mid"], row["customer_key"]) for row in rows]


def with_activity(org: Org, kind: str, key: str) -> list[str]:
    """The names of the automations that have an activity of this type and key."""
    rows = org.rows(
        """SELECT DISTINCT a.name FROM automations a JOIN automation_activities v USING (automation_id)
           WHERE v.activity_type = ? AND v.activity_key = ? ORDER BY a.name""",
        kind, key,
    )  # fmt: skip
    return [row["name"] for row in rows]


def scheduled_with(org: Org, kind: str) -> list[str]:
    """The names of the automations on a schedule that have an activity of this type."""
    rows = org.rows(
        """SELECT DISTINCT a.name FROM automations a JOIN automation_activities v USING (automation_id)
           WHERE v.activity_type = ? AND a.status = 'Scheduled' ORDER BY a.name""",
        kind,
    )
    return [row["name"] for row in rows]
