"""Changing a data extension that exists: its fields, send relationship, retention, keys. What the product refuses.

source: domain B2 (mcdev DataExtensionField.js, which names the API error 310007 for lengths and required fields).
Where a field's column changes, the table is made anew and its rows are copied: the constraints are in the table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from store.assumptions import assume
from store.commands import Outcome, command
from store.data_extensions import storage
from store.data_extensions.holding import refuse_if_held, renamed
from store.data_extensions.manage import refuse_unless_owned, refuse_unless_writable
from store.data_extensions.model import DataExtension, Field, by_id, get
from store.data_extensions.storage import quoted
from store.data_extensions.values import convert, is_get_date
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

CANNOT_CHANGE = "310007"  # source: domain B2, the API's error code

assume(
    "primary_key_changes_while_empty",
    True,
    (True, False),
    "Which fields are the primary key can be changed as long as the data extension has no rows.",
    "domain B2 refuses a new primary key field with rows; for existing fields no page says it",
)


def _changeable(org: Org, name: str) -> DataExtension:
    """A data extension whose definition a person may change here."""
    de = get(org, name)
    refuse_unless_owned(de)
    refuse_unless_writable(de)
    return de


def _has_rows(org: Org, de: DataExtension) -> bool:
    return org.value(f"SELECT 1 FROM {quoted(de.table_name)} LIMIT 1") is not None


def _refused(de: DataExtension, field: str, message: str, *, code: str = "", fix: str = "") -> Refused:
    said = f"{message} (error {code})." if code else f"{message}."
    return Refused(said, where=f"data extension {de.path}, field {field}", fix=fix)


# ---- fields


@command("data_extensions.add_field")
def add_field(org: Org, *, de: str, field: dict[str, Any]) -> Outcome:
    """Add a field at the end; rows that are there get its default when it is required, else nothing."""
    found = _changeable(org, de)
    new = _parsed(found, field)
    if new.name.lower() in found.by_name:
        raise _refused(found, new.name, f"There is a field '{found.by_name[new.name.lower()].name}' already")
    if _has_rows(org, found):
        if new.is_primary_key:
            raise _refused(
                found, new.name, "A primary key field cannot be added to a data extension that has rows",
                fix="Make a new data extension with this key and copy the rows with a SQL Query Activity.",
            )  # fmt: skip
        if not new.is_nullable and new.default_value is None:
            raise _refused(
                found, new.name, "A field of a data extension that has rows is nullable or has a default value",
                fix="Make it nullable, or give it a default.",
            )  # fmt: skip
    _rebuild(org, found, (*found.fields, new))
    return Outcome(f"Field {new.name} ({new.declared}) added to {found.path}", {"fields": 1}, f"de/{found.path}")


def _parsed(de: DataExtension, definition: Mapping[str, Any]) -> Field:
    from store.data_extensions.definition import parse

    return parse({"name": de.name, "fields": [dict(definition)]}).fields[0].field()


@command("data_extensions.change_field")
def change_field(org: Org, *, de: str, field: str, change: dict[str, Any]) -> Outcome:
    """Change a field.

    `change` has what differs of name, length, precision, scale, is_nullable, is_primary_key and default; a default of
    null takes it away. What the product refuses: another type, a shorter length, requiring what was nullable, a primary
    key among rows.
    """
    found = _changeable(org, de)
    old = found.field(field)
    unknown = sorted(set(change) - {"name", "type", "length", "precision", "scale", "is_nullable", "is_primary_key",
                                    "default"})  # fmt: skip
    if unknown or not change:
        fix = "It has name, length, precision, scale, is_nullable, is_primary_key and default."
        raise Refused(f"A field has no '{unknown[0]}' to change." if unknown else "What is to change?", fix=fix)
    if str(change.get("type", old.type)) != old.type:
        raise _refused(
            found, old.name, f"The type of an existing field cannot be changed: it is {old.declared}",
            fix="Add a field of the other type, or make a new data extension and copy the rows with a query.",
        )  # fmt: skip
    new = _parsed(found, _written(old) | change)
    if new == old:
        raise Refused(f"The field {old.name} of {found.path} is like that already.")
    _refuse_change(org, found, old, new)
    fields = tuple(new if each.name == old.name else each for each in found.fields)
    _rebuild(org, found, fields, renamed={new.name: old.name})
    if new.name != old.name:
        renamed(org, found, old.name, new.name)
    if found.sendable_field == old.name:
        org.run("UPDATE data_extensions SET sendable_field = ? WHERE de_id = ?", new.name, found.de_id)
    title = f"Field {old.name} of {found.path}: {', '.join(_differences(old, new))}"
    return Outcome(title, {"fields": 1}, f"de/{found.path}")


def _written(field: Field) -> dict[str, Any]:
    """The field as a person would write it, every key given."""
    written: dict[str, Any] = {"name": field.name, "type": field.type, "is_primary_key": field.is_primary_key}
    written |= {"is_nullable": field.is_nullable, "default": field.default_value}
    if field.type == "Text":
        written["length"] = field.length
    if field.type == "Decimal":
        written |= {"precision": field.length, "scale": field.scale}
    return written


def _refuse_change(org: Org, de: DataExtension, old: Field, new: Field) -> None:
    other = de.by_name.get(new.name.lower())
    if other is not None and other.name != old.name:
        raise _refused(de, old.name, f"There is a field '{other.name}' already")
    if _is_shorter(old, new):
        raise _refused(
            de, old.name, f"The length of an existing field cannot be decreased: it is {old.declared}",
            code=CANNOT_CHANGE, fix="Make a new data extension and copy the rows with a query.",
        )  # fmt: skip
    if old.is_nullable and not new.is_nullable and not new.is_primary_key:
        raise _refused(de, old.name, "A nullable field cannot become required", code=CANNOT_CHANGE)
    if new.is_primary_key != old.is_primary_key and (
        _has_rows(org, de) or not org.assumption("primary_key_changes_while_empty")
    ):
        raise _refused(
            de, old.name, "The primary key of a data extension that has rows cannot be changed",
            fix="Make a new data extension with this key and copy the rows with a query.",
        )  # fmt: skip


def _is_shorter(old: Field, new: Field) -> bool:
    """Whether a value that fits the old field may not fit the new one; no length is the longest."""
    if old.type == "Decimal":
        before, after = (old.length or 0) - (old.scale or 0), (new.length or 0) - (new.scale or 0)
        return after < before or (new.scale or 0) < (old.scale or 0)
    return new.length is not None and (old.length is None or new.length < old.length)


def _differences(old: Field, new: Field) -> list[str]:
    said = [f"renamed to {new.name}"] if old.name != new.name else []
    if old.declared != new.declared:
        said.append(f"{old.declared} -> {new.declared}")
    if old.is_nullable != new.is_nullable:
        said.append("nullable" if new.is_nullable else "required")
    if old.is_primary_key != new.is_primary_key:
        said.append("a primary key" if new.is_primary_key else "no primary key any more")
    if old.default_value != new.default_value:
        said.append("no default" if new.default_value is None else f"default {new.default_value}")
    return said


@command("data_extensions.delete_field")
def delete_field(org: Org, *, de: str, field: str) -> Outcome:
    """Remove a field with its values. A key and the field of the send relationship stay."""
    found = _changeable(org, de)
    gone = found.field(field)
    if gone.is_primary_key:  # ASSUMED: the row's identity cannot be taken from it
        raise _refused(found, gone.name, "A primary key field cannot be deleted")
    if gone.name == found.sendable_field:
        raise _refused(
            found, gone.name, "The field of the send relationship cannot be deleted",
            fix="Choose another one first: data_extensions.set_sendable.",
        )  # fmt: skip
    if len(found.fields) == 1:
        raise _refused(found, gone.name, "A data extension needs at least one field")
    refuse_if_held(org, found, gone.name)
    _rebuild(org, found, tuple(each for each in found.fields if each.name != gone.name))
    return Outcome(f"Field {gone.name} of {found.path} deleted", {"fields": 1}, f"de/{found.path}")


def _rebuild(org: Org, de: DataExtension, fields: tuple[Field, ...], renamed: Mapping[str, str] | None = None) -> None:
    """Give the data extension these fields; `renamed` has new name: old name. Its rows keep identity and date."""
    org.run("DELETE FROM data_extension_fields WHERE de_id = ?", de.de_id)
    for ordinal, field in enumerate(fields, start=1):
        org.run(
            "INSERT INTO data_extension_fields VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            de.de_id, ordinal, field.name, field.type, field.length, field.scale, field.is_primary_key,
            field.is_nullable, field.default_value,
        )  # fmt: skip
    values = [_value(org, de, field, renamed or {}) for field in fields]
    new = replace(de, fields=fields)
    storage.replace_table(org, de, new, values)


def _value(org: Org, de: DataExtension, field: Field, renamed: Mapping[str, str]) -> str:
    """The SQL of what a row that is there has in the field."""
    old = de.by_name.get(renamed.get(field.name, field.name).lower())
    if old is not None:
        return quoted(old.name)
    if field.is_nullable or field.default_value is None:
        return "NULL"
    if is_get_date(field.default_value):
        return storage.now_literal(org)
    return storage.literal(convert(field, field.default_value))


# ---- what it is for


@command("data_extensions.set_sendable")
def set_sendable(
    org: Org, *, de: str, field: str | None = None, to: str = "Subscriber Key", is_testable: bool = False
) -> Outcome:
    """Make it sendable by a field that relates to Subscriber Key or Email Address; without `field` not sendable."""
    from store.data_extensions.definition import parse

    found = _changeable(org, de)
    relation = {"is_sendable": True, "is_testable": is_testable, "sendable_field": field, "sendable_to": to}
    parse({"name": found.name, "fields": [_written(each) for each in found.fields]} | (relation if field else {}))
    name = found.field(field).name if field else None
    org.run(
        """UPDATE data_extensions SET is_sendable = ?, is_testable = ?, sendable_field = ?, sendable_to = ?
           WHERE de_id = ?""",
        bool(field), bool(field) and is_testable, name, to if field else None, found.de_id,
    )  # fmt: skip
    said = f"sendable, {name} relates to {to}" if field else "not sendable"
    return Outcome(f"Data extension {found.path} is {said}", {}, f"de/{found.path}")


@command("data_extensions.set_retention")
def set_retention(org: Org, *, de: str, retention: dict[str, Any] | None = None) -> Outcome:
    """Set the data retention policy of a data extension, or without one take it away.

    Rows that were there before count from now. source: domain B2, "old rows show the date the retention was
    configured".
    """
    from store.data_extensions.definition import parse

    found = _changeable(org, de)
    parsed = parse({"name": found.name, "fields": [{"name": "x"}], "retention": retention}).retention
    kept = json.dumps(parsed.model_dump(), sort_keys=True) if parsed else None
    org.run("UPDATE data_extensions SET retention = ? WHERE de_id = ?", kept, found.de_id)
    if parsed and not found.retention:
        org.run(f"UPDATE {quoted(found.table_name)} SET _CreatedDate = {storage.now_literal(org)}")
    said = parsed.policy.replace("_", " ") if parsed else "off"
    return Outcome(f"Data retention of {found.path}: {said}", {}, f"de/{found.path}")


@command("data_extensions.describe")
def describe(org: Org, *, de: str, description: str | None = None, key: str | None = None) -> Outcome:
    """Change the description or the external key."""
    from store.data_extensions.definition import parse

    found = _changeable(org, de)
    wanted = {"description": description if description is not None else found.description}
    parsed = parse({"name": found.name, "key": key or found.customer_key, "fields": [{"name": "x"}], **wanted})
    taken = org.value(
        "SELECT name FROM data_extensions WHERE mid = ? AND customer_key = ? AND de_id <> ?",
        found.mid, parsed.key, found.de_id,
    )  # fmt: skip
    if taken:
        raise Refused(f"There is a data extension with the external key '{parsed.key}' already: {taken}.")
    org.run(
        "UPDATE data_extensions SET description = ?, customer_key = ? WHERE de_id = ?",
        parsed.description, parsed.key, found.de_id,
    )  # fmt: skip
    return Outcome(f"Data extension {found.path}: external key {by_id(org, found.de_id).customer_key}", {},
                   f"de/{found.path}")  # fmt: skip
