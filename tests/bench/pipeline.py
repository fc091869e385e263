"""The whole pipeline with a million people: contact-hops per second against SimPy, the way back, memory."""

from __future__ import annotations

import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import scenarios
from store import Org
from tests.bench import simpy_journey
from tests.bench.table import Line

ENGINE = ("journey.", "messaging.")  # the kinds of step that are the journey's; polls and queries are not
WORTH_UNDOING = 2.0  # seconds: only steps this long are undone and done again


@dataclass
class _Course:
    """What a run of the scenario took, in seconds."""

    total: float = 0
    engine: float = 0
    forward: float = 0  # of the longest step, done again after it was undone
    back: float = 0
    longest: str = ""


def _run(org: Org) -> _Course:
    course, ends = _Course(), org.value("SELECT ends_at FROM world")
    while True:
        before = time.perf_counter()
        step = org.step(ends)
        seconds = time.perf_counter() - before
        if step is None:
            return course
        course.total += seconds
        if step.kind.startswith(ENGINE):
            course.engine += seconds
        if seconds > max(course.forward, WORTH_UNDOING):
            before = time.perf_counter()
            org.back()
            middle = time.perf_counter()
            org.step()
            course.back, course.forward = middle - before, time.perf_counter() - middle
            course.longest = step.title.split(":")[0]


def measure(size: int = 1_000_000) -> list[Line]:
    """Make, run and step back the longest step; then the same journey for the same people in SimPy."""
    with tempfile.TemporaryDirectory() as folder:
        before = time.perf_counter()
        with scenarios.make("sync-to-send", Path(folder) / "w.mctui", size=size) as org:
            made = time.perf_counter() - before
            course = _run(org)
            hops = int(org.value("SELECT sum(size) FROM journey_moves"))
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
            world = simpy_journey.world_of(org, size)
            simpy = simpy_journey.run(Path(folder) / "simpy.db", world)
            same = simpy_journey.same_events(org, Path(folder) / "simpy.db", world)
    rate, share = hops / course.engine, course.back / course.forward if course.forward else 0.0
    return [
        Line(f"{size:,} people: world made", f"{made:.1f} s"),
        Line(
            f"{size:,} people: run to the end", f"{course.total:.1f} s", f"journey and messages {course.engine:.1f} s"
        ),
        Line(
            "contact-hops per second", f"{rate:,.0f}", f"{rate / simpy:.1f} x SimPy ({simpy:,.0f})", "at least 10 x",
            rate >= 10 * simpy,
        ),
        Line(
            "tracking events of both", f"{len(world.people):,} people", "the same rows" if same else "differ", "same",
            same,
        ),
        Line(
            f"back over the longest step ({course.longest})", f"{course.back:.2f} s",
            f"{share:.3f} of {course.forward:.1f} s forward", "at most 0.1", share <= 0.1,
        ),
        Line("peak memory", f"{memory / 2**20:.0f} MB", "", "under 1,024 MB", memory < 2**30),
    ]  # fmt: skip
