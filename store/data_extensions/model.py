"""A data extension as the other rooms see it: frozen, read from the file, without pydantic."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from store import business_units
from store.assumptions import assume
from store.business_units import ENTERPRISE_MID
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
    """One data extension. Its rows are in the table `table_name`, see storage.py for the hidden columns.

    `path` names it from every business unit: `Audience` of the enterprise, `Germany/Audience` of another one. `access`
    is what the business unit that asked for it may do: own, write or read. `source_id` and `filter` are a filtered or
    random one's.
    """

    de_id: int
    mid: int
    path: str
    access: str
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
    template: str | None = None
    source_id: int | None = None
    filter: dict[str, Any] | None = None
    refreshed_at: int | None = None

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
    """The data extension of that name or external key, case not counting, or None.

    It is one of the business unit that is worked in; else `Unit/Name`, or the enterprise's by `Ent.Name`; and in a
    child whatever the enterprise shares with it.
    """
    name, mid = name_or_key.strip(), business_units.current_mid()
    if found := owned(org, mid, name):
        return found
    there = business_units.meant(org, name)
    if there and mid in (ENTERPRISE_MID, there[0]):
        return owned(org, *there)
    if there and there[0] == ENTERPRISE_MID:
        name = there[1]
    return reachable(org, name[4:] if name[:4].lower() == "ent." else name)


def owned(org: Org, mid: int, name_or_key: str) -> DataExtension | None:
    """The data extension of that name or external key that a business unit has itself."""
    row = org.row(
        """SELECT * FROM data_extensions WHERE mid = :mid AND (name = :n OR customer_key = :n)
           ORDER BY name = :n COLLATE NOCASE DESC LIMIT 1""",
        {"mid": mid, "n": name_or_key},
    )
    return None if row is None else _one(org, row, "own")


def at_path(org: Org, path: str) -> DataExtension:
    """The data extension of a path as it is kept (`Audience` is the enterprise's, whoever asks).

    Raises Refused when there is none any more, or the business unit worked in may not use it.
    """
    mid, name = business_units.meant(org, path) or (ENTERPRISE_MID, path)
    found = owned(org, mid, name) if mid == business_units.current_mid() else None
    if found is None and mid == ENTERPRISE_MID:
        found = reachable(org, name)
    return found or get(org, path)


def by_id(org: Org, de_id: int) -> DataExtension:
    """The data extension of that id, which exists."""
    row = org.row("SELECT * FROM data_extensions WHERE de_id = ?", de_id)
    assert row is not None
    return _one(org, row, "own")


def find_by_id(org: Org, de_id: int) -> DataExtension | None:
    """The data extension of that id, or None when it was deleted."""
    row = org.row("SELECT * FROM data_extensions WHERE de_id = ?", de_id)
    return None if row is None else _one(org, row, "own")


def reachable(org: Org, name_or_key: str) -> DataExtension | None:
    """The enterprise's data extension that the business unit worked in may use: shared, or synchronized.

    Source: domain B5, shared and Synchronized Data Extensions live in the parent.
    """
    found, mid = owned(org, ENTERPRISE_MID, name_or_key), business_units.current_mid()
    if found is None or mid == ENTERPRISE_MID:
        return found
    can_write = org.value("SELECT can_write FROM data_extension_shares WHERE de_id = ? AND mid = ?", found.de_id, mid)
    if can_write is None and not found.is_synchronized and not org.assumption("ent_reaches_what_is_not_shared"):
        return None
    return replace(found, access="write" if can_write else "read")


assume(
    "ent_reaches_what_is_not_shared",
    False,
    (False, True),
    "A query of a child business unit reads by Ent. also what the parent does not share.",
    "the documentation speaks of shared and Synchronized Data Extensions only; no page states a refusal",
)


def with_ids(org: Org, de_ids: Iterable[int]) -> dict[int, DataExtension]:
    """The data extensions of these ids, by id; what is not there is left out."""
    listed = ", ".join(str(int(each)) for each in sorted(de_ids))
    if not listed:
        return {}
    fields: dict[int, list[sqlite3.Row]] = {}
    for row in org.rows(f"SELECT * FROM data_extension_fields WHERE de_id IN ({listed}) ORDER BY de_id, ordinal"):
        fields.setdefault(row["de_id"], []).append(row)
    found = org.rows(f"SELECT * FROM data_extensions WHERE de_id IN ({listed}) ORDER BY de_id")
    path = business_units.path
    return {
        row["de_id"]: _data_extension(row, fields.get(row["de_id"], []), path(org, row["mid"], row["name"]), "own")
        for row in found
    }


def get(org: Org, name_or_key: str) -> DataExtension:
    """The data extension that `find` finds. Raises Refused with the nearest name, or where there is one."""
    found = find(org, name_or_key)
    if found is None:
        raise Refused(f"There is no data extension '{name_or_key}'.", fix=_hint(org, name_or_key.strip()))
    return found


def _hint(org: Org, name: str) -> str:
    """Where a data extension of that name is, else the nearest name of this business unit and of the shared ones."""
    here = business_units.current(org)
    elsewhere = org.value("SELECT mid FROM data_extensions WHERE name = ? AND mid <> ? ORDER BY mid", name, here.mid)
    if elsewhere is not None and here.is_enterprise:
        return f"There is {business_units.path(org, elsewhere, name)}."
    if elsewhere == ENTERPRISE_MID:
        return f"The enterprise has one that is not shared with {here.name}: data_extensions.share it."
    return did_you_mean(name, names_in(org, here.mid))


def names_in(org: Org, mid: int) -> list[str]:
    """The names that mean something in a business unit: its own, and in a child `Ent.Name` of what it may use."""
    own = [row["name"] for row in org.rows("SELECT name FROM data_extensions WHERE mid = ? ORDER BY name", mid)]
    if mid == ENTERPRISE_MID:
        return own
    shared = org.rows(
        """SELECT d.name FROM data_extensions d
            WHERE d.mid = :enterprise AND (d.kind = 'synchronized' OR EXISTS (
                  SELECT 1 FROM data_extension_shares s WHERE s.de_id = d.de_id AND s.mid = :mid))
            ORDER BY d.name""",
        {"enterprise": ENTERPRISE_MID, "mid": mid},
    )
    return own + [f"Ent.{row['name']}" for row in shared]


def all_definitions(org: Org) -> list[DataExtension]:
    """All data extensions of all business units, the enterprise's first, by name."""
    fields: dict[int, list[sqlite3.Row]] = {}
    for row in org.rows("SELECT * FROM data_extension_fields ORDER BY de_id, ordinal"):
        fields.setdefault(row["de_id"], []).append(row)
    heads = {unit.mid: "" if unit.is_enterprise else f"{unit.name}/" for unit in business_units.units(org)}
    found = org.rows("SELECT * FROM data_extensions ORDER BY mid <> ?, mid, name", ENTERPRISE_MID)
    return [_data_extension(row, fields.get(row["de_id"], []), heads[row["mid"]] + row["name"], "own") for row in found]


def _one(org: Org, row: sqlite3.Row, access: str) -> DataExtension:
    fields = org.rows("SELECT * FROM data_extension_fields WHERE de_id = ? ORDER BY ordinal", row["de_id"])
    return _data_extension(row, fields, business_units.path(org, row["mid"], row["name"]), access)


def _data_extension(row: sqlite3.Row, fields: list[sqlite3.Row], path: str, access: str) -> DataExtension:
    return DataExtension(
        de_id=row["de_id"],
        mid=row["mid"],
        path=path,
        access=access,
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
        template=row["template"],
        source_id=row["source_de_id"],
        filter=json.loads(row["filter"]) if row["filter"] else None,
        refreshed_at=row["refreshed_at"],
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
