"""Objects and fields: how the CRM's kinds of records are described, kept and extended."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args
from weakref import WeakKeyDictionary

from store.crm.tables import ensure_object_table
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

FieldType = Literal[
    "string", "textarea", "boolean", "int", "double", "currency", "percent", "date", "datetime", "email", "phone",
    "url", "picklist", "reference", "id",
]  # fmt: skip
FIELD_TYPES: tuple[FieldType, ...] = get_args(FieldType)
TEXT_TYPES = frozenset(("string", "textarea", "email", "phone", "url", "picklist"))
NUMBER_TYPES = frozenset(("int", "double", "currency", "percent"))

# source: Object Reference, "Field Types" and the field dialogs of Setup.
_DEFAULT_LENGTH = {"string": 255, "textarea": 255, "email": 80, "phone": 40, "url": 255, "picklist": 255}
_DEFAULT_LENGTH |= {"reference": 18, "id": 18}
_DEFAULT_DIGITS = {"int": (9, 0), "double": (18, 2), "currency": (18, 2), "percent": (5, 2)}
_CUSTOM_NAME = re.compile(
    r"[A-Za-z](?:[A-Za-z0-9]|_(?!_))*(?<!_)(__(?:[A-Za-z0-9]|_(?!_))+(?<!_))?__(c|s|pc|mdt)", re.I
)  # noqa: E501
_API_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PREFIX_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Field:
    """One field of an object, in the words of the API's describe call.

    `default` applies when a record is created without a value; "$Id" stands for the record's own id. `computed` is an
    SQL expression over other fields of the record (Name of a person); nobody writes such a field. `formula` is in
    Salesforce's language and evaluated whenever it is read, `rollup` a roll-up summary (see rollups.py), kept in the
    record; `inactive` are picklist values that records may have and nobody can choose any more. Raises ValueError when
    a property does not fit; `field_from` takes what a person wrote.
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
    formula: str = ""
    rollup: str = ""
    inactive: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._check()
        for name, value in self._proposed().items():
            object.__setattr__(self, name, value)  # frozen from here on

    def _check(self) -> None:
        _check_name(self.name)
        if self.type not in FIELD_TYPES:
            raise ValueError(f"{self.name}: there is no field type '{self.type}'; there are {', '.join(FIELD_TYPES)}")
        if self.on_delete not in ("clear", "cascade"):
            raise ValueError(f"{self.name}: on_delete is clear or cascade, not '{self.on_delete}'")
        if (self.type == "reference") != bool(self.reference_to):
            raise ValueError(f"{self.name}: reference_to belongs to a reference, and a reference needs it")
        if sum(map(bool, (self.computed, self.formula, self.rollup))) > 1:
            raise ValueError(f"{self.name}: a field is a formula or a roll-up summary, not both")

    def _proposed(self) -> dict[str, Any]:
        """Label, length, digits and relationship name as Setup proposes them, where they were left out."""
        proposed: dict[str, Any] = {"label": (self.label or label_of(self.name)).strip()}
        if self.length is None and (length := _DEFAULT_LENGTH.get(self.type)):
            proposed["length"] = length
        if self.precision is None and self.type in _DEFAULT_DIGITS:
            proposed["precision"], proposed["scale"] = _DEFAULT_DIGITS[self.type]
        if self.type == "reference" and not self.relationship_name:
            custom = is_custom(self.name)
            proposed["relationship_name"] = self.name[:-1] + "r" if custom else self.name.removesuffix("Id")
        if self.computed or self.formula or self.rollup:
            proposed["createable"] = proposed["updateable"] = False
        return proposed


_KINDS: dict[str, tuple[type, ...]] = {
    "str": (str,), "int | None": (int,), "bool": (bool,), "tuple[str, ...]": (tuple,), "FieldType": (str,),
    "str | int | float | bool | None": (str, int, float, bool),
}  # fmt: skip


