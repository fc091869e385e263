"""Update contact: writes one row per contact of a data extension. Type UPDATECONTACTDATA."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from store import data_extensions
from store.data_extensions import DataExtension, Field, Unfit
from store.errors import Refused
from store.journey.activities.base import Activity, Finding, activity
from store.journey.binding import Binder, Bound, entrants_of, merged
from store.journey.contact_data import link_field

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.org import Org

_STORED_AS = {"Number": "INTEGER", "Decimal": "REAL", "Boolean": "INTEGER"}


@activity("UPDATECONTACTDATA", "Update Contact")
class UpdateContact(Activity):
    """`arguments.activityData.updateContactFields[]`: a data extension, a field of it, and a value.

    The data extension is named by key or name (`dataExtensionId`, `r__dataExtension_key` of SFMC DevTools), the field
    by name (`field`, `r__dataExtensionField_name`): the product's own GUIDs mean nothing outside the account that they
    are from. A value is a constant, an expression, or a text with expressions in it. The row is updated by the Contact
    Key, or added when there is none; a value that does not fit its field leaves that contact's row as it was
    (both ASSUMED, domain E5).
    """

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The fields to write, as written."""
        data = self.spec.arguments.get("activityData")
        found = data.get("updateContactFields") if isinstance(data, dict) else None
        return [field for field in found or [] if isinstance(field, dict)]

    def _targets(self, org: Org) -> list[tuple[DataExtension, dict[str, str]]]:
        """The data extensions and, of each, the values by field name. Raises Refused when there is none such."""
        if not self.fields:
            raise Refused(f"{self.spec.name}: no field to update is named.")
        targets: dict[str, tuple[DataExtension, dict[str, str]]] = {}
        for written in self.fields:
            de = data_extensions.get(org, de_of(written))
            data_extensions.refuse_unless_writable(de)
            _, values = targets.setdefault(de.path, (de, {}))
            values[de.field(field_of(written)).name] = str(written.get("value", ""))
        return list(targets.values())

    def check(self, checking: Checking) -> Iterator[Finding]:
        """The data extension, its fields and the values must fit."""
        try:
            for de, values in self._targets(checking.org):
                key = link_field(de)
                if de.primary_key != (key,):
                    yield self.error(f"{self.spec.name}: {de.name} needs {key} as its one primary key to update by.")
                binder = Binder(checking.org, checking.version, self.spec, "v")
                for name, value in values.items():
                    self._value(binder, de.field(name), value)
                for unknown in dict.fromkeys(binder.unknown):
                    yield self.warning(f"{self.spec.name}: the context has no '{unknown}', it will be empty.")
        except Refused as error:
            hint = ""
            if "field '" in error.message and any(_is_guid(field_of(written)) for written in self.fields):
                hint = " A field is named by a GUID of the account that it is from: write its name."
            yield self.error(f"{self.spec.name}: {error.message}{hint} {error.fix}".rstrip())

    def _value(self, binder: Binder, field: Field, value: str) -> Bound:
        """A value as SQL. Raises Refused when a constant does not fit or an expression is not known."""
        if "{{" not in value:
            try:
                stored = data_extensions.convert(field, value) if value != "" else None
            except Unfit as error:
                raise Refused(str(error), where=field.name) from None
            return binder.compile(stored)
        bound = binder.compile(value)
        if field.type in _STORED_AS:
            bound = replace(bound, sql=f"CAST({bound.sql} AS {_STORED_AS[field.type]})", constant=False)
        return bound

    def run_all(self, run: Run, cohorts: Sequence[Cohort]) -> None:
        """Upsert one row per member, all cohorts of one entry in one statement."""
        entries: dict[int, list[Cohort]] = {}
        for cohort in cohorts:
            entries.setdefault(cohort.root_id, []).append(cohort)
        for de, values in self._targets(run.org):
            for root_id, together in entries.items():
                self._upsert(run, root_id, together, de, values)
        for cohort in cohorts:
            run.move(cohort, self.next)

    def _upsert(
        self, run: Run, root_id: int, cohorts: Sequence[Cohort], de: DataExtension, values: Mapping[str, str]
    ) -> None:
        link = link_field(de)
        binder = Binder(run.org, run.version, self.spec, "v")
        bound = {name: self._value(binder, de.field(name), value) for name, value in values.items() if name != link}
        parts = [Bound("k.contact_key", needs_contact=True), *bound.values()]
        # Only a contact that is inside more than once could be written twice.
        once = "GROUP BY k.contact_key" if any(run.re_entered(cohort) for cohort in cohorts) else ""
        _, members = entrants_of(run.version, run.whole(root_id, cohorts), parts, root_id)
        select = f"SELECT {', '.join(part.sql for part in parts)} {members} {once}"
        params = merged(parts)
        may_not_fit = [
            _fits(de.field(name), f"w{number}")
            for number, (name, each) in enumerate(bound.items())
            if not each.constant  # a constant was looked at before publication
        ]
        fits = " AND ".join(each for each in may_not_fit if each != "1")
        columns = ", ".join(f"w{number}" for number in range(len(bound)))
        if fits:
            select = f"""SELECT * FROM (WITH written(w_key, {columns}) AS ({select})
                                        SELECT * FROM written WHERE {fits})"""
        about = sum(cohort.size for cohort in cohorts)
        updated, inserted = data_extensions.bulk_update(run.org, de, [link, *bound], select, params, about=about)
        run.count("updated", updated)
        run.count("inserted", inserted)
        if fits:
            written = int(run.org.value(f"SELECT count(*) FROM ({select})", params)) if once else updated + inserted
            run.count("did not fit", about - written)

    def explain(self) -> str:
        said = ", ".join(f"{field_of(written)} = {written.get('value')}" for written in self.fields)
        return f"Writes {said} by the Contact Key."


def _fits(field: Field, column: str) -> str:
    """SQL for whether a field can hold a value."""
    conditions = []
    if field.length and field.type in ("Text", "EmailAddress", "Phone", "Locale"):
        conditions.append(f"length({column}) <= {field.length}")
    if not field.is_nullable:
        conditions.append(f"{column} IS NOT NULL")
        return " AND ".join(conditions)
    return f"({column} IS NULL OR {conditions[0]})" if conditions else "1"


def de_of(written: Mapping[str, Any]) -> str:
    """What names the data extension of a field to update."""
    return _first_of(written, "r__dataExtension_key", "dataExtensionKey", "dataExtensionName", "dataExtensionId")


def field_of(written: Mapping[str, Any]) -> str:
    """What names the field."""
    return _first_of(written, "r__dataExtensionField_name", "fieldName", "field")


def _first_of(written: Mapping[str, Any], *names: str) -> str:
    """The first of these keys that has a value."""
    return next((str(written[name]) for name in names if written.get(name)), "")


def _is_guid(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4
