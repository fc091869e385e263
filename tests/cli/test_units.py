"""Business units, data views and single commands from the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Mctui


def test_the_same_words_mean_what_they_mean_in_the_business_unit(mctui: Mctui, world: Path) -> None:
    assert mctui("do", world, "business_units.create", '{"name": "Germany"}').code == 0
    definition = {"definition": {"name": "Members", "fields": [{"name": "Key"}]}}
    made = mctui("do", world, "data_extensions.create", json.dumps(definition), "--bu", "Germany", "--json")
    assert made.json["title"] == "Data extension Germany/Members created (1 fields)"
    assert mctui("sql", world, "SELECT 'a' AS [Key]", "--into", "Members", "--bu", "Germany").code == 0
    asked = mctui("sql", world, "SELECT * FROM Members", "--bu", "Germany", "--json")
    assert asked.json["rows"] == [["a"]]
    assert mctui("sql", world, "SELECT * FROM Members").code == 1
    assert mctui("show", world, "de/Germany/Members", "--json").json["rows"] == [{"Key": "a"}]
    units = mctui("show", world, "business-units", "--json").json
    assert [(unit["name"], unit["parent"]) for unit in units] == [("Enterprise", ""), ("Germany", "Enterprise")]


def test_every_data_view_says_what_fills_it_or_why_it_is_empty(mctui: Mctui, world: Path) -> None:
    views = {view["name"]: view for view in mctui("show", world, "data-views", "--json").json}
    assert views["_Sent"]["filled"] == "yes" and views["_Sent"]["rows"] > 0
    assert views["_PushTag"]["why"] == "empty: tags of devices are not simulated"
    assert "No rows. Empty: tags of devices are not simulated." in mctui("show", world, "data-views/_PushTag").out
    assert "Did you mean _Sent?" in mctui("show", world, "data-views/_Snt").err


def test_a_command_that_is_given_wrongly_says_how(mctui: Mctui, world: Path) -> None:
    assert "no JSON" in mctui("do", world, "data_extensions.create", "{").err
    assert "no JSON object" in mctui("do", world, "data_extensions.create", "[]").err
    assert "does not take these arguments" in mctui("do", world, "data_extensions.rename", '{"nam": 1}').err
    assert "Did you mean data_extensions.create?" in mctui("do", world, "data_extension.create").err
