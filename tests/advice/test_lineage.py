"""Lineage: the way of the data through the account, by table and by column, and what breaks without a field."""

from __future__ import annotations

import pytest

from store import Org, advice
from store.advice import Lineage
from store.errors import Refused
from tests.journey import worlds

KEY = {"name": "Key", "length": 18, "is_primary_key": True}


def ids(nodes: tuple[advice.Node, ...]) -> list[str]:
    return [node.id for node in nodes]


def edges(made: Lineage) -> set[tuple[str, str, str]]:
    return {(edge.source, edge.target, edge.how) for edge in made.edges}


def table(org: Org, name: str, *fields: str) -> None:
    definition = {"name": name, "fields": [KEY, *({"name": field} for field in fields)]}
    org.do("data_extensions.create", definition=definition)


def query(org: Org, key: str, sql: str, target: str, action: str = "Overwrite") -> None:
    org.do("query.create", name=key.title(), key=key, sql=sql, target=target, action=action)


def automation(org: Org, *steps: tuple[str, ...]) -> None:
    listed = [[{"type": "query", "key": key} for key in step] for step in steps]
    org.do("automation.create", name="Nightly", key="nightly", steps=listed)


@pytest.fixture
def chain(org: Org) -> Org:
    """A -> first -> B -> second -> C."""
    for name in ("A", "B", "C"):
        table(org, name, "X", "Y")
    query(org, "first", "SELECT a.[Key], a.X FROM A a WHERE a.Y = 'y'", "B")
    query(org, "second", "SELECT [Key], X + '!' AS Y FROM B", "C")
    return org


# ---- the way of the data


def test_data_goes_from_the_crm_to_the_journey_and_its_emails(welcome: Org) -> None:
    made = advice.lineage(welcome)
    assert {
        ("crm/Contact", "de/Contact_Salesforce", "synchronized"),
        ("de/Contact_Salesforce", "query/fill-welcome-audience", "read"),
        ("query/fill-welcome-audience", "de/Welcome_Audience", "Update"),
        ("de/Welcome_Audience", "entry/DEAudience-welcome", "new rows"),
        ("entry/DEAudience-welcome", "journey/welcome", "enter"),
        ("journey/welcome", "email/1", "sends"),
        ("journey/welcome", "de/Welcome_Log", "updates"),
    } <= edges(made)


def test_upstream_and_downstream_of_a_table_are_tables(welcome: Org) -> None:
    made = advice.lineage(welcome)
    assert {"crm/Contact", "crm/Lead", "crm/Account", "query/fill-welcome-audience"} <= set(
        ids(made.upstream("Welcome_Audience"))
    )
    assert "crm/User" not in ids(made.upstream("Welcome_Audience"))
    assert ids(made.downstream("crm/User")) == ["de/User_Salesforce"]
    assert not any(node.is_column for node in made.downstream("crm/Contact"))


def test_readers_and_writers_of_a_data_extension(welcome: Org) -> None:
    assert ids(advice.readers(welcome, "contact_salesforce")) == ["query/fill-welcome-audience"]
    assert ids(advice.writers(welcome, "Contact_Salesforce")) == ["crm/Contact"]
    assert ids(advice.writers(welcome, "Welcome_Log")) == ["journey/welcome"]
    assert ids(advice.readers(welcome, "Welcome_Log")) == []


def test_a_column_is_followed_to_the_activity_that_reads_it(welcome: Org) -> None:
    made = advice.lineage(welcome)
    way = ids(made.downstream("crm/Account/Rating"))
    assert way[:3] == ["de/Account_Salesforce/Rating", "de/Welcome_Audience/Tier", "query/fill-welcome-audience/Tier"]
    assert way[3:] == ["journey/welcome/MULTICRITERIADECISIONV2-1"]
    assert ids(made.upstream("de/Welcome_Log/Company"))[:2] == ["crm/Account/Name", "de/Account_Salesforce/Name"]


def test_a_column_of_a_filter_leads_to_the_query_and_to_no_field(welcome: Org) -> None:
    made = advice.lineage(welcome)
    column = "de/Contact_Salesforce/HasOptedOutOfEmail"
    assert [(node.id, how) for node, how in made.neighbours(column, up=False)] == [
        ("query/fill-welcome-audience", "decides which rows")
    ]
    assert "journey/welcome" in ids(made.downstream(column)), "by way of the rows it decides about"


