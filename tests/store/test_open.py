"""Files that cannot be opened: one sentence that says what and where, and nothing is touched."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from store import Org
from store.errors import Refused, Unreadable
from tests.store import test_timeline  # noqa: F401  registers the commands used here


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.mctui"
    path.write_text("just text, and more of it than a header has bytes" * 10)
    with pytest.raises(Unreadable, match="not a world of mctui"):
        Org.open(path)
    assert path.read_text().startswith("just text")
    assert not (tmp_path / "notes.mctui.lock").exists()


def test_a_database_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE t (x)")
    with pytest.raises(Unreadable, match="but not a world of mctui"):
        Org.open(path)


@pytest.mark.parametrize("version", [0, 99])
def test_a_file_of_another_version(org: Org, version: int) -> None:
    org.close()
    other = sqlite3.connect(org.path)
    other.execute(f"PRAGMA user_version = {version}")
    other.close()
    with pytest.raises(Unreadable, match=f"version {version};"):
        Org.open(org.path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no such file"):
        Org.open(tmp_path / "nowhere.mctui")


def test_an_existing_file_is_not_overwritten(org: Org) -> None:
    with pytest.raises(Refused, match="exists already"):
        Org.create(org.path)


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be written"):
        Org.create(tmp_path / "no" / "such" / "w.mctui")


def test_a_file_in_use_names_the_process_that_has_it(org: Org) -> None:
    with pytest.raises(Refused, match="in use by process"):
        Org.open(org.path)


def test_a_file_in_use_can_be_read(org: Org) -> None:
    with Org.open(org.path, readonly=True) as reader:
        assert reader.seed == 7
        with pytest.raises(Refused, match="reading only"):
            reader.do("test.fill", rows=1)


def test_a_world_is_where_it_was_when_it_is_opened_again(org: Org) -> None:
    digest = org.digest()
    org.close()
    with Org.open(org.path) as again:
        assert again.digest() == digest
        assert again.value("PRAGMA application_id") == 0x6D637475


def test_a_full_disk_is_said_and_the_step_undone(org: Org) -> None:
    digest = org.digest()
    org.db.execute(f"PRAGMA max_page_count = {org.value('PRAGMA page_count') + 2}")
    with pytest.raises(Unreadable, match="no room left"):
        org.do("test.fill", rows=5000)
    org.db.execute("PRAGMA max_page_count = 1073741823")
    assert org.digest() == digest
