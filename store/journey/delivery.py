"""The delivery options of an email activity: how many an hour, and between which times of day.

Who is over the hour's number, or comes outside the window, is sent to later and stands at the activity until then
(ASSUMED: the product does not say whether the contact goes on meanwhile). Everyone's turn is drawn once, at arrival,
so that a replay sends to the same people in the same hour.
Source: `throttleLimit`, `throttleOpens`, `throttleCloses` of the triggered send (domain E5); practitioners' notes on
Delivery Options (Hourly Threshold of 500 to 500,000, Delivery Window).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import messaging
from store.chance import sql_chance
from store.clock import DAY, HOUR, system_day_start
from store.errors import Refused
from store.journey.time_zones import time_of_day

if TYPE_CHECKING:
    from store.journey.activities.email import EmailActivity
    from store.journey.cohorts import Cohort, Run

_NO_LIMIT = 1 << 40


@dataclass(frozen=True)
class Options:
    """`an_hour` sends, None for no limit; the window opens and closes so many seconds after midnight, system time."""

    an_hour: int | None
    opens: int = 0
    closes: int = DAY

    @property
    def slots(self) -> int:
        """Hours of sending in a day, the last of which may be cut short."""
        return -(-(self.closes - self.opens) // HOUR)

    @property
    def said(self) -> str:
        """`at most 500 an hour, between 09:00 and 17:00`."""
        parts = [f"at most {self.an_hour} an hour"] if self.an_hour else []
        if (self.opens, self.closes) != (0, DAY):
            parts.append(f"between {_clock(self.opens)} and {_clock(self.closes)} (system time)")
        return ", ".join(parts)


def _clock(seconds: int) -> str:
    return f"{seconds // HOUR:02}:{seconds % HOUR // 60:02}"


def options(definition: dict[str, Any]) -> Options | None:
    """The delivery options of a triggered send, None without any. Raises Refused for what makes no sense."""
    written = str(definition.get("throttleLimit") or 0)
    if not written.isdecimal():
        raise Refused(f"The hourly threshold '{written}' is not a number.")
    opens, closes = (_time(definition.get(name)) for name in ("throttleOpens", "throttleCloses"))
    if opens == closes:  # both midnight: no window, as recorded journeys have it
        opens, closes = 0, DAY
    elif closes == 0:
        closes = DAY
    if opens >= closes:
        raise Refused("The delivery window closes before it opens.", fix="A window over midnight is not built.")
    found = Options(int(written) or None, opens, closes)
    return found if found.an_hour or (opens, closes) != (0, DAY) else None


def _time(written: object) -> int:
    return time_of_day(str(written)) if written else 0


def assign_hours(run: Run, cohort: Cohort, activity: EmailActivity, job: messaging.Job, chosen: Options) -> None:
    """Give each member the hour in which it is sent to, by a draw; nobody is over an hour's number.

    Hours that earlier comers have filled are passed over: they are filled in order, so that the places taken in all
    hours to come say where the next one is.
    """
    today = system_day_start(run.now) + chosen.opens
    current = (run.now - today) // HOUR if today <= run.now < today - chosen.opens + chosen.closes else None
    an_hour = chosen.an_hour or _NO_LIMIT
    free = 0
    if current is not None:
        taken = messaging.sent_since(run.org, job.job_id, today + current * HOUR)
        free = max(an_hour - taken - _standing(run, activity.key, run.now, before=True), 0)
    first, day = (current + 1, today) if current is not None else (0, today)
    if current is None and run.now >= today:  # closed already: tomorrow
        day = today + DAY
    place = f"(place - {free} + {_standing(run, activity.key, run.now, before=False)}) / {an_hour} + {first}"
    draw = sql_chance(run.org.seed, f"hour|{run.version.key}|{activity.key}", messaging.sql_who("visit"))
    run.scatter(
        cohort,
        activity.key,
        f"""SELECT visit, CASE WHEN place < {free} THEN {run.now}
                   ELSE {day} + slot / {chosen.slots} * {DAY} + slot % {chosen.slots} * {HOUR} END
            FROM (SELECT visit, place, {place} AS slot
                  FROM (SELECT visit, row_number() OVER (ORDER BY {draw}, visit) - 1 AS place
                        FROM journey_members WHERE cohort_id = :parent) LIMIT -1)
            ORDER BY visit""",
        {},
    )  # fmt: skip
    run.count("have their hour", cohort.size)


def _standing(run: Run, activity_key: str, at: int, *, before: bool) -> int:
    """People who stand at the activity with an hour of their own: due by a moment, or after it."""
    return int(
        run.org.value(
            f"""SELECT coalesce(sum(size), 0) FROM journey_cohorts
                WHERE version_id = :version AND activity_key = :key AND state = 'inside' AND split_key = :key
                  AND due_at {"<=" if before else ">"} :at""",
            {"version": run.version.version_id, "key": activity_key, "at": at},
        )
    )
