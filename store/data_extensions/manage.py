"""Making, renaming, moving and deleting data extensions, and the refusals around them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store import business_units
from store.assumptions import assume
from store.business_units import ENTERPRISE_MID
from store.commands import Outcome, command
from store.data_extensions import storage
from store.data_extensions.holding import refuse_if_held, withdrawn
from store.data_extensions.model import DataExtension, Field, by_id, get, owned
from store.data_extensions.templates import refuse_second
from store.errors import Refused
from store.ids import guid

if TYPE_CHECKING:
    from store.org import Org

SYNCHRONIZED_FOLDER = "Synchronized Data Extensions"
NAME_SIGNS = "!@#$%^*(){}[]=\\.<>/\"':?|,&"
SHARED_FOLDER = "Shared Data Extensions"  # source: domain B5, folder content type shared_dataextension


def create(org: Org, definition: Mapping[str, Any]) -> DataExtension:
    """Make a data extension of what a person wrote (see definition.py). Raises Refused naming the field."""
    from store.data_extensions.definition import parse

    parsed = parse(definition)
    _refuse_characters(org, parsed.name)
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
        template=parsed.template,
    )


def create_synchronized(org: Org, name: str, fields: Sequence[Field], description: str = "") -> DataExtension:
    """Make the Synchronized Data Extension of an object, in the enterprise; only MC Connect does that."""
    with business_units.acting(org, ENTERPRISE_MID):
        return add(
            org, name=name, key="", folder=SYNCHRONIZED_FOLDER, kind="synchronized", fields=fields,
            description=description,
        )  # fmt: skip


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
    template: str | None = None,
    source_id: int | None = None,
    filter: dict[str, Any] | None = None,  # noqa: A002
) -> DataExtension:
    """Make a data extension of a checked definition, with its table, in the business unit that is worked in.

    Raises Refused when name or key is taken there.
    """
    mid = business_units.current_mid()
    path = business_units.path(org, mid, name)
    customer_key = key or guid(org.seed, "data extension", path).upper()
    _refuse_taken(org, mid, name, customer_key)
    _refuse_shared_folder(mid, name, folder)
    if template:
        refuse_second(org, mid, template)
    by_name = {field.name.lower(): field.name for field in fields}
    de_id = org.value(
        """INSERT INTO data_extensions(mid, name, customer_key, table_name, folder, kind, description, is_sendable,
                                       is_testable, sendable_field, sendable_to, retention, template, source_de_id,
                                       filter, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING de_id""",
        mid, name, customer_key, storage.table_name_for(org, path), folder, kind, description, is_sendable,
        is_testable, by_name[sendable_field.strip().lower()] if sendable_field else None, sendable_to,
        json.dumps(retention, sort_keys=True) if retention else None, template, source_id,
        json.dumps(filter) if filter else None, org.now,
    )  # fmt: skip
    for ordinal, field in enumerate(fields, start=1):
        add_field_row(org, de_id, ordinal, field)
    de = by_id(org, de_id)
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
    refuse_if_held(org, de, field.name)
    org.run("DELETE FROM data_extension_fields WHERE de_id = ? AND name = ?", de.de_id, field.name)
    org.run(f"ALTER TABLE {storage.quoted(de.table_name)} DROP COLUMN {storage.quoted(field.name)}")


def _refuse_taken(org: Org, mid: int, name: str, customer_key: str) -> None:
    # source: domain B2, names are unique per business unit across all folders.
    if org.value("SELECT 1 FROM data_extensions WHERE mid = ? AND name = ?", mid, name):
        raise Refused(f"There is a data extension '{name}' already.", fix="Names are unique across all folders.")
    if org.value("SELECT 1 FROM data_extensions WHERE mid = ? AND customer_key = ?", mid, customer_key):
        raise Refused(f"There is a data extension with the external key '{customer_key}' already.")


assume(
    "data_extension_names_without_signs",
    True,
    (True, False),
    f"The name of a data extension has none of {NAME_SIGNS}.",
    "general knowledge of the dialog; no stored page lists the signs",
)


def _refuse_characters(org: Org, name: str) -> None:
    sign = next((sign for sign in name if sign in NAME_SIGNS), None)
    if sign and org.assumption("data_extension_names_without_signs"):
        raise Refused(
            f"The name of a data extension cannot have a {sign} in it: '{name}'.",
            fix=f"Leave out {NAME_SIGNS}; hyphens, underscores and blanks may stay.",
        )


def _refuse_shared_folder(mid: int, name: str, folder: str) -> None:
    if mid != ENTERPRISE_MID and in_shared_folder(folder):
        raise Refused(
            f"{name} cannot be in the folder {SHARED_FOLDER} of a child business unit.",
            cause="Shared data extensions are the parent's.",  # source: domain B5
            fix="Make it in the enterprise, and data_extensions.share it.",
        )


def in_shared_folder(folder: str) -> bool:
    """Whether a folder is Shared Data Extensions or one below it."""
    return (folder.lower() + "/").startswith(SHARED_FOLDER.lower() + "/")


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
    if de.kind == "filtered":  # source: domain B5, it holds what its filter takes at the last refresh
        raise Refused(
            f"Filtered data extensions are read-only: {de.name} cannot be written to.",
            cause="It holds the rows of its source that meet its filter.",
            fix="Write to its source and refresh it: data_extensions.refresh.",
        )
    if de.access == "read":
        raise Refused(
            f"{de.name} is the parent's and shared for reading: it cannot be written to from here.",
            fix="Let the enterprise share it with write=true: data_extensions.share.",
        )


def refuse_unless_owned(de: DataExtension) -> None:
    """Raises Refused for what a business unit does to the definition of what is only shared with it."""
    if de.access != "own":
        raise Refused(
            f"{de.name} is the parent's: only its owner can change its definition.",
            fix="Do it in the enterprise.",
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
    refuse_unless_owned(de)
    if de.is_synchronized:
        raise Refused(f"{de.name} is named after its CRM object; Synchronized Data Extensions cannot be renamed.")
    if not new_name or new_name.startswith("_"):
        raise Refused(f"'{new_name}' is not a name of a data extension.", fix="Names begin with a letter or a digit.")
    _refuse_characters(org, new_name)
    taken = owned(org, de.mid, new_name)
    if taken and taken.de_id != de.de_id:
        raise Refused(f"There is a data extension '{new_name}' already.", fix="Names are unique across all folders.")
    org.run("UPDATE data_extensions SET name = ? WHERE de_id = ?", new_name, de.de_id)
    return by_id(org, de.de_id)


def delete(org: Org, name_or_key: str) -> int:
    """Remove a data extension with its rows; returns how many there were. Synchronized ones raise Refused."""
    de = get(org, name_or_key)
    refuse_unless_owned(de)
    if de.is_synchronized:
        raise Refused(
            f"The Synchronized Data Extension {de.name} cannot be deleted.",
            cause="Once a synchronization is started it can be paused, not deleted.",
            fix="Pause it: connect.pause.",
        )
    refuse_if_held(org, de)
    rows = int(org.value(f"SELECT count(*) FROM {storage.quoted(de.table_name)}"))
    org.run(f"DROP TABLE {storage.quoted(de.table_name)}")
    org.run("DELETE FROM data_extensions WHERE de_id = ?", de.de_id)
    return rows


def withdraw_synchronized(org: Org, de_id: int) -> int:
    """Take a Synchronized Data Extension away with its rows, as only MC Connect does; returns how many there were."""
    de = by_id(org, de_id)
    withdrawn(org, de)
    rows = int(org.value(f"SELECT count(*) FROM {storage.quoted(de.table_name)}"))
    org.run(f"DROP TABLE {storage.quoted(de.table_name)}")
    org.run("DELETE FROM data_extensions WHERE de_id = ?", de.de_id)
    return rows


@command("data_extensions.create")
def create_command(org: Org, *, definition: dict[str, Any]) -> Outcome:
    """Make a data extension."""
    de = create(org, definition)
    kind = "sendable " if de.is_sendable else ""
    return Outcome(f"Data extension {de.path} created ({kind}{len(de.fields)} fields)", {}, f"de/{de.path}")


@command("data_extensions.rename")
def rename_command(org: Org, *, de: str, new_name: str) -> Outcome:
    """Give a data extension another name."""
    old = get(org, de)
    new = rename(org, de, new_name)
    return Outcome(f"Data extension {old.path} renamed to {new.path}", {}, f"de/{new.path}")


@command("data_extensions.move")
def move_command(org: Org, *, de: str, folder: str) -> Outcome:
    """Put a data extension into another folder."""
    moved = get(org, de)
    refuse_unless_owned(moved)
    if moved.is_synchronized:
        raise Refused(
            f"The Synchronized Data Extension {moved.name} cannot be moved.",
            cause="Synchronized Data Extensions exist at the top level; they cannot be moved to shared folders.",
            fix="Copy the rows with a SQL Query Activity into a data extension in the folder that you want.",
        )
    folder = folder.strip().strip("/")
    _refuse_shared_folder(moved.mid, moved.name, folder)
    org.run("UPDATE data_extensions SET folder = ? WHERE de_id = ?", folder, moved.de_id)
    if not in_shared_folder(folder):
        org.run("DELETE FROM data_extension_shares WHERE de_id = ?", moved.de_id)
    return Outcome(f"Data extension {moved.path} moved to {folder or 'the top folder'}", {}, f"de/{moved.path}")


@command("data_extensions.delete")
def delete_command(org: Org, *, de: str) -> Outcome:
    """Remove a data extension with its rows."""
    path = get(org, de).path
    rows = delete(org, path)
    return Outcome(f"Data extension {path} deleted", {"deleted": rows}, f"de/{path}")
