"""The command line as a person uses it: words in, exit code, stdout and stderr out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mctui.cli import run


@dataclass(frozen=True)
class Said:
    """What one command line did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Mctui = Callable[..., Said]


@pytest.fixture
def mctui(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mctui:
    """Run `mctui WORD ...` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str | Path) -> Said:
        capsys.readouterr()
        code = run([str(word) for word in words])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The delivered scenario with 60 people, run to its end. Copy it before changing it."""
    import scenarios

    path = tmp_path_factory.mktemp("finished") / "w.mctui"
    with scenarios.make("sync-to-send", path, seed=7, size=60) as org:
        org.run_until(org.value("SELECT ends_at FROM world"))
    return path


@pytest.fixture
def world(finished: Path, tmp_path: Path) -> Path:
    """A copy of `finished` with its way back, in the current folder."""
    target = tmp_path / "w.mctui"
    shutil.copyfile(finished, target)
    shutil.copytree(finished.with_name("w.mctui.steps"), tmp_path / "w.mctui.steps")
    return target
