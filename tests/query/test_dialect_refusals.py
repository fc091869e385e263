"""What a query activity refuses is refused with the product's words, at the right place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from store.query import Options, QueryRefused, compile_query
from store.query.refused import CHECKING
from tests.query.dialect_world import CATALOG

REFUSALS = yaml.safe_load(Path(__file__).with_name("refusals.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", REFUSALS, ids=[case["sql"][:60] for case in REFUSALS])
def test_a_query_is_refused_with_its_reason_and_place(case: dict[str, Any]) -> None:
    with pytest.raises(QueryRefused) as refused:
        compile_query(case["sql"], CATALOG)
    error = refused.value
    assert error.message == CHECKING + case["message"]
    assert [error.line, error.column] == case["at"]
    if "fix" in case:
        assert error.fix == case["fix"]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT Name, Age + 1 FROM Customers", "No column name was specified for column 2 of 'query'."),
        ("SELECT Name, Age AS name FROM Customers", "The column 'name' was specified multiple times for 'query'."),
    ],
)
def test_a_target_needs_every_column_named_once(sql: str, message: str) -> None:
    compile_query(sql, CATALOG)
    with pytest.raises(QueryRefused) as refused:
        compile_query(sql, CATALOG, options=Options(require_names=True))
    assert refused.value.message == CHECKING + message
