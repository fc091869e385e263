"""The digest of a world: two files with the same digest hold the same rows."""

from __future__ import annotations

import sqlite3
from hashlib import sha256

_LEFT_OUT = {"lock"}


def digest(db: sqlite3.Connection) -> str:
    """SHA-256 of the logical dump: every table but `lock`, its columns, its rows in key order as SQL literals."""
    total = sha256()
    tables = db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name"
    )
    for (name,) in tables.fetchall():
        if name in _LEFT_OUT:
            continue
        info = db.execute(f'PRAGMA table_info("{name}")').fetchall()
        columns = [row[1] for row in info]
        key = [row[1] for row in sorted(info, key=lambda row: int(row[5])) if row[5]] or ["rowid"]
        total.update(f"{name}({','.join(columns)})\n".encode())
        literals = " || ',' || ".join(f'quote("{column}")' for column in columns)
        order = ", ".join(f'"{column}"' if column != "rowid" else column for column in key)
        for (line,) in db.execute(f'SELECT {literals} FROM "{name}" ORDER BY {order}'):
            total.update(line.encode() + b"\n")
    return total.hexdigest()
