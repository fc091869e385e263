"""The app over the delivered scenario: folders of the test's own, nothing of the person's home."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import scenarios
from mctui.app import McTui
from mctui.paths import Paths
from mctui.screens.editor.screen import EditorScreen
from store import Org

SIZES = {"80x24": (80, 24), "120x34": (120, 34)}


@pytest.fixture(scope="session")
def fresh_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario at step 0, made once; every test copies it."""
    path = tmp_path_factory.mktemp("worlds") / "sync-to-send.mctui"
    scenarios.make("sync-to-send", path).close()
    return path


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Config and state in the test's folder."""
    return Paths(tmp_path / "config", tmp_path / "state")


@pytest.fixture
def make_app(fresh_world: Path, tmp_path: Path, paths: Paths) -> Iterator[Callable[..., McTui]]:
    """`make_app(steps=12, pane="sync_monitor")`: the app on a copy of the scenario, some steps in."""

    def make(*, steps: int = 0, pane: str = "") -> McTui:
        world = tmp_path / "world.mctui"
        shutil.copyfile(fresh_world, world)

        def open_world() -> Org:
            org = Org.open(world)
            for _ in range(steps):
                org.step()
            return org

        return McTui(open_world, paths=paths, world="sync-to-send", pane=pane)

    yield make


@pytest.fixture(autouse=True)
def editor_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In the query editor the text is checked without a pause, and a run takes no time."""
    monkeypatch.setattr(EditorScreen, "PAUSE", 0)
    monkeypatch.setattr(EditorScreen, "clock", staticmethod(lambda: 0.0))
    yield
