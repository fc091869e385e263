"""Objects and fields: how the CRM's kinds of records are described, kept and extended."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from store.crm.tables import ensure_object_table
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

FieldType = Literal[
    "string", "textarea", "boolean", "int", "double", "currency", "percent", "date", "datetime", "email", "phone",
    "url", "picklist", "reference", "id",
]  # fmt: skip
TEXT_TYPES = frozenset(("string", "textarea", "email", "phone", "url", "picklist"))
NUMBER_TYPES = frozenset(("int", "double", "currency", "percent"))

# source: Object Reference, "Field Types" and the field dialogs of Setup.
_DEFAULT_LENGTH = {"string": 255, "textarea": 255, "email": 80, "phone": 40, "url": 255, "picklist": 255}
_DEFAULT_DIGITS = {"int": (9, 0), "double": (18, 2), "currency": (18, 2), "percent": (5, 2)}
_CUSTOM_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|_(?!_))*(?<!_)(__(?:[A-Za-z0-9]|_(?!_))+(?<!_))?__(c|s|pc)", re.I)
_API_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PREFIX_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class _Definition(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Field(_Definition):
    """One field of an object, in the words of the API's describe call.

    `default` applies when a record is created without a value; "$Id" stands for the record's own id. `computed` is an
    SQL expression over other fields of the record (Name of a person); nobody writes such a field.
    """

    name: str
    type: FieldType
    label: str = ""
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    reference_to: tuple[str, ...] = ()
    relationship_name: str = ""
    on_delete: Literal["clear", "cascade"] = "clear"
    required: bool = False
    external_id: bool = False
    unique: bool = False
    default: str | int | float | bool | None = None
    picklist: tuple[str, ...] = ()
    restricted: bool = False
    createable: bool = True
    updateable: bool = True
    computed: str = ""

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, given: Any) -> Any:
        """Label, length, digits and relationship name as Setup proposes them."""
        if not isinstance(given, dict):
            return given
        full, kind, name = dict(given), given.get("type"), str(given.get("name", ""))
        full["label"] = str(given.get("label") or label_of(name)).strip()
        if kind in _DEFAULT_LENGTH and full.get("length") is None:
            full["length"] = _DEFAULT_LENGTH[kind]
        if kind in _DEFAULT_DIGITS and full.get("precision") is None:
            full["precision"], full["scale"] = _DEFAULT_DIGITS[kind]
        if kind in ("reference", "id") and full.get("length") is None:
            full["length"] = 18
        if kind == "reference" and not full.get("relationship_name"):
            full["relationship_name"] = name[:-1] + "r" if is_custom(name) else name.removesuffix("Id")
        if full.get("computed"):
            full["createable"] = full["updateable"] = False
        return full

    @model_validator(mode="after")
    def _fits(self) -> Field:
        if not _API_NAME.fullmatch(self.name):
            raise ValueError(f"'{self.name}' is no API name: letters, digits and underscores, beginning with a letter")
        if (self.type == "reference") != bool(self.reference_to):
            raise ValueError(f"{self.name}: reference_to belongs to a reference, and a reference needs it")
        return self


class Object(_Definition):
    """A kind of record. `key_prefix` is given out when it is left empty (a00, a01, ... for custom objects)."""

    name: str
    fields: tuple[Field, ...]
    label: str = ""
    plural: str = ""
    key_prefix: str = ""
    custom: bool = False
    deletable: bool = True

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        label = given.get("label") or label_of(str(given.get("name", "")))
        return {**given, "label": label, "plural": given.get("plural") or _plural(label)}

    @model_validator(mode="after")
    def _fits(self) -> Object:
        if not _API_NAME.fullmatch(self.name):
            raise ValueError(f"'{self.name}' is no API name: letters, digits and underscores, beginning with a letter")
        return self

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by API name in lower case: the API takes field names without regard to case."""
        return {field.name.lower(): field for field in self.fields}

    def find(self, name: str) -> Field | None:
        """The field of that API name, whatever its case, or None."""
        return self.by_name.get(name.lower())

    def field(self, name: str) -> Field:
        """The field of that API name. Raises Refused with the nearest name when there is none."""
        found = self.find(name)
        if found is None:
            raise Refused(
                f"INVALID_FIELD: No such column '{name}' on sobject of type {self.name}",
                fix=did_you_mean(name, [field.name for field in self.fields]),
            )
        return found

    @property
    def references(self) -> tuple[Field, ...]:
        """The lookups."""
        return tuple(field for field in self.fields if field.type == "reference")


def label_of(name: str) -> str:
    """The label that Setup would propose: `Order_Line__c` and `OrderLine` -> `Order Line`."""
    bare = re.sub(r"__(c|s|pc)$", "", name, flags=re.IGNORECASE).replace("_", " ")
    return re.sub(r"\bId$", "ID", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare).strip())


def _plural(label: str) -> str:
    if re.search(r"[^aeiou]y$", label):
        return f"{label[:-1]}ies"
    return f"{label}es" if re.search(r"(s|x|ch|sh)$", label) else f"{label}s"


