"""What a person can do to the CRM, each a step."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from store.commands import Outcome, command
from store.crm import records as crm_records
from store.crm import recycle
from store.crm.fields import field_from
from store.crm.naming import org_of
from store.crm.objects import (
    Object,
    custom_object,
    define_fields,
    define_object,
    describe,
    replace_field,
)
from store.crm.records import Saved
from store.crm.tables import table_of
from store.errors import Refused

if TYPE_CHECKING:
    from store.crm.sources import Content
    from store.org import Org

_FIELDS_IN_TITLE = 3


@command("crm.create")
def create(org: Org, *, object: str, records: list[dict[str, Any]]) -> Outcome:  # noqa: A002 (the product's word)
    """Create records; each is a mapping of field names to values."""
    saved = crm_records.create(org, object, records)
    return _outcome(org, saved, "created")


@command("crm.update")
def update(org: Org, *, object: str, records: list[dict[str, Any]]) -> Outcome:  # noqa: A002
    """Change records; each names its Id and the fields to set."""
    saved = crm_records.update(org, object, records)
    detail = _what_changed(org, saved) if saved.count == 1 else ""
    return _outcome(org, saved, "updated", detail)


@command("crm.delete")
def delete(org: Org, *, object: str, ids: list[str], with_closed_won: bool = False) -> Outcome:  # noqa: A002
    """Move records to the recycle bin; an account with won opportunities only when they may go too."""
    before = _in_bin(org)
    saved = recycle.delete(org, object, ids, with_closed_won=with_closed_won)
    before[saved.object] = before.get(saved.object, 0) + saved.count
    along = {name: count - before.get(name, 0) for name, count in _in_bin(org).items()}
    along = {name: count for name, count in along.items() if count}
    named = ", ".join(f"{count:,} {_named(org, name, count)}" for name, count in along.items())
    outcome = _outcome(org, saved, "deleted", f"{named} with it" if along else "")
    return replace(outcome, changes={**outcome.changes, **{f"{name} deleted": n for name, n in along.items()}})


def _in_bin(org: Org) -> dict[str, int]:
    found = org.rows("SELECT object, count(*) AS n FROM crm_recycle_bin GROUP BY object ORDER BY object")
    return {row["object"]: row["n"] for row in found}


def _named(org: Org, object_name: str, count: int) -> str:
    obj = describe(org, object_name)
    return obj.label if count == 1 else obj.plural


@command("crm.undelete")
def undelete(org: Org, *, object: str, ids: list[str]) -> Outcome:  # noqa: A002
    """Bring records back from the recycle bin."""
    return _outcome(org, recycle.undelete(org, object, ids), "restored")


@command("crm.define_object")
def add_object(org: Org, *, definition: dict[str, Any]) -> Outcome:
    """Add a custom object: name, label, plural, fields (each as in the class Field)."""
    given = dict(definition)
    fields = tuple(field_from(field) for field in given.pop("fields", ()))
    obj = define_object(org, custom_object(fields=fields, **given))
    return Outcome(f"Object {obj.name} created with {len(fields)} fields", {"objects": 1}, f"crm/{obj.name}")


@command("crm.define_fields")
def add_fields(org: Org, *, object: str, fields: list[dict[str, Any]]) -> Outcome:  # noqa: A002
    """Add custom fields to an object (each as in the class Field)."""
    obj = define_fields(org, object, tuple(field_from(field) for field in fields))
    names = ", ".join(field["name"] for field in fields)
    return Outcome(f"{obj.label} has new fields: {names}", {"fields": len(fields)}, f"crm/{obj.name}")


@command("crm.set_picklist")
def set_picklist(
    org: Org,
    *,
    object: str,  # noqa: A002
    field: str,
    values: list[str],
    inactive: list[str] | None = None,
    restricted: bool | None = None,
) -> Outcome:
    """Give a picklist its values; those that are inactive stay in the records that have them."""
    obj = describe(org, object)
    old = obj.field(field)
    if old.type != "picklist":
        raise Refused(f"{obj.name}.{old.name} is of type {old.type}, not a picklist.")
    listed = tuple(dict.fromkeys([*values, *(inactive or [])]))
    strict = old.restricted if restricted is None else restricted
    replace_field(org, obj.name, replace(old, picklist=listed, inactive=tuple(inactive or ()), restricted=strict))
    shown = ", ".join(values)
    return Outcome(f"{obj.name}.{old.name} can be {shown}", {"values": len(values)}, f"crm/{obj.name}")


def _outcome(org: Org, saved: Saved, verb: str, detail: str = "") -> Outcome:
    obj = describe(org, saved.object)
    ids = [record_id for record_id in saved.ids if record_id]
    said = f"{org_of(obj.name)}: " if org_of(obj.name) else ""
    if len(ids) == 1:
        title, subject = f"{said}{obj.label} {ids[0]} {verb}", f"crm/{obj.name}/{ids[0]}"
    else:
        title, subject = f"{said}{len(ids):,} {obj.plural} {verb}", f"crm/{obj.name}"
    return Outcome(f"{title}: {detail}" if detail else title, {f"{obj.name} {verb}": len(ids)}, subject)


def _what_changed(org: Org, saved: Saved) -> str:
    """`FirstName Jon -> John` of the one record that was just changed, from its newest history."""
    obj = describe(org, saved.object)
    changes = org.rows(
        f"""
        SELECT field, old, new FROM crm_changes
        WHERE object = ? AND change_no = (SELECT change_no FROM {table_of(obj.name)} WHERE Id = ?)
        """,
        obj.name, saved.ids[0],
    )  # fmt: skip
    plain = [row for row in changes if not obj.field(row["field"]).computed]
    shown = [f"{row['field']} {_shown(obj, row, 'old')} -> {_shown(obj, row, 'new')}" for row in plain]
    more = f" and {len(shown) - _FIELDS_IN_TITLE} more" if len(shown) > _FIELDS_IN_TITLE else ""
    return ", ".join(shown[:_FIELDS_IN_TITLE]) + more if shown else "no field has another value"


def _shown(obj: Object, row: Any, side: str) -> str:
    from store.crm.reading import shown

    return shown(obj.field(row["field"]), row[side])


@command("crm.import")
def import_records(
    org: Org,
    *,
    content: dict[str, Any],
    source: str,
    operation: str = "auto",
    upsert: str = "",
    allow_errors: bool = False,
    insert_nulls: bool = False,
) -> Outcome:
    """Import what `parse_path` read from a file or folder called `source`, all of it or nothing."""
    from store.crm.load import Options, load

    # Loading names columns anew, but the command is kept as it was given.
    tables = [{**table, "columns": list(table["columns"])} for table in content["tables"]]
    options = Options(operation, upsert, allow_errors, insert_nulls)
    report = load(org, cast("Content", {**content, "tables": tables}), source, options)
    org.run("INSERT INTO crm_imports(at, name, report) VALUES (?, ?, ?)", org.now, source, json.dumps(report.as_dict()))
    counts = []
    for entry in report.objects.values():
        plural = describe(org, entry.object).plural
        parts = ((entry.created, "created"), (entry.updated, "updated"), (entry.deleted, "deleted"))
        counts += [f"{number:,} {plural} {verb}" for number, verb in parts if number]
    rejected = report.changes.get("rejected", 0)
    counts += [f"{rejected:,} refused"] if rejected else []
    return Outcome(f"Imported {source}: {', '.join(counts) or 'no records'}", report.changes, "crm")
