"""T-SQL expressions give what Microsoft documents: expressions.tsv, one claim a line."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from store.errors import Refused
from store.query import ListedCatalog, compile_query, connect_functions, run_error

NOW = 1_732_000_000  # 2024-11-19 07:06:40 UTC
LINES = Path(__file__).with_name("expressions.tsv").read_text(encoding="utf-8").splitlines()
CLAIMS = [line.split("\t") for line in LINES if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def db() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    connect_functions(made)
    return made


def evaluate(db: sqlite3.Connection, expression: str) -> str:
    """The result as the table writes it."""
    compiled = compile_query(f"SELECT {expression} AS x", ListedCatalog([]))
    try:
        found = db.execute(compiled.sql, {"now_utc": NOW, "seed": 1}).fetchone()[0]
    except sqlite3.Error as error:
        refused = run_error(db, error)
        assert isinstance(refused, Refused)
        return "!" + refused.message
    if isinstance(found, bytes):
        return "0x" + found.hex().upper()
    return "NULL" if found is None else str(found)


@pytest.mark.parametrize(("expression", "expected", "source"), CLAIMS, ids=[claim[0][:60] for claim in CLAIMS])
def test_an_expression_gives_what_microsoft_documents(
    db: sqlite3.Connection, expression: str, expected: str, source: str
) -> None:
    assert evaluate(db, expression) == expected, source


def test_the_table_is_large_and_every_line_names_its_source() -> None:
    assert len(CLAIMS) >= 250
    assert all(len(claim) == 3 and "/" in claim[2] for claim in CLAIMS)
    assert len({claim[0] for claim in CLAIMS}) == len(CLAIMS)
