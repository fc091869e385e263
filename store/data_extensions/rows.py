"""Writing rows: a few by hand, converted value by value, or a whole SELECT at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store.commands import Outcome, command
from store.connection import sorting
from store.data_extensions import storage
from store.data_extensions.manage import refuse_unless_writable
from store.data_extensions.model import DataExtension, get
from store.data_extensions.storage import quoted
from store.data_extensions.values import Stored, Unfit, convert
from store.errors import Refused
from store.scratch import scratch

if TYPE_CHECKING:
    from store.org import Org

Params = Mapping[str, Any] | Sequence[Any]


# ---- a SELECT at once


# From so many rows on it costs less to make the index of an empty table's key afterwards than to keep it row by row.
LOAD = 50_000


def bulk_insert(
    org: Org, de: DataExtension, columns: Sequence[str], select_sql: str, params: Params = (), *, about: int = 0
) -> int:
    """Add every row of the SELECT, whose columns are those of `columns` in order; returns how many.

    The values must have the storage classes of the fields (see the module storage). Fields that are not among
    `columns` get their default; `about` is how many rows may come, where the caller knows. Raises Refused in the
    product's words; then nothing of the SELECT was added.
    """
    refuse_unless_writable(de)
    return fill(org, de, columns, select_sql, params, about=about)


def fill(
    org: Org, de: DataExtension, columns: Sequence[str], select_sql: str, params: Params = (), *, about: int = 0
) -> int:
    """`bulk_insert` also into what a person cannot write to: for the room that fills it."""
    names = [de.field(name).name for name in columns]
    stamped = ["_CreatedDate", *(name for name in storage.get_date_fields(de) if name not in names)]
    target = ", ".join(map(quoted, [*names, *stamped]))
    now = storage.now_literal(org)
    insert = f"""INSERT INTO {quoted(de.table_name)} ({target})
        SELECT *, {", ".join([now] * len(stamped))} FROM (
        {select_sql}
        )"""
    load = about >= LOAD and bool(de.primary_key) and _is_empty(org, de)
    org.run("SAVEPOINT bulk_insert")
    try:
        if load:
            storage.drop_key_index(org, de)
        added = run_select(org, insert, params)
        if load:
            storage.create_key_index(org, de)
    except sqlite3.IntegrityError as error:
        org.run("ROLLBACK TO bulk_insert")
        org.run("RELEASE bulk_insert")
        raise storage.refusal(de, error, _duplicate(org, de, names, select_sql, params)) from None
    org.run("RELEASE bulk_insert")
    return added


def _is_empty(org: Org, de: DataExtension) -> bool:
    return org.value(f"SELECT 1 FROM {quoted(de.table_name)} LIMIT 1") is None


def bulk_update(
    org: Org, de: DataExtension, columns: Sequence[str], select_sql: str, params: Params = (), *, about: int = 0
) -> tuple[int, int]:
    """Update the rows whose primary key the SELECT names and add the others; returns (updated, inserted).

    Two new rows of one key are a duplicate, as in the product: an update cannot match a row of the same run.
    """
    refuse_unless_writable(de)
    names = [de.field(name).name for name in columns]
    missing = [key for key in de.primary_key if key not in names]
    if not de.primary_key or missing:
        what = f"does not have {', '.join(missing)}" if missing else f"has none: {de.name} needs one"
        raise Refused(f"Update needs the whole primary key; the selection {what}.")  # source: domain D2
    if _is_empty(org, de):
        return 0, bulk_insert(org, de, columns, select_sql, params, about=about)  # nothing to match
    staged = f"updating_{len(names)}"
    scratch(org, staged, ", ".join(f"c{n}" for n in range(len(names))))
    run_select(org, f"INSERT INTO temp.{staged} {select_sql}", params)
    update_from(org, de, names, staged)
    inserted = _insert_others(org, de, names, staged)
    found = int(org.value(f"SELECT coalesce(max(rowid), 0) FROM temp.{staged}"))
    org.run(f"DELETE FROM temp.{staged}")
    return found - inserted, inserted


def update_from(org: Org, de: DataExtension, names: Sequence[str], staged: str) -> None:
    """Update rows of `de` by key from a TEMP table whose columns c0, c1, ... stand for `names`.

    A row that has these values already is left alone: writing it again would cost a page and change nothing.
    """
    others = [(quoted(name), f"u.c{n}") for n, name in enumerate(names) if name not in de.primary_key]
    if not others:
        return
    settings = ", ".join(f"{name} = {value}" for name, value in others)
    # BINARY: a corrected capital is a correction, although the columns compare without case.
    differs = " OR ".join(f"t.{name} COLLATE BINARY IS NOT {value}" for name, value in others)
    try:
        org.run(
            f"""UPDATE {quoted(de.table_name)} AS t SET {settings}
                FROM temp.{staged} u WHERE {_match(de, names)} AND ({differs})"""
        )
    except sqlite3.IntegrityError as error:
        raise storage.refusal(de, error) from None


def _insert_others(org: Org, de: DataExtension, names: Sequence[str], staged: str) -> int:
    values = ", ".join(f"u.c{n}" for n in range(len(names)))
    return bulk_insert(
        org, de, names,
        f"""SELECT {values} FROM temp.{staged} u
            WHERE NOT EXISTS (SELECT 1 FROM {quoted(de.table_name)} t WHERE {_match(de, names)})
            ORDER BY u.rowid""",
    )  # fmt: skip


def _match(de: DataExtension, names: Sequence[str]) -> str:
    """The table's column on the left: its collation decides the comparison."""
    return " AND ".join(f"t.{quoted(key)} = u.c{list(names).index(key)}" for key in de.primary_key)


