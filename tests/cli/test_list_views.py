"""Lists and what keeps people out of sends, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from store import Org
from tests.cli.conftest import Mctui
from tests.contacts.conformance.subscribers.cases import World


def test_lists_and_their_members_are_shown_by_status(mctui: Mctui, tmp_path: Path) -> None:
    path = tmp_path / "w.mctui"
    with Org.create(path) as org:
        org.do("contacts.create_list", name="News", kind="Publication List")
        subscribers = [{"key": key, "email": f"{key}@x.com"} for key in ("ada", "bob")]
        org.do("contacts.add_to_list", list="News", subscribers=subscribers)
        org.do("contacts.unsubscribe_from_list", list="News", contact_keys=["bob"])
    rows = {row["name"]: row for row in mctui("show", path, "lists", "--json").json}
    assert (rows["News"]["kind"], rows["News"]["members"], rows["News"]["unsubscribed"]) == ("Publication List", 2, 1)
    members = mctui("show", path, "lists/News", "--json").json
    assert [(row["subscriber_key"], row["status"]) for row in members] == [("ada", "active"), ("bob", "unsubscribed")]


def test_suppression_names_auto_suppression_with_its_contexts_and_suppression_lists(
    mctui: Mctui, tmp_path: Path
) -> None:
    path = tmp_path / "w.mctui"
    with Org.create(path) as org:
        org.do("contacts.create_list", name="Never", kind="Suppression List")
        org.do("messaging.create_auto_suppression", name="Blocked", contexts=[{"context": "Enterprise"}])
    shown = mctui("show", path, "suppression", "--json").json
    assert [(row["data_extension"], row["context"]) for row in shown["auto_suppression"]] == [("Blocked", "Enterprise")]
    assert shown["suppression_lists"] == [{"list": "Never", "members": 0}]


@pytest.fixture
def left_out(tmp_path: Path) -> Path:
    """Ada has left the publication list News by a message, Bob is on the suppression list Rivals, Cy is held."""
    path = tmp_path / "w.mctui"
    with Org.create(path) as org:
        World(org)
        people = [[key, f"{key}@x.com", ""] for key in ("ada", "bob", "cy", "dan")]
        org.do("contacts.import_subscribers", header=["Subscriber Key", "Email Address", "Status"], rows=people)
        org.do("contacts.create_list", name="News", kind="Publication List")
        org.do("contacts.create_list", name="Rivals", kind="Suppression List")
        org.do("contacts.add_to_list", list="Rivals", subscribers=["bob"])
        org.do("contacts.set_status", contact_key="cy", status="held")
        org.do("data_extensions.import", de="Audience", header=["Key", "Email", "Country"], rows=people)
        for name in ("First", "Second"):
            org.do(
                "messaging.send", email_id=1, to="Audience", publication_list="News", suppression_lists=["Rivals"],
                name=name,
            )  # fmt: skip
            if name == "First":
                org.do("messaging.inject", contact_key="ada", kind="unsubscribe")
                org.do("messaging.inject", contact_key="dan", kind="block bounce")
    return path


def test_why_names_the_list_the_message_that_brought_the_opt_out_and_what_would_change_it(
    mctui: Mctui, left_out: Path
) -> None:
    said = mctui("why", left_out, "ada").out
    assert "Second: not sent: Opt Out List Exclusion (code 28)" in said
    assert "unsubscribed from the publication list News, since 2026-01-05" in said and "by the link of First" in said
    assert "To change it: They subscribe to News again" in said
    [decision] = mctui("why", left_out, "bob", "--json").json[:1]
    assert (decision["outcome"], decision["journey"]) == ("not sent", "")
    assert "no send left them out" in mctui("why", left_out, "dan").out
    assert mctui("why", left_out, "ada", "nowhere").code == 1, "there is no such journey"


def test_messages_say_what_they_name_and_by_what_people_were_left_out(mctui: Mctui, left_out: Path) -> None:
    first, second = mctui("show", left_out, "messages", "--json").json
    assert (first["list"], first["classification"], first["bounced_by"]) == ("News", "Default Commercial", "Block 1")
    assert second["left_out_by"].split("; ") == [
        "Held 1", "Suppression List Exclusion: suppression list Rivals 1",
        "Opt Out List Exclusion: publication list News 1",
    ]  # fmt: skip
    causes = mctui("show", left_out, "left-out", "--json").json
    assert {row["cause"] for row in causes if row["job"] == second["job"]} == {
        "", "suppression list Rivals", "publication list News",
    }  # fmt: skip
    people = mctui("show", left_out, f"left-out/{second['job']}", "--json").json
    assert {row["contact"]: row["code"] for row in people} == {"ada": 28, "bob": 27, "cy": 2}
    assert mctui("show", left_out, "left-out/none").code == 1


def test_a_contact_shows_where_it_stands_and_which_sends_would_leave_it_out(mctui: Mctui, left_out: Path) -> None:
    shown = mctui("show", left_out, "contact/bob", "--json").json
    assert [(row["level"], row["name"], row["keeps_from"]) for row in shown["subscriptions"]] == [
        ("Master", "All Subscribers", ""), ("Publication List", "News", ""),
        ("Suppression List", "Rivals", "First; Second"),
    ]  # fmt: skip
    assert [row["email"] for row in shown["not_sent"]] == ["First", "Second"]
    assert {row["what"] for row in shown["left_out_now"]} == {"on the suppression list Rivals, which the send names"}
