"""What import files are read into: plain tables that survive JSON, before any rule of the CRM looks at them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

from store.errors import Unreadable


class SourceTable(TypedDict):
    """One object's records of one file. `rows` are cells in the order of `columns`, None where nothing is given.

    `object` is empty when only the file's name tells it. `refs` are reference ids ('' where a record has none), `scope`
    the plan within which they are known. A column `@parent:OBJECT:RELATIONSHIP` holds the reference to the record that
    a nested one was written in.
    """

    file: str
    kind: str  # csv | tree
    object: str
    scope: str
    columns: list[str]
    rows: list[list[Any]]
    lines: list[int]  # where each record begins in the file; 0 when unknown
    refs: list[str]


class Content(TypedDict):
    """All that one import reads. `planned` tables keep their order."""

    tables: list[SourceTable]
    planned: int  # how many tables, from the first, come from a plan
    notes: list[str]


def read_text(path: Path) -> tuple[str, str]:
    """The text of a file and the encoding it was in. Raises Unreadable."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable("The file cannot be read.", cause=f"{error.strerror}.", where=str(path)) from None
    # Data Loader writes the system's encoding unless told UTF-8.
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Unreadable("The file is not text.", fix="Save it as UTF-8.", where=str(path))
