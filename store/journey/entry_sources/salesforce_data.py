"""Salesforce Data: a CRM record that is created or updated lets its person in. Type SalesforceObjectTriggerV2.

A published journey listens to one object. The step that saves a record makes the event, with the values of that moment;
the journey takes it up about a minute later. Whoever is not in Marketing Cloud yet becomes a contact, and a subscriber
as far as the address and the opt-out allow. Source: domain C3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from store import connect, contacts, crm, data_extensions
from store.agenda import schedule
from store.assumptions import assume
from store.data_extensions import quoted
from store.errors import Refused
from store.journey.activities.base import Finding
from store.journey.arrivals import Definition, arrive_from, arrived, last_event
from store.journey.entry_sources.base import Candidates, EntrySource, entry_source
from store.journey.salesforce.criteria import Conditions
from store.journey.salesforce.records import Found, Records, is_person
from store.journey.salesforce.trigger import CREATED, UPDATED, Column, Trigger, trigger_of
from store.journey.tables import sql_contact

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.version import Version
    from store.org import Org

assume(
    "salesforce_event_seconds",
    60,
    (),
    "How long a Salesforce Data event takes from the saved record to the journey, in seconds",
    "no published figure; near real time",
)
assume(
    "salesforce_event_on_update",
    "each update",
    ("each update", "when newly met"),
    "Whether an update fires the event whenever the record meets the criteria, or only when it did not before",
    "domain C3: re-evaluation, general knowledge",
)
assume(
    "salesforce_event_needs_synchronization",
    False,
    (False, True),
    "Whether a Salesforce Data event can only be published for an object that is synchronized",
    "no page found: the event brings its own data, contact data comes from Synchronized Data Extensions",
)

NOT_ADDED = "Rejected: opted out of email, and no usable address"  # source: domain C3, the last two rows
_PASSED = {"Email": "_email", "HasOptedOutOfEmail": "_opted_out"}
_MEMBER_TYPE = Column("MemberRecordType", (), "MemberRecordType")  # every campaign event has it; recorded schemas
_MOST_PAIRS = 50  # of one json_object; SQLite takes 127 arguments


@entry_source("Salesforce Data", "SALESFORCEOBJECTTRIGGERV2")
class SalesforceData(EntrySource):
    """The trigger's configurationArguments (salesforce/trigger.py) say which records, whose person and what data."""

    arrives: ClassVar[bool] = True

    def __init__(self, version: Version) -> None:
        super().__init__(version)
        self.trigger: Trigger = trigger_of(version)

    # ---- before publishing

    def check(self, checking: Checking) -> Iterator[Finding]:
        """The arguments that must be there, and that the connected org has what they name."""
        findings = list(super().check(checking))
        yield from findings
        missing = self.trigger.missing
        for name in missing:
            # Source: MCDEV:Event.js; it blocks this journey and every other that MC Connect publishes.
            yield self.error(f"required field not set: configurationArguments.{name}")
        if missing or any(finding.severity == "error" for finding in findings):
            return
        try:
            yield from self._check_org(checking.org)
        except Refused as error:
            yield self.refusal(error)

    def _check_org(self, org: Org) -> Iterator[Finding]:
        records = Records(org, self.trigger.object_name)
        if not self.trigger.fires_on:
            yield self.error(f"it fires on Created or Updated, not on '{self._said('salesforceTriggerCriteria')}'.")
        self._condition(records, Conditions(records, "0"))
        for column in self.trigger.columns:
            records.value(column.path, column.field)
        yield from self._check_person(records)
        synchronized = {one.object for one in connect.sources(org)}
        if org.assumption("salesforce_event_needs_synchronization") and records.object.name not in synchronized:
            yield self.error(f"{records.object.api_name} is not synchronized by MC Connect.")
        held = {name.lower() for name in self.data_extension(org).by_name}
        lost = [column.name for column in self.trigger.columns if column.name.lower() not in held]
        if lost:
            yield self.warning(f"{self.event.data_extension} has no field {', '.join(lost)}: it is not journey data.")

    def _check_person(self, records: Records) -> Iterator[Finding]:
        key = self.trigger.contact_key
        if key is None:
            yield self.error("who to inject is not said: passThroughArgument has no ContactKey.")
            return
        if not is_person(records.value(key.path, key.field)):
            fix = " Of a person account choose the Person Contact ID." if "Account" in key.name else ""
            yield self.error(f"{key.name} is not the Id of a Contact, Lead or User: nobody can be injected.{fix}")

    def _said(self, name: str) -> str:
        return str(self.trigger.arguments.get(name) or "")

    # ---- listening

    def start(self, org: Org) -> None:
        """Listen to the object from now on."""
        org.run(
            "INSERT OR REPLACE INTO journey_listeners VALUES (?, ?, ?, ?)",
            self.version.event_definition_id, self.version.version_id, crm.last_change(org),
            self.last_row(org),
        )  # fmt: skip

    def last_row(self, org: Org) -> int:
        """The newest record of the object, in the Salesforce org of the journey's business unit."""
        name = connect.named_here(org, self.trigger.object_name)
        return crm.last_row(org, crm.describe(org, name).name)

    def stop(self, org: Org) -> None:
        """Listen no longer: MC Connect takes back what it made in the CRM."""
        org.run("DELETE FROM journey_listeners WHERE version_id = ?", self.version.version_id)

    def capture(self, org: Org, seen_change: int, seen_row: int) -> int:
        """Make events of the records that were saved since; returns how many."""
        records = Records(org, self.trigger.object_name)
        conditions = Conditions(records, ":seen_change")
        found = Definition(self.version.event_definition_id or 0, self.event)
        # Built first: it asks the records for the relations that FROM must join.
        wanted, data = self._condition(records, conditions), self._data(org, records)
        key = self._passed_value(records, "ContactKey")
        select = f"""SELECT {key.stored if key else "NULL"}, {data} FROM {records.sql}
                     WHERE r.change_no > :seen_change AND r.IsDeleted = 0 AND {wanted} ORDER BY r.change_no"""
        params = {**conditions.params, "seen_change": seen_change, "seen_row": seen_row}
        return arrive_from(org, found, select, params, after=int(org.assumption("salesforce_event_seconds")))

    def _condition(self, records: Records, conditions: Conditions) -> str:
        """SQL for which of the saved records fire: new ones are above `:seen_row`."""
        ways = []
        met = conditions.all_hold(self.trigger.criteria)
        if CREATED in self.trigger.fires_on:
            ways.append("r.row_id > :seen_row")
        if UPDATED in self.trigger.fires_on:
            newly = records.org.assumption("salesforce_event_on_update") == "when newly met"
            before = conditions.all_hold(self.trigger.criteria, before=True) if newly and self.trigger.criteria else "0"
            ways.append(f"(r.row_id <= :seen_row AND NOT ({before}))")
        key = self.trigger.contact_key
        persons = key is not None and not key.path and key.field == "PersonContactId"
        # Business accounts are not processed. Source: SFH:mc_jb_configure_events_for_person_accounts.
        only = ' AND r."PersonContactId" IS NOT NULL' if persons else ""
        return f"({' OR '.join(ways) or '0'}) AND {met}{only}"

    def _data(self, org: Org, records: Records) -> str:
        """SQL of the event's data: the journey data, and what says whether the person may be mailed."""
        pairs: list[tuple[str, str]] = []
        passed = [each for each in (self.trigger.contact_key, self.trigger.passed("Email")) if each is not None]
        named = {column.name.lower(): column for column in (*passed, *self.trigger.columns, _MEMBER_TYPE)}
        for field in self.fields(org):
            column = named.get(field.name.lower())
            if column is None:
                continue
            value = records.value(column.path, column.field).kept
            clipped = field.length is not None and field.type in ("Text", "EmailAddress", "Phone")
            pairs.append((field.name, f"substr({value}, 1, {field.length})" if clipped else value))
        for what, name in _PASSED.items():
            value_of = self._passed_value(records, what)
            if value_of is not None:
                pairs.append((name, value_of.stored))
        chunks = [pairs[start : start + _MOST_PAIRS] for start in range(0, len(pairs), _MOST_PAIRS)] or [[]]
        data = _json_object(chunks[0])
        for more in chunks[1:]:
            data = f"json_patch({data}, {_json_object(more)})"
        return data

    def _passed_value(self, records: Records, what: str) -> Found | None:
        """ContactKey, Email or HasOptedOutOfEmail of the person; the opt-out is also found beside the address."""
        column = self.trigger.contact_key if what == "ContactKey" else self.trigger.passed(what)
        email = self.trigger.passed("Email")
        if column is None and what == "HasOptedOutOfEmail" and email is not None:
            column = replace(email, field=what)
        if column is None:
            return None
        try:
            return records.value(column.path, column.field)
        except Refused:
            if what == "HasOptedOutOfEmail":
                return None  # a User, for instance, cannot opt out
            raise

    # ---- entering

    def candidates(self, org: Org) -> Candidates:
        """The events since the last run."""
        extra = "data ->> '$._email' AS _email, data ->> '$._opted_out' AS _opted_out"
        return arrived(org, self.version, self.fields(org), extra=extra)

    def keep_rows(self, org: Org, found: Candidates) -> None:
        """Each event is a row of the event's data extension, whoever gets in. Source: domain E1."""
        de = self.data_extension(org)
        names = [field.name for field in de.fields]
        needed = " AND ".join(f"e.{quoted(field.name)} IS NOT NULL" for field in de.fields if not field.is_nullable)
        select = f"""SELECT {", ".join(f"e.{quoted(name)}" for name in names)} FROM {found.table} e
                     WHERE e._CustomObjectKey > :since AND e._CustomObjectKey <= :until AND {needed or "1"}
                     ORDER BY e._CustomObjectKey"""
        params = {"since": found.since, "until": last_event(org, self.version.event_definition_id)}
        if de.primary_key:
            data_extensions.bulk_update(org, de, names, select, params)
        else:
            data_extensions.bulk_insert(org, de, names, select, params)

    def refuse(self, org: Org, candidates: Candidates) -> tuple[str, str, dict[str, Any]]:
        """Nobody becomes a contact only to be opted out without an address. Source: domain C3, the injection table."""
        known = f"EXISTS (SELECT 1 FROM contacts x WHERE x.contact_key = {candidates.key})"
        sql = f"(coalesce(e._opted_out, 0) AND NOT {_usable(org, 'e._email')} AND NOT {known})"
        return sql, NOT_ADDED, {}

    def entered(self, org: Org, candidates: Candidates, cohort_id: int, newest_before: int) -> None:
        """Those who became contacts just now join All Subscribers when they can. Source: domain C3."""
        for status, opted_out in (("active", 0), ("unsubscribed", 1)):
            contacts.subscribe(
                org,
                f"""SELECT {sql_contact("n.visit")} AS contact_id, e._email
                    FROM temp.entering n CROSS JOIN {candidates.table} e ON e._CustomObjectKey = n.row_key
                    WHERE {sql_contact("n.visit")} > :newest AND {_usable(org, "e._email")}
                      AND coalesce(e._opted_out, 0) = :opted_out""",
                {"newest": newest_before, "opted_out": opted_out},
                status=status,
                add_method="API",
            )

    def explain(self) -> str:
        fires = " or ".join(each for each in (CREATED, UPDATED) if each in self.trigger.fires_on) or "saved"
        summary = self._said("primaryObjectFilterSummary") or self._said("relatedObjectFilterSummary")
        return f"The person of a {self.trigger.object_name} enters when it is {fires}" + (
            f" and {summary}." if summary else "."
        )


def listening_failed(org: Org, version: Version, error: Refused) -> None:
    """A listener that the CRM has become unfit for ends, and a step says so: saving a record must not fail by it."""
    version.source.stop(org)
    args = {"version_id": version.version_id, "message": error.message}
    schedule(org, org.now, "journey.listening_failed", args, f"{version.name}: its Salesforce Data event fails")


def _json_object(pairs: list[tuple[str, str]]) -> str:
    listed = ", ".join("'" + name.replace("'", "''") + f"', {sql}" for name, sql in pairs)
    return f"json_object({listed})"


def _usable(org: Org, email: str) -> str:
    """SQL for whether an address is there and List Detective lets it pass."""
    return f"(coalesce({email}, '') <> '' AND NOT {contacts.sql_detected(org, email)})"