def clear(org: Org, de: DataExtension) -> int:
    """Remove all rows; returns how many."""
    refuse_unless_writable(de)
    return empty(org, de)


def empty(org: Org, de: DataExtension) -> int:
    """`clear` also of what a person cannot write to."""
    return org.run(f"DELETE FROM {quoted(de.table_name)}")


def run_select(org: Org, sql: str, params: Params) -> int:
    """Run a statement around a SELECT whose parameters are named or in order; returns how many rows it changed."""
    bound = (params,) if isinstance(params, Mapping) else params
    with sorting(org.db, [row["detail"] for row in org.rows(f"EXPLAIN QUERY PLAN {sql}", *bound)]):
        return org.run(sql, *bound)


def _duplicate(org: Org, de: DataExtension, names: Sequence[str], select_sql: str, params: Params) -> str:
    """The first key of the SELECT that is doubled, in itself or with a row that is there already; '' when none is."""
    if not de.primary_key or any(key not in names for key in de.primary_key):
        return ""
    numbered = ", ".join(f"c{n}" for n in range(len(names)))
    keys = [f"u.c{list(names).index(key)} COLLATE NOCASE" for key in de.primary_key]
    sql = f"""SELECT {", ".join(keys)} FROM (WITH r({numbered}) AS ({select_sql}) SELECT * FROM r) u
              GROUP BY {", ".join(keys)}
              HAVING count(*) > 1
                  OR EXISTS (SELECT 1 FROM {quoted(de.table_name)} t WHERE {_match(de, names)})
              LIMIT 1"""
    row = org.row(sql, params) if isinstance(params, Mapping) else org.row(sql, *params)
    return "" if row is None else ", ".join(map(str, row))


# ---- a few rows by hand


def converted(de: DataExtension, values: Mapping[str, Any]) -> dict[str, Stored]:
    """The values by the fields' own names, as they are stored. Raises Refused naming the field."""
    found: dict[str, Stored] = {}
    for name, value in values.items():
        field = de.field(name)
        try:
            found[field.name] = convert(field, value)
        except Unfit as error:
            raise Refused(str(error), where=f"data extension {de.name}, field {field.name}") from None
    return found


def insert(org: Org, de: DataExtension, rows: Sequence[Mapping[str, Any]]) -> int:
    """Add rows given as name: value; a field that is not named gets its default. Raises Refused at the first misfit."""
    refuse_unless_writable(de)
    for row in rows:
        values = converted(de, row)
        for name in ("_CreatedDate", *storage.get_date_fields(de)):
            values.setdefault(name, org_now(org))
        names = ", ".join(map(quoted, values))
        marks = ", ".join("?" * len(values))
        try:
            org.run(f"INSERT INTO {quoted(de.table_name)} ({names}) VALUES ({marks})", *values.values())
        except sqlite3.IntegrityError as error:
            raise storage.refusal(de, error, ", ".join(str(values.get(key)) for key in de.primary_key)) from None
    return len(rows)


