"""Completion: what can be written at the place of the bar, by the scope there. Pure, without an app or a world."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.query.completion import Completion, complete
from store.query.words import word_at, words, written
from tests.query.dialect_world import CATALOG


def at_bar(text: str, *, target: tuple[str, ...] = ()) -> Completion:
    """The completion at the bar."""
    offset = text.index("|")
    return complete(text.replace("|", "", 1), offset, CATALOG, target=target)


def offered(text: str, *, target: tuple[str, ...] = ()) -> list[str]:
    return [each.text for each in at_bar(text, target=target).suggestions]


def taken(text: str, at: int = 0) -> str:
    """The text after a suggestion was taken."""
    found = at_bar(text)
    plain = text.replace("|", "", 1)
    return plain[: found.start] + found.suggestions[at].text + plain[found.end :]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        # given a place; then the best suggestion
        ("SELECT Na| FROM Customers", "Name"),
        ("SELECT na| FROM Customers", "Name"),
        ("SELECT c.Na| FROM Customers c", "Name"),
        ("SELECT c.| FROM Customers AS c", "SubscriberKey"),
        ("SELECT Name FROM Cust|", "Customers"),
        ("SELECT Name FROM Customers c JOIN Ord|", "[Order Lines]"),
        ("SELECT Name FROM [Ord|", "[Order Lines]"),
        ("SELECT Name FROM [Ord|]", "[Order Lines]"),
        ("SELECT Name FROM Customers, O|", "[Order Lines]"),
        ("SELECT Name FROM Ent.C|", "Customers"),
        ("SELECT case:c| FROM Customers", "[Case:Contact:Id]"),
        ("SELECT [Case| FROM Customers", "[Case:Contact:Id]"),
        ("SELECT Name FROM Customers WHERE Bo|", "Born"),
        ("SELECT Name FROM Customers ORDER BY Ag|", "Age"),
        ("SELECT Name FROM Customers c JOIN [Order Lines] o ON o.Sub|", "SubscriberKey"),
        ("SELECT Name FROM Customers c JOIN [Order Lines] o ON Sub|", "c.SubscriberKey"),
        ("SELECT UPPER(Na|) FROM Customers", "Name"),
        ("SELECT Wo| FROM (SELECT Total AS Worth, Placed FROM [Order Lines]) x", "Worth"),
        ("SELECT x.| FROM (SELECT Total AS Worth, Placed FROM [Order Lines]) x", "Worth"),
        ("SELECT x.Pl| FROM (SELECT * FROM [Order Lines]) x", "Placed"),
        ("SELECT v.b| FROM (VALUES (1, 2)) AS v(aa, bb)", "bb"),
        ("SELECT 1 WHERE EXISTS (SELECT 1 FROM [Order Lines] o WHERE o.Sub|", "SubscriberKey"),
        ("SELECT Name FROM Customers c WHERE EXISTS (SELECT 1 FROM [Order Lines] o WHERE Bo|)", "c.Born"),
        ("SELECT Age FROM Customers UNION SELECT Or| FROM [Order Lines]", "OrderId"),
        ("SELECT CAST(Age AS nv|) FROM Customers", "nvarchar"),
        ("SELECT CONVERT(datet|, Born) FROM Customers", "datetime"),
        ("SELECT DATEA| FROM Customers", "DATEADD("),
        ("|", "SELECT"),
        ("SEL|", "SELECT"),
        ("SELECT Name FROM Customers WHE|", "WHERE"),
        ("SELECT Name FROM Customers c OUTER APPLY (SELECT TOP 1 Total FROM [Order Lines] o WHERE c.Bo|) p", "Born"),
        ("-- who\nSELECT /* Age, */ Na|\nFROM Customers", "Name"),
    ],
)
def test_the_best_suggestion_at_a_place(text: str, first: str) -> None:
    assert offered(text)[:1] == [first]


def test_what_is_taken_replaces_the_word_with_its_brackets() -> None:
    assert taken("SELECT OrderId FROM [Ord|]") == "SELECT OrderId FROM [Order Lines]"
    assert taken("SELECT OrderId FROM ord|ER") == "SELECT OrderId FROM [Order Lines]"
    assert taken("SELECT c.Na| FROM Customers c") == "SELECT c.Name FROM Customers c"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'Na|' FROM Customers",
        "SELECT Name -- Na|\nFROM Customers",
        "SELECT /* Na| */ Name FROM Customers",
        "SELECT 1| FROM Customers",
        "SELECT o.Na| FROM Customers c",
        "SELECT Name AS Na| FROM Customers",
        "SELECT Age FROM Customers c JOIN (SELECT c.Na| FROM [Order Lines]) x ON 1 = 1",
    ],
    ids=["text", "line comment", "comment", "number", "unknown alias", "a new name", "beside a derived table"],
)
def test_nothing_is_offered_where_nothing_of_the_account_can_stand(text: str) -> None:
    assert offered(text) == []


def test_after_AS_the_fields_of_the_target_that_have_no_column_yet() -> None:
    text = "SELECT Name AS FirstName, Age AS | FROM Customers"
    assert offered(text, target=("FirstName", "Years", "Home City")) == ["Years", "[Home City]"]


def test_a_name_in_two_sources_is_offered_with_each_alias_and_its_type() -> None:
    found = at_bar("SELECT Subsc| FROM Customers c JOIN [Order Lines] o ON 1 = 1").suggestions
    assert [(each.text, each.kind) for each in found] == [("c.SubscriberKey", "column"), ("o.SubscriberKey", "column")]
    assert found[0].note.startswith("nvarchar(50)")


def test_hidden_columns_are_not_offered() -> None:
    assert "_CustomObjectKey" not in offered("SELECT | FROM Customers")


def test_a_list_opens_by_itself_for_a_begun_word_and_after_a_point_only() -> None:
    assert at_bar("SELECT Na| FROM Customers").asked
    assert at_bar("SELECT c.| FROM Customers c").asked
    assert not at_bar("SELECT | FROM Customers").asked
    assert not at_bar("SELECT Name| FROM Customers").asked, "there is nothing to add to it"


def test_aliases_and_what_they_stand_for() -> None:
    found = at_bar("SELECT cu| FROM Customers cu JOIN [Order Lines] ol ON 1 = 1").suggestions
    shown = [(each.text, each.kind, each.note) for each in found]
    assert shown[0] == ("cu", "alias", "Customers")
    assert ("cu.SubscriberKey", "column", "nvarchar(50) · cu") in shown


@given(st.text(alphabet="SELECT FROM[]()'\"/*-.,\nNaCustomers c1=@#", max_size=60), st.data())
def test_any_text_at_any_place_gives_an_answer(text: str, data: st.DataObject) -> None:
    """The words cover every character but blanks, once; completion replaces what holds the place."""
    covered = [at for word in words(text) for at in range(word.start, word.end)]
    assert covered == sorted(set(covered))
    assert all(text[at].isspace() for at in set(range(len(text))) - set(covered))
    offset = data.draw(st.integers(0, len(text)))
    found = complete(text, offset, CATALOG)
    assert found.start <= offset <= found.end


@pytest.mark.parametrize(
    ("name", "as_written"),
    [("Name", "Name"), ("Order Lines", "[Order Lines]"), ("Order", "[Order]"), ("a]b", "[a]]b]"), ("_Sent", "_Sent"),
     ("1st", "[1st]"), ("Größe", "Größe")],
)  # fmt: skip
def test_a_name_is_written_so_that_it_is_read_again(name: str, as_written: str) -> None:
    assert written(name) == as_written
    word = word_at(as_written, 0)
    assert word is not None
    assert word.name == name
