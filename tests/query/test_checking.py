"""What the check says of a text as it is written: the place of each complaint, also of what the target refuses."""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, query
from store.errors import Refused
from store.query import Complaint, complaint

FIELDS: list[dict[str, Any]] = [
    {"name": "Id", "length": 18, "is_primary_key": True},
    {"name": "Name", "length": 50},
    {"name": "Since", "type": "Date"},
]


@pytest.fixture
def account(org: Org) -> Org:
    """Source and Target with the same fields, Loose without a key."""
    for name in ("Source", "Target"):
        org.do("data_extensions.create", definition={"name": name, "fields": FIELDS})
    org.do("data_extensions.create", definition={"name": "Loose", "fields": [{"name": "Id"}]})
    org.do("data_extensions.insert", de="Source", rows=[{"Id": "a", "Name": "Ada"}, {"Id": "b", "Name": "x"}])
    return org


def underlined(text: str, said: Complaint | None) -> str:
    """The piece of text that a complaint is about."""
    assert said is not None
    line = text.split("\n")[said.line - 1]
    return line[said.column - 1 : said.column - 1 + said.length]


@pytest.mark.parametrize(
    ("text", "piece", "message"),
    [
        # given a text for Target; then what is underlined, and how the message begins
        ("SELECT Id, Nmae AS Name FROM Source", "Nmae", "Invalid column name 'Nmae'."),
        ("SELECT s.Id,\n       s.Nmae AS Name\nFROM Source s", "s.Nmae", "Invalid column name 'Nmae'."),
        ("SELECT Id FROM Sorce", "Sorce", "Invalid object name 'Sorce'."),
        ("SELECT Id FROM [Other Source]", "[Other Source]", "Invalid object name 'Other Source'."),
        ("SELECT Id FROM", "FROM", "Incorrect syntax near 'FROM'."),
        ("SELECT Id, FROM Source", "FROM", "Incorrect syntax near the keyword 'FROM'."),
        ("SELECT 'a AS Id", "'a AS Id", "Unclosed quotation mark after the character string."),
        ("DELETE FROM Source", "DELETE", "Incorrect syntax near the keyword 'DELETE'."),
        ("SELECT Id, Name AS Nick FROM Source", "Nick", "The column 'Nick' does not exist in the target"),
        ("SELECT Id,\n  1.5 AS Since FROM Source", "Since", ""),
        ("SELECT Id, UPPER(Name) FROM Source", "UPPER", "No column name was specified for column 2"),
    ],
)
def test_a_complaint_stands_at_its_place(account: Org, text: str, piece: str, message: str) -> None:
    said = complaint(account, text, "Target", "Append")
    if not message:
        assert said is None, "decimal goes into a Date field: T-SQL converts it by itself"
        return
    assert underlined(text, said) == piece
    assert said is not None
    assert said.message.startswith(message)
    assert said.where == f"line {said.line}, column {said.column}"


def test_a_misspelt_name_comes_with_the_nearest_one(account: Org) -> None:
    said = complaint(account, "SELECT Id FROM Sorce")
    assert said is not None
    assert said.fix == "Did you mean Source?"


def test_without_a_target_columns_need_no_names(account: Org) -> None:
    assert complaint(account, "SELECT UPPER(Name), COUNT(*) FROM Source GROUP BY Name") is None


@pytest.mark.parametrize(
    ("target", "action", "message"),
    [
        ("Nowhere", "Append", "There is no data extension 'Nowhere'."),
        ("Loose", "Update", "Loose has no primary key, so it cannot be updated."),
        ("Target", "Replace", "There is no target action 'Replace'."),
    ],
)
def test_what_is_wrong_with_the_settings_has_no_place_in_the_text(
    account: Org, target: str, action: str, message: str
) -> None:
    said = complaint(account, "SELECT Id FROM Source", target, action)
    assert said is not None
    assert (said.message, said.line, said.where) == (message, 0, "")


def test_a_text_that_the_check_lets_pass_can_be_saved_and_one_it_does_not_cannot(account: Org) -> None:
    for text in ("SELECT Id, Name FROM Source", "SELECT Id, Nmae FROM Source", "SELECT Id, 1 AS Other FROM Source"):
        said = complaint(account, text, "Target", "Update")
        if said is None:
            account.do("query.create", name=text, sql=text, target="Target", action="Update")
        else:
            with pytest.raises(Refused):
                account.do("query.create", name=text, sql=text, target="Target", action="Update")


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("SELECT Id, Name, CAST(Name AS int) AS N FROM Source", "N"),
        ("SELECT 1 / (LEN(Name) - 1) AS Share, Id FROM Source", "Share"),
    ],
)
def test_a_run_that_fails_in_the_select_list_says_in_which_column(account: Org, text: str, piece: str) -> None:
    with pytest.raises(Refused) as refused:
        query.preview(account, text)
    said = query.complaint_of(account, text, refused.value)
    assert underlined(text, said) == piece
    assert said.message == refused.value.message


def test_a_run_that_fails_elsewhere_has_no_column_to_blame(account: Org) -> None:
    text = "SELECT Id FROM Source WHERE CAST(Name AS int) = 1"
    with pytest.raises(Refused) as refused:
        query.preview(account, text)
    assert query.complaint_of(account, text, refused.value).line == 0


# ---- saving anew, and the history


def test_a_query_is_saved_anew_with_its_check_and_going_back_restores_it(account: Org) -> None:
    account.do("query.create", name="Fill", sql="SELECT Id FROM Source", target="Target", action="Append")
    account.do("query.update", key="Fill", sql="SELECT Id, Name FROM Source", action="update")
    saved = query.find(account, "Fill")
    assert (saved.text, saved.target, saved.action) == ("SELECT Id, Name FROM Source", "Target", "Update")
    with pytest.raises(Refused, match="Invalid column name"):
        account.do("query.update", key="Fill", sql="SELECT Nothing FROM Source")
    account.do("query.run", key="Fill")
    account.back(2)
    assert query.find(account, "Fill").text == "SELECT Id FROM Source"


def test_the_history_has_rows_in_and_out_of_each_run_and_why_one_failed(account: Org) -> None:
    account.do("query.create", name="Fill", sql="SELECT Id, Name FROM Source", target="Target", action="Append")
    ran = account.do("query.run", key="Fill")
    failed = account.do("query.run", key="Fill")
    by_hand = account.do("query.run_into", sql="SELECT Id, Name FROM Source", target="Target", action="Overwrite")
    latest, second, first = query.runs(account, target="target")
    assert (first.selected, first.inserted, first.k, first.ok) == (2, 2, ran.k, True)
    assert (second.ok, second.selected, second.rejected, second.k) == (False, 2, 2, failed.k)
    assert second.message.startswith("Violation of PRIMARY KEY constraint.")
    assert (latest.name, latest.k, latest.removed, latest.inserted) == ("", by_hand.k, 2, 2)
    assert [run.name for run in query.runs(account, key="fill")] == ["Fill", "Fill"]
    assert query.runs(account, target="Source") == []
