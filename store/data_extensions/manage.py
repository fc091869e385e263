"""Making, renaming, moving and deleting data extensions, and the refusals around them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store.commands import Outcome, command
from store.data_extensions import storage
from store.data_extensions.model import DataExtension, Field, find, get
from store.errors import Refused
from store.ids import guid

if TYPE_CHECKING:
    from store.org import Org

SYNCHRONIZED_FOLDER = "Synchronized Data Extensions"


def create(org: Org, definition: Mapping[str, Any]) -> DataExtension:
    """Make a data extension of what a person wrote (see definition.py). Raises Refused naming the field."""
    from store.data_extensions.definition import parse

    parsed = parse(definition)
    return add(
        org,
        name=parsed.name,
        key=parsed.key,
        folder=parsed.folder,
        kind="standard",
        fields=[field.field() for field in parsed.fields],
        description=parsed.description,
        is_sendable=parsed.is_sendable,
        is_testable=parsed.is_testable,
        sendable_field=parsed.sendable_field,
        sendable_to=parsed.sendable_to,
        retention=parsed.retention.model_dump() if parsed.retention else None,
    )


def create_synchronized(org: Org, name: str, fields: Sequence[Field], description: str = "") -> DataExtension:
    """Make the Synchronized Data Extension of an object; only MC Connect does that."""
    return add(
        org, name=name, key="", folder=SYNCHRONIZED_FOLDER, kind="synchronized", fields=fields, description=description
    )


def add(
    org: Org,
    *,
    name: str,
    key: str,
    folder: str,
    kind: str,
    fields: Sequence[Field],
    description: str = "",
    is_sendable: bool = False,
    is_testable: bool = False,
    sendable_field: str | None = None,
    sendable_to: str | None = None,
    retention: dict[str, Any] | None = None,
) -> DataExtension:
    """Make a data extension of a checked definition, with its table. Raises Refused when name or key is taken."""
    customer_key = key or guid(org.seed, "data extension", name).upper()
    _refuse_taken(org, name, customer_key)
    by_name = {field.name.lower(): field.name for field in fields}
    org.run(
        """INSERT INTO data_extensions(name, customer_key, table_name, folder, kind, description, is_sendable,
                                       is_testable, sendable_field, sendable_to, retention, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        name, customer_key, storage.table_name_for(org, name), folder, kind, description, is_sendable, is_testable,
        by_name[sendable_field.strip().lower()] if sendable_field else None, sendable_to,
        json.dumps(retention, sort_keys=True) if retention else None, org.now,
    )  # fmt: skip
    de_id = org.value("SELECT de_id FROM data_extensions WHERE name = ?", name)
    for ordinal, field in enumerate(fields, start=1):
        add_field_row(org, de_id, ordinal, field)
    de = get(org, name)
    storage.create_table(org, de)
    return de


def add_field_row(org: Org, de_id: int, ordinal: int, field: Field) -> None:
    """Write one field of a definition; the column of the table is another matter."""
    org.run(
        "INSERT INTO data_extension_fields VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        de_id, ordinal, field.name, field.type, field.length, field.scale, field.is_primary_key, field.is_nullable,
        field.default_value,
    )  # fmt: skip


def add_column(org: Org, de: DataExtension, field: Field) -> None:
    """Add a field to the definition and its column to the table, empty in the rows that are there."""
    last = org.value("SELECT max(ordinal) FROM data_extension_fields WHERE de_id = ?", de.de_id)
    add_field_row(org, de.de_id, last + 1, field)
    definition = storage.column(field, checked=not de.is_synchronized)
    org.run(f"ALTER TABLE {storage.quoted(de.table_name)} ADD COLUMN {definition}")


def drop_column(org: Org, de: DataExtension, name: str) -> None:
    """Remove a field from the definition and its column with the data."""
    field = de.field(name)
    org.run("DELETE FROM data_extension_fields WHERE de_id = ? AND name = ?", de.de_id, field.name)
    org.run(f"ALTER TABLE {storage.quoted(de.table_name)} DROP COLUMN {storage.quoted(field.name)}")


def _refuse_taken(org: Org, name: str, customer_key: str) -> None:
    # source: domain B2, names are unique per business unit across all folders.
    if org.value("SELECT 1 FROM data_extensions WHERE name = ?", name):
        raise Refused(f"There is a data extension '{name}' already.", fix="Names are unique across all folders.")
    if org.value("SELECT 1 FROM data_extensions WHERE customer_key = ?", customer_key):
        raise Refused(f"There is a data extension with the external key '{customer_key}' already.")


