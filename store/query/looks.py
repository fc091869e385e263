"""Whether stored text needs more than SQLite's NOCASE to compare as SQL Server does."""

from __future__ import annotations

import sqlite3

from store.query.catalog import Catalog


def looks(db: sqlite3.Connection, catalog: Catalog, origin: tuple[str, str]) -> tuple[bool, bool]:
    """(a value ends in a blank, a value has characters beyond ASCII) of a stored text column (table, column)."""
    of_parent = origin[0][:4].lower() == "ent."
    table = catalog.table(origin[0][4:], "Ent") if of_parent else catalog.table(origin[0], None)
    if table is None:
        return False, False
    column = '"' + origin[1].replace('"', '""') + '"'
    ends_in_blank = f"{column} GLOB '* '"
    has_accents = f"length(CAST({column} AS BLOB)) <> length({column})"

    def any_row(condition: str) -> bool:
        return bool(db.execute(f"SELECT EXISTS (SELECT 1 FROM {table.sqlite_name} WHERE {condition})").fetchone()[0])

    if not any_row(f"{ends_in_blank} OR {has_accents}"):
        return False, False
    return any_row(ends_in_blank), any_row(has_accents)
