"""Views and data from the command line: show, why, findings, queries, journeys, sql, crm, import, export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mctui.cli.panes import _PANES
from tests.cli.conftest import Mctui

ARGUMENTS = {
    "contact/": "jon.almeida@example.com", "de/": "Welcome_Audience", "sync/": "Contact", "crm/": "Contact",
    "data-views/": "_Sent",
    "journey/": "welcome",
    "history/": "Welcome_Audience",
}  # fmt: skip


@pytest.mark.parametrize("pane", sorted(set(_PANES) - {"imports/"}))  # test_imports.py has that one
def test_every_pane_is_there_as_text_and_as_json(mctui: Mctui, world: Path, pane: str) -> None:
    path = pane + ARGUMENTS.get(pane, "")
    plain = mctui("show", world, path)
    assert plain.code == 0 and len(plain.out.splitlines()) > 2
    assert mctui("show", world, path, "--json").json


def test_a_contact_is_shown_with_path_and_messages(mctui: Mctui, world: Path) -> None:
    shown = mctui("show", world, "contact/jon.almeida@example.com", "--json").json
    assert shown["messages"][0]["subject"] == "Welcome, Jon"
    assert [hop["activity"] for hop in shown["path"]][:2] == ["Welcome", "2 days"]


def test_why_puts_what_the_crm_said_beside_what_was_read(mctui: Mctui, world: Path) -> None:
    decisions = mctui("why", world, "jon.almeida@example.com", "--json").json
    assert decisions[0]["activity"] == "ENGAGEMENTSPLITV2-1"
    assert decisions[0]["criteria"]
    assert mctui("why", world, "jon.almeida@example.com").out.startswith("2026-01-07 03:00:00")


def test_findings_carry_their_evidence(mctui: Mctui, world: Path) -> None:
    found = {each["code"]: each for each in mctui("findings", world, "--json").json}
    assert {"opted-out-but-mailed", "deleted-but-mailed", "stale-data-mailed", "billed-never-mailed"} <= set(found)
    stale = found["stale-data-mailed"]["evidence"][0]
    assert (stale["field"], stale["old"], stale["new"]) == ("FirstName", "Jon", "John")
    assert stale["happened_utc"] < stale["sent_utc"]


def test_queries_and_journeys_have_verdicts(mctui: Mctui, world: Path) -> None:
    checked = mctui("queries", world, "--check", "--json").json
    assert [(each["key"], each["verdict"]) for each in checked] == [("fill-welcome-audience", "ok")]
    before = mctui("show", world, "de", "--json").json
    assert mctui("queries", world, "--run", "--json").json[0]["verdict"] == "ok"
    assert mctui("show", world, "de", "--json").json == before
    assert [(j["key"], j["verdict"]) for j in mctui("journeys", world, "--check", "--json").json] == [("welcome", "ok")]


def test_the_totals_agree_with_sql_asked_of_the_file(mctui: Mctui, world: Path) -> None:
    totals = mctui("goto", world, "END", "--json").json

    def count(source: str) -> int:
        return int(mctui("sql", world, f"SELECT COUNT(*) AS n FROM {source}", "--json").json["rows"][0][0])

    assert totals["sent"] == count("_Sent")
    assert totals["opened"] == count("_Open WHERE IsUnique = 1")
    assert totals["clicked"] == count("_Click WHERE IsUnique = 1")
    synchronized = ["User", "Account", "Contact", "Lead"]
    assert totals["synchronized"] == sum(count(f"{name}_Salesforce") for name in synchronized)


def test_sql_prints_columns_rows_and_rowcount(mctui: Mctui, world: Path) -> None:
    text = "SELECT TOP 2 FirstName, 'x' + 'y' AS xy FROM Welcome_Audience ORDER BY SubscriberKey"
    said = mctui("sql", world, text, "--json")
    assert said.json["columns"] == ["FirstName", "xy"]
    assert said.json["rowcount"] == 2 and said.json["rows"][0][1] == "xy"


def test_sql_into_a_data_extension_is_a_step_that_can_be_undone(mctui: Mctui, world: Path) -> None:
    text = "SELECT SubscriberKey, 'Late' AS Status FROM Welcome_Audience WHERE Tier = 'vip'"
    said = mctui("sql", world, text, "--into", "Welcome_Log", "--action", "update", "--json")
    assert said.code == 0 and said.json["updated"] > 0
    late = "SELECT COUNT(*) AS n FROM Welcome_Log WHERE Status = 'Late'"
    assert mctui("sql", world, late, "--json").json["rows"] == [[said.json["updated"]]]
    mctui("back", world)
    assert mctui("sql", world, late, "--json").json["rows"] == [[0]]


def test_the_crm_side_can_be_changed(mctui: Mctui, world: Path) -> None:
    assert mctui("crm", world, "create", "Lead", "LastName=Neu", "Company=New Co").code == 0
    lead = mctui("show", world, "crm/Lead", "--json", "--limit", "1000").json[-1]["Id"]
    assert mctui("crm", world, "update", "Lead", lead, "Email=neu@example.com").code == 0
    assert mctui("show", world, f"crm/Lead/{lead}", "--json").json["record"]["Email"] == "neu@example.com"
    assert mctui("crm", world, "delete", "Lead", lead).code == 0
    assert mctui("crm", world, "undelete", "Lead", lead).code == 0
    assert mctui("crm", world, "update", "Lead", lead, "Emial=x@example.com").code == 1


def test_an_import_prints_counts_per_object(mctui: Mctui, world: Path, tmp_path: Path) -> None:
    (tmp_path / "Accounts.csv").write_text("Name,Ext__c\nOne,1\nTwo,2\n")
    said = mctui("crm", world, "import", "Accounts.csv", "--json")
    counts = said.json["Account"]
    assert (counts["read"], counts["created"], counts["updated"], counts["rejected"]) == (2, 2, 0, 0)


def test_a_journey_is_exported_as_it_came_in(mctui: Mctui, world: Path, tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "scenarios" / "sync_to_send" / "welcome.journey.json"
    assert mctui("export", world, "journey/welcome", tmp_path / "out.json").code == 0
    assert json.loads((tmp_path / "out.json").read_text()) == json.loads(source.read_text())


def test_rows_go_out_as_csv_and_come_back(mctui: Mctui, world: Path, tmp_path: Path) -> None:
    assert mctui("export", world, "de/Welcome_Log", "Welcome_Log.csv").code == 0
    before = mctui("show", world, "de/Welcome_Log", "--json", "--limit", "5000").json["rows"]
    said = mctui("import", world, "Welcome_Log.csv", "--mode", "overwrite")
    assert said.code == 0
    assert mctui("show", world, "de/Welcome_Log", "--json", "--limit", "5000").json["rows"] == before


def test_assumptions_are_listed_and_switched_as_a_step(mctui: Mctui, world: Path) -> None:
    assert "synchronized_de_deletes = kept" in mctui("assumptions").out
    assert mctui("assumptions", world, "synchronized_de_deletes=removed").code == 0
    assert "synchronized_de_deletes = removed, default kept" in mctui("assumptions", world).out
    assert mctui("assumptions", world, "synchronized_de_deletes=vanished").code == 1


def test_keys_paths_and_completion_are_there(mctui: Mctui) -> None:
    assert any("n" in row["keys"] for row in mctui("keys", "--json").json)
    assert set(mctui("paths", "--json").json) == {"config", "state", "keys", "worlds"}
    for shell in ("bash", "zsh", "fish"):
        assert "mctui" in mctui("completion", shell).out
