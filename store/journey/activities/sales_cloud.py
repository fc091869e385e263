"""Salesforce activities: create and update records of the CRM, convert leads. Type SALESCLOUDACTIVITY.

Tasks, cases, leads, contacts, accounts, opportunities, campaign members and custom objects are all records that the
definition's `objectMap` names. Source: recorded definitions in public journey tools (arguments.objectMap.objects).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from store import connect, crm
from store.assumptions import assume
from store.clock import DAY, HOUR, MINUTE, SYSTEM_OFFSET, system_text
from store.crm import bulk
from store.errors import Refused
from store.journey.activities.base import Activity, Finding, activity, as_number
from store.journey.binding import Binder, Bound, members_of, merged
from store.journey.cohorts import Part
from store.journey.outputs import keep_outputs

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

ACTIONS = ("create", "update", "convert")
OUTPUT = "salesforceObjectID"  # Source: the definitions' schema (SalesforceObjectID), bound as salesforceObjectID
_UNITS = {"minutes": MINUTE, "hours": HOUR, "days": DAY, "weeks": 7 * DAY}

ON_ERROR = assume(
    "journey.salesforce_activity_error",
    "ejected",
    ("ejected", "continues"),
    "What becomes of a contact whose record the CRM does not take: ejected from the journey, or it goes on.",
    "help, Sales and Service Cloud Activity Error Handling, could not be read to the end",
)


@activity("SALESCLOUDACTIVITY", "Salesforce")
class SalesCloud(Activity):
    """`arguments.objectMap.objects[]`: type, action, order, lookup, fields[] with FieldName, FieldValue, Processor.

    Values are constants, data bindings, the person in the journey, or the date on which the contact comes here.
    """

    @property
    def objects(self) -> list[Mapping[str, Any]]:
        """What is written, in order."""
        mapped = self.spec.arguments.get("objectMap")
        found = mapped.get("objects") if isinstance(mapped, dict) else None
        listed = [one for one in found or [] if isinstance(one, dict)]
        return sorted(listed, key=lambda one: as_number(one.get("order")) or 0)

    # ---- checking

    def check(self, checking: Checking) -> Iterator[Finding]:
        """Objects, fields and bindings that exist; required fields; lookups for updates."""
        name = self.spec.name
        if not self.objects:
            yield self.error(f"{name}: no object to create or update is chosen.")
        for one in self.objects:
            try:
                yield from self._check_object(checking, one)
            except Refused as error:
                yield self.error(f"{name}: {error.message} {error.fix}".rstrip())

    def _check_object(self, checking: Checking, one: Mapping[str, Any]) -> Iterator[Finding]:
        name, action = self.spec.name, _action(one)
        if action not in ACTIONS:
            yield self.error(f"{name}: the action '{one.get('action')}' is none of {', '.join(ACTIONS)}.")
            return
        obj = _object(checking.org, one)
        if action == "convert" and obj.api_name != "Lead":
            yield self.error(f"{name}: only leads are converted, not a {obj.label}.")
        binder = Binder(checking.org, checking.version, self.spec)
        fields = _fields(one)
        for field in fields:
            target = bulk.writable(obj, str(field.get("FieldName")), creating=action == "create")
            self._value(checking.org, binder, field, target.type)
        if action == "create":
            named = {str(field.get("FieldName")).lower() for field in fields}
            for missing in obj.fields:
                needed = missing.required and missing.createable and missing.default is None and not missing.computed
                if needed and missing.type != "boolean" and missing.name.lower() not in named:
                    yield self.error(f"{name}: {obj.api_name} needs a value for {missing.name}.")
        elif action == "update" and not fields:
            yield self.error(f"{name}: no field of {obj.api_name} is updated.")
        for criterion in _criteria(one):
            obj.field(str(criterion.get("FieldName")))
            binder.compile(criterion.get("FieldValue"))
        if action == "update" and not _criteria(one) and obj.api_name not in ("Contact", "Lead"):
            yield self.error(f"{name}: a {obj.label} to update is found by a lookup.")

    # ---- values

    def _value(self, org: Org, binder: Binder, field: Mapping[str, Any], kind: str) -> Bound:
        """The SQL of a field's value. Raises Refused for what cannot be bound."""
        processor = str(field.get("Processor") or "static").lower()
        if processor == "personinjourney":
            return Bound("k.contact_key", needs_contact=True)
        if processor == "datecontactenters":
            at = org.now + _adjusted(field.get("FieldAdjustment"))
            return binder.compile(system_text(at)[:10] if kind == "date" else at)
        if processor != "static":
            raise Refused(
                f"The value of {field.get('FieldName')} is made by '{field.get('Processor')}', which is not known."
            )
        bound = binder.compile(field.get("FieldValue"))
        if kind != "datetime":
            return bound
        # Source: help, Field Validation: a moment without Z is in the account's time zone, system time here.
        local = f"CASE WHEN {bound.sql} LIKE '%Z' THEN 0 ELSE {-SYSTEM_OFFSET} END"
        sql = f"coalesce(unixepoch({bound.sql}) + {local}, {bound.sql})"
        return Bound(sql, bound.params, bound.needs_event, bound.needs_contact)

    # ---- running

    def run(self, run: Run, cohort: Cohort) -> None:
        """Write the objects one after the other for all members; whom the CRM refuses is ejected (as switched)."""
        org = run.org
        org.run("DROP TABLE IF EXISTS temp.refused")
        org.run("CREATE TEMP TABLE refused (visit INTEGER PRIMARY KEY)")
        for one in self.objects:
            self._write(run, cohort, one)
        refused = int(org.value("SELECT count(*) FROM temp.refused"))
        if refused and org.assumption(ON_ERROR.name) == "ejected":
            select = (
                "SELECT visit FROM journey_members WHERE cohort_id = :parent INTERSECT SELECT visit FROM temp.refused"
            )
            run.divide(
                cohort, self.key, [Part("ejected", None, select, state="ejected"), Part("written", self.next, None)]
            )
        else:
            run.move(cohort, self.next)
        org.run("DROP TABLE temp.refused")

    def _write(self, run: Run, cohort: Cohort, one: Mapping[str, Any]) -> None:
        org, action = run.org, _action(one)
        if not _reaches(org):
            self._refuse_all(run, cohort, str(one.get("type")))
            return
        obj = _object(org, one)
        if action == "convert":
            self._convert(run, cohort)
            return
        binder = Binder(org, run.version, self.spec)
        values = {
            obj.field(str(field["FieldName"])).name: self._value(
                org, binder, field, obj.field(str(field["FieldName"])).type
            )
            for field in _fields(one)
        }
        columns = ", ".join(f'{bound.sql} AS "{name}"' for name, bound in values.items())
        if action == "create":
            source = members_of(run.version, [cohort.cohort_id], values.values(), cohort.root_id)
            select = f"SELECT m.visit AS key, {columns} {source} AND {_NOT_REFUSED}"
            with bulk.create_checked(org, obj.name, select, merged(values.values())) as done:
                self._keep(run, done, "created")
            return
        self._find(run, cohort, one, binder)
        source = members_of(run.version, [cohort.cohort_id], values.values(), cohort.root_id)
        select = f"""SELECT m.visit AS key, f.row_id AS row_id, {columns}
                     {source.replace(" WHERE ", " JOIN temp.found f ON f.visit = m.visit WHERE ")} AND {_NOT_REFUSED}"""
        with bulk.update_checked(org, obj.name, select, merged(values.values())) as done:
            self._keep(run, done, "updated")
        org.run("DROP TABLE temp.found")

    def _refuse_all(self, run: Run, cohort: Cohort, object_name: str) -> None:
        """The CRM is not reached: nobody's record is written, and everybody's error says why."""
        params = {
            "version": run.version.version_id, "activity": self.key, "now": run.now, "object": object_name,
            "cohort": cohort.cohort_id,
        }  # fmt: skip
        run.org.run(
            """INSERT INTO salesforce_errors
               SELECT :version, :activity, visit, :now, :object, 'NOT_CONNECTED: the connection to the CRM is broken'
                 FROM journey_members WHERE cohort_id = :cohort""",
            params,
        )
        members = "SELECT visit FROM journey_members WHERE cohort_id = :cohort"
        run.org.run(f"INSERT OR IGNORE INTO temp.refused {members}", params)
        run.count("refused by the CRM", cohort.size)

    def _find(self, run: Run, cohort: Cohort, one: Mapping[str, Any], binder: Binder) -> None:
        """TEMP table `found` (visit, row_id): the one record of each member, by the lookup or the person itself.

        Nothing found, or several: not updated, unless the lookup says the most recent one. Source: the definitions'
        ZeroOutComeOption and MultiOutComeOption; their other values are not known.
        """
        obj = _object(run.org, one)
        criteria = _criteria(one)
        bounds = [binder.compile(each.get("FieldValue")) for each in criteria] or [
            Bound("k.contact_key", needs_contact=True)
        ]
        names = [obj.field(str(each["FieldName"])).name for each in criteria] or ["Id"]
        matches = " AND ".join(f'r."{name}" = {bound.sql}' for name, bound in zip(names, bounds, strict=True))
        source = members_of(run.version, [cohort.cohort_id], bounds, cohort.root_id)
        joined = source.replace(" WHERE ", f" JOIN {crm.table_of(obj.name)} r ON r.IsDeleted = 0 AND {matches} WHERE ")
        lookup = one.get("lookup")
        several = str(lookup.get("MultiOutComeOption") or "") if isinstance(lookup, dict) else ""
        run.org.run("DROP TABLE IF EXISTS temp.found")
        run.org.run("CREATE TEMP TABLE found (visit INTEGER PRIMARY KEY, row_id INTEGER)")
        having = "1" if "recent" in several.lower() else "count(*) = 1"
        run.org.run(
            f"""INSERT INTO temp.found
                SELECT visit, row_id FROM (SELECT m.visit AS visit, r.row_id AS row_id, max(r.LastModifiedDate)
                                           {joined} GROUP BY m.visit HAVING {having})""",
            merged(bounds),
        )
        found = int(run.org.value("SELECT count(*) FROM temp.found"))
        run.count("without a record to update", cohort.size - found)

    def _convert(self, run: Run, cohort: Cohort) -> None:
        """Convert the leads in the journey that are open. The others go on as they are (ASSUMED)."""
        key = Bound("k.contact_key", needs_contact=True)
        source = members_of(run.version, [cohort.cohort_id], [key], cohort.root_id)
        leads = crm.table_of(connect.named_here(run.org, "Lead"))
        open_leads = source.replace(" WHERE ", f" JOIN {leads} r ON r.Id = k.contact_key WHERE ")
        select = f"""SELECT DISTINCT r.row_id AS lead_row, NULL AS account_id, NULL AS contact_id, NULL AS opportunity
                     {open_leads} AND r.IsConverted = 0 AND r.IsDeleted = 0"""
        with crm.working_in(connect.org_here(run.org)):
            run.count("leads converted", crm.convert_from_select(run.org, select).leads)

    def _keep(self, run: Run, done: bulk.Bulk, verb: str) -> None:
        """Count, keep the record ids as out argument, and note whom the CRM refused and why."""
        org = run.org
        run.count(f"{done.object} {verb}", done.saved)
        run.count("refused by the CRM", done.refused)
        keep_outputs(
            org, run.version, self.key,
            f"SELECT key, '{OUTPUT}', id FROM {done.table} WHERE id IS NOT NULL", {},
        )  # fmt: skip
        org.run(
            f"""INSERT INTO salesforce_errors
                SELECT :version, :activity, key, :now, :object, problem FROM {done.table} WHERE problem IS NOT NULL""",
            {"version": run.version.version_id, "activity": self.key, "now": run.now, "object": done.object},
        )
        org.run(f"INSERT OR IGNORE INTO temp.refused SELECT key FROM {done.table} WHERE problem IS NOT NULL")

    def facts(self, org: Org, version: Version) -> list[tuple[str, str]]:
        found = org.rows(
            """SELECT substr(problem, 1, instr(problem || ':', ':') - 1) AS code, count(*) AS people
               FROM salesforce_errors WHERE version_id = ? AND activity_key = ?
               GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5""",
            version.version_id, self.key,
        )  # fmt: skip
        return [(f"refused: {row['code']}", f"{row['people']:,}") for row in found]

    def explain(self) -> str:
        said = [f"{_action(one)}s a {one.get('type')}" for one in self.objects]
        return ("; ".join(said) or "does nothing").capitalize() + " in the CRM."


