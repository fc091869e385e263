"""What an import brings along that the org does not have yet: custom objects and custom fields, made from the data.

Only names that end like custom ones are taken for new. Standard names that are not there are mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.crm.columns import column_of, split_path
from store.crm.fields import Field, is_custom
from store.crm.import_files import singulars
from store.crm.naming import api_name
from store.crm.objects import (
    Object,
    custom_object,
    define_fields,
    define_object,
    describe,
    find_object,
    object_names,
)
from store.crm.problems import ValueProblem
from store.crm.sources import SourceTable
from store.errors import Refused, Unreadable, did_you_mean
from store.ids import is_record_id, to_18

if TYPE_CHECKING:
    from store.org import Org

_TEXT, _LONG_TEXT = 255, 131072  # source: Setup, lengths of Text and Long Text Area
_EXTERNAL = re.compile(r"ext(ernal)?_?id|(^|_)id__c$|legacy|_key__c$", re.I)
_PARENT = "@parent:"


@dataclass
class Schema:
    """What the import's tables mean in this org: object by table, and what had to be made."""

    objects: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # What a reference or a kept id points to: (scope, '@Ref') and ('', id) -> object.
    targets: dict[tuple[str, str], str] = field(default_factory=dict)


def fit_schema(org: Org, tables: list[SourceTable]) -> Schema:
    """Name the object of each table, make what is missing, and rename the columns of nested records to lookups.

    Raises Unreadable for a column or file that means nothing.
    """
    schema = Schema()
    for table in tables:
        schema.objects.append(_object_of(org, table, schema))
        _note_targets(table, schema)
    paths = [split_path(name) for table in tables for name in table["columns"]]
    join_keys = {path[-1].lower() for path in paths if len(path) > 1}
    for table, name in zip(tables, schema.objects, strict=True):
        _name_parents(org, table, name)
        _add_fields(org, tables, schema, name, join_keys)
    for table, name in zip(tables, schema.objects, strict=True):
        _add_joined_lookups(org, table, name, tables, schema)
    for table, name in zip(tables, schema.objects, strict=True):
        check_columns(org, table, describe(org, name))
    return schema


def _object_of(org: Org, table: SourceTable, schema: Schema) -> str:
    """The object that the table's records are, made when it is a custom one that isn't there."""
    known = {api_name(name).lower(): name for name in object_names(org)}
    if table["object"]:
        wanted = [table["object"].lower()]
        name = table["object"]
    else:
        by_plural = {describe(org, each).plural.lower().replace(" ", ""): each for each in known.values()}
        known = {**by_plural, **known}
        name = Path(table["file"]).stem
        wanted = singulars(name)
    for word in wanted:
        if word in known:
            return known[word]
    if not is_custom(name):
        there = sorted({api_name(each) for each in known.values()})
        raise Unreadable(
            f"INVALID_TYPE: sObject type '{name}' is not supported.",
            cause="The object is read from the file's name." if not table["object"] else "",
            fix=did_you_mean(name, there) or f"Objects of this org: {', '.join(there)}.",
            where=table["file"],
        )
    prefix = next((str(cell)[:3] for cell in cells_of(table, "Id") if is_record_id(to_18(str(cell)))), "")
    made = define_object(org, custom_object(name, key_prefix=prefix))
    schema.notes.append(f"{made.name} did not exist: made as a custom object with key prefix {made.key_prefix}.")
    return made.name


def cells_of(table: SourceTable, column: str) -> Iterator[Any]:
    """The cells of a column, whatever the case of its name, that hold something."""
    for place, name in enumerate(table["columns"]):
        if name.lower() == column.lower():
            yield from (row[place] for row in table["rows"] if row[place] is not None)


def _note_targets(table: SourceTable, schema: Schema) -> None:
    for ref in table["refs"]:
        if ref:
            schema.targets[table["scope"], f"@{ref}"] = schema.objects[-1]
    for cell in cells_of(table, "Id"):
        schema.targets["", to_18(str(cell))] = schema.objects[-1]


def _name_parents(org: Org, table: SourceTable, object_name: str) -> None:
    """Turn a column `@parent:Account:Contacts` into the lookup of the child that points to the parent."""
    for place, column in enumerate(table["columns"]):
        if not column.startswith(_PARENT):
            continue
        _, parent, _ = column.split(":", 2)
        obj = describe(org, object_name)
        pointing = [ref for ref in obj.references if parent.lower() in {name.lower() for name in ref.targets}]
        # A child of its own kind is in a hierarchy; otherwise the cascading lookup is the one that makes children.
        pointing.sort(key=lambda ref: (ref.on_delete != "cascade", ref.name.lower() != f"{parent.lower()}id"))
        if pointing:
            table["columns"][place] = pointing[0].name
        else:
            table["columns"][place] = parent if is_custom(parent) else f"{parent}__c"