def is_custom(name: str) -> bool:
    """Whether this is the API name of a custom object or field: `X__c`, `ns__X__c`, a part `X__s` of a location."""
    return _CUSTOM_NAME.fullmatch(name) is not None


def custom_object(name: str, fields: tuple[Field, ...] = (), **more: Any) -> Object:
    """A custom object with the system fields and a Name, which is the record's id where none is given."""
    from store.crm.standard import system_fields

    own = {field.name.lower() for field in fields}
    frame = system_fields()
    name_field = () if "name" in own else (Field(name="Name", type="string", length=80, default="$Id"),)
    owner = () if "ownerid" in own else (Field(name="OwnerId", type="reference", reference_to=("User",)),)
    return Object(name=name, fields=(*frame[:1], *name_field, *owner, *fields, *frame[1:]), custom=True, **more)


# ---- kept in the file


def object_names(org: Org) -> list[str]:
    """The API names of all objects, in the order in which they were made."""
    return [row["name"] for row in org.rows("SELECT name FROM crm_objects ORDER BY position")]


def find_object(org: Org, name: str) -> Object | None:
    """The object of that API name, whatever its case, or None."""
    row = org.row("SELECT * FROM crm_objects WHERE name = ? COLLATE NOCASE", name)
    if row is None:
        return None
    fields = org.rows("SELECT * FROM crm_fields WHERE object = ? ORDER BY position", row["name"])
    return Object(
        name=row["name"],
        label=row["label"],
        plural=row["plural"],
        key_prefix=row["key_prefix"],
        custom=bool(row["custom"]),
        deletable=bool(row["deletable"]),
        fields=tuple(_field(field) for field in fields),
    )


def describe(org: Org, name: str) -> Object:
    """The object of that API name. Raises Refused with the nearest name when there is none."""
    found = find_object(org, name)
    if found is None:
        raise Refused(
            f"INVALID_TYPE: sObject type '{name}' is not supported.", fix=did_you_mean(name, object_names(org))
        )
    return found


def define_object(org: Org, obj: Object) -> Object:
    """Add an object and its table; returns it with its key prefix. Raises Refused when there is one of that name."""
    if find_object(org, obj.name):
        raise Refused(f"DUPLICATE_DEVELOPER_NAME: There is an object {obj.name} already.", fix="Choose another name.")
    if obj.custom and not is_custom(obj.name):
        raise Refused(f"'{obj.name}' is not the name of a custom object.", fix=f"Call it {obj.name}__c.")
    prefixes = {row["key_prefix"] for row in org.rows("SELECT key_prefix FROM crm_objects")}
    position = len(prefixes) + 1
    if not obj.key_prefix or obj.key_prefix in prefixes:
        obj = obj.model_copy(update={"key_prefix": _free_prefix(prefixes)})
    org.run(
        "INSERT INTO crm_objects(name, position, label, plural, key_prefix, custom, deletable)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        obj.name, position, obj.label, obj.plural, obj.key_prefix, obj.custom, obj.deletable,
    )  # fmt: skip
    _insert_fields(org, obj.name, obj.fields, first_position=1)
    ensure_object_table(org, obj)
    return obj


def define_fields(org: Org, object_name: str, fields: tuple[Field, ...]) -> Object:
    """Add fields to an object and its table; returns it with them. Raises Refused when it has one of that name."""
    obj = describe(org, object_name)
    for field in fields:
        if obj.find(field.name):
            raise Refused(f"DUPLICATE_DEVELOPER_NAME: {obj.name} has a field {field.name} already.")
    _insert_fields(org, obj.name, fields, first_position=len(obj.fields) + 1)
    obj = describe(org, obj.name)
    ensure_object_table(org, obj)
    return obj


def install(org: Org) -> None:
    """Make the standard objects; called once, inside the transaction that makes a world."""
    from store.crm.standard import standard_objects

    for obj in standard_objects():
        define_object(org, obj)


def _free_prefix(taken: set[str]) -> str:
    # source: custom objects get prefixes a00, a01, ... in the order of their creation.
    for high in _PREFIX_DIGITS:
        for low in _PREFIX_DIGITS:
            if f"a{high}{low}" not in taken:
                return f"a{high}{low}"
    raise Refused("There is no key prefix left for another custom object.")


def _insert_fields(org: Org, object_name: str, fields: tuple[Field, ...], first_position: int) -> None:
    for position, field in enumerate(fields, first_position):
        row = field.model_dump()
        row.update(
            object=object_name,
            position=position,
            reference_to=json.dumps(field.reference_to),
            picklist=json.dumps(field.picklist),
            default=None if field.default is None else json.dumps(field.default),
        )
        columns = ", ".join(f'"{column}"' for column in row)
        org.run(f"INSERT INTO crm_fields({columns}) VALUES ({', '.join(f':{column}' for column in row)})", row)


def _field(row: sqlite3.Row) -> Field:
    given = {key: row[key] for key in row.keys() if key not in ("object", "position")}  # noqa: SIM118 (a Row)
    given["reference_to"] = tuple(json.loads(row["reference_to"]))
    given["picklist"] = tuple(json.loads(row["picklist"]))
    given["default"] = None if row["default"] is None else json.loads(row["default"])
    return Field(**given)
