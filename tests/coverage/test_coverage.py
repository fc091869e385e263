"""Every row of the tables has a case that proves it, or says that it is not there."""

from __future__ import annotations

import pytest

from tests.coverage import Row, known_cases, rows

KNOWN = known_cases()


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.table}: {row.name}") for row in rows()])
def test_a_row_is_proved_or_says_why_not(row: Row) -> None:
    if row.missing:
        assert not row.patterns and len(row.missing) > 10
        return
    for pattern in row.patterns:
        assert row.cases(KNOWN) and Row(row.table, row.name, (pattern,), "").cases(KNOWN), f"no case is like {pattern}"
