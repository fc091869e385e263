"""`mctui diff`: two futures of one world."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Mctui


def test_a_fork_differs_by_what_happened_to_it(mctui: Mctui, world: Path) -> None:
    mctui("goto", world, "20")
    mctui("fork", world, "other.mctui")
    same = mctui("diff", world, "other.mctui")
    assert (same.code, same.out) == (0, "They hold the same rows.\n")
    mctui("crm", "other.mctui", "create", "Contact", "LastName=Fork")
    said = mctui("diff", world, "other.mctui", "--json")
    assert said.code == 1
    titles = [section["title"].partition(":")[0] for section in said.json["sections"]]
    assert titles[0] == "Where they stand" and "crm_Contact" in titles
    assert "Fork" in mctui("diff", world, "other.mctui").out


def test_a_file_that_is_no_world_is_said(mctui: Mctui, world: Path) -> None:
    assert mctui("diff", world, "nowhere.mctui").code == 3
