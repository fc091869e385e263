"""T-SQL expressions give what Microsoft documents: expressions.tsv, one claim a line."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from store.errors import Refused
from store.query import ListedCatalog, Options, QueryRefused, compile_query, connect_functions, run_error

NOW = 1_732_000_000  # 2024-11-19 07:06:40 UTC
HERE = Path(__file__).parent


def claims(file: str) -> list[list[str]]:
    """The columns of a table, without its comments."""
    lines = (HERE / file).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


CLAIMS = claims("expressions.tsv")


@pytest.fixture(scope="module")
def db() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:")
    connect_functions(made)
    return made


def evaluate(db: sqlite3.Connection, expression: str, options: Options | None = None) -> str:
    """The result as the table writes it."""
    compiled = compile_query(f"SELECT {expression} AS x", ListedCatalog([]), options=options)
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


@pytest.mark.parametrize(("expression", "expected", "source"), claims("since_2022.tsv"))
def test_what_sql_server_2022_adds_is_there_when_the_account_has_it(
    db: sqlite3.Connection, expression: str, expected: str, source: str
) -> None:
    with pytest.raises(QueryRefused, match="is not a recognized built-in function name") as refused:
        compile_query(f"SELECT {expression} AS x", ListedCatalog([]))
    assert "SQL Server 2022" in refused.value.cause
    assert evaluate(db, expression, Options(server=2022)) == expected, source


def test_the_table_is_large_and_every_line_names_its_source() -> None:
    assert len(CLAIMS) >= 900
    assert all(len(claim) == 3 and claim[2].startswith(("learn: ", "silent: ")) for claim in CLAIMS)
    assert sum(claim[2].startswith("silent: ") for claim in CLAIMS) < 30
    assert len({claim[0] for claim in CLAIMS}) == len(CLAIMS)
