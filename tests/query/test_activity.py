"""SQL Query Activities: saving, running, the three actions, and what a failed run leaves."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, data_extensions, query
from store.errors import Refused

SOURCE: dict[str, Any] = {
    "name": "Source",
    "fields": [
        {"name": "Id", "type": "Text", "length": 18, "is_primary_key": True, "is_nullable": False},
        {"name": "Name", "type": "Text", "length": 50},
        {"name": "Points", "type": "Number"},
    ],
}
ROWS = [{"Id": "a", "Name": "Ada", "Points": 3}, {"Id": "b", "Name": "Ben", "Points": 4}]


@pytest.fixture
def account(org: Org) -> Org:
    """Source with two rows, and an empty Target of the same fields."""
    org.do("data_extensions.create", definition=SOURCE)
    org.do("data_extensions.create", definition=SOURCE | {"name": "Target", "key": "Target"})
    org.do("data_extensions.insert", de="Source", rows=ROWS)
    return org


def rows(org: Org, name: str = "Target") -> list[tuple[Any, ...]]:
    return sorted(data_extensions.page(org, name).rows)


def into(org: Org, sql: str, action: str) -> dict[str, int]:
    return org.do("query.run_into", sql=sql, target="Target", action=action).changes


def test_append_adds_every_row_and_refuses_a_key_that_is_there(account: Org) -> None:
    # source: domain D2
    assert into(account, "SELECT Id, Name FROM Source", "append")["inserted"] == 2
    with pytest.raises(Refused, match="PRIMARY KEY"):
        into(account, "SELECT Id, Name FROM Source", "append")
    assert rows(account) == [("a", "Ada", None), ("b", "Ben", None)]


def test_update_changes_the_selected_fields_of_matches_and_inserts_the_others(account: Org) -> None:
    into(account, "SELECT Id, Name, Points FROM Source WHERE Id = 'a'", "append")
    changed = into(account, "SELECT Id, UPPER(Name) AS Name FROM Source", "update")
    assert (changed["updated"], changed["inserted"]) == (1, 1)
    assert rows(account) == [("a", "ADA", 3), ("b", "BEN", None)]


def test_overwrite_clears_first(account: Org) -> None:
    into(account, "SELECT Id, Name FROM Source", "append")
    assert into(account, "SELECT Id FROM Source WHERE Points = 4", "overwrite")["removed"] == 2
    assert rows(account) == [("b", None, None)]


def test_overwrite_of_what_it_reads_sees_the_rows_as_they_were(account: Org) -> None:
    into(account, "SELECT Id, Name, Points FROM Source", "append")
    into(account, "SELECT Id, Name, Points + 1 AS Points FROM Target", "overwrite")
    assert rows(account) == [("a", "Ada", 4), ("b", "Ben", 5)]


def test_values_are_converted_to_the_types_of_the_fields(account: Org) -> None:
    into(account, "SELECT '7' AS Id, Id AS Name, '12' AS Points FROM Source WHERE Id = 'a'", "append")
    into(account, "SELECT 8 AS Id, 3.7 AS Points", "append")
    assert rows(account) == [("7", "a", 12), ("8", None, 3)]


def test_a_value_that_does_not_convert_fails_in_sql_servers_words(account: Org) -> None:
    with pytest.raises(Refused, match="Conversion failed when converting the nvarchar value 'Ada' to data type int"):
        into(account, "SELECT Id, Name AS Points FROM Source", "append")


def test_a_text_that_is_too_long_is_not_cut_silently(account: Org) -> None:
    with pytest.raises(Refused, match="String or binary data would be truncated"):
        into(account, "SELECT Id, REPLICATE('x', 51) AS Name FROM Source", "append")


def test_a_column_that_the_target_does_not_have_is_refused_with_the_nearest(account: Org) -> None:
    with pytest.raises(Refused, match="Did you mean Points"):
        into(account, "SELECT Id, Points AS Point FROM Source", "append")


def test_update_needs_a_primary_key(account: Org) -> None:
    account.do("data_extensions.create", definition={"name": "Keyless", "fields": [{"name": "Name", "type": "Text"}]})
    with pytest.raises(Refused, match="no primary key"):
        account.do("query.create", name="q", sql="SELECT Name FROM Source", target="Keyless", action="Update")


@pytest.mark.parametrize("emptied", [False, True])
def test_a_failed_overwrite_leaves_what_the_assumption_says(account: Org, emptied: bool) -> None:
    into(account, "SELECT Id, Name, Points FROM Source", "append")
    account.do("assumptions.set", name="failed_overwrite_empties_target", value=emptied)
    text = "SELECT Id, 1 / (Points - 3) AS Points FROM Source"
    account.do("query.create", name="q", sql=text, target="Target", action="Overwrite")
    step = account.do("query.run", key="q")
    assert step.title == "Query q failed: Divide by zero error encountered."
    assert len(rows(account)) == (0 if emptied else 2)
    assert account.value("SELECT message FROM query_runs") == "Divide by zero error encountered."


def test_a_misspelt_column_is_refused_at_save_with_its_place(account: Org) -> None:
    with pytest.raises(Refused, match="line 2, column 3") as refused:
        account.do("query.create", name="q", sql="SELECT Id,\n  Nmae AS Name FROM Source", target="Target")
    assert "Invalid column name 'Nmae'." in refused.value.message


def test_text_that_ends_in_a_blank_compares_as_sql_server_compares_it(account: Org) -> None:
    account.do("query.create", name="q", sql="SELECT Id FROM Source WHERE Name = 'ada'", target="Target")
    account.do("data_extensions.update_row", de="Source", key={"Id": "a"}, values={"Name": "Ada  "})
    account.do("query.run", key="q")
    assert rows(account) == [("a", None, None)]


def test_newid_gives_every_row_its_own_and_every_repetition_the_same(account: Org) -> None:
    into(account, "SELECT Id, LEFT(CAST(NEWID() AS nvarchar(36)), 36) AS Name FROM Source", "append")
    first = rows(account)
    assert first[0][1] != first[1][1]
    account.back()
    account.step()
    assert rows(account) == first


def test_a_trial_changes_nothing(account: Org) -> None:
    account.do("query.create", name="q", sql="SELECT Id FROM Source", target="Target")
    digest = account.digest()
    assert query.trial(account, query.find(account, "q")).inserted == 2
    assert account.digest() == digest


def test_a_star_keeps_the_columns_of_its_save(account: Org) -> None:
    """source: domain D1: the columns of SELECT * are those of the save until the activity is saved anew."""
    account.do("query.create", name="q", sql="SELECT * FROM Source", target="Target", action="Overwrite")
    for name in ("Source", "Target"):
        account.do("data_extensions.add_field", de=name, field={"name": "Later", "type": "Text", "length": 10})
    account.do("data_extensions.update_row", de="Source", key={"Id": "a"}, values={"Later": "new"})
    account.do("query.run", key="q")
    assert rows(account) == [("a", "Ada", 3, None), ("b", "Ben", 4, None)]
    account.do("query.update", key="q", sql="SELECT * FROM Source")
    account.do("query.run", key="q")
    assert rows(account) == [("a", "Ada", 3, "new"), ("b", "Ben", 4, None)]
