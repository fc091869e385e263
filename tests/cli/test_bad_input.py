"""Bad input: a sentence that says what and where, the exit code, and nothing lost."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

import scenarios.library
from tests.cli.conftest import Mctui


def digest(mctui: Mctui, world: Path) -> str:
    return str(mctui("goto", world, mctui("log", world, "--json").json[-1]["k"], "--json", "--digest").json["digest"])


@pytest.fixture
def untouched(mctui: Mctui, world: Path) -> object:
    """Fails when the test has changed the world."""
    before = digest(mctui, world)
    yield
    assert digest(mctui, world) == before


@pytest.mark.usefixtures("untouched")
class TestOfAWorldThatStaysAsItWas:
    def test_a_csv_without_a_required_column(self, mctui: Mctui, world: Path, tmp_path: Path) -> None:
        (tmp_path / "Contacts.csv").write_text("FirstName,Email\nAda,ada@example.com\n")
        said = mctui("crm", world, "import", "Contacts.csv")
        assert said.code in (1, 3)
        assert "LastName" in said.err and "Contacts.csv" in said.err

    def test_a_csv_with_an_unknown_column(self, mctui: Mctui, world: Path, tmp_path: Path) -> None:
        (tmp_path / "Contacts.csv").write_text("LastName,Emial\nAbara,ada@example.com\n")
        said = mctui("crm", world, "import", "Contacts.csv")
        assert said.code in (1, 3)
        assert "Emial" in said.err and "Email" in said.err

    def test_a_csv_with_a_wrong_value_loads_nothing_of_the_file(
        self, mctui: Mctui, world: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "Leads.csv").write_text("LastName,Company,Email\nGood,Co,good@example.com\nBad,Co,not-an-address\n")
        said = mctui("crm", world, "import", "Leads.csv", "--json")
        assert said.code == 1
        assert said.json["Lead"]["created"] == 0 and said.json["Lead"]["rejected"] == 1
        assert "line 3" in said.err and "Email" in said.err

    def test_a_broken_json(self, mctui: Mctui, world: Path, tmp_path: Path) -> None:
        (tmp_path / "journey.json").write_text('{"key": "x",\n "activities": [}')
        said = mctui("import", world, "journey.json")
        assert said.code == 3 and "journey.json:2:" in said.err

    def test_a_broken_record_tree(self, mctui: Mctui, world: Path, tmp_path: Path) -> None:
        (tmp_path / "Accounts.json").write_text('{"records": [\n{]}')
        said = mctui("crm", world, "import", "Accounts.json")
        assert said.code == 3 and "Accounts.json" in said.err

    def test_a_json_that_is_no_journey(self, mctui: Mctui, world: Path, tmp_path: Path) -> None:
        (tmp_path / "list.json").write_text("[1, 2]")
        said = mctui("import", world, "list.json")
        assert said.code == 3 and "no journey" in said.err

    def test_a_missing_file(self, mctui: Mctui, world: Path) -> None:
        assert mctui("crm", world, "import", "nowhere.csv").code == 3
        assert mctui("import", world, "nowhere.csv").code == 3

    def test_a_query_with_a_misspelt_column(self, mctui: Mctui, world: Path) -> None:
        said = mctui("sql", world, "SELECT c.Emial FROM Contact_Salesforce c")
        assert said.code == 1 and "line 1, column 8" in said.err and "Email" in said.err

    def test_a_query_into_a_synchronized_data_extension(self, mctui: Mctui, world: Path) -> None:
        said = mctui("sql", world, "SELECT Id FROM Contact_Salesforce", "--into", "Contact_Salesforce")
        assert said.code == 1 and "read-only" in said.err

    def test_an_unknown_contact(self, mctui: Mctui, world: Path) -> None:
        assert mctui("why", world, "nobody@example.com").code == 1

    def test_an_unknown_pane(self, mctui: Mctui, world: Path) -> None:
        said = mctui("show", world, "synch")
        assert said.code == 1 and "Did you mean sync?" in said.err


def test_a_scenario_with_an_unknown_key(mctui: Mctui, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "library"
    shutil.copytree(Path(scenarios.library.__file__).parent / "sync_to_send", library / "sync_to_send")
    file = library / "sync_to_send" / "scenario.yaml"
    file.write_text(file.read_text().replace("\nsize: 200", "\nsiez: 200\nsize: 200", 1))
    monkeypatch.setattr(scenarios.library, "_HERE", library)
    said = mctui("new", "sync-to-send", "w.mctui")
    assert said.code == 3 and "siez" in said.err and "scenario.yaml" in said.err
    assert not (tmp_path / "w.mctui").exists()


def test_a_scenario_that_is_no_yaml(mctui: Mctui, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "library" / "broken").mkdir(parents=True)
    (tmp_path / "library" / "broken" / "scenario.yaml").write_text("title: [a\nsize: 3")
    monkeypatch.setattr(scenarios.library, "_HERE", tmp_path / "library")
    said = mctui("new", "broken", "w.mctui")
    assert said.code == 3 and "scenario.yaml:2:" in said.err


def test_a_file_that_is_no_database(mctui: Mctui, tmp_path: Path) -> None:
    (tmp_path / "text.mctui").write_text("hello " * 500)
    said = mctui("step", "text.mctui")
    assert said.code == 3 and "not a world of mctui" in said.err
    assert (tmp_path / "text.mctui").read_text() == "hello " * 500


def test_a_file_from_a_newer_version(mctui: Mctui, world: Path) -> None:
    db = sqlite3.connect(world)
    db.execute("PRAGMA user_version = 99")
    db.close()
    said = mctui("step", world)
    assert said.code == 3 and "version 99" in said.err


def test_errors_are_objects_for_machines(mctui: Mctui, world: Path) -> None:
    said = mctui("sql", world, "SELECT * FROM Nowhere", "--json")
    assert said.code == 1
    assert set(said.json["error"]) == {"message", "cause", "fix", "where"}
    assert "Nowhere" in said.json["error"]["message"]
