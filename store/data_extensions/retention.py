"""Data retention: rows, or whole data extensions, that are deleted by a nightly job when their time has come.

    individual_records              each row goes when its period since its creation is over
    all_records                     all rows go at the end of the period or on the day; the data extension stays
    all_records_and_data_extension  the data extension goes with them

source: domain B4, the three policies of a data extension's retention settings and their SOAP fields.

There is no state but the rows themselves: a row's clock is its `_CreatedDate`, a data extension's clock begins at its
creation; an import that resets the period sets the `_CreatedDate` of the rows that it meets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from store.agenda import Entry, cancel, schedule
from store.assumptions import assume
from store.clock import DAY, HOUR, system_day_start, system_text
from store.commands import Outcome, after_step, handler
from store.data_extensions.holding import reason_to_stay
from store.data_extensions.manage import delete
from store.data_extensions.model import DataExtension, Field, all_definitions
from store.data_extensions.storage import now_literal, quoted
from store.data_extensions.values import convert

if TYPE_CHECKING:
    from store.org import Org

RETENTION = "data_extensions.retention"
INDIVIDUAL, ALL, WHOLE = "individual_records", "all_records", "all_records_and_data_extension"

assume(
    "retention_hour",
    1,
    tuple(range(24)),
    "The hour of the night, in system time, at which data retention deletes.",
    "general knowledge: retention is an asynchronous nightly job; no page states when it runs",
)
assume(
    "retention_period_begins_anew",
    True,
    (True, False),
    "After the end of an all-records period the next one begins; otherwise rows added later go in the next night.",
    "not documented: the settings only say that records are deleted at the end of the period",
)
assume(
    "retention_counts_imported_rows_from_creation",
    True,
    (True, False),
    "An import without 'reset period on import' leaves the clock of the rows that it updates.",
    "general knowledge: the row clock is the insert time, and updates reset it only where that is set",
)


@after_step
def wake(org: Org) -> None:
    """The nightly job is on the agenda as long as a data extension has retention, and only so long."""
    wanted = org.value("SELECT EXISTS (SELECT 1 FROM data_extensions WHERE retention IS NOT NULL)")
    there = org.value("SELECT EXISTS (SELECT 1 FROM agenda WHERE kind = ?)", RETENTION)
    if wanted and not there:
        _schedule(org)
    elif there and not wanted:
        cancel(org, RETENTION)


def _schedule(org: Org) -> None:
    night = system_day_start(org.now) + int(org.assumption("retention_hour")) * HOUR
    schedule(org, night if night > org.now else night + DAY, RETENTION, {}, "Data retention deletes what is over")


@handler(RETENTION)
def run(org: Org, entry: Entry) -> Outcome:
    """Delete what is over, of every data extension; a night in which nothing is over is no step."""
    said, rows, gone, subjects = [], 0, 0, []
    for de in (each for each in all_definitions(org) if each.retention):
        deleted, whole = _apply(org, de)
        if not deleted and not whole:
            continue
        what = f"{deleted:,} {'row' if deleted == 1 else 'rows'}"
        said.append(f"data extension {de.path} with {what}" if whole else f"{what} of {de.path}")
        rows, gone = rows + deleted, gone + whole
        subjects.append(f"de/{de.path}")
    _schedule(org)  # `wake` takes it off again when this was the last data extension with retention
    changes = {name: count for name, count in (("deleted", rows), ("data extensions", gone)) if count}
    subject = subjects[0] if len(subjects) == 1 else ""
    return Outcome(f"Data retention deleted {', '.join(said) or 'nothing'}", changes, subject, quiet=not said)


def _apply(org: Org, de: DataExtension) -> tuple[int, bool]:
    """Delete what is over; returns how many rows, and whether the data extension went too."""
    assert de.retention is not None
    policy, table = de.retention["policy"], quoted(de.table_name)
    if policy == INDIVIDUAL:
        # Counted back from now, once, and not on from every row: a night looks at all rows.
        before = {"now": system_text(org.now), **_in_sql(de.retention)}
        over = "_CreatedDate <= datetime(:now, '-' || :period || ' ' || :unit)"
        return org.run(f"DELETE FROM {table} WHERE {over}", before), False
    end = _last_end(org, de)
    if end is None:
        return 0, False
    # ASSUMED: what Data Designer links stays, empty, as a person cannot delete it either.
    if policy == WHOLE and not reason_to_stay(org, de):
        return delete(org, de.path), True
    begins_anew = org.assumption("retention_period_begins_anew")
    # A row without a creation date was there before retention was.
    older = "WHERE _CreatedDate IS NULL OR _CreatedDate <= :end" if begins_anew else ""
    return org.run(f"DELETE FROM {table} {older}", {"end": end}), False


def _last_end(org: Org, de: DataExtension) -> str | None:
    """The end of the retention that has come last, as system-time text; None when it is still ahead.

    A month that is too short runs over into the next, as SQLite counts.
    """
    assert de.retention is not None
    if de.retention["until"]:
        end = str(convert(Field("until", "Date"), de.retention["until"]))
        return end if end <= system_text(org.now) else None
    begun: str = system_text(de.created_at)
    if de.retention["reset_on_import"]:
        # ASSUMED: whatever adds rows resets the period, not only an Import Activity.
        latest = org.value(f"SELECT max(_CreatedDate) FROM {quoted(de.table_name)}")
        begun = max(begun, latest or begun)
    last: str | None = org.value(
        """WITH RECURSIVE ends(n, at) AS (
             SELECT 1, datetime(:begun, '+' || :period || ' ' || :unit)
             UNION ALL
             SELECT n + 1, datetime(:begun, '+' || ((n + 1) * :period) || ' ' || :unit) FROM ends WHERE at <= :now)
           SELECT max(at) FROM ends WHERE at <= :now""",
        {"begun": begun, "now": system_text(org.now), **_in_sql(de.retention)},
    )
    return last


def _in_sql(retention: dict[str, Any]) -> dict[str, Any]:
    """Period and unit as SQLite's date functions take them: they know no weeks."""
    weeks = retention["unit"] == "weeks"
    return {
        "period": int(retention["period"]) * (7 if weeks else 1),
        "unit": "days" if weeks else str(retention["unit"]),
    }


def reset_clock(org: Org, de: DataExtension, names: Sequence[str]) -> None:
    """The period of the rows that an import updates begins anew, where the retention says so.

    The import's rows are in the TEMP table `updating` with columns c0, c1, ... for `names`.
    source: domain B4, "reset period on import" (ResetRetentionPeriodOnImport).
    """
    resets = de.retention is not None and de.retention["reset_on_import"]
    if not resets and org.assumption("retention_counts_imported_rows_from_creation"):
        return
    if de.retention is None or not de.primary_key:
        return
    match = " AND ".join(f"t.{quoted(key)} = u.c{list(names).index(key)}" for key in de.primary_key)
    org.run(
        f"""UPDATE {quoted(de.table_name)} AS t SET _CreatedDate = {now_literal(org)}
            FROM temp.updating u WHERE {match}"""
    )
