"""Date-based event: contacts enter on, before or after a date that they have, such as a birthday. Type DateEvent.

Each day at its time of day it looks for the contacts whose date, moved by the offset, is today: yearly by month and
day, monthly by day, or once. Whoever has no contact record is not admitted; the data extension must be sendable.
Source: SFH:mc_jb_create_date_based_event.

The keys of these settings in the JSON were found on no page. ASSUMED: `configurationArguments` of the trigger or of the
event definition with dateAttribute, recurrence (Yearly, Monthly, None), offset, offsetUnit (Days, Weeks, Months),
offsetDirection (Before, After), timeOfDay (HH:MM) and timeZone.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, ClassVar

from store.agenda import schedule
from store.clock import HOUR, MINUTE
from store.data_extensions import quoted
from store.errors import Refused
from store.journey.activities.base import Finding, as_number
from store.journey.attributes import attribute
from store.journey.entry_sources.base import Candidates, EntrySource, entry_source
from store.journey.spec import binding
from store.journey.time_zones import next_time_of_day, zone

if TYPE_CHECKING:
    from store.data_extensions import DataExtension
    from store.journey.check import Checking
    from store.org import Org

RECURRENCES = ("yearly", "monthly", "none")
UNITS = ("days", "weeks", "months")


@entry_source("Date-Based Event", "DATEEVENT")
class DateEvent(EntrySource):
    """The data extension of the event has the date; a row of it is the journey data."""

    establishes: ClassVar[bool] = False

    @property
    def settings(self) -> dict[str, Any]:
        """The settings, those of the trigger before those of the event definition."""
        own = self.version.spec.trigger.get("configurationArguments")
        event = self.version.event.configuration if self.version.event else {}
        return event | (own if isinstance(own, dict) else {})

    @property
    def recurrence(self) -> str:
        return str(self.settings.get("recurrence") or "Yearly").lower()

    @property
    def offset(self) -> tuple[int, str]:
        """How far after the date (negative: before it) contacts enter, and the unit."""
        amount = int(as_number(self.settings.get("offset") or 0) or 0)
        before = str(self.settings.get("offsetDirection") or "After").lower() == "before"
        return (-amount if before else amount), str(self.settings.get("offsetUnit") or "Days").lower()

    @property
    def zone(self) -> tzinfo:
        """Where its days and times of day are. Raises Refused for a zone that is not known."""
        return zone(str(self.settings.get("timeZone") or ""))

    @property
    def time_of_day(self) -> int:
        """Seconds after midnight in its zone. Raises Refused for what is no HH:MM."""
        text = str(self.settings.get("timeOfDay") or "00:00")
        hours, _, minutes = text.partition(":")
        if not (hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
            raise Refused(f"'{text}' is not a time of day.", fix="Write HH:MM.")
        return int(hours) * HOUR + int(minutes) * MINUTE

    def _date_field(self, de: DataExtension) -> str:
        """The column of the date. Raises Refused when the attribute is no date of this data extension."""
        named = str(self.settings.get("dateAttribute") or "")
        if not named:
            raise Refused("no date attribute is chosen.")
        field = de.field(attribute(binding(named) or named).field)
        if field.type != "Date":
            raise Refused(f"{field.name} of {de.name} is of type {field.type}, not a Date.")
        return field.name

    def check(self, checking: Checking) -> Iterator[Finding]:
        """A Date attribute, and settings that can be read."""
        findings = list(super().check(checking))
        yield from findings
        if any(finding.severity == "error" for finding in findings):
            return
        try:
            self._date_field(self.data_extension(checking.org))
            _ = self.time_of_day, self.zone
        except Refused as error:
            yield self.refusal(error)
        if self.recurrence not in RECURRENCES:
            yield self.error(f"the event recurs {', '.join(RECURRENCES)}, not '{self.recurrence}'.")
        if self.offset[1] not in UNITS:
            yield self.error(f"the offset is counted in {', '.join(UNITS)}, not in '{self.offset[1]}'.")

    def start(self, org: Org) -> None:
        """Today at its time of day, or tomorrow when that is over."""
        self._schedule(org, next_time_of_day(org.now, self.time_of_day, self.zone), 0)

    def follow(self, org: Org, runs: int) -> None:
        """The same time tomorrow."""
        self._schedule(org, next_time_of_day(org.now + 1, self.time_of_day, self.zone), runs)

    def _schedule(self, org: Org, at: int, runs: int) -> None:
        args = {"version_id": self.version.version_id, "runs": runs}
        schedule(org, at, "journey.entry", args, f"{self.version.name}: entry by date")

    @property
    def trickles(self) -> bool:
        """Who has the date while the journey is paused has missed it."""
        return False

    def candidates(self, org: Org) -> Candidates:
        """The rows whose date comes to today."""
        de = self.data_extension(org)
        column = f"e.{quoted(self._date_field(de))}"
        days = occurrences(datetime.fromtimestamp(org.now, self.zone).date(), *self.offset)
        key = f"e.{quoted(de.sendable_field or '')}"
        return Candidates(quoted(de.table_name), key, where=date_condition(column, self.recurrence, days))

    def explain(self) -> str:
        amount, unit = self.offset
        when = "on" if not amount else f"{abs(amount)} {unit} {'after' if amount > 0 else 'before'}"
        every = {"yearly": " every year", "monthly": " every month"}.get(self.recurrence, "")
        return f"Contacts enter {when} {self.settings.get('dateAttribute') or 'a date'}{every}."


def occurrences(today: date, amount: int, unit: str) -> list[date]:
    """The days that, moved by the offset, come to today; a shorter month makes several days come to its last one."""
    if unit != "months":
        return [today - timedelta(days=amount * (7 if unit == "weeks" else 1))]
    months = today.year * 12 + today.month - 1 - amount
    year, month = divmod(months, 12)
    last = monthrange(year, month + 1)[1]
    days = [date(year, month + 1, day) for day in range(1, last + 1)]
    end = monthrange(today.year, today.month)[1]
    return [day for day in days if min(day.day, end) == today.day]


def date_condition(column: str, recurrence: str, days: list[date]) -> str:
    """SQL for whether a date recurs on one of these days. ASSUMED: a day that a month has not is its last."""
    values: list[str] = []
    for day in days:
        if recurrence == "none":
            values.append(day.isoformat())
            continue
        last = monthrange(day.year, day.month)[1]
        if recurrence == "yearly":
            values.append(f"{day:%m-%d}")
            if day.month == 2 and day.day == last == 28:
                values.append("02-29")
        else:
            values += [f"{number:02}" for number in range(day.day, 32 if day.day == last else day.day + 1)]
    start, length = {"none": (1, 10), "yearly": (6, 5)}.get(recurrence, (9, 2))
    listed = ", ".join(f"'{value}'" for value in dict.fromkeys(values))
    return f"substr({column}, {start}, {length}) IN ({listed or 'NULL'})"
