"""Imports of delimited files into a data extension: mapping by column headings, four ways to meet rows that are there.

Cells are converted one by one, because each may be refused for itself; what then happens to the table is set-based.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.data_extensions.manage import refuse_unless_writable
from store.data_extensions.model import DataExtension, Field, get
from store.data_extensions.retention import reset_clock
from store.data_extensions.rows import bulk_insert, clear, update_from
from store.data_extensions.storage import quoted
from store.data_extensions.values import Stored, Unfit, convert
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org

# source: domain B6, update types of an Import Activity.
MODES = ("add_and_update", "add_only", "update_only", "overwrite")


@dataclass(frozen=True)
class Rejected:
    """A row that was not taken: its line in the file (the header is line 1), the column if it was one, and why."""

    line: int
    column: str
    value: str
    why: str


@dataclass(frozen=True)
class ImportReport:
    """What an import did; `ignored` are the columns of the file that the data extension doesn't have."""

    read: int
    inserted: int
    updated: int
    rejected: tuple[Rejected, ...]
    ignored: tuple[str, ...]


def import_csv(
    org: Org,
    de: DataExtension,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    mode: str = "add_and_update",
    allow_errors: bool = True,
    lines: Sequence[int] | None = None,
) -> ImportReport:
    """Import rows of text cells under a header; an empty cell is no value.

    `lines` are the rows' lines in the file, else they are counted from 2. Without `allow_errors` the first rejected row
    refuses the whole file. Raises Refused for what the product would not start: an unknown mode, a synchronized data
    extension, a missing required column, an update without primary key.
    """
    refuse_unless_writable(de)
    fields, ignored = _mapping(de, header)
    _refuse_impossible(de, fields, mode)
    numbers = list(lines) if lines is not None else list(range(2, len(rows) + 2))
    good, rejected = _converted(fields, rows, numbers, adding=mode != "update_only")
    names = [field.name for field in fields if field]
    inserted = updated = 0
    _stage(org, de, names, good)
    try:
        if de.primary_key:
            rejected += _reject_staged(org, de, names, mode)
        if rejected and not allow_errors:
            first = min(rejected, key=lambda one: one.line)
            raise Refused(first.why, where=f"line {first.line}" + (f", column {first.column}" if first.column else ""))
        if mode == "overwrite":
            clear(org, de)
        elif mode != "add_only":
            update_from(org, de, names)
            reset_clock(org, de, names)
        if mode != "update_only":
            inserted = _insert_new(org, de, names)
        if mode in ("add_and_update", "update_only"):  # all that was not rejected and is not new has met its row
            updated = int(org.value("SELECT count(*) FROM temp.updating")) - inserted
    finally:
        org.run("DROP TABLE IF EXISTS temp.updating")
    ordered = tuple(sorted(rejected, key=lambda one: (one.line, one.column)))
    return ImportReport(len(rows), inserted, updated, ordered, ignored)


def _mapping(de: DataExtension, header: Sequence[str]) -> tuple[list[Field | None], tuple[str, ...]]:
    """The field of each column, None where the data extension has none of that name."""
    names = [name.strip().lstrip("\ufeff") for name in header]
    fields = [de.by_name.get(name.lower()) for name in names]
    twice = next((f.name for n, f in enumerate(fields) if f and f in fields[:n]), None)
    if twice:
        raise Refused(f"The file has the column {twice} twice.", where="line 1")
    if not any(fields):
        known = [field.name for field in de.fields]
        fix = next((hint for name in names if (hint := did_you_mean(name, known))), f"It has {', '.join(known)}.")
        raise Refused(f"None of the file's columns is a field of {de.name}.", fix=fix, where="line 1")
    return fields, tuple(name for name, field in zip(names, fields, strict=True) if field is None)


def _refuse_impossible(de: DataExtension, fields: Sequence[Field | None], mode: str) -> None:
    if mode not in MODES:
        raise Refused(f"'{mode}' is not a way to import.", fix=f"Choose one of: {', '.join(MODES)}.")
    if mode in ("add_and_update", "update_only") and not de.primary_key:
        raise Refused(
            f"{de.name} has no primary key, so an import cannot update it.",
            fix="Import with add_only or overwrite, or give the data extension a primary key.",
        )
    required = [
        f for f in de.fields
        if (f.is_primary_key or mode != "update_only") and not f.is_nullable and f.default_value is None
    ]  # fmt: skip
    missing = [field.name for field in required if field not in fields]
    if missing:
        raise Refused(
            f"The file has no column {', '.join(missing)}, which {de.name} requires.",
            fix="Name the column in the file's first line as the field is named.",
            where="line 1",
        )


