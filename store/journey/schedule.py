"""When an entry source lets contacts in: the event definition's schedule.

Source: domain E1: `scheduleFlowMode` runOnce (with `runOnceScheduleMode` onPublish), recurring or automation;
`schedule` with startDateTime, timeZone, frequency, interval, endType, endDateTime, occurrences. Recorded schedules
write the time zone as Windows names it; a day, a week and a month keep the time of day there, also over a change to
daylight saving (ASSUMED: no page says so), hours and minutes are counted by the clock.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from store.clock import DAY, HOUR, MINUTE, SYSTEM_ZONE
from store.errors import Refused
from store.journey.spec import EventDefinition
from store.journey.time_zones import local_moment, zone

_CLOCK = {"MINUTELY": MINUTE, "MINUTE": MINUTE, "HOURLY": HOUR}
_DAYS = {"DAILY": 1, "WEEKLY": 7}
_SYSTEM_ZONE_ID = "1"  # ASSUMED: a number in place of the name


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
    found = start if after <= start else _first_after(start, after, event)
    ends = str(schedule.get("endType") or "").lower()
    if ends == "enddate" and schedule.get("endDateTime") and found > _moment(str(schedule["endDateTime"]), event):
        return None
    if ends == "occurrences" and runs >= int(schedule.get("occurrences") or 1):
        return None
    return found


def _first_after(start: int, after: int, event: EventDefinition) -> int:
    """The first moment of the schedule, begun at `start`, that is not before `after`."""
    frequency = str(event.schedule.get("frequency") or "Daily").upper()
    interval = max(int(event.schedule.get("interval") or 1), 1)
    if frequency in _CLOCK:
        every = _CLOCK[frequency] * interval
        return start + -((start - after) // every) * every
    where = _zone(event)
    first = datetime.fromtimestamp(start, where).replace(tzinfo=None)
    days = _DAYS.get(frequency, 0) * interval
    steps = max((after - start) // (days * DAY) - 1, 0) if days else 0
    while True:
        local = first + timedelta(days=days * steps) if days else _months_later(first, steps * interval)
        at = int(local.replace(tzinfo=where).timestamp())
        if at >= after:
            return at
        steps += 1


def _months_later(first: datetime, months: int) -> datetime:
    """So many months later, on the last day where the month is shorter."""
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    return first.replace(year=year, month=month, day=min(first.day, monthrange(year, month)[1]))


def _moment(text: str, event: EventDefinition) -> int:
    """UTC seconds of a schedule's local time."""
    return local_moment(text, _zone(event))


def _zone(event: EventDefinition) -> tzinfo:
    """Where the schedule's times of day are; system time for a name that is not known."""
    name = _zone_name(event)
    try:
        return SYSTEM_ZONE if name == _SYSTEM_ZONE_ID else zone(name)
    except Refused:
        return SYSTEM_ZONE


def _zone_name(event: EventDefinition) -> str:
    return str(event.schedule.get("timeZone") or "")


def problems(event: EventDefinition, now: int) -> Iterator[str]:
    """What a person should know about the schedule."""
    start = event.schedule.get("startDateTime")
    if runs_once(event) and start and _on_schedule(event) and _moment(str(start), event) < now:
        yield f"Its one run was due on {start}, which is past: contacts enter at publication."
    name = _zone_name(event)
    if name != _SYSTEM_ZONE_ID:
        try:
            zone(name)
        except Refused as error:
            yield f"{error.message} The schedule is taken in system time (UTC-6)."
    if event.schedule and event.flow_mode != "automation" and not event.schedule.get("startDateTime"):
        yield "The schedule has no startDateTime: contacts enter once, at publication."
