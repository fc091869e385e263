"""What a subscriber-key migration meets in Automation Studio: files for imports, and automations that run old keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from store import business_units, data_extensions
from store.automation.definition import with_activity
from store.automation.import_file import DEFAULTS, dialect_of
from store.contacts.migration import Touched, keys_named, run_by_automations, touched_by_key_migration
from store.errors import OrgError

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

_READ = 2_000_000  # bytes of a file that are looked at


@touched_by_key_migration
def _imports(org: Org, old_keys: str) -> list[Touched]:
    """Files on Enhanced FTP that an Import File Activity takes: it writes the old keys into its data extension."""
    found = []
    for row in org.rows("SELECT * FROM import_activities ORDER BY mid, customer_key"):
        whole = DEFAULTS | json.loads(row["definition"])
        path = business_units.path(org, row["mid"], row["customer_key"])
        for file in _files(org, row["mid"], whole["folder"], whole["file"]):
            written = (
                (column, cell) for column, cell in _cells(file["name"], file["content"], dialect_of(whole)) if cell
            )
            for column, count in keys_named(org, old_keys, written).items():
                place = f"{path}: {file['folder']}/{file['name']}, {column}"
                about = f"its file has old keys: each run writes them into {whole['de']}"
                run_by = (("import", row["customer_key"]), ("import", row["name"]))
                found.append(Touched("import", place, count, about, run_by=run_by))
    return found


def _files(org: Org, mid: int, folder: str, pattern: str) -> list[sqlite3.Row]:
    """The files that an import takes on some day: %%Year%% and the like stand for digits."""
    name = re.compile(re.sub(r"%%\w+%%", r"\\d+", re.sub(r"[.+()\[\]]", r"\\\g<0>", pattern)), re.IGNORECASE)
    rows = org.rows(
        "SELECT folder, name, substr(content, 1, ?) AS content FROM ftp_files WHERE mid = ? AND folder = ?"
        " ORDER BY name",
        _READ, mid, folder,
    )  # fmt: skip
    return [row for row in rows if name.fullmatch(row["name"])]


def _cells(name: str, content: bytes, dialect: data_extensions.Dialect) -> Iterator[tuple[str, str]]:
    """(column, cell) of a file, up to its last whole line in sight; of one that cannot be read there are none."""
    if len(content) == _READ:
        content = content[: content.rfind(b"\n") + 1]
    try:
        read = data_extensions.read_delimited(content, dialect, where=name)
    except OrgError:
        return
    for row in read.rows:
        for number, cell in enumerate(row):
            yield read.header[number] if number < len(read.header) else f"column {number + 1}", cell


@run_by_automations
def _automations(org: Org, found: list[Touched]) -> list[Touched]:
    """Automations that run a query, an import, a filter or a send that names old keys."""
    what: dict[str, list[str]] = {}
    for one in found:
        for name in dict.fromkeys(name for kind, key in one.run_by for name in with_activity(org, kind, key)):
            what.setdefault(name, []).append(f"{one.kind} {one.name}")
    return [
        Touched("automation", name, len(things), f"runs {', '.join(things)}: with old keys each time it starts")
        for name, things in sorted(what.items())
    ]