def _converted(
    fields: Sequence[Field | None], rows: Sequence[Sequence[str]], lines: Sequence[int], *, adding: bool
) -> tuple[list[list[Stored]], list[Rejected]]:
    """The good rows, each beginning with its line, and the others with the reason."""
    good: list[list[Stored]] = []
    rejected: list[Rejected] = []
    columns = [(place, field) for place, field in enumerate(fields) if field]
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(fields):
            rejected.append(Rejected(line, "", "", f"It has {len(row)} columns, the first line has {len(fields)}."))
            continue
        stored: list[Stored] = [line]
        for place, field in columns:
            cell = row[place]
            try:
                stored.append(_cell(field, cell, adding=adding))
            except Unfit as error:
                rejected.append(Rejected(line, field.name, cell, str(error)))
                break
        else:
            good.append(stored)
    return good, rejected


def _cell(field: Field, cell: str, *, adding: bool) -> Stored:
    # ASSUMED: an empty cell of a new row takes the field's default where it has one.
    written = cell if cell.strip() or not adding or field.default_value is None else field.default_value
    if not written.strip():
        if not field.is_nullable:
            raise Unfit(f"{field.name} is required and the cell is empty.")
        return None
    return convert(field, written)


def _stage(org: Org, de: DataExtension, names: Sequence[str], rows: Sequence[Sequence[Stored]]) -> None:
    """The TEMP table `updating`: line, then c0, c1, ... for `names`, with the collation that the fields have."""
    org.run("DROP TABLE IF EXISTS temp.updating")
    columns = ", ".join(f"c{n} COLLATE NOCASE" for n in range(len(names)))
    org.run(f"CREATE TEMP TABLE updating (line INTEGER PRIMARY KEY, {columns})")
    org.db.executemany(f"INSERT INTO temp.updating VALUES ({', '.join('?' * (len(names) + 1))})", rows)


def _reject_staged(org: Org, de: DataExtension, names: Sequence[str], mode: str) -> list[Rejected]:
    """Take out of the staged rows what its key forbids: the second of a key, and what the mode skips."""
    keys = [f"c{list(names).index(key)}" for key in de.primary_key]
    match = " AND ".join(f"t.{quoted(key)} = u.{column}" for key, column in zip(de.primary_key, keys, strict=True))
    there = f"(SELECT 1 FROM {quoted(de.table_name)} t WHERE {match})"
    tests = [
        (
            # ASSUMED: of the rows of one key in a file the first is taken; source: domain B6, "one row wins".
            f"line NOT IN (SELECT min(line) FROM temp.updating GROUP BY {', '.join(keys)})",
            "DuplicateValue: an earlier line of the file has this primary key.",
        )
    ]
    if mode == "add_only":
        tests.append((f"EXISTS {there}", "DuplicateValue: there is a row with this primary key already."))
    if mode == "update_only":
        tests.append((f"NOT EXISTS {there}", "There is no row with this primary key to update."))
    rejected: list[Rejected] = []
    value = " || ', ' || ".join(f"u.{key}" for key in keys)
    for condition, why in tests:
        for row in org.rows(f"SELECT line, {value} FROM temp.updating u WHERE {condition} ORDER BY line"):
            rejected.append(Rejected(row[0], ", ".join(de.primary_key), str(row[1]), why))
        org.run(f"DELETE FROM temp.updating AS u WHERE {condition}")
    return rejected


def _insert_new(org: Org, de: DataExtension, names: Sequence[str]) -> int:
    """Add the staged rows that no row of the table matches, in the order of the file."""
    values = ", ".join(f"u.c{n}" for n in range(len(names)))
    keys = [f"t.{quoted(key)} = u.c{list(names).index(key)}" for key in de.primary_key]
    others = f"WHERE NOT EXISTS (SELECT 1 FROM {quoted(de.table_name)} t WHERE {' AND '.join(keys)})" if keys else ""
    return bulk_insert(org, de, names, f"SELECT {values} FROM temp.updating u {others} ORDER BY u.line")


@command("data_extensions.import")
def import_command(
    org: Org,
    *,
    de: str,
    header: list[str],
    rows: list[list[str]],
    mode: str = "add_and_update",
    allow_errors: bool = True,
    lines: list[int] | None = None,
) -> Outcome:
    """Import rows of a file."""
    target = get(org, de)
    report = import_csv(org, target, header, rows, mode=mode, allow_errors=allow_errors, lines=lines)
    counts = {
        "read": report.read,
        "inserted": report.inserted,
        "updated": report.updated,
        "rejected": len(report.rejected),
    }
    title = f"Import into {target.path}: {report.read} read, {report.inserted} added, {report.updated} updated"
    if report.rejected:
        first = report.rejected[0]
        title += f", {len(report.rejected)} rejected (line {first.line}: {first.why})"
    return Outcome(title, counts, f"de/{target.path}")
