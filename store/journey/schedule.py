"""When an entry source lets contacts in: the event definition's schedule.

Source: domain E1: `scheduleFlowMode` runOnce (with `runOnceScheduleMode` onPublish), recurring or automation;
`schedule` with startDateTime, frequency, interval, endType, endDateTime, occurrences.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import datetime, timedelta

from store.clock import DAY, HOUR, MINUTE, SYSTEM_OFFSET, parse
from store.journey.spec import EventDefinition

_SECONDS = {"MINUTELY": MINUTE, "MINUTE": MINUTE, "HOURLY": HOUR, "DAILY": DAY, "WEEKLY": 7 * DAY}
# Zones that are at UTC-6 or UTC all year; any other is taken as system time, and the check says so.
_SYSTEM_ZONES = {"", "central america standard time", "central standard time", "system time", "1"}
_UTC_ZONES = {"utc", "coordinated universal time"}


def runs_once(event: EventDefinition) -> bool:
    """Whether it runs once, at publication. Without any schedule it does too (ASSUMED)."""
    return event.flow_mode == "runonce" or (not event.schedule and event.flow_mode != "automation")


def once_at(event: EventDefinition, now: int) -> int:
    """When a source that runs once does: at publication, or at its start when that is still to come."""
    start = event.schedule.get("startDateTime")
    return max(_moment(str(start), event), now) if start and _on_schedule(event) else now


def _on_schedule(event: EventDefinition) -> bool:
    return str(event.metadata.get("runOnceScheduleMode") or "").lower() == "onschedule"


def next_run(event: EventDefinition, after: int, runs: int = 0) -> int | None:
    """The first scheduled time that is not before `after`; None when there is none.

    `runs` counts the runs there have been, for schedules that end after a number of occurrences.
    """
    schedule = event.schedule
    if event.flow_mode == "automation" or not schedule.get("startDateTime"):
        return None
    start = _moment(str(schedule["startDateTime"]), event)
    found = start
    if after > start:
        frequency = str(schedule.get("frequency") or "Daily").upper()
        interval = max(int(schedule.get("interval") or 1), 1)
        if frequency in _SECONDS:
            every = _SECONDS[frequency] * interval
            found = start + -((start - after) // every) * every
        else:
            found = _monthly(start, after, interval)
    ends = str(schedule.get("endType") or "").lower()
    if ends == "enddate" and schedule.get("endDateTime") and found > _moment(str(schedule["endDateTime"]), event):
        return None
    if ends == "occurrences" and runs >= int(schedule.get("occurrences") or 1):
        return None
    return found


def _monthly(start: int, after: int, interval: int) -> int:
    first = datetime(1970, 1, 1) + timedelta(seconds=start + SYSTEM_OFFSET)
    months = 0
    while True:
        month = first.month - 1 + months
        year, month = first.year + month // 12, month % 12 + 1
        moment = first.replace(year=year, month=month, day=min(first.day, monthrange(year, month)[1]))
        at = int((moment - datetime(1970, 1, 1)).total_seconds()) - SYSTEM_OFFSET
        if at >= after:
            return at
        months += interval


def _moment(text: str, event: EventDefinition) -> int:
    """UTC seconds of a schedule's local time."""
    at = parse(text)
    if text.endswith("Z") or "+" in text or _zone(event) in _UTC_ZONES:
        return at
    return at - SYSTEM_OFFSET


def _zone(event: EventDefinition) -> str:
    return str(event.schedule.get("timeZone") or "").lower()


def problems(event: EventDefinition, now: int) -> Iterator[str]:
    """What a person should know about the schedule."""
    start = event.schedule.get("startDateTime")
    if runs_once(event) and start and _on_schedule(event) and _moment(str(start), event) < now:
        yield f"Its one run was due on {start}, which is past: contacts enter at publication."
    if event.schedule and _zone(event) not in _SYSTEM_ZONES | _UTC_ZONES:
        yield f"The schedule's time zone '{event.schedule['timeZone']}' is taken as system time (UTC-6)."
    if event.schedule and event.flow_mode != "automation" and not event.schedule.get("startDateTime"):
        yield "The schedule has no startDateTime: contacts enter once, at publication."
