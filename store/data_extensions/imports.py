"""Imports of delimited files into a data extension: mapping of columns, four ways to meet rows that are there.

Cells are converted one by one, because each may be refused for itself; what then happens to the table is set-based.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.clock import system_text
from store.commands import Outcome, command
from store.data_extensions import cultures
from store.data_extensions.import_runs import keep_run
from store.data_extensions.manage import refuse_unless_writable
from store.data_extensions.mapping import Mapped, mapped
from store.data_extensions.model import DataExtension, Field, get
from store.data_extensions.retention import reset_clock
from store.data_extensions.rows import bulk_insert, clear, update_from
from store.data_extensions.storage import quoted
from store.data_extensions.values import Stored, Unfit, convert, is_get_date
from store.errors import Refused

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

    @property
    def counts(self) -> dict[str, int]:
        """Counts by name."""
        return {
            "read": self.read,
            "inserted": self.inserted,
            "updated": self.updated,
            "rejected": len(self.rejected),
        }

    def line(self, target: str) -> str:
        """One line for the timeline, with the first rejection."""
        said = f"Import into {target}: {self.read} read, {self.inserted} added, {self.updated} updated"
        if not self.rejected:
            return said
        first = self.rejected[0]
        return f"{said}, {len(self.rejected)} rejected (line {first.line}: {first.why})"


def import_csv(
    org: Org,
    de: DataExtension,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    mode: str = "add_and_update",
    allow_errors: bool = True,
    lines: Sequence[int] | None = None,
    mapping: Mapped = "header",
    culture: str = "en-US",
    null: str = "",
) -> ImportReport:
    """Import rows of text cells under a header; an empty cell, and one that is `null`, is no value.

    `mapping` is header (by column headings), ordinal (the first column is the first field), or a mapping of headings,
    or numbers of columns from 1, to fields. source: domain B6, InferFromColumnHeadings, MapByOrdinal, ManualMap.
    `lines` are the rows' lines in the file, else they are counted from 2. Without `allow_errors` the first rejected row
    refuses the whole file. Raises Refused for what the product would not start: an unknown mode, a synchronized data
    extension, a missing required column, an update without primary key.
    """
    refuse_unless_writable(de)
    width = len(header) or max(map(len, rows), default=0)
    fields, ignored = mapped(de, header, width, mapping)
    _refuse_impossible(de, fields, mode)
    numbers = list(lines) if lines is not None else list(range(2, len(rows) + 2))
    reader = _Cells(system_text(org.now), cultures.culture(culture), null, adding=mode != "update_only")
    good, rejected = _converted(fields, rows, numbers, reader)
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
            update_from(org, de, names, "updating")
            reset_clock(org, de, names)
        if mode != "update_only":
            inserted = _insert_new(org, de, names)
        if mode in ("add_and_update", "update_only"):  # all that was not rejected and is not new has met its row
            updated = int(org.value("SELECT count(*) FROM temp.updating")) - inserted
    finally:
        org.run("DROP TABLE IF EXISTS temp.updating")
    ordered = tuple(sorted(rejected, key=lambda one: (one.line, one.column)))
    return ImportReport(len(rows), inserted, updated, ordered, ignored)


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
    fields: Sequence[Field | None], rows: Sequence[Sequence[str]], lines: Sequence[int], reader: _Cells
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
                stored.append(reader.stored(field, cell))
            except Unfit as error:
                rejected.append(Rejected(line, field.name, cell, str(error)))
                break
        else:
            good.append(stored)
    return good, rejected


class _Cells:
    """How the cells of one file become values; `adding` says that a row may be new."""

    def __init__(self, now: str, by: cultures.Culture, null: str, *, adding: bool) -> None:
        self.now, self.culture, self.null, self.adding = now, by, null, adding
        self.foreign = by != cultures.CULTURES["en-US"]

    def stored(self, field: Field, cell: str) -> Stored:
        """The value of a cell as its field keeps it. Raises Unfit."""
        if self.null and cell.strip() == self.null:
            cell = ""
        # ASSUMED: an empty cell of a new row takes the field's default where it has one.
        empty = not cell.strip()
        written = field.default_value if empty and self.adding and field.default_value is not None else cell
        if not written.strip():
            if not field.is_nullable:
                raise Unfit(f"{field.name} is required and the cell is empty.")
            return None
        if self.foreign and not empty:
            written = cultures.plain(field, written, self.culture)
        return self.now if empty and is_get_date(written) else convert(field, written)


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
    mapping: Mapped = "header",
    culture: str = "en-US",
    null: str = "",
    file: str = "",
) -> Outcome:
    """Import rows of a file; `file` is its name, for the history."""
    target = get(org, de)
    report = import_csv(
        org, target, header, rows, mode=mode, allow_errors=allow_errors, lines=lines, mapping=mapping,
        culture=culture, null=null,
    )  # fmt: skip
    keep_run(org, target.path, report, mode, file, rows, lines or range(2, len(rows) + 2))
    return Outcome(report.line(target.path), report.counts, f"de/{target.path}")
