"""Every case of the data files beside this one: given, when, then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journey.conformance.entry import cases as conformance

ALL = conformance.cases()


@pytest.mark.parametrize("case", ALL, ids=[f"{case.file}: {case.name}" for case in ALL])
def test_case(case: conformance.Case, tmp_path: Path) -> None:
    """What is expected holds, nothing else was refused, and the books of the file are sound."""
    world = conformance.World(tmp_path, case.given)
    try:
        for action in case.when:
            assert not world.refused or "refused" in case.then, f"refused before {action}: {world.refused}"
            world.act(action)
        if "refused" not in case.then:
            assert world.refused == ""
        for what, wanted in case.then.items():
            found = world.look(what)
            assert conformance.holds(found, wanted), f"{what}: {found!r}, not {wanted!r} (source: {case.source})"
        assert world.look("sound") == []
    finally:
        conformance.close(world)


def test_there_are_at_least_a_hundred_cases_and_each_names_its_source() -> None:
    assert len(ALL) >= 100
    assert all(case.source for case in ALL)
    assert len({(case.file, case.name) for case in ALL}) == len(ALL)
