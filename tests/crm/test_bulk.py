"""Saving from a SELECT says of each record what saving it alone says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from store import Org, crm
from store.commands import Outcome, command
from store.crm import bulk

FIRST = {"Account": "001000000000001AAA"}
RECORDS: list[dict[str, Any]] = [
    {"LastName": "Plain"},
    {"LastName": "  Trimmed  ", "Email": "a@example.com", "HasOptedOutOfEmail": "yes"},
    {"LastName": ""},
    {"LastName": "L" * 81},
    {"LastName": "Mail", "Email": "nobody"},
    {"LastName": "Mail", "Email": "two@at@example.com"},
    {"LastName": "Box", "HasOptedOutOfEmail": "perhaps"},
    {"LastName": "Day", "Birthdate": "1980-02-30x"},
    {"LastName": "Day", "Birthdate": "1980-02-28"},
    {"LastName": "Lost", "AccountId": "001000000000009AAA"},
    {"LastName": "Home", "AccountId": FIRST["Account"]},
]


@command("test.crm_bulk")
def _bulk(org: Org, *, records: list[dict[str, Any]]) -> Outcome:
    names = list(dict.fromkeys(name for record in records for name in record))
    org.run(f"CREATE TEMP TABLE given (key INTEGER PRIMARY KEY, {', '.join(names)})")
    org.db.executemany(
        f"INSERT INTO temp.given VALUES ({', '.join('?' * (len(names) + 1))})",
        [(number, *(record.get(name) for name in names)) for number, record in enumerate(records)],
    )
    with bulk.create_checked(org, "Contact", "SELECT * FROM temp.given", {}) as done:
        codes = [
            (row["problem"] or "").split(":")[0] for row in org.rows(f"SELECT problem FROM {done.table} ORDER BY key")
        ]
    org.run("DROP TABLE temp.given")
    return Outcome(",".join(codes))


@pytest.fixture
def org(tmp_path: Path) -> Org:
    made = Org.create(tmp_path / "bulk.mctui")
    made.do("crm.create", object="Account", records=[{"Name": "Acme"}])
    return made


def test_each_record_gets_the_code_that_it_gets_alone(org: Org) -> None:
    codes = org.do("test.crm_bulk", records=RECORDS).title.split(",")
    together = [
        tuple(row) for row in org.rows("SELECT LastName, Email, HasOptedOutOfEmail, Birthdate FROM crm_Contact")
    ]
    org.back(1)
    alone = []
    for record in RECORDS:
        try:
            org.do("crm.create", object="Contact", records=[record])
        except crm.Rejected as refused:
            alone.append(refused.problems[0].code)
        else:
            alone.append("")
    assert codes == alone
    assert together == [
        tuple(row) for row in org.rows("SELECT LastName, Email, HasOptedOutOfEmail, Birthdate FROM crm_Contact")
    ]
