"""Which fields of a CRM object go into a flat model, and how they are declared there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from store import connect, crm, data_extensions
from store.data_extensions import Field
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

MOST_FIELDS = {"master": 20, "related": 8}  # source: domain C1, at most 20 fields per object are recommended
MAX_NAME = 128  # source: domain B2, a column name has 1 to 128 characters
DELETED = "IsDeleted"
_NEVER = {"id", "isdeleted", "systemmodstamp", "masterrecordid", "createdbyid", "lastmodifiedbyid", "jigsaw",
          "photourl", "lastmodifieddate"}  # fmt: skip
_LONG = ("textarea",)


def synchronized_fields(org: Org, object_name: str) -> tuple[str, ...] | None:
    """The fields of an object that are synchronized now; None when it is not."""
    found = next((each for each in connect.sources(org) if each.object == object_name), None)
    if found is None:
        return None
    return tuple(field.name for field in data_extensions.get(org, found.de_name).fields)


def chosen(org: Org, obj: crm.Object, wanted: tuple[str, ...], *, master: bool) -> list[crm.Field]:
    """The fields of an object for the model, without its Id.

    Those that a person named; else those that are synchronized; else those that have values, up to what is recommended.
    """
    hidden = set(crm.hidden_fields(org, obj.name))
    if wanted:
        found = [obj.field(name) for name in wanted]
        if unseen := [field.name for field in found if field.name in hidden]:
            raise Refused(f"{obj.name}.{unseen[0]} cannot be mapped: MC Connect's user cannot see it.")
        return [field for field in found if field.name != "Id"]
    there = synchronized_fields(org, obj.name)
    usable = [field for field in obj.fields if field.name.lower() not in _NEVER and field.name not in hidden]
    if there is not None:
        names = set(there)
        return [field for field in usable if field.name in names]
    usable = [field for field in usable if field.type not in _LONG and not field.formula]
    filled = _filled(org, obj, usable)
    ranked = [field for field in usable if field.name in filled]
    if not ranked:  # no record yet
        ranked = [field for field in usable if field.type not in ("reference", "id")]
    kept = ranked[: MOST_FIELDS["master" if master else "related"]]
    return [field for field in ranked if field in kept or _matters(field)]


def _filled(org: Org, obj: crm.Object, fields: list[crm.Field]) -> set[str]:
    """The names of the fields that have a value in some live record; false and 0 everywhere say nothing."""
    if not fields:
        return set()
    said = {"boolean": 'count(nullif("{}", 0))', "int": 'count(nullif("{}", 0))'}
    counts = ", ".join(said.get(field.type, 'count("{}")').format(field.name) for field in fields)
    row = org.row(f"SELECT {counts} FROM {crm.table_of(obj.name)} WHERE +IsDeleted = 0")
    return {field.name for field, count in zip(fields, row or (), strict=True) if count}


def _matters(field: crm.Field) -> bool:
    """What a send or a split cannot do without."""
    return field.type == "email" or field.name in ("HasOptedOutOfEmail", "LastName", "FirstName", "Name")


def declared(field: crm.Field, name: str, *, nullable: bool, key: bool = False) -> dict[str, Any]:
    """The definition of the field under a name: type and length as MC Connect brings them.

    A required field of the CRM is required here too, unless the row comes by a LEFT JOIN.
    """
    made = replace(connect.field_for(field), name=name, is_primary_key=key)
    required = key or (field.required and not nullable)
    return definition_of(replace(made, is_nullable=not required))


def definition_of(field: Field) -> dict[str, Any]:
    """A field as a person writes it."""
    written: dict[str, Any] = {"name": field.name, "type": field.type}
    if field.type == "Text":
        written["length"] = field.length
    if field.type == "Decimal":
        written |= {"precision": field.length, "scale": field.scale or 0}
    if field.is_primary_key:
        written["is_primary_key"] = True
    elif not field.is_nullable:
        written["is_nullable"] = False
    return written


class Names:
    """Gives the columns of one data extension names that are free, and short enough."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, wanted: str) -> str:
        """The name, cut and numbered where need be."""
        name, number = wanted[:MAX_NAME], 1
        while name.lower() in self._taken:
            number += 1
            end = f"_{number}"
            name = wanted[: MAX_NAME - len(end)] + end
        self._taken.add(name.lower())
        return name
