"""A process killed at any moment leaves a whole file: it checks clean, and steps on and back."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import scenarios
from store import Org, advice

# Runs steps, back and forward, and kills itself at a moment that the arguments choose: after so many instructions of
# SQLite, or before or after the n-th call of a function of the operating system that going back rests on.
VICTIM = """
import os, signal, sys
from store import Org
path, where, moment = sys.argv[1], sys.argv[2], int(sys.argv[3])
def kill(): os.kill(os.getpid(), signal.SIGKILL)
org = Org.open(path)
if where == "sqlite":
    left = [moment]
    def tick():
        left[0] -= 1
        if left[0] <= 0: kill()
    org.watch(tick, 29)
else:
    name, when = where.split("-")
    real, calls = getattr(os, name), [0]
    def watched(*args):
        calls[0] += 1
        if calls[0] == moment and when == "before": kill()
        result = real(*args)
        if calls[0] == moment and when == "after": kill()
        return result
    setattr(os, name, watched)
while True:
    for _ in range(5): org.step()
    org.do("crm.create", object="Lead", records=[{"LastName": "Late", "Company": "Late"}])
    org.back(3)
    org.step()
    if org.k > 60: raise SystemExit("was not killed")
"""

MOMENTS = [("sqlite", 40 + 173 * n) for n in range(18)] + [
    (f"{name}-{when}", moment)
    for name, moments in (("link", (1, 4)), ("rename", (1, 2)), ("replace", (1, 2)))
    for when in ("before", "after")
    for moment in moments
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("kill") / "w.mctui"
    with scenarios.make("sync-to-send", path, seed=7, size=30) as org:
        org.goto(6)
    yield path


def copy_of(world: Path, target: Path) -> Path:
    shutil.copyfile(world, target)
    shutil.copytree(world.with_name(world.name + ".steps"), target.with_name(target.name + ".steps"))
    return target


@pytest.mark.parametrize(("where", "moment"), MOMENTS)
def test_a_killed_process_leaves_a_whole_file(world: Path, tmp_path: Path, where: str, moment: int) -> None:
    path = copy_of(world, tmp_path / "w.mctui")
    done = subprocess.run(
        [sys.executable, "-c", VICTIM, str(path), where, str(moment)], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    with Org.open(path) as org:
        assert advice.check(org) == []
        digest, k = org.digest(), org.k
        assert org.step() is not None
        org.back(1)
        assert (org.k, org.digest()) == (k, digest)
        org.back(2)
        assert org.k == k - 2


def test_there_are_thirty_moments() -> None:
    assert len(MOMENTS) == 30
