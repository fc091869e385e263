"""The lessons: each ends with the finding that it is about, its fixed variant without, and both have a golden trace.

`python -m tests.scenarios.test_lessons` writes the traces anew; read the difference before you keep it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

import scenarios
from scenarios import library
from store import Org, advice, clock

HERE = Path(__file__).parent
LESSONS = [name for name in library.names() if library.info(name).finding and not name.endswith(library.FIXED)]
EXPECTED = {
    "contact-billing": "billed-never-mailed",
    "data-model": "several-rows-for-one-key",
    "deleted-but-mailed": "deleted-but-mailed",
    "key-alignment": "key-mismatch",
    "opt-out-race": "opted-out-but-mailed",
    "sync-latency": "journey-from-stale-entry",
}
BOTH = [name + suffix for name in EXPECTED for suffix in ("", library.FIXED)]


def run(name: str, folder: Path, **more: int) -> Org:
    org = scenarios.make(name, folder / f"{name}.mctui", **more)
    org.run_until(org.value("SELECT ends_at FROM world"))
    return org


def trace(org: Org) -> str:
    """One line per step, then the findings with their rows."""
    lines = [f"{s.k:>3}  {clock.system_text(s.at)}  {s.kind:22}  {s.title}" for s in org.steps(limit=1000)]
    found = [f"{each.severity:8} {each.code}: {each.title}" for each in advice.find_all(org)]
    return "\n".join([*lines, "", *found]) + "\n"


def test_there_are_six_lessons_beside_the_first_scenario() -> None:
    assert {name: library.info(name).finding for name in LESSONS} == EXPECTED


@pytest.mark.parametrize("name", BOTH)
def test_the_trace_of_a_lesson_is_the_golden_one(name: str, tmp_path: Path) -> None:
    with run(name, tmp_path) as org:
        assert trace(org) == (HERE / "lessons" / f"{name}.trace").read_text()


@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize("name", EXPECTED)
def test_a_lesson_ends_with_its_finding_and_its_fixed_variant_without_whatever_the_seed(
    name: str, seed: int, tmp_path: Path
) -> None:
    with run(name, tmp_path, seed=seed) as org:
        found = {each.code: each for each in advice.find_all(org)}
        assert found[EXPECTED[name]].evidence
        assert advice.check(org) == []
    with run(name + library.FIXED, tmp_path, seed=seed) as org:
        assert EXPECTED[name] not in {each.code for each in advice.find_all(org)}
        assert advice.check(org) == []


@pytest.mark.parametrize("name", EXPECTED)
def test_a_lesson_can_be_stepped_back_to_its_beginning_and_on_again(name: str, tmp_path: Path) -> None:
    with run(name, tmp_path, size=12) as org:
        end, k = org.digest(), org.k
        org.back(k)
        assert org.k == 0
        org.run_until(org.value("SELECT ends_at FROM world"))
        assert org.digest() == end


@pytest.mark.parametrize("name", EXPECTED)
def test_the_lesson_names_its_finding_and_its_fixed_variant(name: str) -> None:
    lesson = scenarios.lesson(name)
    assert lesson.startswith(f"# {library.info(name).title}\n")
    assert f"**{EXPECTED[name]}**" in lesson
    assert f"`mctui {name}{library.FIXED}`" in lesson
    assert scenarios.lesson(name + library.FIXED) == lesson


if __name__ == "__main__":
    (HERE / "lessons").mkdir(exist_ok=True)
    for name in BOTH:
        with tempfile.TemporaryDirectory() as folder, run(name, Path(folder)) as org:
            (HERE / "lessons" / f"{name}.trace").write_text(trace(org))
