"""The standard objects, as the Object Reference for the Salesforce Platform describes them.

One line is one field: API name, type (length or digits or target), then what differs from a plain optional field:
`required`, `unique`, `readonly` (the API neither creates nor updates it), `cascade` (deleted with the record it points
to), `rel=` relationship name, `default=`, `label=`, `values=` a picklist's delivered values (not restricted: the API
takes others too), `computed=` an SQL expression, `rollup=` a roll-up summary. Left out: fields that only optional
features bring, and formulas over other records. Lookups to objects that are not simulated are of type `id` and not
checked.
source: Object Reference for the Salesforce Platform, "Standard Objects"; key prefixes: domain C2.
"""

from __future__ import annotations

import re
import shlex
from functools import cache
from typing import Any

from store.crm.fields import Field
from store.crm.objects import Object
from store.crm.standard_people import PEOPLE
from store.crm.standard_privacy import PRIVACY
from store.crm.standard_sales import SALES

# Every object has these; Id comes first, the rest last. source: Object Reference, "System Fields".
_SYSTEM = """
Id                id        required readonly label="Record ID"
IsDeleted         boolean   readonly label=Deleted
CreatedDate       datetime  required readonly
CreatedById       reference(User)  readonly label="Created By ID"
LastModifiedDate  datetime  required readonly
LastModifiedById  reference(User)  readonly label="Last Modified By ID"
SystemModstamp    datetime  required readonly
"""

SYSTEM_FIELDS = frozenset(
    ("Id", "IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp")
)
# With "Set Audit Fields upon Record Creation" these may be given when a record is created.
# source: Salesforce Help, "Considerations for Setting Audit Fields".
AUDIT_FIELDS = frozenset(("CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"))

_FLAGS = {"required": "required", "unique": "unique", "external_id": "external_id", "restricted": "restricted"}
_TYPE = re.compile(r"(\w+)(?:\(([^)]*)\))?")


def parse_field(line: str) -> Field:
    """The field that one line of the tables describes."""
    name, kind, *words = shlex.split(line)
    match = _TYPE.fullmatch(kind)
    assert match, f"{name}: no type in '{kind}'"
    given: dict[str, Any] = {"name": name, "type": match[1]}
    if match[2] and match[1] == "reference":
        given["reference_to"] = tuple(match[2].split("|"))
    elif match[2] and "," in match[2]:
        given["precision"], given["scale"] = map(int, match[2].split(","))
    elif match[2]:
        given["precision" if match[1] == "int" else "length"] = int(match[2])
        given.update({"scale": 0} if match[1] == "int" else {})
    for word in words:
        given.update(_property(word))
    return Field(**given)


def _property(word: str) -> dict[str, Any]:
    key, _, value = word.partition("=")
    if key == "readonly":
        return {"createable": False, "updateable": False}
    if key == "cascade":
        return {"on_delete": "cascade"}
    if key == "values":
        return {"picklist": tuple(value.split("|"))}
    if key == "default":
        return {"default": {"true": True, "false": False}.get(value, value)}
    return {_FLAGS[key]: True} if key in _FLAGS else {{"rel": "relationship_name"}.get(key, key): value}


def _fields(table: str) -> tuple[Field, ...]:
    return tuple(parse_field(line) for line in table.strip().splitlines())


@cache
def system_fields() -> tuple[Field, ...]:
    """Id, and then the fields that stand last in every object."""
    return _fields(_SYSTEM)


@cache
def standard_objects() -> tuple[Object, ...]:
    """User, Account, Contact, Lead, Campaign and what belongs to it, Opportunity, Case, Task, privacy, RecordType."""
    first, *last = system_fields()
    return tuple(
        Object(
            name=name,
            key_prefix=prefix,
            plural=plural,
            label=label,
            deletable=name != "User",  # source: Object Reference, User: "You can't delete a user; deactivate instead."
            fields=(first, *_fields(table), *last),
        )
        for name, prefix, label, plural, table in (*PEOPLE, *SALES, *PRIVACY)
    )
