"""What is kept of a step."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """One transaction of the world's history. `command` is {name, arguments} when a person did it."""

    k: int
    at: int
    kind: str
    title: str
    changes: dict[str, int]
    subject: str
    command: dict[str, Any] | None


def step_of(row: sqlite3.Row) -> Step:
    """A row of the table `steps`."""
    command = json.loads(row["command"]) if row["command"] else None
    return Step(row["k"], row["at"], row["kind"], row["title"], json.loads(row["changes"]), row["subject"], command)
