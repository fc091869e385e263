"""Deleting custom fields: their values are gone, and whoever has read them elsewhere keeps what was read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.crm.fields import Field, is_custom
from store.crm.naming import beside, org_of
from store.crm.objects import Object, describe, without_field
from store.crm.tables import table_of
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

Deleted = Callable[["Org", Object, Field], None]
_told: list[Deleted] = []

# Where a formula, a roll-up, a rule or a flow may name a field: what the person calls it, and its text.
_PLACES = """
    SELECT 'the field ' || object || '.' || name AS what, formula || ' ' || rollup AS text, object FROM crm_fields
     WHERE formula <> '' OR rollup <> ''
     UNION ALL SELECT 'the validation rule ' || name, condition, object FROM crm_validation_rules
     UNION ALL SELECT 'the flow ' || name, definition, object FROM crm_flows
     UNION ALL SELECT 'the lead mapping', lead_field || ' ' || field, lead_field FROM crm_lead_mapping
"""


def when_field_deleted(function: Deleted) -> Deleted:
    """Register `function(org, obj, field)` for a field that the CRM has no more."""
    _told.append(function)
    return function


@command("crm.delete_fields")
def delete_fields(org: Org, *, object: str, fields: list[str]) -> Outcome:  # noqa: A002 (the product's word)
    """Delete custom fields of an object with all their values."""
    obj = describe(org, object)
    gone = [obj.field(name) for name in fields]
    for field in gone:
        _refuse_unless_deletable(org, obj, field)
    for field in gone:
        _take_away(org, obj, field)
        for tell in _told:
            tell(org, obj, field)
    names = ", ".join(field.name for field in gone)
    return Outcome(f"Fields of {obj.name} deleted: {names}", {"fields": len(gone)}, f"crm/{obj.name}")


def _refuse_unless_deletable(org: Org, obj: Object, field: Field) -> None:
    if not is_custom(field.name):
        raise Refused(f"{obj.name}.{field.name} cannot be deleted.", cause="Only custom fields can.")
    word = re.compile(rf"\b{re.escape(field.name)}\b", re.IGNORECASE)

    def in_org(name: str) -> bool:
        return org_of(name) == org_of(obj.name)

    places = [row["what"] for row in org.rows(_PLACES) if in_org(row["object"]) and word.search(row["text"])]
    if places:  # source: Salesforce Help, deleting fields: what refers to them has to go first
        raise Refused(
            f"{obj.name}.{field.name} cannot be deleted: this custom field is referenced elsewhere.",
            cause=f"It is named in {', '.join(places)}.",
            fix="Take it out there first.",
        )
    if (
        describe(org, beside(obj.name, "Account")).find(re.sub("__c$", "__pc", field.name))
        and obj.api_name == "Contact"
    ):
        raise Refused(f"{obj.name}.{field.name} is a field of person accounts too, which cannot be taken from here.")
    if field.reference_to and field.required:
        raise Refused(f"{obj.name}.{field.name} cannot be deleted: no record of {obj.name} is without its parent.")


def _take_away(org: Org, obj: Object, field: Field) -> None:
    table = table_of(obj.name)
    org.run(f'DROP INDEX IF EXISTS "crm_{obj.name}_{field.name}"')
    number = without_field(org, obj.name, field.name)
    org.run("DELETE FROM crm_hidden_fields WHERE object = ? AND field = ?", obj.name, field.name)
    if field.formula:
        return
    if field.reference_to:  # SQLite cannot drop a column that is a foreign key
        org.run(f'UPDATE {table} SET "{field.name}" = NULL')
        org.run(f'ALTER TABLE {table} RENAME COLUMN "{field.name}" TO "deleted_{number}_{field.name}"')
    else:
        org.run(f'ALTER TABLE {table} DROP COLUMN "{field.name}"')
