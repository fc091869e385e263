"""Worlds for the tests of advice."""

from __future__ import annotations

import pytest

import scenarios
from store import Org


@pytest.fixture(scope="module")
def welcome(tmp_path_factory: pytest.TempPathFactory) -> Org:
    """The delivered scenario up to the second day. Only to be read."""
    org = scenarios.make("sync-to-send", tmp_path_factory.mktemp("advice") / "w.mctui", size=40)
    org.run_until(org.now + 30 * 3600)
    return org
