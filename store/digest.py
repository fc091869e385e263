"""The digest of a world: two files with the same digest hold the same rows."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite_utils

_LEFT_OUT = {"lock"}


def digest(file: sqlite_utils.Database) -> str:
    """SHA-256 of the logical dump: every table but `lock`, its columns, its rows in key order as SQL literals."""
    total = sha256()
    for name in sorted(file.table_names()):
        if name in _LEFT_OUT or name.startswith("sqlite_"):
            continue
        table = file.table(name)
        columns = [column.name for column in table.columns]
        total.update(f"{name}({','.join(columns)})\n".encode())
        literals = " || ',' || ".join(f'quote("{column}")' for column in columns)
        order = ", ".join(key if table.use_rowid else f'"{key}"' for key in table.pks)
        for (line,) in file.execute(f'SELECT {literals} FROM "{name}" ORDER BY {order}'):
            total.update(line.encode() + b"\n")
    return total.hexdigest()
