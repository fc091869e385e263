"""Which data extensions could be the mapping of a subscriber-key migration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import data_extensions
from store.contacts.migration.plan import NEW, OLD
from store.data_extensions import DataExtension, quoted

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Mapping:
    """A data extension with its field of old keys and that of new ones; `contacts` are under one of the old keys."""

    mapping: str
    old_key: str
    new_key: str
    rows: int
    contacts: int


def possible_mappings(org: Org) -> list[Mapping]:
    """Those with the fields OldSubKey and NewSubKey, and Synchronized ones by Email and Id; the most contacts first."""
    found = [
        _counted(org, de, *fields) for de in data_extensions.all_definitions(org) if (fields := _fields(de)) is not None
    ]
    return sorted(found, key=lambda one: (-one.contacts, one.mapping))


def _fields(de: DataExtension) -> tuple[str, str] | None:
    names = {field.name.lower(): field.name for field in de.fields}
    old, new = ("email", "id") if de.is_synchronized else (OLD.lower(), NEW.lower())
    return (names[old], names[new]) if old in names and new in names else None


def _counted(org: Org, de: DataExtension, old: str, new: str) -> Mapping:
    contacts = f"""SELECT count(DISTINCT k.contact_id) FROM {quoted(de.table_name)} d
                     JOIN contacts k ON k.contact_key = trim(d.{quoted(old)}) COLLATE NOCASE"""
    rows = int(org.value(f"SELECT count(*) FROM {quoted(de.table_name)}"))
    return Mapping(de.path, old, new, rows, int(org.value(contacts)))
