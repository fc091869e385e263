"""Runs the cases of this folder. A case that cannot fail is none: each must expect something and name its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Org, invariants, journey
from store.errors import Refused
from tests.journey.conformance import cases as conformance
from tests.journey.conformance.cases import Case

CASES = conformance.cases()


@pytest.fixture
def org(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Org]:
    with conformance.world(request.param, tmp_path) as made:
        yield made


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_case_says_what_it_shows(case: Case) -> None:
    assert all(str(case.raw.get(word) or "").strip() for word in conformance.WORDS)
    assert any(case.raw.get(what) for what in ("expect", "refused", "findings"))


@pytest.mark.parametrize(("org", "case"), [(case, case) for case in CASES], ids=[c.id for c in CASES], indirect=["org"])
def test_conformance(org: Org, case: Case) -> None:
    conformance.create(org, case)
    found = [f"{finding.severity} {finding.code} {finding.message}" for finding in journey.check(org, "welcome")]
    for wanted in case.raw.get("findings", []):
        assert any(wanted in finding for finding in found), found
    if "refused" in case.raw:
        with pytest.raises(Refused, match=re.escape(str(case.raw["refused"]))):
            conformance.run(org, case)
        return
    if "expect" not in case.raw:
        return
    conformance.run(org, case)
    assert not conformance.differences(org, case)
    assert not invariants.check(org)
