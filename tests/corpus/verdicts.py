"""What becomes of each query text of a folder: ok, refused or failed, with the place and the reason."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from store import query
from store.query import QueryRefused
from store.query.refused import CHECKING
from tests.corpus.infer import infer

NOW = 1_767_592_800  # 2026-01-05 06:00:00 UTC
HEADER = (
    "# What becomes of each query of a folder of query texts (tests/corpus): the file, its verdict, the reason with"
    "\n# line:column, and why that is right. `python -m tests.corpus FOLDER --write` writes it and keeps the notes."
)


@dataclass(frozen=True)
class Verdict:
    """What became of one file. `note` is what a person found when looking at it."""

    file: str
    verdict: str  # ok, refused, failed
    reason: str
    note: str = ""

    @property
    def line(self) -> str:
        """Its line in the golden list."""
        return "\t".join((self.file, self.verdict, self.reason, self.note)).rstrip("\t")


def verdict_of(file: Path, folder: Path) -> Verdict:
    """Compile and run one file."""
    shown = file.relative_to(folder).as_posix()
    try:
        sql = file.read_text(encoding="utf-8-sig")
        catalog = infer(sql)
        compiled = query.compile_query(sql, catalog)
    except QueryRefused as error:
        reason = " ".join(error.message.removeprefix(CHECKING).split())
        return Verdict(shown, "refused", f"{error.line}:{error.column} {reason}")
    db = sqlite3.connect(":memory:")
    query.connect_functions(db)
    for name in sorted({source.lower() for source in compiled.sources}):
        catalog.make(db, name)
    try:
        db.execute(compiled.sql, {"now_utc": NOW, "seed": 1}).fetchall()
    except sqlite3.Error as error:
        return Verdict(shown, "failed", " ".join(query.run_error(db, error).message.split()))
    finally:
        db.close()
    return Verdict(shown, "ok", "")


def verdicts(folder: Path) -> list[Verdict]:
    """Of every .sql file in a folder and the folders in it, by name."""
    return [verdict_of(file, folder) for file in sorted(folder.rglob("*.sql"))]


def read(golden: Path) -> list[Verdict]:
    """The list as it is kept."""
    lines = golden.read_text(encoding="utf-8").splitlines() if golden.exists() else []
    rows = [line.split("\t") + ["", "", ""] for line in lines if line and not line.startswith("#")]
    return [Verdict(*row[:4]) for row in rows]


def write(golden: Path, found: list[Verdict]) -> None:
    """The list with the notes that it had, where a verdict is still the same."""
    notes = {(each.file, each.verdict): each.note for each in read(golden)}
    lines = [replace(each, note=notes.get((each.file, each.verdict), "")).line for each in found]
    golden.write_text(HEADER + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
