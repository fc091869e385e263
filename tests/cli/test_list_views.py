"""Lists and what keeps people out of sends, from the command line."""

from __future__ import annotations

from pathlib import Path

from store import Org
from tests.cli.conftest import Mctui


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