def field_from(given: Mapping[str, Any]) -> Field:
    """The field that a person described. Raises Refused naming what is wrong."""
    known = {field.name: field for field in fields(Field)}
    called = str(given.get("name") or "a field without a name")
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise Refused(f"{called}: a field has no property '{name}'.", fix=did_you_mean(name, known))
        if isinstance(value, list):
            value = tuple(value)
        kinds = _KINDS.get(str(known[name].type), (str,))
        optional = "None" in str(known[name].type)
        fits = value is None if optional and value is None else isinstance(value, kinds)
        if not fits or (kinds == (int,) and isinstance(value, bool)):
            raise Refused(f"{called}: {name} cannot be {json.dumps(given[name], default=str)}.")
        values[name] = value
    if missing := [name for name in ("name", "type") if not values.get(name)]:
        raise Refused(f"{called}: {' and '.join(missing)} must be given.")
    try:
        return Field(**values)
    except ValueError as error:
        raise Refused(f"{error}.") from None


@dataclass(frozen=True)
class Object:
    """A kind of record. `key_prefix` is given out when it is left empty (a00, a01, ... for custom objects)."""

    name: str
    fields: tuple[Field, ...]
    label: str = ""
    plural: str = ""
    key_prefix: str = ""
    custom: bool = False
    deletable: bool = True

    def __post_init__(self) -> None:
        _check_name(self.name)
        label = self.label or label_of(self.name)
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "plural", self.plural or _plural(label))

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
    def stored(self) -> tuple[Field, ...]:
        """The fields that have a column: all but formulas."""
        return tuple(field for field in self.fields if not field.formula)

    @property
    def references(self) -> tuple[Field, ...]:
        """The lookups."""
        return tuple(field for field in self.fields if field.type == "reference")


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not _API_NAME.fullmatch(name):
        raise ValueError(f"'{name}' is no API name: letters, digits and underscores, beginning with a letter")


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
    if name.lower().endswith("__mdt"):  # source: Object Reference, "Custom Metadata Type__mdt"
        names = (Field(name="DeveloperName", type="string", length=40, required=True, unique=True),
                 Field(name="MasterLabel", type="string", length=40, required=True),
                 Field(name="QualifiedApiName", type="string", computed="DeveloperName"))  # fmt: skip
        return Object(name=name, fields=(*frame[:1], *names, *fields, *frame[1:]), custom=True, **more)
    name_field = () if "name" in own else (Field(name="Name", type="string", length=80, default="$Id"),)
    owner = () if "ownerid" in own else (Field(name="OwnerId", type="reference", reference_to=("User",)),)
    return Object(name=name, fields=(*frame[:1], *name_field, *owner, *fields, *frame[1:]), custom=True, **more)


# ---- kept in the file


def object_names(org: Org) -> list[str]:
    """The API names of all objects, in the order in which they were made."""
    return [row["name"] for row in org.rows("SELECT name FROM crm_objects ORDER BY position")]


@dataclass
class _Known:
    """The objects that were read over one connection, by name in lower case, while the schema had that number."""

    db: sqlite3.Connection
    others: int
    schema_no: int
    objects: dict[str, Object | None]

    def holds(self, org: Org, others: int, schema_no: int) -> bool:
        return self.db is org.db and (self.others, self.schema_no) == (others, schema_no)


_known: WeakKeyDictionary[Org, _Known] = WeakKeyDictionary()


def schema_no(org: Org) -> int:
    """A number that changes with every change of an object's fields: what is derived from them holds as long."""
    return int(org.value("SELECT schema_no FROM crm_sequence"))


def find_object(org: Org, name: str) -> Object | None:
    """The object of that API name, whatever its case, or None."""
    # Every command asks for its objects several times, and one has fifty fields. What was read holds until fields are
    # defined (`_insert_fields` forgets it), the world goes back (another connection), a step that defined some is
    # rolled back (a smaller number), or another process writes (`data_version`).
    others = org.value("PRAGMA data_version")
    number = schema_no(org)
    known = _known.get(org)
    if known is None or not known.holds(org, others, number):
        known = _known[org] = _Known(org.db, others, number, {})
    key = name.lower()
    if key not in known.objects:
        known.objects[key] = _read_object(org, name)
    return known.objects[key]