def update(org: Org, de: DataExtension, key: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """Change the rows that have these values in the fields of `key` (or `_CustomObjectKey`); returns how many."""
    refuse_unless_writable(de)
    new = converted(de, values)
    if not new:
        raise Refused(f"There is nothing to change in {de.name}.", fix="Name a field and its value.")
    condition, wanted = _condition(de, key)
    settings = ", ".join(f"{quoted(name)} = ?" for name in new)
    try:
        sql = f"UPDATE {quoted(de.table_name)} SET {settings} WHERE {condition}"
        return org.run(sql, *new.values(), *wanted)
    except sqlite3.IntegrityError as error:
        raise storage.refusal(de, error, ", ".join(str(new[k]) for k in de.primary_key if k in new)) from None


def upsert(org: Org, de: DataExtension, rows: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Update each row by its primary key, or add it; returns (updated, inserted)."""
    updated = inserted = 0
    for row in rows:
        values = converted(de, row)
        key = {name: values.get(name) for name in de.primary_key}
        rest = {name: value for name, value in row.items() if de.field(name).name not in key}
        if not key or None in key.values():
            raise Refused(f"Update needs the whole primary key of {de.name}.", fix=f"It is {', '.join(key) or 'none'}.")
        if _count(org, de, key):
            updated += update(org, de, key, rest) if rest else 1
        else:
            inserted += insert(org, de, [row])
    return updated, inserted


def delete(org: Org, de: DataExtension, key: Mapping[str, Any]) -> int:
    """Remove the rows that have these values; returns how many."""
    refuse_unless_writable(de)
    condition, wanted = _condition(de, key)
    return org.run(f"DELETE FROM {quoted(de.table_name)} WHERE {condition}", *wanted)


def _count(org: Org, de: DataExtension, key: Mapping[str, Any]) -> int:
    condition, wanted = _condition(de, key)
    return int(org.value(f"SELECT count(*) FROM {quoted(de.table_name)} WHERE {condition}", *wanted))


def _condition(de: DataExtension, key: Mapping[str, Any]) -> tuple[str, list[Stored]]:
    if not key:
        raise Refused(f"Which rows of {de.name}?", fix=f"Name its key: {', '.join(de.primary_key) or 'any field'}.")
    identity = {name: value for name, value in key.items() if name == "_CustomObjectKey"}
    wanted = identity | converted(de, {name: value for name, value in key.items() if name not in identity})
    return " AND ".join(f"{quoted(name)} IS ?" for name in wanted), list(wanted.values())


def org_now(org: Org) -> str:
    """The system time of now as a Date field keeps it."""
    return storage.now_literal(org).strip("'")


@command("data_extensions.insert")
def insert_command(org: Org, *, de: str, rows: list[dict[str, Any]]) -> Outcome:
    """Add rows."""
    target = get(org, de)
    added = insert(org, target, rows)
    return Outcome(f"{added} {_rows(added)} added to {target.path}", {"inserted": added}, f"de/{target.path}")


@command("data_extensions.update_row")
def update_command(org: Org, *, de: str, key: dict[str, Any], values: dict[str, Any]) -> Outcome:
    """Change the rows of a key."""
    target = get(org, de)
    updated = update(org, target, key, values)
    if not updated:
        raise Refused(f"{target.name} has no row with {_said(key)}.")
    return Outcome(f"{target.path}: {_said(values)} where {_said(key)}", {"updated": updated}, f"de/{target.path}")


@command("data_extensions.delete_row")
def delete_command(org: Org, *, de: str, key: dict[str, Any]) -> Outcome:
    """Remove the rows of a key."""
    target = get(org, de)
    deleted = delete(org, target, key)
    if not deleted:
        raise Refused(f"{target.name} has no row with {_said(key)}.")
    return Outcome(f"{deleted} {_rows(deleted)} removed from {target.path}", {"deleted": deleted}, f"de/{target.path}")


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"


def _said(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())
