"""`mctui run --until` something, and breakpoints on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Mctui


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state folder of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.mark.parametrize(
    ("until", "stopped"),
    [
        ("activity Opened the welcome?", "Opened the welcome?"),
        ("activity welcome/EMAILV2-1", "Welcome"),
        ("sql SELECT 1 AS sent FROM _Sent", "the query gives 1"),
        ("finding", "["),
        ("contact jon.almeida@example.com", "003"),
    ],
)
def test_a_run_stops_at_the_step_that_it_waited_for(mctui: Mctui, until: str, stopped: str) -> None:
    said = mctui("run", "sync-to-send", "--size", "20", "--until", until, "--json")
    assert said.code == 0, said.err
    assert said.json["stopped"].startswith(f"step {said.json['step']}: ")
    assert stopped in said.json["stopped"]


def test_what_does_not_come_is_said_with_the_time_that_was_waited(mctui: Mctui) -> None:
    said = mctui("run", "sync-to-send", "--size", "20", "--until", "error", "--json")
    assert said.json["stopped"] == "it did not come to that by 2026-01-18 06:00:00 UTC: error"


@pytest.mark.parametrize("until", ["activity Nothing", "soon", "finding two words", "sql SELEC 1", "contact"])
def test_what_cannot_be_waited_for_is_refused_before_the_first_step(mctui: Mctui, until: str) -> None:
    mctui("new", "sync-to-send", "w.mctui", "--size", "20")
    assert mctui("run", "w.mctui", "--until", until).code == 1
    assert mctui("log", "w.mctui", "--json").json == []


def test_a_breakpoint_holds_a_run_before_its_activity_and_the_world_is_the_same(mctui: Mctui) -> None:
    mctui("new", "sync-to-send", "w.mctui", "--size", "20")
    assert mctui("breakpoints", "w.mctui", "Opened the welcome?", "--json").json == [
        {"journey": "welcome", "activity": "ENGAGEMENTSPLITV2-1"}
    ]
    said = mctui("run", "w.mctui", "--breakpoints", "--json")
    assert said.json["stopped"] == "breakpoint: welcome/ENGAGEMENTSPLITV2-1 comes next"
    before = said.json["step"]
    assert mctui("step", "w.mctui", "--json").json["step"] == before + 1
    assert "Opened the welcome?" in mctui("log", "w.mctui").out.splitlines()[-1]
    assert "No breakpoint" in mctui("breakpoints", "w.mctui", "--clear").out
    whole = mctui("run", "w.mctui", "--json", "--digest").json
    at_once = mctui("run", "sync-to-send", "--size", "20", "--json", "--digest").json
    assert whole["digest"] == at_once["digest"]


def test_a_world_that_was_held_has_not_moved(mctui: Mctui) -> None:
    mctui("new", "sync-to-send", "w.mctui", "--size", "20")
    mctui("breakpoints", "w.mctui", "welcome/EMAILV2-1")
    first = mctui("run", "w.mctui", "--breakpoints", "--json", "--digest").json
    assert mctui("run", "w.mctui", "--breakpoints", "--json", "--digest").json == first
    assert mctui("check", "w.mctui").code == 0
