"""Making worlds and moving them from the command line."""

from __future__ import annotations

from pathlib import Path

from mctui.cli.parser import COMMANDS
from tests.cli.conftest import Mctui

KEYS = {"step", "time", "contacts", "billable", "synchronized", "entered", "sent", "opened", "clicked", "findings"}


def test_a_run_prints_where_the_world_stands(mctui: Mctui) -> None:
    said = mctui("run", "sync-to-send", "--size", "30", "--json")
    assert said.code == 0
    assert set(said.json) >= KEYS | {"stopped"}
    assert said.json["sent"] > 30


def test_the_same_seed_gives_the_same_digest_and_another_seed_another(mctui: Mctui) -> None:
    def digest(seed: str) -> str:
        said = mctui("run", "sync-to-send", "--size", "20", "--until", "2d", "--json", "--digest", "--seed", seed)
        return str(said.json["digest"])

    assert digest("1") == digest("1")
    assert digest("1") != digest("2")


def test_a_world_run_from_its_file_is_the_one_run_at_once(mctui: Mctui) -> None:
    mctui("new", "sync-to-send", "a.mctui", "--size", "20", "--seed", "3")
    stepped = mctui("run", "a.mctui", "--json", "--digest").json
    at_once = mctui("run", "sync-to-send", "--size", "20", "--seed", "3", "--json", "--digest").json
    assert stepped == at_once


def test_back_and_step_again_is_the_same_digest(mctui: Mctui, world: Path) -> None:
    before = mctui("goto", world, "60", "--json", "--digest").json
    assert mctui("back", world, "50", "--json").json["step"] == 10
    after = mctui("step", world, "50", "--json", "--digest").json
    assert after["digest"] == before["digest"]


def test_goto_takes_a_step_a_time_and_a_duration(mctui: Mctui, world: Path) -> None:
    assert mctui("goto", world, "12", "--json").json["step"] == 12
    assert mctui("goto", world, "2026-01-06", "--json").json["time"] < "2026-01-06 00:00:01"
    assert mctui("goto", world, "3d", "--json").json["time"] < "2026-01-08 06:00:01"
    assert mctui("goto", world, "END", "--json").json["time"] > "2026-01-15"


def test_back_beyond_the_beginning_stops_there(mctui: Mctui, world: Path) -> None:
    assert mctui("back", world, "5000", "--json").json["step"] == 0
    said = mctui("back", world)
    assert said.code == 1 and "step 0" in said.err


def test_the_log_has_a_line_for_every_step(mctui: Mctui, world: Path) -> None:
    steps = mctui("log", world, "--json").json
    assert [step["k"] for step in steps] == list(range(1, len(steps) + 1))
    assert "MC Connect read all of User" in mctui("log", world).out


def test_a_fork_is_a_world_of_its_own(mctui: Mctui, world: Path) -> None:
    before = mctui("goto", world, "END", "--json", "--digest").json["digest"]
    assert mctui("fork", world, "other.mctui").code == 0
    mctui("back", "other.mctui", "3")
    assert mctui("goto", world, "END", "--json", "--digest").json["digest"] == before


def test_check_finds_nothing_wrong(mctui: Mctui, world: Path) -> None:
    said = mctui("check", world, "--json")
    assert (said.code, said.json) == (0, {"ok": True, "problems": []})


def test_an_empty_world_has_nothing_due(mctui: Mctui) -> None:
    assert mctui("new", "empty", "e.mctui").code == 0
    said = mctui("step", "e.mctui")
    assert said.code == 1 and "nothing is due" in said.err


def test_scenarios_are_listed(mctui: Mctui) -> None:
    assert [each["name"] for each in mctui("scenarios", "--json").json][0] == "sync-to-send"


def test_a_mistyped_scenario_is_suggested(mctui: Mctui) -> None:
    said = mctui("run", "sync-to-sent")
    assert said.code == 1 and "Did you mean sync-to-send?" in said.err


def test_every_command_is_in_the_help(mctui: Mctui) -> None:
    said = mctui("--help")
    assert said.code == 0
    assert all(f"\n    {name}" in said.out for name in COMMANDS)


def test_a_wrong_option_is_wrong_usage(mctui: Mctui) -> None:
    assert mctui("step", "w.mctui", "--backwards").code == 2
    assert mctui("step", "w.mctui", "0").code == 2


def test_what_is_not_built_says_so(mctui: Mctui, world: Path) -> None:
    for words in (("serve", world), ("render", "mail.html")):
        said = mctui(*words)
        assert said.code == 1 and "not built yet" in said.err
