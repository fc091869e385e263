"""Dry runs: what a query would change, row by row. Source of the actions: domain D2."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from store import Org, data_extensions, query
from store.errors import Refused

FIELDS = [
    {"name": "Id", "length": 5, "is_primary_key": True},
    {"name": "Name", "length": 5},
    {"name": "Since", "type": "Date", "default": "GetDate()"},
    {"name": "Level", "type": "Number", "default": 1, "is_nullable": False},
]


@pytest.fixture
def shop(org: Org) -> Org:
    """Source and Target with the same fields; a, b in Target."""
    for name in ("Source", "Target"):
        org.do("data_extensions.create", definition={"name": name, "fields": FIELDS})
    day = {"Since": "2026-01-01"}
    rows = [{"Id": "a", "Name": "Ann", **day}, {"Id": "b", "Name": "Bob", **day}]
    org.do("data_extensions.insert", de="Target", rows=rows)
    return org


def source(org: Org, *rows: tuple[str, Any]) -> None:
    org.do("data_extensions.insert", de="Source", rows=[{"Id": key, "Name": name} for key, name in rows])


def dry(org: Org, action: str, sql: str = "SELECT Id, Name FROM Source") -> query.DryRun:
    return query.dry_run_text(org, sql, "Target", action)


def counts(found: query.DryRun) -> tuple[int, int, int, int]:
    assert found.difference is not None
    return tuple(getattr(found.difference, n) for n in ("inserted", "updated", "removed", "unchanged"))  # type: ignore


def table(org: Org) -> list[tuple[Any, ...]]:
    return list(data_extensions.page(org, "Target").rows)


def test_an_update_shows_new_rows_and_changed_ones_before_and_after(shop: Org) -> None:
    source(shop, ("a", "ANN"), ("b", "Bob"), ("c", "Cem"))
    found = dry(shop, "Update")
    assert found.difference is not None and counts(found) == (1, 1, 0, 1)
    (changed,) = found.difference.updated_rows
    assert (changed.before[:2], changed.after[:2]) == (("a", "Ann"), ("a", "ANN")), "a capital is a change"
    assert changed.before[2:] == changed.after[2:], "what is not selected stays"
    assert found.difference.inserted_rows[0][3] == 1, "a new row gets the default"


def test_an_overwrite_shows_what_goes_and_what_is_not_selected_becomes_its_default(shop: Org) -> None:
    source(shop, ("A", "Ann"))
    found = dry(shop, "Overwrite")
    assert found.difference is not None and counts(found) == (0, 1, 1, 0)
    assert found.difference.updated_rows[0].before[2] != found.difference.updated_rows[0].after[2]
    assert [row[0] for row in found.difference.removed_rows] == ["b"]
    assert (found.difference.before, found.difference.after) == (2, 1)


def test_appended_keys_that_are_there_or_come_twice_fail(shop: Org) -> None:
    source(shop, ("b", "Bob"), ("c", "Cem"))
    found = dry(shop, "Append", "SELECT Id, Name FROM Source UNION ALL SELECT 'C', 'Cat'")
    assert found.difference is not None and found.difference.failing == 2
    failing = [(each.row[0], each.why[-6:]) for each in found.difference.failing_rows]
    assert failing == [("b", "s (b)."), ("C", "s (C).")]
    assert found.message.startswith("Violation of PRIMARY KEY constraint.")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT 'x' AS Id, 'Benjamin' AS Name", "String or binary data would be truncated."),
        ("SELECT 'x' AS Id, NULL AS Level", "Cannot insert the value NULL into column 'Level'"),
        ("SELECT 'x' AS Id, 1/0 AS Level", "Divide by zero error encountered."),
        ("SELECT 'x' AS Id, 'many' AS Level", "Conversion failed when converting"),
    ],
)
@pytest.mark.parametrize("action", query.ACTIONS)
def test_what_would_fail_is_said_with_the_products_words(shop: Org, sql: str, message: str, action: str) -> None:
    found = dry(shop, action, sql)
    assert found.message.startswith(message)
    with pytest.raises(Refused) as refused:
        shop.do("query.run_into", sql=sql, target="Target", action=action)
    assert refused.value.message == found.message, "the run says the same"


@pytest.mark.parametrize("action", query.ACTIONS)
def test_a_run_does_what_its_dry_run_said(shop: Org, action: str) -> None:
    source(shop, ("c", "Cem"), ("d", None), *([("a", "Ada")] if action != "Append" else []))
    found = dry(shop, action)
    assert found.difference is not None and not found.message
    before = table(shop)
    shop.do("query.run_into", sql="SELECT Id, Name FROM Source", target="Target", action=action)
    expected = set(found.difference.inserted_rows) | {each.after for each in found.difference.updated_rows}
    left = set(before) - {each.before for each in found.difference.updated_rows} - set(found.difference.removed_rows)
    assert set(table(shop)) == expected | left
    assert len(table(shop)) == found.difference.after


def quoted(name: str | None) -> str:
    return "NULL" if name is None else f"'{name}'"


KEYS = st.sampled_from(["a", "A", "b", "c", "d"])
NAMES = st.sampled_from(["x", "X", "too long", None])
ROWS = st.lists(st.tuples(KEYS, NAMES), max_size=4)


@pytest.fixture(scope="module")
def any_shop(tmp_path_factory: pytest.TempPathFactory) -> Org:
    org = Org.create(tmp_path_factory.mktemp("dry") / "w.mctui", seed=3)
    org.do("data_extensions.create", definition={"name": "Target", "fields": FIELDS})
    return org


@settings(max_examples=40)
@given(there=st.lists(st.tuples(KEYS, st.sampled_from(["x", None])), max_size=3), rows=ROWS)
@pytest.mark.parametrize("action", query.ACTIONS)
def test_whatever_the_rows_a_run_does_what_its_dry_run_said(
    any_shop: Org, action: str, there: list[tuple[str, Any]], rows: list[tuple[str, Any]]
) -> None:
    """Both fail with the same words, or both end with the same rows."""
    org = any_shop
    org.back(org.k - 1)
    kept = {key.lower(): {"Id": key, "Name": name} for key, name in there}
    org.do("data_extensions.insert", de="Target", rows=list(kept.values()))
    keys = [key.lower() for key, _ in rows]
    assume(action != "Update" or not any(keys.count(key) > 1 for key in kept))  # either of two updates may stay
    literals = [f"SELECT '{key}' AS Id, {quoted(name)} AS Name" for key, name in rows]
    sql = " UNION ALL ".join(literals) or "SELECT 'a' AS Id, 'x' AS Name WHERE 1 = 0"
    found = dry(org, action, sql)
    before = set(table(org))
    try:
        org.do("query.run_into", sql=sql, target="Target", action=action)
    except Refused:
        assert found.message
    else:
        assert not found.message and found.difference is not None
        assert len(table(org)) == found.difference.after
        gone = set(found.difference.removed_rows) | {each.before for each in found.difference.updated_rows}
        came = set(found.difference.inserted_rows) | {each.after for each in found.difference.updated_rows}
        assert set(table(org)) == (before - gone) | came


def test_it_changes_nothing_and_works_on_a_file_that_is_only_read(shop: Org) -> None:
    source(shop, ("c", "Cem"))
    shop.do("query.create", name="Fill", sql="SELECT Id, Name FROM Source", target="Target", action="Update")
    digest, path = shop.digest(), shop.path
    line = "Query Fill into Target (Update): 1 new, 0 updated, 0 removed, 0 unchanged"
    assert query.dry_run(shop, "Fill").line == line
    assert shop.digest() == digest
    with Org.open(path, readonly=True) as reader:
        assert counts(query.dry_run(reader, "Fill")) == (1, 0, 0, 0)
        with pytest.raises(Refused):
            reader.do("data_extensions.delete", de="Source")
        assert reader.value("PRAGMA query_only") == 1


def test_what_would_not_be_saved_is_refused(shop: Org) -> None:
    with pytest.raises(Refused, match="does not exist in the target"):
        dry(shop, "Update", "SELECT 'x' AS Id, 1 AS Other")
    with pytest.raises(query.QueryRefused, match="Invalid object name"):
        dry(shop, "Update", "SELECT Id FROM Nowhere")


def test_rows_without_a_key_are_removed_and_inserted(org: Org) -> None:
    org.do("data_extensions.create", definition={"name": "Target", "fields": [{"name": "Name"}]})
    org.do("data_extensions.insert", de="Target", rows=[{"Name": "a"}])
    assert counts(dry(org, "Overwrite", "SELECT 'a' AS Name")) == (1, 0, 1, 0)
    assert counts(dry(org, "Append", "SELECT 'a' AS Name")) == (1, 0, 0, 0)
