"""What the world outside answered, kept beside the file so that it is not asked again.

A step that is undone takes its rows along, but what a server did cannot be undone: the same question, asked again when
the step is repeated, gets the answer that it got the first time. So the same commands make the same file.

Answers live in `FILE.steps/answers.db`, keyed by a hash of the whole question; a fork gets a copy.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.org import Org

Answer = dict[str, Any]


def key_of(question: object) -> str:
    """The key of a question: anything that JSON can say."""
    return sha256(json.dumps(question, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def recall(org: Org, keys: Iterable[str]) -> dict[str, Answer]:
    """The answers that are kept, by key."""
    path = org.timeline.answers
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute(
            "SELECT key, answer FROM answers WHERE key IN (SELECT value FROM json_each(?))", (json.dumps(list(keys)),)
        )
        return {key: json.loads(answer) for key, answer in rows}


def keep(org: Org, answers: Mapping[str, Answer]) -> None:
    """Keep answers, at once and for good: also when the step that asked is interrupted."""
    path = org.timeline.answers
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID")
        rows = [(key, json.dumps(answer, sort_keys=True)) for key, answer in answers.items()]
        db.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)", rows)
