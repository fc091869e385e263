"""The delivered scenario, whole: its trace is a golden file that a person can read."""

from __future__ import annotations

from pathlib import Path

import pytest

import scenarios
from store import Org, advice, clock

GOLDEN = Path(__file__).with_name("sync_to_send.trace")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Org:
    org = scenarios.make("sync-to-send", tmp_path_factory.mktemp("golden") / "w.mctui")
    org.run_until(org.value("SELECT ends_at FROM world"))
    return org


def trace(org: Org) -> str:
    """One line per step: number, system time, kind, what happened."""
    lines = [f"{s.k:>3}  {clock.system_text(s.at)}  {s.kind:22}  {s.title}" for s in org.steps(limit=10_000)]
    return "\n".join(lines) + "\n"


def test_the_trace_of_the_scenario_is_the_golden_one(finished: Org) -> None:
    """To accept a change: write what the test prints into the file, after reading the difference."""
    assert trace(finished) == GOLDEN.read_text()


def test_every_step_of_it_can_be_undone_and_done_again(finished: Org) -> None:
    digests = {finished.k: finished.digest()}
    while finished.k:
        finished.back()
        digests[finished.k] = finished.digest()
    while finished.step(finished.value("SELECT ends_at FROM world")):
        assert finished.digest() == digests[finished.k]
    assert finished.k == max(digests)


def test_it_is_sound_at_every_step(tmp_path: Path) -> None:
    with scenarios.make("sync-to-send", tmp_path / "w.mctui", seed=3, size=40) as org:
        assert advice.check(org) == []
        while org.step(org.value("SELECT ends_at FROM world")):
            assert advice.check(org) == []


def test_its_lesson_names_what_is_there() -> None:
    lesson = scenarios.lesson("sync-to-send")
    assert lesson.startswith("# From a CRM record to a message")
    for name in ("Welcome_Audience", "Contact_Salesforce", "Nightly Welcome", "Otto", "Mina", "Tara", "Nadia"):
        assert name in lesson


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_its_three_accidents_happen_whatever_the_seed(tmp_path: Path, seed: int) -> None:
    with scenarios.make("sync-to-send", tmp_path / "w.mctui", seed=seed, size=40) as org:
        org.run_until(org.value("SELECT ends_at FROM world"))
        found = {each.code: each for each in advice.find_all(org)}
    assert {"opted-out-but-mailed", "deleted-but-mailed", "stale-data-mailed"} <= set(found)


def test_size_is_the_number_of_people(tmp_path: Path) -> None:
    with scenarios.make("sync-to-send", tmp_path / "w.mctui", size=1000) as org:
        people = org.value("SELECT (SELECT count(*) FROM crm_Contact) + (SELECT count(*) FROM crm_Lead)")
    assert people == 1004, "a thousand, and the four of the lesson"
