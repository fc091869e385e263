"""Update contact: writes one row of a data extension by the Contact Key. Type UPDATECONTACTDATA."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from store import data_extensions
from store.clock import system_text
from store.data_extensions import DataExtension, Unfit, quoted
from store.errors import Refused
from store.journey.activities.base import Activity, Finding, activity
from store.journey.attributes import attribute
from store.journey.criteria_sql import link_field
from store.journey.spec import binding
from store.journey.tables import sql_contact

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.org import Org


@activity("UPDATECONTACTDATA", "Update Contact")
class UpdateContact(Activity):
    """`arguments.activityData.updateContactFields[]`: dataExtensionId, field, value.

    The data extension is found by key or name and the field by name (the product writes GUIDs for both); values are
    literals or data-binding expressions. The row is inserted or updated by the Contact Key (ASSUMED, domain E5).
    """

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The fields to write, as written."""
        data = self.spec.arguments.get("activityData")
        found = data.get("updateContactFields") if isinstance(data, dict) else None
        return [field for field in found or [] if isinstance(field, dict)]

    def _target(self, org: Org) -> tuple[DataExtension, dict[str, str]]:
        """The data extension and the values by field name. Raises Refused when there is none such."""
        if not self.fields:
            raise Refused(f"{self.spec.name}: no field to update is named.")
        names = {_first_of(field, "dataExtensionKey", "dataExtensionName", "dataExtensionId") for field in self.fields}
        if len(names) != 1:
            raise Refused(f"{self.spec.name}: all fields must be of one data extension.")
        de = data_extensions.get(org, names.pop())
        data_extensions.refuse_unless_writable(de)
        values = {de.field(_first_of(f, "fieldName", "field")).name: str(f.get("value", "")) for f in self.fields}
        return de, values

    def check(self, checking: Checking) -> Iterator[Finding]:
        """The data extension, its fields and the values must fit."""
        try:
            de, values = self._target(checking.org)
            key = link_field(de)
            if de.primary_key != (key,):
                yield self.error(f"{self.spec.name}: {de.name} needs {key} as its one primary key to be updated by.")
            for name, value in values.items():
                self._expression(de, name, value, checking.event_fields, checking.org.now)
        except Refused as error:
            yield self.error(f"{self.spec.name}: {error.message} {error.fix}".rstrip())

    def _expression(
        self, de: DataExtension, name: str, value: str, event_fields: dict[str, tuple[str, str]], now: int
    ) -> tuple[str, object]:
        """SQL of a value and its parameter. Raises Refused when a literal does not fit or a binding is not known."""
        bound = binding(value)
        if bound is None:
            try:
                return ":{}", data_extensions.convert(de.field(name), value) if value != "" else None
            except Unfit as error:
                raise Refused(str(error), where=name) from None
        if bound.lower() in ("datetime.now", "context.now"):
            return ":{}", system_text(now)
        named = attribute(bound)
        if named.kind == "key":
            return "k.contact_key", None
        if named.kind == "event" and named.field.lower() in event_fields:
            return f"e.{quoted(event_fields[named.field.lower()][0])}", None
        raise Refused(f"The value {value} of {name} is not known here.", fix="Use journey data or Contact.Key.")

    def run_all(self, run: Run, cohorts: Sequence[Cohort]) -> None:
        """Upsert one row per member, all cohorts of one entry in one statement."""
        entries: dict[int, list[Cohort]] = {}
        for cohort in cohorts:
            entries.setdefault(cohort.root_id, []).append(cohort)
        for root_id, together in entries.items():
            self._upsert(run, root_id, together)
        for cohort in cohorts:
            run.move(cohort, self.next)

    def _upsert(self, run: Run, root_id: int, cohorts: Sequence[Cohort]) -> None:
        de, values = self._target(run.org)
        columns, expressions = [link_field(de)], ["k.contact_key"]
        params: dict[str, object] = {"root": root_id}
        for number, (name, value) in enumerate(values.items()):
            if name == columns[0]:
                continue
            sql, parameter = self._expression(de, name, value, run.version.event_fields(run.org), run.now)
            columns.append(name)
            expressions.append(sql.format(f"v{number}"))
            params[f"v{number}"] = parameter
        here = run.whole(root_id, cohorts)
        listed = ", ".join(map(str, here))
        # All of an entry have the journey data that came with it: who they are need not be looked up.
        members = f"JOIN journey_members m ON m.cohort_id IN ({listed}) AND m.visit = e._visit"
        among = "" if here == [root_id] else members
        # Only a contact that is inside more than once could be written twice.
        once = "GROUP BY k.contact_key" if any(run.re_entered(cohort) for cohort in cohorts) else ""
        updated, inserted = data_extensions.bulk_update(
            run.org, de, columns,
            f"""SELECT {", ".join(expressions)}
                FROM {run.version.event_table} e {among}
                     JOIN contacts k ON k.contact_id = {sql_contact("e._visit")}
                WHERE e._cohort_id = :root {once}""",
            params,
            about=sum(cohort.size for cohort in cohorts),
        )  # fmt: skip
        run.count("updated", updated)
        run.count("inserted", inserted)

    def explain(self) -> str:
        said = ", ".join(f"{_first_of(f, 'fieldName', 'field')} = {f.get('value')}" for f in self.fields)
        return f"Writes {said} by the Contact Key."


def _first_of(written: dict[str, Any], *names: str) -> str:
    """The first of these keys that has a value."""
    return next((str(written[name]) for name in names if written.get(name)), "")
