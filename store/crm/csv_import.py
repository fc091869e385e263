"""Data Loader CSV: a header of field names, one record per line, line breaks and quotes inside quoted cells.

source: Data Loader Guide, "Prepare Your Files" and "Data Types Supported by Data Loader".
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from store.crm.sources import SourceTable, read_text
from store.errors import Unreadable

_LARGEST_CELL = 131072  # characters; source: Setup, Long Text Area, "Length (max 131,072)"


def parse_csv(path: Path) -> tuple[SourceTable, list[str]]:
    """The file as a table, and remarks. Raises Unreadable with line and column."""
    text, encoding = read_text(path)
    notes = [f"{path.name} is not UTF-8; read as Windows-1252."] if encoding == "cp1252" else []
    lines = _records(path, text)
    if not lines:
        raise Unreadable("The file is empty.", fix="Its first line must name the fields.", where=path.name)
    _, header = lines[0]
    columns = _checked_header(path, header)
    rows: list[list[str | None]] = []
    starts: list[int] = []
    for start, cells in lines[1:]:
        if not any(cells):
            continue
        if len(cells) != len(columns):
            raise Unreadable(
                f"This line has {len(cells)} cells, the header has {len(columns)}.",
                cause="A comma inside a cell needs quotes around the cell, and no cell may be left out.",
                where=f"{path.name}, line {start}, column {min(len(cells), len(columns)) + 1}",
            )
        rows.append([cell if cell != "" else None for cell in cells])
        starts.append(start)
    table = SourceTable(
        file=path.name, kind="csv", object="", scope="", columns=columns, rows=rows, lines=starts, refs=[]
    )
    return table, notes


def _records(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """(line where it begins, cells) of each record, the header first."""
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=lambda mark: (first_line.count(mark), mark == ","))
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found = []
    start = 1
    try:
        for cells in reader:
            found.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            "This record cannot be read as CSV.",
            cause=f"{error}. A quoted cell must end with a quote, and a quote inside one is written twice.",
            where=f"{path.name}, line {start}",
        ) from None
    while found and not any(found[0][1]):
        found.pop(0)
    return found


def _checked_header(path: Path, header: list[str]) -> list[str]:
    columns = [name.strip() for name in header]
    seen: set[str] = set()
    for number, name in enumerate(columns, 1):
        where = f"{path.name}, line 1, column {number}"
        if not name:
            raise Unreadable("This column has no name.", fix="The header names a field for each column.", where=where)
        if name.lower() in seen:
            raise Unreadable(f"The column {name} is there twice.", where=where)
        seen.add(name.lower())
    return columns
