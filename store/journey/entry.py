"""Entry from a data extension: rows become visits, all of a run at once.

One run: the rows that are candidates -> contacts for unknown keys -> the re-entry rule -> a cohort with its members and
the snapshot of their rows. Rows that do not get in are kept with their reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store import contacts
from store.agenda import Entry
from store.commands import Outcome, handler
from store.data_extensions import DataExtension, quoted
from store.errors import Refused
from store.journey.cohorts import Run
from store.journey.criteria import parse
from store.journey.criteria_sql import compile_criteria
from store.journey.publish import schedule_entry
from store.journey.spec import RE_ENTRY
from store.journey.tables import sql_contact
from store.journey.version import Version, by_id, running_with_event

if TYPE_CHECKING:
    from store.org import Org

# What a rejected row is told. Source: domain E1 and E6.
NOT_MET = "DidNotMeetEntryCriteria"
NO_KEY = "Rejected: the row has no Contact Key"
NO_RE_ENTRY = "Rejected: no re-entry"
STILL_INSIDE = "Rejected: the contact is in the journey"


@handler("journey.entry")
def enter(org: Org, entry: Entry) -> Outcome:
    """Let contacts in: args = {"version_id"} by its schedule, {"event_definition_key"} when an automation says so."""
    if "version_id" in entry.args:
        version = by_id(org, entry.args["version_id"])
        outcome = _enter(org, version)
        schedule_entry(org, version, runs=entry.args.get("runs", 0) + 1)
        return outcome
    found = running_with_event(org, entry.args["event_definition_key"])
    if not found:
        return Outcome(f"Entry {entry.args['event_definition_key']}: no running journey listens")
    outcomes = [_enter(org, version) for version in found]
    changes: dict[str, int] = {}
    for outcome in outcomes:
        for what, count in outcome.changes.items():
            changes[what] = changes.get(what, 0) + count
    title = "; ".join(outcome.title for outcome in outcomes)
    return Outcome(title, changes, outcomes[0].subject, quiet=not changes)


def _enter(org: Org, version: Version) -> Outcome:
    if version.status != "Running":
        title = f"{version.name}: no entry, version {version.number} is {version.status.lower()}"
        return Outcome(title, quiet=True)
    run = _Entry(org, version)
    entered = run.admit()
    title = f"{version.name}: {entered} entered" + (f", {run.rejected} rejected" if run.rejected else "")
    counts = {"entered": entered, "rejected": run.rejected, "new contacts": run.established}
    changes = {what: count for what, count in counts.items() if count}
    return Outcome(title, changes, f"journey/{version.key}", quiet=not changes)


_NOT_TAKEN = "e._CustomObjectKey NOT IN (SELECT row_key FROM temp.entering)"


class _Entry:
    """One run of one version's entry source."""

    def __init__(self, org: Org, version: Version) -> None:
        self.org, self.version = org, version
        self.de: DataExtension = version.entry_data_extension(org)
        if self.de.sendable_field is None or version.event is None:
            raise Refused(f"The data extension {self.de.name} is not sendable any more.")
        self.mode = RE_ENTRY[version.spec.entry_mode]
        self.new_only = version.event.new_records_only
        self.rejected = self.established = 0
        self.params: dict[str, Any] = {
            "now": org.now,
            "version": version.version_id,
            "journey": version.journey_id,
            "since": version.watermark if self.new_only else 0,
        }
        self.table, self.key = quoted(self.de.table_name), f"e.{quoted(self.de.sendable_field)}"
        self.filter = self._filter([version.event.criteria, version.spec.entry_criteria])

    def _filter(self, criteria: list[str]) -> str:
        """The entry filter as SQL; journey data is here the row itself (alias e)."""
        conditions = ["1"]
        self.filter_needs_contact = False
        for xml in dict.fromkeys(xml for xml in criteria if xml):
            fields, prefix = self.version.event_fields(self.org), f"f{len(conditions)}_"
            compiled = compile_criteria(self.org, parse(xml), fields, prefix)
            conditions.append(compiled.sql)
            self.filter_needs_contact |= compiled.needs_contact
            self.params |= compiled.params
        return " AND ".join(conditions)

    @property
    def _returning(self) -> str:
        """SQL for whether the contact may not enter again. Source: domain E1."""
        if self.mode == "No re-entry":
            return "k.contact_id IN (SELECT contact_id FROM journey_entries WHERE journey_id = :journey)"
        if self.mode == "Re-entry only after exiting":
            return f"""k.contact_id IN (
                SELECT {sql_contact("m.visit")}
                FROM journey_versions v CROSS JOIN journey_cohorts o ON o.version_id = v.version_id
                     CROSS JOIN journey_members m ON m.cohort_id = o.cohort_id
                WHERE v.journey_id = :journey AND o.state = 'inside')"""
        return "0"

    def admit(self) -> int:
        """Let in who may; returns how many. TEMP table `entering` (visit, row_key) holds them meanwhile."""
        org, params = self.org, self.params
        in_scope = f"{self.table} e WHERE e._CustomObjectKey > :since"
        rows = org.row(f"SELECT count(*), max(e._CustomObjectKey) FROM {in_scope}", params)
        assert rows is not None
        if not rows[0]:
            return 0
        org.run("DROP TABLE IF EXISTS temp.entering")
        org.run("CREATE TEMP TABLE entering (visit INTEGER PRIMARY KEY, row_key INTEGER NOT NULL)")
        filled = self._fill_entering(rows[0])
        if filled < rows[0]:  # most often all are contacts already, and looking that up costs as much as entering
            # Who does not meet the filter does not become a contact; contact data can only be asked of one who is.
            wanted = "1" if self.filter_needs_contact else self.filter
            left = f"SELECT {self.key} FROM {in_scope} AND {_NOT_TAKEN} AND {wanted}"
            self.established = contacts.establish(org, left, params, source="Journey Builder")
            if self.established:
                self._fill_entering(rows[0] - filled, rest=True)
        entered = self._begin()
        self.rejected = rows[0] - entered
        if self.rejected:
            self._keep_rejections()
        if self.new_only:
            org.run(
                "UPDATE journey_versions SET watermark = max(watermark, ?) WHERE version_id = ?",
                rows[1], self.version.version_id,
            )  # fmt: skip
        org.run("DROP TABLE temp.entering")
        return entered

    def _fill_entering(self, rows: int, *, rest: bool = False) -> int:
        """A visit per row (of the `rest` that has none yet), of those whose keys are contacts; returns how many.

        A contact with several rows enters with the first of them, or with each where it may: CROSS JOIN makes SQLite
        read the rows in their order, and OR IGNORE keeps the first.
        """
        again = total = 0
        while True:
            free = _NOT_TAKEN if again or rest else "1"
            filled = self.org.run(
                f"""INSERT OR IGNORE INTO temp.entering
                    SELECT ((coalesce(n.entries, 0) + :again) << 32) | k.contact_id, e._CustomObjectKey
                    FROM {self.table} e CROSS JOIN contacts k ON k.contact_key = {self.key}
                         LEFT JOIN journey_entries n ON n.journey_id = :journey AND n.contact_id = k.contact_id
                    WHERE e._CustomObjectKey > :since AND {self.filter} AND NOT {self._returning} AND {free}""",
                {**self.params, "again": again},
            )
            total += filled
            if total == rows or not filled or self.mode != "Re-entry anytime":
                return total
            again += 1

    def _keep_rejections(self) -> None:
        """Write the rows that did not get in, each with the first reason that holds."""
        why = NO_RE_ENTRY if self.mode == "No re-entry" else STILL_INSIDE
        self.org.run(
            f"""INSERT INTO journey_rejections
                SELECT :version, :now, e._CustomObjectKey, {self.key},
                       CASE WHEN coalesce({self.key}, '') = '' THEN :no_key WHEN NOT ({self.filter}) THEN :not_met
                            WHEN k.contact_id IS NULL THEN :no_key ELSE :why END
                FROM {self.table} e LEFT JOIN contacts k ON k.contact_key = {self.key}
                WHERE e._CustomObjectKey > :since AND e._CustomObjectKey NOT IN (SELECT row_key FROM temp.entering)
                ORDER BY e._CustomObjectKey""",
            {**self.params, "no_key": NO_KEY, "not_met": NOT_MET, "why": why},
        )

    def _begin(self) -> int:
        """The cohort with its members, the snapshot of their rows, and their entry counts."""
        org, version = self.org, self.version
        run = Run(org, version)
        cohort_id = run.new_cohort_id()
        size = org.run("INSERT INTO journey_members SELECT ?, visit FROM temp.entering ORDER BY visit", cohort_id)
        if not size:
            return 0
        columns = ", ".join(quoted(field.name) for field in self.de.fields)
        rows = ", ".join(f"r.{quoted(field.name)}" for field in self.de.fields)
        org.run(
            f"""INSERT INTO {version.event_table}(_cohort_id, _visit, {columns})
                SELECT ?, n.visit, {rows}
                FROM temp.entering n CROSS JOIN {self.table} r ON r._CustomObjectKey = n.row_key
                ORDER BY n.visit""",
            cohort_id,
        )
        org.run(
            f"""INSERT INTO journey_entries
                SELECT :journey, {sql_contact("visit")}, (visit >> 32) + 1 FROM temp.entering WHERE 1 ORDER BY visit
                ON CONFLICT (journey_id, contact_id) DO UPDATE SET entries = max(entries, excluded.entries)""",
            self.params,
        )
        run.enter(cohort_id, size, version.spec.start_key)
        return size
