"""Runs the cases of this folder, in the language of the cases about subscribers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from store import Org
from tests.contacts.conformance.subscribers.cases import cases_of, run


@pytest.mark.parametrize("case", cases_of(Path(__file__).parent))
def test_a_case_holds(org: Org, case: dict[str, Any]) -> None:
    run(org, case)
