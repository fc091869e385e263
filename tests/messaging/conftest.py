"""A world with one journey of one email, for the tests of sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store import Org
from tests.journey import worlds

SILENT = {
    "open_rate": 0.0, "click_rate": 0.0, "unsubscribe_rate": 0.0, "complaint_rate": 0.0, "dead_address_rate": 0.0,
    "soft_bounce_rate": 0.0,
}  # fmt: skip


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Callable[..., Org]]:
    """Makes a world in which `people` get two emails two days apart; `model` changes how they respond."""
    made: list[Org] = []

    def make(people: int = 50, model: dict[str, Any] | None = None, **journey: Any) -> Org:
        org = worlds.world(tmp_path, people)
        made.append(org)
        org.do("messaging.set_engagement", values=SILENT | (model or {}))
        spec = worlds.journey(
            worlds.email("E1", "W"), worlds.wait("W", "E2", 2), worlds.email("E2", email_id=2), **journey
        )
        org.do("journey.create", spec=spec, event_definition=worlds.event_definition())
        return org

    yield make
    for org in made:
        org.close()
