"""Objects: how the CRM's kinds of records are described, kept and extended."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from store.crm.fields import Field, check_name, is_custom, label_of
from store.crm.naming import api_name, beside, full_name, here, in_its_org, org_of, working_org
from store.crm.tables import ensure_object_table
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

_PREFIX_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Object:
    """A kind of record. `key_prefix` is given out when it is left empty (a00, a01, ... for custom objects).

    `name` is the full name, which tells Salesforce orgs apart (naming.py), `api_name` what the org itself calls it.
    """

    name: str
    fields: tuple[Field, ...]
    label: str = ""
    plural: str = ""
    key_prefix: str = ""
    custom: bool = False
    deletable: bool = True

    def __post_init__(self) -> None:
        check_name(self.api_name)
        label = self.label or label_of(self.api_name)
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "plural", self.plural or _plural(label))

    @property
    def api_name(self) -> str:
        """What its org calls it: `Contact` of `EMEA:Contact`."""
        return api_name(self.name)

    def gives_out(self, record_id: str) -> bool:
        """Whether an id has the key prefix of this object, and the instance code where its org has one."""
        return record_id.startswith(self.key_prefix)

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
                f"INVALID_FIELD: No such column '{name}' on sobject of type {self.api_name}",
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


def _plural(label: str) -> str:
    if re.search(r"[^aeiou]y$", label):
        return f"{label[:-1]}ies"
    return f"{label}es" if re.search(r"(s|x|ch|sh)$", label) else f"{label}s"


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


def every_object(org: Org) -> list[str]:
    """The full names of the objects of every Salesforce org, in the order in which they were made."""
    return [row["name"] for row in org.rows("SELECT name FROM crm_objects ORDER BY position")]


def object_names(org: Org) -> list[str]:
    """The full names of the objects of the org that is worked in, in the order in which they were made."""
    return [name for name in every_object(org) if org_of(name) == working_org()]


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
    """The object that is called so in the org that is worked in, or has that full name, whatever the case; or None."""
    name = here(name)
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
    """The object that is called so. Raises Refused with the nearest name when there is none."""
    found = find_object(org, name)
    if found is None:
        known = object_names(org) if ":" not in name else every_object(org)
        named = [each if ":" in name else api_name(each) for each in known]
        raise Refused(f"INVALID_TYPE: sObject type '{name}' is not supported.", fix=did_you_mean(name, named))
    return found


def define_object(org: Org, obj: Object, *, instance: str = "") -> Object:
    """Add an object to the org that is worked in, and its table; returns it with its key prefix.

    `instance` is the code of the org's record ids. Raises Refused when there is an object of that name.
    """
    obj = replace(obj, name=here(obj.name))
    if find_object(org, obj.name):
        raise Refused(f"DUPLICATE_DEVELOPER_NAME: There is an object {obj.name} already.", fix="Choose another name.")
    if obj.custom and not is_custom(obj.name):
        raise Refused(f"'{obj.api_name}' is not the name of a custom object.", fix=f"Call it {obj.api_name}__c.")
    obj = replace(obj, fields=tuple(_in_org(field, obj.name) for field in obj.fields))
    position = int(org.value("SELECT count(*) + 1 FROM crm_objects"))
    mine = org.rows("SELECT name, key_prefix FROM crm_objects")
    prefixes = {row["key_prefix"][:3] for row in mine if org_of(row["name"]) == org_of(obj.name)}
    if not obj.key_prefix or obj.key_prefix in prefixes:
        obj = replace(obj, key_prefix=_free_prefix(prefixes))
    obj = replace(obj, key_prefix=obj.key_prefix + (instance or instance_of(org, org_of(obj.name))))
    org.run(
        "INSERT INTO crm_objects(name, position, label, plural, key_prefix, custom, deletable)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        obj.name, position, obj.label, obj.plural, obj.key_prefix, obj.custom, obj.deletable,
    )  # fmt: skip
    _insert_fields(org, obj.name, obj.fields, first_position=1)
    ensure_object_table(org, obj)
    return obj


@in_its_org
def define_fields(org: Org, object_name: str, added: tuple[Field, ...]) -> Object:
    """Add fields to an object and its table; returns it with them. Raises Refused when it has one of that name."""
    obj = describe(org, object_name)
    added = tuple(_in_org(field, obj.name) for field in added)
    for field in added:
        if obj.find(field.name):
            raise Refused(f"DUPLICATE_DEVELOPER_NAME: {obj.name} has a field {field.name} already.")
    _insert_fields(org, obj.name, added, first_position=len(obj.fields) + 1)
    obj = describe(org, obj.name)
    ensure_object_table(org, obj)
    for react in _on_new_fields:
        react(org, obj, added)
    return describe(org, obj.name)


def object_of(org: Org, record_id: str) -> str | None:
    """The full name of the object that a record id belongs to: that of an org with its instance code goes first."""
    sql = "SELECT name FROM crm_objects WHERE key_prefix IN (?, ?) ORDER BY length(key_prefix) DESC LIMIT 1"
    name: str | None = org.value(sql, record_id[:3], record_id[:5])
    return name


def instance_of(org: Org, salesforce_org: str) -> str:
    """The code in the record ids of an org, characters four and five; '' of the first org, which takes any."""
    sql = "SELECT substr(key_prefix, 4) FROM crm_objects WHERE name = ?"
    return str(org.value(sql, full_name(salesforce_org, "User")) or "")


def _in_org(field: Field, object_name: str) -> Field:
    """The field with the full names of the objects that it points to: a lookup stays in the org of its object."""
    if not any(name != beside(object_name, name) for name in field.reference_to):
        return field
    return replace(field, reference_to=tuple(beside(object_name, name) for name in field.reference_to))


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