# ---- what may be done with it


def refuse_unless_writable(de: DataExtension) -> None:
    """Raises Refused when a person or a query cannot write rows: Synchronized Data Extensions are read-only."""
    if de.is_synchronized:
        raise Refused(
            f"Synchronized Data Extensions are read-only: {de.name} cannot be written to.",
            cause="MC Connect fills it one way, from the CRM.",
            fix="Change the record in the CRM and wait for the next poll, or copy the rows with a SQL Query Activity "
            "into a data extension of your own.",
        )


def refuse_unless_sendable(org: Org, name_or_key: str) -> DataExtension:
    """The data extension, if messages may be sent to it and journeys entered from it; otherwise raises Refused."""
    de = get(org, name_or_key)
    if de.is_synchronized:
        raise Refused(
            f"Synchronized Data Extensions are not sendable: {de.name} cannot be sent to or enter a journey.",
            cause="It mirrors a CRM object and has no send relationship.",
            fix="Copy its rows with a SQL Query Activity in an automation into a sendable data extension and use that.",
        )
    if not de.is_sendable:
        raise Refused(
            f"The data extension {de.name} is not sendable.",
            cause="It has no send relationship to a Subscriber Key or an Email Address.",
            fix="Make a sendable data extension and copy the rows into it with a SQL Query Activity.",
        )
    return de


def rename(org: Org, name_or_key: str, new_name: str) -> DataExtension:
    """Give a data extension another name; its rows stay in the same table."""
    de, new_name = get(org, name_or_key), new_name.strip()
    if de.is_synchronized:
        raise Refused(f"{de.name} is named after its CRM object; Synchronized Data Extensions cannot be renamed.")
    if not new_name or new_name.startswith("_"):
        raise Refused(f"'{new_name}' is not a name of a data extension.", fix="Names begin with a letter or a digit.")
    taken = find(org, new_name)
    if taken and taken.de_id != de.de_id:
        raise Refused(f"There is a data extension '{new_name}' already.", fix="Names are unique across all folders.")
    org.run("UPDATE data_extensions SET name = ? WHERE de_id = ?", new_name, de.de_id)
    return get(org, new_name)


def delete(org: Org, name_or_key: str) -> int:
    """Remove a data extension with its rows; returns how many there were. Synchronized ones raise Refused."""
    de = get(org, name_or_key)
    if de.is_synchronized:
        raise Refused(
            f"The Synchronized Data Extension {de.name} cannot be deleted.",
            cause="Once a synchronization is started it can be paused, not deleted.",
            fix="Pause it: connect.pause.",
        )
    rows = int(org.value(f"SELECT count(*) FROM {storage.quoted(de.table_name)}"))
    org.run(f"DROP TABLE {storage.quoted(de.table_name)}")
    org.run("DELETE FROM data_extensions WHERE de_id = ?", de.de_id)
    return rows


@command("data_extensions.create")
def create_command(org: Org, *, definition: dict[str, Any]) -> Outcome:
    """Make a data extension."""
    de = create(org, definition)
    kind = "sendable " if de.is_sendable else ""
    return Outcome(f"Data extension {de.name} created ({kind}{len(de.fields)} fields)", {}, f"de/{de.name}")


@command("data_extensions.rename")
def rename_command(org: Org, *, de: str, new_name: str) -> Outcome:
    """Give a data extension another name."""
    old = get(org, de)
    new = rename(org, de, new_name)
    return Outcome(f"Data extension {old.name} renamed to {new.name}", {}, f"de/{new.name}")


@command("data_extensions.move")
def move_command(org: Org, *, de: str, folder: str) -> Outcome:
    """Put a data extension into another folder."""
    moved = get(org, de)
    if moved.is_synchronized:
        raise Refused(
            f"The Synchronized Data Extension {moved.name} cannot be moved.",
            cause="Synchronized Data Extensions exist at the top level; they cannot be moved to shared folders.",
            fix="Copy the rows with a SQL Query Activity into a data extension in the folder that you want.",
        )
    folder = folder.strip().strip("/")
    org.run("UPDATE data_extensions SET folder = ? WHERE de_id = ?", folder, moved.de_id)
    return Outcome(f"Data extension {moved.name} moved to {folder or 'the top folder'}", {}, f"de/{moved.name}")


@command("data_extensions.delete")
def delete_command(org: Org, *, de: str) -> Outcome:
    """Remove a data extension with its rows."""
    name = get(org, de).name
    rows = delete(org, name)
    return Outcome(f"Data extension {name} deleted", {"deleted": rows}, f"de/{name}")
