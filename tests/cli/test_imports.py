"""Delimited files from the command line, and Enhanced FTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Mctui

DEFINITION = {
    "name": "Shop",
    "fields": [
        {"name": "Key", "length": 5, "is_primary_key": True},
        {"name": "Born", "type": "Date"},
        {"name": "Paid", "type": "Decimal", "precision": 9, "scale": 2},
    ],
}


@pytest.fixture
def shop(mctui: Mctui, tmp_path: Path) -> Path:
    file = tmp_path / "w.mctui"
    assert mctui("new", "empty", file).code == 0
    assert mctui("do", file, "data_extensions.create", json.dumps({"definition": DEFINITION})).code == 0
    return file


def test_a_german_file_with_its_errors_written_beside_it(mctui: Mctui, shop: Path, tmp_path: Path) -> None:
    data = tmp_path / "kunden.csv"
    data.write_bytes("Nr;Geburtstag;Betrag\r\n1;31.01.1990;1.234,50\r\n2;bald;1\r\n".encode("cp1252"))
    words = ["--into", "Shop", "--delimiter", "semicolon", "--encoding", "windows-1252", "--culture", "de-DE"]
    words += ["--map", "Nr=Key", "Geburtstag=Born", "Betrag=Paid", "--errors", str(tmp_path / "errors.csv")]
    done = mctui("import", shop, data, *words)
    assert done.code == 1 and "line 3, column Born: 'bald' is not a date" in done.err
    assert (tmp_path / "errors.csv").read_text().splitlines() == [
        "Line,Column,Reason,Nr,Geburtstag,Betrag",
        "3,Born,\"'bald' is not a date: write 2026-01-31, 2026-01-31 17:07:00 or 1/31/2026 5:07 PM.\",2,bald,1",
    ]
    assert mctui("show", shop, "de/Shop", "--json").json["rows"] == [
        {"Key": "1", "Born": "1990-01-31 00:00:00", "Paid": 1234.5}
    ]
    assert mctui("show", shop, "imports/1", "--json").json[0]["line"] == 3
    assert mctui("show", shop, "imports", "--json").json["imports"][0]["file"] == "kunden.csv"


def test_one_bad_row_refuses_the_file_when_that_is_wanted(mctui: Mctui, shop: Path, tmp_path: Path) -> None:
    data = tmp_path / "Shop.tsv"
    data.write_text("1\t2026-01-01\n2\tnever\n")
    words = ["--delimiter", "tab", "--header-lines", "0", "--map", "ordinal"]
    refused = mctui("import", shop, data, *words, "--all-or-nothing")
    assert refused.code == 1 and "line 2, column Born" in refused.err
    assert mctui("show", shop, "de/Shop", "--json").json["rows"] == []
    assert mctui("import", shop, data, *words).code == 1
    assert len(mctui("show", shop, "de/Shop", "--json").json["rows"]) == 1


def test_a_local_folder_goes_on_enhanced_ftp_and_an_activity_takes_a_file_of_it(
    mctui: Mctui, shop: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "outbox"
    folder.mkdir()
    (folder / "shop.csv").write_text("Key\nx\n")
    (folder / "other.csv").write_text("")
    assert mctui("ftp", shop, folder).code == 0
    listed = mctui("show", shop, "imports", "--json").json["enhanced_ftp"]
    assert [(one["folder"], one["file"], one["bytes"]) for one in listed] == [
        ("Import", "other.csv", 0), ("Import", "shop.csv", 6),
    ]  # fmt: skip
    make = {"name": "Load", "definition": {"de": "Shop", "file": "shop.csv"}}
    assert mctui("do", shop, "automation.create_import", json.dumps(make)).code == 0
    steps = {"name": "A", "steps": [[{"type": "import", "key": "Load"}]]}
    assert mctui("do", shop, "automation.create", json.dumps(steps)).code == 0
    assert mctui("do", shop, "automation.run_once", '{"key": "A"}').code == 0
    assert mctui("step", shop).code == 0
    assert mctui("show", shop, "de/Shop", "--json").json["rows"][0]["Key"] == "x"
