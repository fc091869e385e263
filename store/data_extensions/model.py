"""A data extension as the other rooms see it: frozen, read from the file, without pydantic."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

# source: domain B1; the e-mail length from the subscriber extracts, the others are ASSUMED.
FIXED_LENGTHS = {"EmailAddress": 254, "Phone": 50, "Locale": 5}


@dataclass(frozen=True)
class Field:
    """One field. `length` counts characters (of a Decimal: its digits); None is no limit."""

    name: str
    type: str
    length: int | None = None
    scale: int | None = None
    is_primary_key: bool = False
    is_nullable: bool = True
    default_value: str | None = None

    @property
    def declared(self) -> str:
        """The type as the product shows it: `Text(50)`, `Decimal(18,2)`, `Date`."""
        if self.type == "Decimal":
            return f"Decimal({self.length},{self.scale})"
        return f"{self.type}({self.length})" if self.type == "Text" and self.length else self.type


@dataclass(frozen=True)
class DataExtension:
    """One data extension. Its rows are in the table `table_name`, see storage.py for the hidden columns."""

    de_id: int
    name: str
    customer_key: str
    table_name: str
    folder: str
    kind: str
    description: str
    is_sendable: bool
    is_testable: bool
    sendable_field: str | None
    sendable_to: str | None
    retention: dict[str, Any] | None
    created_at: int
    fields: tuple[Field, ...]

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The names of the key fields, in their order."""
        return tuple(field.name for field in self.fields if field.is_primary_key)

    @property
    def is_synchronized(self) -> bool:
        """Whether MC Connect fills it."""
        return self.kind == "synchronized"

    @property
    def email_field(self) -> str | None:
        """The field that a send takes the address from: the first of type EmailAddress."""
        return next((field.name for field in self.fields if field.type == "EmailAddress"), None)

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by lower-case name: the product compares names without case."""
        return {field.name.lower(): field for field in self.fields}

    def field(self, name: str) -> Field:
        """The field of that name, whatever its case. Raises Refused with the nearest name."""
        found = self.by_name.get(name.strip().lower())
        if found is None:
            known = [field.name for field in self.fields]
            fix = did_you_mean(name, known) or f"It has {', '.join(known)}."
            raise Refused(f"The data extension {self.name} has no field '{name}'.", fix=fix)
        return found


def find(org: Org, name_or_key: str) -> DataExtension | None:
    """The data extension of that name or external key, case not counting, or None."""
    row = org.row(
        """SELECT * FROM data_extensions WHERE name = :n OR customer_key = :n
           ORDER BY name = :n COLLATE NOCASE DESC LIMIT 1""",
        {"n": name_or_key.strip()},
    )
    return None if row is None else _data_extension(row, org.rows(_FIELDS_OF_ONE, row["de_id"]))


def get(org: Org, name_or_key: str) -> DataExtension:
    """The data extension of that name or external key, case not counting. Raises Refused with the nearest name."""
    found = find(org, name_or_key)
    if found is None:
        names = [row["name"] for row in org.rows("SELECT name FROM data_extensions ORDER BY name")]
        raise Refused(f"There is no data extension '{name_or_key}'.", fix=did_you_mean(name_or_key, names))
    return found


def all_definitions(org: Org) -> list[DataExtension]:
    """All data extensions, by name."""
    fields: dict[int, list[sqlite3.Row]] = {}
    for row in org.rows("SELECT * FROM data_extension_fields ORDER BY de_id, ordinal"):
        fields.setdefault(row["de_id"], []).append(row)
    found = org.rows("SELECT * FROM data_extensions ORDER BY name")
    return [_data_extension(row, fields.get(row["de_id"], [])) for row in found]


_FIELDS_OF_ONE = "SELECT * FROM data_extension_fields WHERE de_id = ? ORDER BY ordinal"


def _data_extension(row: sqlite3.Row, fields: list[sqlite3.Row]) -> DataExtension:
    return DataExtension(
        de_id=row["de_id"],
        name=row["name"],
        customer_key=row["customer_key"],
        table_name=row["table_name"],
        folder=row["folder"],
        kind=row["kind"],
        description=row["description"],
        is_sendable=bool(row["is_sendable"]),
        is_testable=bool(row["is_testable"]),
        sendable_field=row["sendable_field"],
        sendable_to=row["sendable_to"],
        retention=json.loads(row["retention"]) if row["retention"] else None,
        created_at=row["created_at"],
        fields=tuple(_field(field) for field in fields),
    )


def _field(row: sqlite3.Row) -> Field:
    return Field(
        name=row["name"],
        type=row["type"],
        length=row["length"],
        scale=row["scale"],
        is_primary_key=bool(row["is_primary_key"]),
        is_nullable=bool(row["is_nullable"]),
        default_value=row["default_value"],
    )
