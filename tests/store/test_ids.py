"""Record ids and GUIDs: the documented checksum, the same in SQL and in Python."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import ids


@pytest.mark.parametrize(
    ("fifteen", "checksum"),
    # source: runtime-proven pairs in the community's reference of LongSFID()
    [("0036000000QKv5T", "AAT"), ("00Q6F00001APnym", "UAD"), ("001500000ABCDEF", "AQ5")],
)
def test_the_checksum_is_salesforces(fifteen: str, checksum: str) -> None:
    assert ids.to_18(fifteen) == fifteen + checksum


def test_what_is_not_fifteen_characters_is_returned_unchanged() -> None:
    assert ids.to_18("003") == "003"


@given(st.integers(0, 62**6 - 1), st.sampled_from(["003", "00Q", "001", "a0B"]))
def test_sql_makes_the_same_id_as_python(number: int, prefix: str) -> None:
    made = sqlite3.connect(":memory:").execute(f"SELECT {ids.sql_salesforce_id(prefix, '?1')}", (number,)).fetchone()[0]
    assert made == ids.salesforce_id(prefix, number)
    assert ids.is_record_id(made)


def test_ids_are_told_apart_without_regard_to_case() -> None:
    made = [ids.salesforce_id("003", number) for number in range(62 * 62)]
    assert len({each.lower() for each in made}) == len(made)
    assert made == sorted(made), "the order of creation is the order of the ids"


def test_a_guid_depends_on_the_seed_and_every_word() -> None:
    assert ids.guid(1, "a", 2) == ids.guid(1, "a", 2)
    assert len({ids.guid(1, "a", 2), ids.guid(2, "a", 2), ids.guid(1, "b", 2), ids.guid(1, "a", 3)}) == 4
    assert len(ids.guid(1, "a")) == 36
