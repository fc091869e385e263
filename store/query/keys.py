"""Whether a query gives several rows for one value of its target's primary key: counted on the rows of now."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import business_units, data_extensions
from store.data_extensions import quoted
from store.errors import Refused
from store.query.activity import Query, compile_text, parameters
from store.query.runtime import connect_functions

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class KeyedRows:
    """The rows of a query by the key of its target: `several` keys have more than one, `most` is that of `example`."""

    key: str
    rows: int
    keys: int
    several: int
    most: int
    example: str

    @property
    def without_place(self) -> int:
        """The rows that cannot all be there, since each key stands once."""
        return self.rows - self.keys


def keyed_rows(org: Org, query: Query) -> KeyedRows | None:
    """The rows of a saved query by the primary key of its target; None without a key or when it does not run."""
    with business_units.acting(org, query.mid):
        try:
            de = data_extensions.at_path(org, query.target)
            compiled = compile_text(org, query.text)
        except Refused:
            return None
        named = {column.name.lower(): column.name for column in compiled.columns}
        if not de.primary_key or not all(key.lower() in named for key in de.primary_key):
            return None
        columns = [quoted(named[key.lower()]) for key in de.primary_key]
        connect_functions(org.db)
        listed, said = ", ".join(columns), " || ', ' || ".join(f"CAST({one} AS TEXT)" for one in columns)
        per_key = f"SELECT {said} AS said, count(*) AS n FROM ({compiled.sql}) GROUP BY {listed}"
        try:
            row = org.row(
                f"""SELECT coalesce(sum(n), 0) AS rows, count(*) AS keys, coalesce(sum(n > 1), 0) AS several,
                           coalesce(max(n), 0) AS most, max(printf('%09d', n) || said) AS example
                      FROM ({per_key})""",
                parameters(org),
            )
        except sqlite3.OperationalError:  # the run says why it fails
            return None
    assert row is not None
    example = str(row["example"] or "")[9:] if row["several"] else ""
    return KeyedRows(", ".join(de.primary_key), row["rows"], row["keys"], row["several"], row["most"], example)