def test_a_column_inside_a_window_or_a_join_decides_too(org: Org) -> None:
    for name in ("A", "B", "C"):
        table(org, name, "X", "Y")
    sql = """SELECT s.[Key], s.X FROM (
                 SELECT a.[Key], a.X, ROW_NUMBER() OVER (PARTITION BY a.X ORDER BY a.Y) AS n
                 FROM A a JOIN B b ON b.[Key] = a.[Key]) s WHERE s.n = 1"""
    query(org, "dedupe", sql, "C")
    decides = {(e.source, e.target) for e in advice.lineage(org).edges if e.how == "decides which rows"}
    assert {("de/A/X", "query/dedupe"), ("de/A/Y", "query/dedupe"), ("de/B/Key", "query/dedupe")} <= decides


def test_a_query_that_does_not_compile_any_more_keeps_its_place_and_says_why(chain: Org) -> None:
    chain.do("data_extensions.delete", de="A")
    made = advice.lineage(chain)
    assert made.by_id["query/first"].note.endswith("Invalid object name 'A'.")
    assert made.by_id["de/A"].kind == "missing"
    assert ids(made.upstream("de/C")) == ["de/B", "query/first", "de/A", "query/second"]


def test_contact_data_in_a_split_is_read_from_its_data_extension(org: Org) -> None:
    org.do("test.world", people=1, emails=1)
    org.do("data_extensions.create", definition=worlds.data_extension("Profile"))
    org.do("test.link", names=["Profile"])
    split = worlds.decision("split", (worlds.where("Contact.Attribute.Profile.Tier", "Equal", "Gold"), None))
    org.do("journey.create", spec=worlds.journey(split), event_definition=worlds.event_definition())
    found = edges(advice.lineage(org))
    assert ("de/Profile", "journey/welcome", "contact data") in found
    assert ("de/Profile/Tier", "journey/welcome/split", "criteria") in found


def test_an_unknown_node_is_refused_with_the_nearest(welcome: Org) -> None:
    with pytest.raises(Refused) as refused:
        advice.lineage(welcome).find("Welcome_Audiense")
    assert refused.value.fix == "Did you mean Welcome_Audience?"


# ---- circles and order


def test_queries_that_feed_each_other_are_a_circle(chain: Org) -> None:
    assert advice.cycles(advice.lineage(chain)) == ()
    assert "query-cycle" not in {found.code for found in advice.find_all(chain)}
    query(chain, "third", "SELECT [Key], Y FROM C", "A", "Update")
    (circle,) = advice.cycles(advice.lineage(chain))
    assert ids(circle) == ["de/A", "query/first", "de/B", "query/second", "de/C", "query/third"]
    found = {each.code: each for each in advice.find_all(chain)}["query-cycle"]
    assert found.evidence == ({"circle": "A -> First -> B -> Second -> C -> Third -> A"},)


def test_a_query_on_its_own_target_is_a_circle_but_no_finding(chain: Org) -> None:
    query(chain, "own", "SELECT [Key] FROM C", "C", "Update")
    assert [ids(circle) for circle in advice.cycles(advice.lineage(chain))] == [["de/C", "query/own"]]
    assert "query-cycle" not in {found.code for found in advice.find_all(chain)}


@pytest.mark.parametrize(
    ("steps", "so"),
    [
        ((("first",), ("second",)), ""),
        ((("second",), ("first",)), "Second reads what First wrote in the run before"),
        ((("first", "second"),), "both start in step 1: whether Second sees the new rows is left to chance"),
    ],
)
def test_an_order_against_the_data_is_a_finding(chain: Org, steps: tuple[tuple[str, ...], ...], so: str) -> None:
    automation(chain, *steps)
    found = {each.code: each for each in advice.find_all(chain)}
    assert ("query-order" in found) is bool(so)
    if so:
        (row,) = found["query-order"].evidence
        assert (row["data_extension"], row["so"]) == ("B", so)


# ---- what breaks if a field goes