def _add_fields(org: Org, tables: list[SourceTable], schema: Schema, object_name: str, join_keys: set[str]) -> None:
    """Make the custom fields that any table of the object names and the object doesn't have."""
    obj = describe(org, object_name)
    own = [table for table, name in zip(tables, schema.objects, strict=True) if name == object_name]
    new: dict[str, Field] = {}
    for table in own:
        for column in table["columns"]:
            name = column.lower()
            if len(split_path(column)) > 1 or name in new or not is_custom(column) or obj.find(column):
                continue
            if any(each.label.lower() == name for each in obj.fields):
                continue
            values = [(each["scope"], cell) for each in own for cell in cells_of(each, column)]
            if table["kind"] == "tree" and values and all(_is_lost(schema, *value) for value in values):
                raise Unreadable(
                    f"{column} points to {values[0][1]}, which is not in this import.",
                    fix="Import the files together, by their plan or as a folder.",
                    where=table["file"],
                )
            new[name] = _field_for(column, values, schema, joined=name in join_keys)
    if new:
        define_fields(org, obj.name, tuple(new.values()))
        schema.notes += [f"{obj.name}.{made.name} did not exist: made as {_kind(made)}." for made in new.values()]


def _field_for(name: str, values: list[tuple[str, Any]], schema: Schema, *, joined: bool) -> Field:
    """A field that takes these (scope, value)s."""
    cells = [cell for _, cell in values]
    pointed = {_target(schema, scope, cell) for scope, cell in values}
    if len(pointed) == 1 and (target := next(iter(pointed))):
        return Field(name=name, type="reference", reference_to=(target,))
    if cells and all(isinstance(cell, bool) for cell in cells):
        return Field(name=name, type="boolean")
    if cells and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in cells):
        return Field(name=name, type="double", precision=18, scale=6)
    if any(len(str(cell)) > _TEXT for cell in cells):
        return Field(name=name, type="textarea", length=_LONG_TEXT)
    external = joined or _EXTERNAL.search(name) is not None
    distinct = len({str(cell).lower() for cell in cells}) == len(cells)
    return Field(name=name, type="string", length=_TEXT, external_id=external, unique=external and distinct)


def _target(schema: Schema, scope: str, cell: Any) -> str:
    """The object that a cell points to, or ''."""
    if isinstance(cell, str) and cell.startswith("@"):
        return schema.targets.get((scope, cell), "")
    return schema.targets.get(("", to_18(cell)), "") if isinstance(cell, str) and len(cell) in (15, 18) else ""


def _is_lost(schema: Schema, scope: str, cell: Any) -> bool:
    """Whether a cell is a reference to a record that the import does not have."""
    return isinstance(cell, str) and cell.startswith("@") and (scope, cell) not in schema.targets


def _kind(made: Field) -> str:
    if made.type == "reference":
        return f"a lookup to {made.reference_to[0]}"
    if made.type in ("boolean", "double"):
        return {"boolean": "a checkbox", "double": "a number"}[made.type]
    kind = f"{'Long Text' if made.type == 'textarea' else 'Text'}({made.length})"
    return kind + (", external id" if made.external_id else "") + (", unique" if made.unique else "")


def _add_joined_lookups(
    org: Org, table: SourceTable, object_name: str, tables: list[SourceTable], schema: Schema
) -> None:
    """Make a custom lookup that a column `Broker__r.External_Id__c` fills."""
    for column in table["columns"]:
        *path, key = split_path(column)
        relationship = path[-1] if path else ""
        if not relationship.lower().endswith("__r"):
            continue
        obj = describe(org, object_name)
        name = relationship[:-1] + "c"
        if obj.find(name) or any(ref.relationship_name.lower() == relationship.lower() for ref in obj.references):
            continue
        holding = {
            other
            for each, other in zip(tables, schema.objects, strict=True)
            if any(column.lower() == key.lower() for column in each["columns"]) and other != obj.name
        }
        target = find_object(org, name)
        if target is None and len(holding) != 1:
            raise Unreadable(
                f"The column {column} does not tell which object it points to.",
                fix=f"Create the lookup {obj.name}.{name} first.",
                where=f"{table['file']}, line 1",
            )
        points_to = target.name if target else holding.pop()
        define_fields(org, obj.name, (Field(name=name, type="reference", reference_to=(points_to,)),))
        schema.notes.append(f"{obj.name}.{name} did not exist: made as a lookup to {points_to}.")


def check_columns(org: Org, table: SourceTable, obj: Object) -> None:
    """Every column means something. Raises Unreadable naming the column."""
    for number, name in enumerate(table["columns"], 1):
        try:
            column_of(org, obj, name, labels=True)
        except (ValueProblem, Refused) as problem:
            where = f"{table['file']}, line 1, column {number}" if table["kind"] == "csv" else table["file"]
            if len(split_path(name)) > 1:
                fix = "Import the file of those records along, in one folder, or create the external id field first."
            else:
                fix = f"Rename or remove the column. A new custom field ends in __c: {name.replace(' ', '_')}__c."
            message = f"INVALID_FIELD: {problem.message}"
            raise Unreadable(message, where=where, fix=fix) from None
