"""What is left of old keys after a migration, and what a plan finds of them in data extensions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import data_extensions
from store.contacts.migration.hooks import Touched, touched, touched_by_key_migration
from store.contacts.migration.literals import keys_named
from store.data_extensions import quoted

if TYPE_CHECKING:
    from store.org import Org

MIGRATED = "SELECT old_key FROM migrated_keys"


@dataclass(frozen=True)
class KeyMigration:
    """The migration that was; `at` is UTC seconds."""

    at: int
    mapping: str
    old_key: str
    new_key: str
    changed: int
    merged: int


def key_migration(org: Org) -> KeyMigration | None:
    """The migration of this account; None before it."""
    row = org.row("SELECT * FROM key_migrations")
    return KeyMigration(*row) if row else None


def aftermath(org: Org) -> list[Touched]:
    """What still holds old keys after the migration; empty before it."""
    return touched(org, MIGRATED) if key_migration(org) else []


def sql_came_again() -> str:
    """A SELECT of (old_key, new_key, source, created_at): contacts under an old key that came after the migration."""
    return """SELECT m.old_key, m.new_key, k.source, k.created_at FROM migrated_keys m
                CROSS JOIN contacts k ON k.contact_key = m.old_key"""


@touched_by_key_migration
def _data_extensions(org: Org, old_keys: str) -> list[Touched]:
    """Rows that hold old keys: the send relationship of a sendable one finds another contact, or makes one."""
    found = []
    for de in data_extensions.all_definitions(org):
        if de.is_synchronized:
            continue
        for field in de.fields:
            if field.type not in ("Text", "EmailAddress"):
                continue
            is_key = de.is_sendable and field.name == de.sendable_field
            if is_key and "email" in (de.sendable_to or "").lower():
                continue  # sent by address: the key does not matter
            sql = f"""SELECT count(*) FROM {quoted(de.table_name)}
                       WHERE {quoted(field.name)} COLLATE NOCASE IN ({old_keys})"""
            if count := int(org.value(sql)):
                found.append(_held(de.path, field.name, count, is_key=is_key, is_address=field.type == "EmailAddress"))
    return [one for one in found if one is not None]


@touched_by_key_migration
def _filters(org: Org, old_keys: str) -> list[Touched]:
    """Filtered data extensions whose filter compares with old keys."""
    filtered = {de.path: de for de in data_extensions.all_definitions(org) if de.filter}
    written = ((path, value) for path, de in filtered.items() for value in _values(de.filter))
    about = "its filter names old keys: a refresh finds nobody"
    return [
        Touched("filter", path, count, about, run_by=tuple(
            ("filter", name) for name in (filtered[path].name, filtered[path].customer_key)))
        for path, count in keys_named(org, old_keys, written).items()
    ]  # fmt: skip


def _values(condition: Any) -> Iterator[str]:
    """The texts that the conditions of a filter compare with."""
    for each in condition.get("conditions", []):
        yield from _values(each)
    value = condition.get("value")
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield each


def _held(path: str, field: str, count: int, *, is_key: bool, is_address: bool) -> Touched | None:
    if is_key:
        about = "send relationship: a send or entry by these rows makes a new contact of each old key"
        return Touched("sendable data extension", f"{path}.{field}", count, about)
    if is_address:
        return None  # an address is there as an address
    return Touched("data extension", f"{path}.{field}", count, "holds old keys: joins with new keys find nothing")
