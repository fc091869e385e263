"""`mctui lineage` and `mctui sql --dry-run`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Mctui


def test_the_whole_account_is_a_tree(mctui: Mctui, world: Path) -> None:
    """You should see each object of the CRM, and below it, further in, what its data becomes."""
    lines = mctui("lineage", world).out.splitlines()
    assert lines[:4] == [
        "Account  [CRM object]",
        "  Account_Salesforce  [Synchronized Data Extension, synchronized]",
        "    Fill Welcome Audience  [Query, read]",
        "      Welcome_Audience  [Data Extension, Update]",
    ]
    assert "    Fill Welcome Audience  [Query, read]  (see above)" in lines


def test_a_node_is_shown_both_ways(mctui: Mctui, world: Path) -> None:
    text = mctui("lineage", world, "welcome_log").out
    assert text.splitlines()[0] == "Welcome_Log  [Data Extension]"
    assert "  Welcome  [Journey, updates]" in text and "goes to\n  (nothing)" in text


def test_a_field_says_what_breaks_without_it(mctui: Mctui, world: Path) -> None:
    text = mctui("lineage", world, "de/Contact_Salesforce/FirstName").out
    assert "refused   query/fill-welcome-audience: Invalid column name 'FirstName'. (line 3, column 5)" in text
    found = mctui("lineage", world, "crm/Contact/FirstName", "--json").json
    assert {each["verdict"] for each in found["breaks"]} == {"frozen"}
    assert found["targets"] == [{"id": "de/Contact_Salesforce/FirstName", "how": "synchronized"}]


def test_what_is_not_there_is_refused(mctui: Mctui, world: Path) -> None:
    said = mctui("lineage", world, "Welcome_Lag")
    assert said.code == 1 and "Did you mean Welcome_Log?" in said.err


def test_an_empty_account_says_so(mctui: Mctui) -> None:
    mctui("new", "empty", "e.mctui")
    assert mctui("lineage", "e.mctui").out == "Nothing is synchronized, queried or entered yet.\n"
    assert mctui("lineage", "e.mctui", "--json").json == {"nodes": [], "edges": [], "cycles": []}


def test_a_dry_run_shows_the_rows_and_changes_nothing(mctui: Mctui, world: Path) -> None:
    select = "SELECT TOP 1 Id AS SubscriberKey, 'X' AS FirstName FROM Contact_Salesforce UNION ALL SELECT 'new', 'N'"
    into = ["--into", "Welcome_Audience", "--action", "update", "--dry-run"]
    before = mctui("goto", world, "END", "--json", "--digest").json["digest"]
    said = mctui("sql", world, select, *into, "--json").json
    assert (said["inserted"], said["updated"], said["removed"]) == (1, 1, 0)
    text = mctui("sql", world, select, *into)
    assert [line[0] for line in text.out.splitlines()[2:]] == ["+", "<", ">"] and "1 new, 1 updated" in text.err
    assert mctui("goto", world, "END", "--json", "--digest").json["digest"] == before


def test_a_dry_run_that_would_fail_fails(mctui: Mctui, world: Path) -> None:
    select = "SELECT TOP 2 Id AS SubscriberKey FROM Contact_Salesforce"
    said = mctui("sql", world, select, "--into", "Welcome_Audience", "--dry-run")
    assert said.code == 1 and "2 of 2 rows do not go in." in said.err
    assert mctui("sql", world, select, "--dry-run").code == 1