def broken(org: Org, path: str) -> dict[str, str]:
    return {each.node: each.verdict for each in advice.breaks_if(org, path)}


def test_a_crm_field_that_goes_refuses_nothing_and_freezes_everything(welcome: Org) -> None:
    """Source: Synchronized Data Sources best practices, remove a field in Marketing Cloud first."""
    found = broken(welcome, "crm/contact/firstname")
    assert set(found.values()) == {"frozen"}
    assert {"de/Contact_Salesforce/FirstName", "de/Welcome_Audience/FirstName"} <= set(found)
    assert "journey/welcome/EMAILV2-1" in found
    assert broken(welcome, "crm/Contact/Phone") == {}, "it is not synchronized"


def test_a_column_that_a_query_names_stops_it_and_starves_what_it_feeds(welcome: Org) -> None:
    first, *others = advice.breaks_if(welcome, "de/Contact_Salesforce/FirstName")
    assert (first.verdict, first.reason) == ("refused", "Invalid column name 'FirstName'. (line 3, column 5)")
    assert {each.node: each.verdict for each in others} == {
        "automation/nightly-welcome": "fails",
        "de/Welcome_Audience": "starved",
        "de/Welcome_Log": "starved",
        "entry/DEAudience-welcome": "starved",
        "journey/welcome": "starved",
    }


def test_each_use_in_a_journey_breaks_in_its_own_way(welcome: Org) -> None:
    assert broken(welcome, "de/Welcome_Audience/Tier")["journey/welcome/MULTICRITERIADECISIONV2-1"] == "refused"
    assert broken(welcome, "de/Welcome_Audience/FirstName")["journey/welcome/EMAILV2-1"] == "empty"
    assert broken(welcome, "de/Welcome_Audience/EmailAddress")["journey/welcome/default email"] == "empty"
    assert broken(welcome, "de/Welcome_Audience/SubscriberKey")["journey/welcome/entry"] == "fails"
    assert broken(welcome, "de/Welcome_Log/Status") == {"journey/welcome/UPDATECONTACTDATAV2-1": "refused"}


def test_a_star_loses_the_column_without_a_word(org: Org) -> None:
    table(org, "A", "X")
    table(org, "B", "X")
    query(org, "all", "SELECT * FROM A", "B")
    (found,) = advice.breaks_if(org, "de/A/X")
    assert (found.node, found.verdict) == ("de/B/X", "empty")
    assert found.reason == "SELECT * of All does not bring it any more"


def test_a_field_that_nothing_reads_breaks_nothing(chain: Org) -> None:
    assert advice.breaks_if(chain, "de/C/X") == ()
    with pytest.raises(Refused, match="no field"):
        advice.breaks_if(chain, "de/C/Z")
    with pytest.raises(Refused, match="'A' is no field"):
        advice.breaks_if(chain, "A")


def test_a_filtered_data_extension_comes_from_its_source_column_by_column(chain: Org) -> None:
    filter_ = {"field": "X", "operator": "isNotNull"}
    chain.do("data_extensions.filter", name="Some of B", source="B", filter=filter_)
    made = advice.lineage(chain)
    assert {("de/B", "de/Some of B", "filtered"), ("de/B/X", "de/Some of B/X", "filtered")} <= edges(made)
    assert "de/Some of B" in ids(made.downstream("de/A"))


def test_what_a_child_business_unit_reads_and_writes_has_its_own_nodes(chain: Org) -> None:
    chain.do("business_units.create", name="Norway")
    chain.do("data_extensions.share", de="C")
    chain.do("data_extensions.create", definition={"name": "A", "fields": [KEY]}, bu="Norway")
    arguments = {"name": "First", "key": "first", "sql": "SELECT [Key] FROM Ent.C", "target": "A", "action": "Append"}
    chain.do("query.create", **arguments, bu="Norway")
    made = advice.lineage(chain)
    assert {("de/C", "query/Norway/first", "read"), ("query/Norway/first", "de/Norway/A", "Append")} <= edges(made)
    assert ("query/first", "de/B", "Overwrite") in edges(made)
    broken = advice.breaks_if(chain, "de/C/Key")
    assert [one.node for one in broken if one.verdict == "refused"] == ["query/second", "query/Norway/first"]
