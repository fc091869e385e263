"""The history of imports, and the rows that they rejected: what the product mails as an error report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.errors import Refused

if TYPE_CHECKING:
    from store.data_extensions.imports import ImportReport
    from store.org import Org


@dataclass(frozen=True)
class ImportRun:
    """One import; `de` is the path it went into (`list NAME` for a list), `file` the name it was given."""

    import_id: int
    k: int
    at: int
    de: str
    file: str
    mode: str
    read: int
    inserted: int
    updated: int
    rejected: int


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not taken: its line in the file, the column if it was one, its value, why, and the whole row."""

    line: int
    column: str
    value: str
    why: str
    cells: tuple[str, ...]


def keep_run(
    org: Org, into: str, report: ImportReport, mode: str, file: str, rows: Sequence[Sequence[str]],
    lines: Sequence[int],
) -> None:  # fmt: skip
    """Write what an import did, with its rejected rows; `into` is the path of a data extension, or names a list."""
    import_id = org.value(
        """INSERT INTO data_extension_imports(k, at, de, file, mode, read, inserted, updated, rejected)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING import_id""",
        org.k + 1, org.now, into, file, mode, report.read, report.inserted, report.updated, len(report.rejected),
    )  # fmt: skip
    at = {line: place for place, line in enumerate(lines)} if report.rejected else {}
    org.db.executemany(
        "INSERT INTO data_extension_import_errors VALUES (?, ?, ?, ?, ?, ?)",
        [
            (import_id, one.line, one.column, one.value, one.why, json.dumps(list(rows[at[one.line]])))
            for one in report.rejected
        ],
    )


def import_runs(org: Org, limit: int = 100) -> list[ImportRun]:
    """The last imports, the latest first."""
    found = org.rows("SELECT * FROM data_extension_imports ORDER BY import_id DESC LIMIT ?", limit)
    return [ImportRun(*row) for row in found]


def import_errors(org: Org, import_id: int | None = None, limit: int = -1) -> list[RejectedRow]:
    """The rejected rows of an import, by default of the last one. Raises Refused when there is none of that number."""
    number = org.value("SELECT max(import_id) FROM data_extension_imports") if import_id is None else import_id
    if org.value("SELECT 1 FROM data_extension_imports WHERE import_id = ?", number) is None:
        raise Refused(f"There is no import {number}." if number else "Nothing has been imported yet.")
    found = org.rows(
        "SELECT * FROM data_extension_import_errors WHERE import_id = ? ORDER BY line, column_name LIMIT ?",
        number, limit,
    )  # fmt: skip
    return [
        RejectedRow(row["line"], row["column_name"], row["value"], row["why"], tuple(json.loads(row["cells"])))
        for row in found
    ]
