"""Several Salesforce orgs on the command line: `--org`, full names, and who is connected to which."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Mctui


@pytest.fixture
def two(mctui: Mctui, tmp_path: Path) -> Path:
    """A world with the orgs main and EMEA, the same human in each, both synchronized."""
    world = tmp_path / "two.mctui"
    for words in (
        ("new", "empty", world),
        ("do", world, "crm.create_org", '{"name": "EMEA", "instance": "5g"}'),
        ("crm", world, "create", "Contact", "LastName=Ada", "Email=a@example.com"),
        ("crm", world, "create", "Contact", "LastName=Eva", "Email=a@example.com", "--org", "EMEA"),
        ("do", world, "business_units.create", '{"name": "Europe"}'),
        ("do", world, "connect.enable_multi_org"),
        ("do", world, "connect.connect_org", '{"integration_user": "mc", "units": ["Europe"]}', "--org", "emea"),
        ("do", world, "connect.synchronize", '{"object": "Contact", "fields": ["LastName"]}', "--bu", "Europe"),
        ("do", world, "connect.synchronize", '{"object": "Contact", "fields": ["LastName"]}'),
        ("step", world, "2"),
    ):
        assert mctui(*words).code == 0, words
    return world


def test_orgs_are_listed_with_who_is_connected(mctui: Mctui, two: Path) -> None:
    first, second = json.loads(mctui("show", two, "orgs", "--json").out)
    assert (first["org"], first["records"], first["business_units"]) == ("main", 1, "Enterprise")
    assert (second["org"], second["instance"], second["business_units"]) == ("EMEA", "5g", "Europe")
    assert second["integration_user"] == "mc" and second["connection"] == "connected"


def test_a_query_asks_the_org_that_is_named(mctui: Mctui, two: Path) -> None:
    for words, name in (((), "Ada"), (("--org", "EMEA"), "Eva"), (("--org", "main"), "Ada")):
        answer = json.loads(mctui("soql", two, "SELECT LastName FROM Contact", "--json", *words).out)
        assert answer["rows"] == [[name]]


def test_an_org_that_is_not_there_is_refused_with_those_that_are(mctui: Mctui, two: Path) -> None:
    said = mctui("soql", two, "SELECT Id FROM Contact", "--org", "APAC")
    assert said.code == 1 and "There are: main, EMEA." in said.err


def test_what_is_synchronized_is_shown_with_its_org(mctui: Mctui, two: Path) -> None:
    sources = json.loads(mctui("show", two, "sync", "--json").out)["sources"]
    assert [(one["object"], one["data_extension"]) for one in sources] == [
        ("Contact", "Contact_Salesforce_2"), ("EMEA:Contact", "Contact_Salesforce_1"),
    ]  # fmt: skip
    assert mctui("show", two, "sync/EMEA:Contact").code == 0


def test_the_bill_says_who_is_in_both(mctui: Mctui, two: Path) -> None:
    shown = json.loads(mctui("show", two, "billing", "--json").out)
    assert shown["billed_twice"][0] == {
        "same_address_on": "Contact + EMEA:Contact", "people": 1, "contacts": 2, "surplus": 1,
    }  # fmt: skip


def test_files_are_imported_into_the_org_that_is_named(mctui: Mctui, two: Path, tmp_path: Path) -> None:
    file = tmp_path / "Account.csv"
    file.write_text("Id,Name\n0015g00000AbCdEAAV,Acme\n")
    refused = mctui("crm", two, "import", file)
    assert refused.code == 1 and "id value of incorrect type" in refused.err
    assert mctui("crm", two, "import", file, "--org", "EMEA").code == 0
    assert "0015g00000AbCdEAAV" in mctui("show", two, "crm/EMEA:Account").out
    assert mctui("check", two).code == 0


def test_a_loss_is_shown_with_its_org(mctui: Mctui, two: Path) -> None:
    assert mctui("do", two, "connect.disconnect", '{"cause": "user deactivated"}', "--org", "EMEA").code == 0
    shown = json.loads(mctui("show", two, "sync", "--json").out)
    assert [one["org"] for one in shown["connection"]] == ["EMEA"]
    assert [one["object"] for one in shown["sources"]] == ["Contact"]


def test_records_of_the_second_org_are_mapped_to_a_flat_data_extension(mctui: Mctui, two: Path) -> None:
    """Related objects are those of the same org, and what is made has its name."""
    assert mctui("crm", two, "create", "Account", "Name=Acme", "--org", "EMEA").code == 0
    account, eva = (
        json.loads(mctui("soql", two, f"SELECT Id FROM {name}", "--org", "EMEA", "--json").out)["rows"][0][0]
        for name in ("Account", "Contact")
    )
    assert mctui("crm", two, "update", "EMEA:Contact", eva, f"AccountId={account}").code == 0
    mapping = ("mapping", two, "--object", "EMEA:Contact", "--with", "Account", "--apply", "--synchronize")
    assert mctui(*mapping).code == 0
    assert mctui("step", two, "12").code == 0
    rows = json.loads(mctui("show", two, "de/EMEA_Contact_Flat", "--json").out)["rows"]
    assert [(row["SubscriberKey"], row["Account_Name"]) for row in rows] == [(eva, "Acme")]
    assert mctui("check", two).code == 0
