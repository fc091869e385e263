"""Worlds for the tests of journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store import Org
from tests.journey import worlds


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Callable[..., Org]]:
    """Makes a world of `people` in which a journey of these activities is published."""
    made: list[Org] = []

    def make(*activities: dict[str, Any], people: int = 12, event: dict[str, Any] | None = None, **more: Any) -> Org:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        org = worlds.world(folder, people)
        made.append(org)
        return worlds.published(org, worlds.journey(*activities, **more), event)

    yield make
    for org in made:
        org.close()


@pytest.fixture
def draft(tmp_path: Path) -> Iterator[Callable[..., Org]]:
    """Makes a world with a journey of these activities that is not published."""
    made: list[Org] = []

    def make(*activities: dict[str, Any], event: dict[str, Any] | None = None, **more: Any) -> Org:
        org = worlds.world(tmp_path, 3)
        made.append(org)
        spec = worlds.journey(*activities, **more)
        org.do("journey.create", spec=spec, event_definition=event or worlds.event_definition())
        return org

    yield make
    for org in made:
        org.close()