def _object(org: Org, one: Mapping[str, Any]) -> crm.Object:
    """The object that is written, in the Salesforce org of the journey's business unit."""
    return crm.describe(org, connect.named_here(org, str(one.get("type") or "")))


def _reaches(org: Org) -> bool:
    try:
        return connect.can_reach(org, connect.org_here(org))
    except Refused:  # the business unit is connected to none
        return False


_NOT_REFUSED = "m.visit NOT IN (SELECT visit FROM temp.refused)"


def _action(one: Mapping[str, Any]) -> str:
    written = str(one.get("action") or "create").lower()
    return "convert" if written.startswith("convert") else written


def _fields(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [field for field in one.get("fields") or [] if isinstance(field, dict) and field.get("FieldName")]


def _criteria(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The conditions of the lookup's first step; all must hold."""
    lookup = one.get("lookup")
    steps = lookup.get("steps") if isinstance(lookup, dict) else None
    return [each for each in (steps[0].get("criteria") or [] if steps else []) if isinstance(each, dict)]


def _adjusted(adjustment: object) -> int:
    """Seconds that a date is moved: NumUnits of Units before or after."""
    if not isinstance(adjustment, dict):
        return 0
    seconds = int((as_number(adjustment.get("NumUnits")) or 0) * _UNITS.get(str(adjustment.get("Units")).lower(), DAY))
    return -seconds if str(adjustment.get("TimeDirection")).lower() == "before" else seconds
