"""What every test may use."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from store import Org

# NO_COLOR changes what Textual paints, and with it every snapshot.
os.environ.pop("NO_COLOR", None)
os.environ["COLORTERM"] = "truecolor"

# No deadline: a shared machine is slow at times, and no test is about time.
settings.register_profile("mctui", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("mctui")


@pytest.fixture
def org(tmp_path: Path) -> Iterator[Org]:
    """An empty world in a file of its own."""
    with Org.create(tmp_path / "world.mctui", seed=7) as world:
        yield world


@pytest.fixture
def make_org(tmp_path: Path) -> Iterator[Callable[..., Org]]:
    """Makes empty worlds, closed at the end of the test: `make_org("name", seed=1)`."""
    made: list[Org] = []

    def make(name: str = "world", **options: int) -> Org:
        made.append(Org.create(tmp_path / f"{name}.mctui", **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for world in made:
        world.close()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an async test in a loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
    return True
