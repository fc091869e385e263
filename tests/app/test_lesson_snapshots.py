"""Each lesson at its end, as it went wrong and done right: the Findings pane with the evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

import scenarios
from mctui.app import McTui
from mctui.paths import Paths
from scenarios import library
from store import Org
from tests.app.test_keys import calm, press

Snap = Callable[..., bool]
LESSONS = [name for name in library.names() if library.info(name).finding]


def at_the_end(name: str, folder: Path, paths: Paths) -> McTui:
    """The app on a lesson that has run to its end."""

    def open_world() -> Org:
        org = scenarios.make(name, folder / f"{name}.mctui")
        org.run_until(org.value("SELECT ends_at FROM world"))
        return org

    return McTui(open_world, paths=paths, world=name, pane="findings")


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_at_its_end(snap_compare: Snap, name: str, tmp_path: Path, paths: Paths) -> None:
    """You should see the lesson's finding chosen, why it matters, what to do and its rows; done right, not that one."""
    app = at_the_end(name, tmp_path, paths)
    wanted = library.info(name).finding

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        for _ in range(20):
            if app.pane.view.code == wanted:
                break
            await press(app, pilot, "j")

    assert snap_compare(app, terminal_size=(120, 34), run_before=run)


@pytest.mark.parametrize("name", [name for name in LESSONS if not name.endswith(library.FIXED)])
def test_the_text_of_a_lesson(snap_compare: Snap, name: str, tmp_path: Path, paths: Paths) -> None:
    """You should see what is here, what to watch and how it is done right, as the lesson's README has it."""
    app = at_the_end(name, tmp_path, paths)

    async def run(pilot: Pilot[None]) -> None:
        await calm(app, pilot)
        await press(app, pilot, "L")

    assert snap_compare(app, terminal_size=(80, 24), run_before=run)
