"""How the rows of a data extension are kept: one table each, and the table itself holds the product's rules.

Length, range, nullability and primary key are constraints of the table, so whoever writes rows, by hand or a million
at once, is refused alike; `refusal` says it in the product's words. Every table has two hidden columns before the
fields: `_CustomObjectKey`, the identity, and `_CreatedDate`, in system time.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.clock import system_text
from store.data_extensions.model import DataExtension, Field
from store.data_extensions.values import NUMBER_MAX, NUMBER_MIN, TRUNCATED, Stored, convert, is_get_date
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

HIDDEN = ("_CustomObjectKey", "_CreatedDate")
_TYPES = {"Number": "INTEGER", "Decimal": "REAL", "Boolean": "INTEGER"}


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def table_name_for(org: Org, name: str) -> str:
    """A free table name that a person recognizes: `de_Welcome_Audience`."""
    slug = "de_" + (re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:60] or "x")
    candidate, number = slug, 1
    while org.value("SELECT 1 FROM data_extensions WHERE table_name = ? COLLATE NOCASE", candidate):
        number += 1
        candidate = f"{slug}_{number}"
    return candidate


def create_table(org: Org, de: DataExtension) -> None:
    """Make the table of a data extension and the unique index of its primary key.

    The identity is never used again, so that rows written after an Overwrite are new to whoever remembers the last one.
    A Synchronized Data Extension trusts its source, so its columns are unchecked; `_ReadAt` (UTC seconds) and
    `_ChangeNo` say up to which change of the record a row was read, and `_CreatedDate` stays empty. Its identity has no
    gaps, by which a poll counts new rows.
    """
    if de.is_synchronized:
        columns = ["_CustomObjectKey INTEGER PRIMARY KEY", "_CreatedDate TEXT", "_ReadAt INTEGER", "_ChangeNo INTEGER"]
    else:
        columns = ["_CustomObjectKey INTEGER PRIMARY KEY AUTOINCREMENT", "_CreatedDate TEXT"]
    columns += [column(field, checked=not de.is_synchronized) for field in de.fields]
    org.run(f"CREATE TABLE {quoted(de.table_name)} (\n  " + ",\n  ".join(columns) + "\n)")
    create_key_index(org, de)


def replace_table(org: Org, old: DataExtension, new: DataExtension, values: Sequence[str]) -> None:
    """Make the table anew with the fields of `new`; `values` is the SQL of each over the old row.

    Rows keep their identity and date, and identities that were given are not given again.
    """
    table = quoted(old.table_name)
    last = org.value("SELECT seq FROM sqlite_sequence WHERE name = ?", old.table_name)
    kept = quoted(f"{old.table_name} before")
    drop_key_index(org, old)
    org.run(f"ALTER TABLE {table} RENAME TO {kept}")
    create_table(org, new)
    listed = ", ".join(["_CustomObjectKey", "_CreatedDate", *(quoted(field.name) for field in new.fields)])
    selected = ", ".join(["_CustomObjectKey", "_CreatedDate", *values])
    org.run(f"INSERT INTO {table} ({listed}) SELECT {selected} FROM {kept} ORDER BY _CustomObjectKey")
    org.run(f"DROP TABLE {kept}")
    if last is not None:
        org.run("DELETE FROM sqlite_sequence WHERE name = ?", old.table_name)
        org.run("INSERT INTO sqlite_sequence VALUES (?, ?)", old.table_name, last)


def create_key_index(org: Org, de: DataExtension) -> None:
    """The unique index of the primary key, if there is one."""
    if de.primary_key:
        keys = ", ".join(map(quoted, de.primary_key))
        org.run(f"CREATE UNIQUE INDEX {quoted(de.table_name + '_key')} ON {quoted(de.table_name)}({keys})")


def drop_key_index(org: Org, de: DataExtension) -> None:
    """Before a load into an empty table: building the index once costs less than keeping it."""
    org.run(f"DROP INDEX IF EXISTS {quoted(de.table_name + '_key')}")


def column(field: Field, *, checked: bool = True) -> str:
    """The column definition of a field. A violated CHECK names its field, because the constraint is named by it."""
    name = quoted(field.name)
    definition = f"{name} {_TYPES.get(field.type, 'TEXT COLLATE NOCASE' if field.type != 'Date' else 'TEXT')}"
    if not checked:
        return definition
    if not field.is_nullable:
        definition += " NOT NULL"
    if field.default_value is not None and not is_get_date(field.default_value):
        definition += f" DEFAULT {literal(convert(field, field.default_value))}"
    if condition := _condition(field):
        definition += f" CONSTRAINT {name} CHECK ({condition})"
    return definition


def _condition(field: Field) -> str:
    name = quoted(field.name)
    if field.type == "Number":
        return f"{name} BETWEEN {NUMBER_MIN} AND {NUMBER_MAX}"
    if field.type == "Boolean":
        return f"{name} IN (0, 1)"
    if field.type in ("Date", "Decimal") or field.length is None:
        return ""
    return f"length({name}) <= {field.length}"


def literal(value: Stored) -> str:
    """The value as an SQL literal."""
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def now_literal(org: Org) -> str:
    """The system time of now as an SQL literal."""
    return literal(system_text(org.now))


def get_date_fields(de: DataExtension) -> tuple[str, ...]:
    """The fields whose default is the time of insertion: a column default cannot know the simulated clock."""
    return tuple(field.name for field in de.fields if is_get_date(field.default_value))


def refusal(de: DataExtension, error: sqlite3.IntegrityError, duplicate: str = "") -> Refused:
    """A violated constraint of a data extension's table in the product's words.

    `duplicate` is the doubled key value as text, when it is known.
    """
    kind, _, what = str(error).partition(" constraint failed: ")
    if kind == "UNIQUE":
        value = f" The duplicate key value is ({duplicate})." if duplicate else ""
        # source: domain D3, SQL Server error 2627.
        return Refused(
            f"Violation of PRIMARY KEY constraint. Cannot insert duplicate key in object '{de.name}'.{value}",
            cause=f"The primary key of {de.name} is {', '.join(de.primary_key)}: each value stands once.",
            fix="Update instead of adding, or select each key once.",
        )
    if kind == "NOT NULL":
        name = what.rpartition(".")[2]
        # source: SQL Server error 515.
        return Refused(
            f"Cannot insert the value NULL into column '{name}', table '{de.name}'; column does not allow nulls.",
            fix=f"Give {name} a value, or make the field nullable or give it a default.",
        )
    field = de.by_name.get(what.lower())
    if field is None:
        return Refused(f"A row does not fit into {de.name}: {error}.")
    if field.type == "Number":
        return Refused(f"Arithmetic overflow error converting expression to data type int (field {field.name}).")
    if field.type == "Boolean":
        return Refused(f"A value of {field.name} is not a Boolean.", where=f"data extension {de.name}")
    return Refused(
        TRUNCATED,
        cause=f"A value for the field {field.name} has more than {field.length} characters.",
        fix=f"Shorten it with LEFT(..., {field.length}), or make the field longer.",
        where=f"data extension {de.name}",
    )