def _read_object(org: Org, name: str) -> Object | None:
    row = org.row("SELECT * FROM crm_objects WHERE name = ? COLLATE NOCASE", name)
    if row is None:
        return None
    found = org.rows("SELECT * FROM crm_fields WHERE object = ? ORDER BY position", row["name"])
    return Object(
        name=row["name"],
        label=row["label"],
        plural=row["plural"],
        key_prefix=row["key_prefix"],
        custom=bool(row["custom"]),
        deletable=bool(row["deletable"]),
        fields=tuple(_field(field) for field in found),
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
        obj = replace(obj, key_prefix=_free_prefix(prefixes))
    org.run(
        "INSERT INTO crm_objects(name, position, label, plural, key_prefix, custom, deletable)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        obj.name, position, obj.label, obj.plural, obj.key_prefix, obj.custom, obj.deletable,
    )  # fmt: skip
    _insert_fields(org, obj.name, obj.fields, first_position=1)
    ensure_object_table(org, obj)
    return obj


def define_fields(org: Org, object_name: str, added: tuple[Field, ...]) -> Object:
    """Add fields to an object and its table; returns it with them. Raises Refused when it has one of that name."""
    obj = describe(org, object_name)
    for field in added:
        if obj.find(field.name):
            raise Refused(f"DUPLICATE_DEVELOPER_NAME: {obj.name} has a field {field.name} already.")
    _insert_fields(org, obj.name, added, first_position=len(obj.fields) + 1)
    obj = describe(org, obj.name)
    ensure_object_table(org, obj)
    for react in _on_new_fields:
        react(org, obj, added)
    return describe(org, obj.name)


def replace_field(org: Org, object_name: str, changed: Field) -> Object:
    """Describe a field anew that keeps its column: picklist values, length, flags."""
    obj = describe(org, object_name)
    position = org.value("SELECT position FROM crm_fields WHERE object = ? AND name = ?", obj.name, changed.name)
    org.run("DELETE FROM crm_fields WHERE object = ? AND name = ?", obj.name, changed.name)
    _insert_fields(org, obj.name, (changed,), first_position=position)
    return describe(org, obj.name)


def without_field(org: Org, object_name: str, field_name: str) -> int:
    """Forget a field of an object, whose column is somebody else's matter; returns the new number of the schema."""
    _known.pop(org, None)
    org.run("UPDATE crm_sequence SET schema_no = schema_no + 1")
    org.run("DELETE FROM crm_fields WHERE object = ? AND name = ?", object_name, field_name)
    return schema_no(org)


NewFields = Callable[["Org", Object, tuple[Field, ...]], None]
_on_new_fields: list[NewFields] = []


def on_new_fields(function: NewFields) -> NewFields:
    """Register what follows from new fields of an object: roll-ups are counted, person accounts get them too."""
    _on_new_fields.append(function)
    return function


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


def _insert_fields(org: Org, object_name: str, added: tuple[Field, ...], first_position: int) -> None:
    _known.pop(org, None)
    org.run("UPDATE crm_sequence SET schema_no = schema_no + 1")
    for position, field in enumerate(added, first_position):
        row = asdict(field)
        row.update(
            object=object_name,
            position=position,
            reference_to=json.dumps(field.reference_to),
            picklist=json.dumps(field.picklist),
            inactive=json.dumps(field.inactive),
            default=None if field.default is None else json.dumps(field.default),
        )
        columns = ", ".join(f'"{column}"' for column in row)
        org.run(f"INSERT INTO crm_fields({columns}) VALUES ({', '.join(f':{column}' for column in row)})", row)


_FLAGS = ("required", "external_id", "unique", "restricted", "createable", "updateable")


def _field(row: sqlite3.Row) -> Field:
    given = {key: row[key] for key in row.keys() if key not in ("object", "position")}  # noqa: SIM118 (a Row)
    given.update({flag: bool(row[flag]) for flag in _FLAGS})
    given["reference_to"] = tuple(json.loads(row["reference_to"]))
    given["picklist"] = tuple(json.loads(row["picklist"]))
    given["inactive"] = tuple(json.loads(row["inactive"]))
    given["default"] = None if row["default"] is None else json.loads(row["default"])
    return Field(**given)
