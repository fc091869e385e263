"""Who of the candidates gets in: rows become visits, all of a run at once.

One run: the candidates of the entry source -> contacts for unknown keys -> the re-entry rule -> a cohort with its
members and the snapshot of their rows. Rows that do not get in are kept with their reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import contacts
from store.data_extensions import quoted
from store.journey.cohorts import Run
from store.journey.criteria import parse
from store.journey.criteria_sql import compile_criteria
from store.journey.entry_sources import Candidates, EntrySource
from store.journey.spec import RE_ENTRY
from store.journey.tables import CONTACT_OF_VISIT, sql_contact, sql_entries
from store.journey.version import Version
from store.scratch import scratch

if TYPE_CHECKING:
    from store.org import Org

# What a rejected row is told. Source: domain E1 and E6.
NOT_MET = "DidNotMeetEntryCriteria"
NO_KEY = "Rejected: the row has no Contact Key"
KEY_TOO_LONG = f"Rejected: the Contact Key is longer than {contacts.MAX_KEY_LENGTH} characters"
NO_CONTACT = "Rejected: there is no contact with this Contact Key"
NO_RE_ENTRY = "Rejected: no re-entry"
DELETED = "Rejected: the contact is being deleted"  # source: domain A5, blocked from journeys
STILL_INSIDE = "Rejected: the contact is in the journey"

_NOT_TAKEN = "e._CustomObjectKey NOT IN (SELECT row_key FROM temp.entering)"


def turn_away(org: Org, version: Version, why: str) -> int:
    """Reject all candidates of a version that lets nobody in; returns how many. They are not looked at again."""
    found = version.source.candidates(org)
    if not found.new_only:
        return 0
    count = org.run(
        f"""INSERT INTO journey_rejections
            SELECT :version, :now, e._CustomObjectKey, {found.key}, :why FROM {found.table} e
            WHERE e._CustomObjectKey > :since AND (:until IS NULL OR e._CustomObjectKey <= :until) AND {found.where}
            ORDER BY e._CustomObjectKey""",
        {
            **found.params,
            "version": version.version_id, "now": org.now, "why": why, "since": found.since, "until": found.until,
        },
    )  # fmt: skip
    read_until(org, version, found)
    return count


def read_until(org: Org, version: Version, found: Candidates) -> None:
    """Remember up to where a version has read, where that matters."""
    if found.new_only and found.until is not None:
        org.run(
            "UPDATE journey_versions SET watermark = max(watermark, ?) WHERE version_id = ?",
            found.until, version.version_id,
        )  # fmt: skip


@dataclass(frozen=True)
class _Entering:
    """Whom a run lets in, in the order of the visits: SQL for the visit, a FROM of them, and one with their rows e."""

    visit: str
    people: str
    rows: str


class Admission:
    """One run of one version's entry source: of all its candidates, or of those that are given."""

    def __init__(self, org: Org, version: Version, found: Candidates | None = None) -> None:
        self.org, self.version = org, version
        self.source: EntrySource = version.source
        self.found = found = found or self.source.candidates(org)
        self.mode = RE_ENTRY[version.spec.entry_mode]
        self.rejected = self.established = 0
        self.params: dict[str, Any] = {
            **found.params,
            "now": org.now,
            "version": version.version_id,
            "journey": version.journey_id,
            "since": found.since,
        }
        self.table, self.key = found.table, found.key
        self.in_scope = f"e._CustomObjectKey > :since AND {found.where}"
        if found.until is not None:
            self.params["until"] = found.until
            self.in_scope = f"e._CustomObjectKey <= :until AND {self.in_scope}"
        self.own, self.own_reason, params = self.source.refuse(org, found)
        self.params |= params
        assert version.event is not None
        self.filter = self._filter([version.event.criteria, version.spec.entry_criteria])
        self.barred = (
            f"{self.key} COLLATE NOCASE IN ({contacts.deletion.SUPPRESSED_KEYS})"
            if contacts.deletion.any_suppressed(org)
            else ""
        )
        refused = [each for each in (self.own, self.barred) if each]
        self.wanted = " AND ".join([self.filter, *(f"NOT ({each})" for each in refused)])

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
    def returning(self) -> str:
        """SQL for whether the contact may not enter again. Source: domain E1."""
        if self.mode == "No re-entry":
            return f"{sql_entries(':journey', 'k.contact_id')} > 0"
        if self.mode == "Re-entry only after exiting":
            return f"""k.contact_id IN (
                SELECT {sql_contact("m.visit")}
                FROM journey_versions v CROSS JOIN journey_cohorts o ON o.version_id = v.version_id
                     CROSS JOIN journey_members m ON m.cohort_id = o.cohort_id
                WHERE v.journey_id = :journey AND o.state = 'inside')"""
        return "0"

    def admit(self) -> int:
        """Let in who may; returns how many."""
        org, params = self.org, self.params
        theirs = f"FROM {self.table} e WHERE {self.in_scope}"
        rows, first, last = org.rows(
            f"""SELECT (SELECT count(*) {theirs}), (SELECT min(e._CustomObjectKey) {theirs}),
                       (SELECT max(e._CustomObjectKey) {theirs})""",
            params,
        )[0]
        if not rows:
            read_until(org, self.version, self.found)
            return 0
        scratch(org, "entering", "visit INTEGER PRIMARY KEY, row_key INTEGER NOT NULL")
        self.entering = _Entering(
            "n.visit", "temp.entering n ORDER BY n.visit",
            f"temp.entering n CROSS JOIN {self.table} e ON e._CustomObjectKey = n.row_key ORDER BY n.visit",
        )  # fmt: skip
        newest_before = contacts.newest_id(org)
        if self.source.establishes and self._first_is_new():
            self.established = self._establish()
        if self.established == rows == last - first + 1 and not self.filter_needs_contact and not self.source.arrives:
            self.entering = self._numbered(newest_before + 1 - first)
        else:
            filled = self._fill_entering(rows)
            if filled < rows and self.source.establishes and not self.established:
                # Most often all are contacts already, and looking that up costs as much as entering.
                self.established = self._establish()
                if self.established:
                    self._fill_entering(rows - filled, rest=True)
        entered = self._begin(newest_before)
        self.rejected = rows - entered
        if self.rejected:
            self._keep_rejections()
        read_until(org, self.version, self.found)
        org.run("DELETE FROM temp.entering")
        return entered

    def _first_is_new(self) -> bool:
        """Whether the first row's key is no contact yet: then the others most often are none either."""
        return bool(
            self.org.value(
                f"""SELECT NOT EXISTS (SELECT 1 FROM contacts k WHERE k.contact_key = {self.key})
                    FROM {self.table} e WHERE {self.in_scope} LIMIT 1""",
                self.params,
            )
        )

    def _establish(self) -> int:
        """Make contacts of those who meet the filter; contact data can only be asked of one who is a contact."""
        wanted = "1" if self.filter_needs_contact else self.wanted
        free = _NOT_TAKEN if self.org.value("SELECT 1 FROM temp.entering LIMIT 1") else "1"
        left = f"""SELECT {self.key} FROM {self.table} e WHERE {self.in_scope} AND {free} AND {wanted}
                   ORDER BY e._CustomObjectKey"""
        return contacts.establish(self.org, left, self.params, source="Journey Builder")

    def _numbered(self, distance: int) -> _Entering:
        """The visits of rows that all became new contacts and have no gap, as an import leaves them.

        Contact IDs were given in the order of the rows: each is the row's own key and one distance. To look them up and
        to keep them meanwhile takes as long as all the rest.
        """
        rows = f"{self.table} e WHERE {self.in_scope} ORDER BY e._CustomObjectKey"
        return _Entering(f"e._CustomObjectKey + {distance}", rows, rows)

    def _fill_entering(self, rows: int, *, rest: bool = False) -> int:
        """A visit per row (of the `rest` that has none yet), of those whose keys are contacts; returns how many.

        A contact with several rows enters with the first of them, or with each where it may: CROSS JOIN makes SQLite
        read the rows in their order, and OR IGNORE keeps the first.
        """
        entries = sql_entries(":journey", "k.contact_id")
        if self.org.value("SELECT 1 FROM journey_entries WHERE journey_id = :journey LIMIT 1", self.params) is None:
            entries = "0"  # nobody: a look-up less for each row of a first entry
        again = total = 0
        while True:
            free = _NOT_TAKEN if again or rest else "1"
            filled = self.org.run(
                f"""INSERT OR IGNORE INTO temp.entering
                    SELECT (({entries} + :again) << 32) | k.contact_id, e._CustomObjectKey
                    FROM {self.table} e CROSS JOIN contacts k ON k.contact_key = {self.key}
                    WHERE {self.in_scope} AND {self.wanted} AND NOT {self.returning} AND {free}""",
                {**self.params, "again": again},
            )
            total += filled
            if total == rows or not filled or self.mode != "Re-entry anytime":
                return total
            again += 1

    def _keep_rejections(self) -> None:
        """Write the rows that did not get in, each with the first reason that holds."""
        own = f"WHEN {self.own} THEN :own_reason" if self.own else ""
        barred = f"WHEN {self.barred} THEN '{DELETED}'" if self.barred else ""
        self.org.run(
            f"""INSERT INTO journey_rejections
                SELECT :version, :now, e._CustomObjectKey, {self.key},
                       CASE WHEN coalesce({self.key}, '') = '' THEN :no_key
                            WHEN length({self.key}) > {contacts.MAX_KEY_LENGTH} THEN :too_long
                            {own}
                            {barred}
                            WHEN NOT ({self.filter}) THEN :not_met
                            WHEN k.contact_id IS NULL THEN :no_contact
                            ELSE :why END
                FROM {self.table} e LEFT JOIN contacts k ON k.contact_key = {self.key}
                WHERE {self.in_scope} AND {_NOT_TAKEN}
                ORDER BY e._CustomObjectKey""",
            {
                **self.params,
                "no_key": NO_KEY,
                "too_long": KEY_TOO_LONG,
                "own_reason": self.own_reason,
                "not_met": NOT_MET,
                "no_contact": NO_CONTACT,
                "why": NO_RE_ENTRY if self.mode == "No re-entry" else STILL_INSIDE,
            },
        )

    def _begin(self, newest_before: int) -> int:
        """The cohort with its members, the snapshot of their rows, and their entry counts."""
        org, version = self.org, self.version
        run = Run(org, version)
        cohort_id = run.new_cohort_id()
        params = {**self.params, "cohort": cohort_id}
        visit, people = self.entering.visit, self.entering.people
        size = org.run(f"INSERT INTO journey_members SELECT :cohort, {visit} FROM {people}", params)
        if not size:
            return 0
        names = [quoted(field.name) for field in self.source.fields(org)]
        org.run(
            f"""INSERT INTO {version.event_table}({", ".join(["_cohort_id", "_visit", *names])})
                SELECT :cohort, {visit}{"".join(f", e.{name}" for name in names)} FROM {self.entering.rows}""",
            params,
        )
        self._count_entries(cohort_id, size)
        self.source.entered(org, self.found, cohort_id, newest_before)
        run.enter(cohort_id, size, version.spec.start_key)
        return size

    def _count_entries(self, cohort_id: int, size: int) -> None:
        """Remember that the members of a new cohort entered once more; a run of first visits is one row."""
        ends = ", ".join(f"(SELECT {end}(visit) FROM journey_members WHERE cohort_id = ?1)" for end in ("min", "max"))
        first, last = self.org.rows(f"SELECT {ends}", cohort_id)[0]
        if last <= CONTACT_OF_VISIT and last - first + 1 == size:
            self.org.run("INSERT INTO journey_first_entries VALUES (?, ?, ?)", self.version.journey_id, first, last)
            return
        self.org.run(
            f"""INSERT INTO journey_entry_counts
                SELECT ?, {sql_contact("visit")}, (visit >> 32) + 1 FROM journey_members WHERE cohort_id = ?
                ON CONFLICT (journey_id, contact_id) DO UPDATE SET entries = max(entries, excluded.entries)""",
            self.version.journey_id, cohort_id,
        )  # fmt: skip
