"""Fields: how one is described, in the words of the API's describe call, and what its name may be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from store.crm.naming import api_name
from store.errors import Refused, did_you_mean

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

    @property
    def targets(self) -> tuple[str, ...]:
        """The API names of the objects that a reference may point to."""
        return tuple(api_name(name) for name in self.reference_to)

    @property
    def to_users(self) -> bool:
        """Whether it points to users and nothing else: owners, who saved it."""
        return self.targets == ("User",)

    def _check(self) -> None:
        check_name(self.name)
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


def check_name(name: str) -> None:
    """Raises ValueError when it is no API name."""
    if not isinstance(name, str) or not _API_NAME.fullmatch(name):
        raise ValueError(f"'{name}' is no API name: letters, digits and underscores, beginning with a letter")


def label_of(name: str) -> str:
    """The label that Setup would propose: `Order_Line__c` and `OrderLine` -> `Order Line`."""
    bare = re.sub(r"__(c|s|pc)$", "", name, flags=re.IGNORECASE).replace("_", " ")
    return re.sub(r"\bId$", "ID", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare).strip())


def is_custom(name: str) -> bool:
    """Whether this is the API name of a custom object or field: `X__c`, `ns__X__c`, a part `X__s` of a location."""
    return _CUSTOM_NAME.fullmatch(api_name(name)) is not None
