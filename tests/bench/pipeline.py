"""The whole pipeline with a million people: contact-hops per second against SimPy, the way back, memory."""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

import scenarios
from tests.bench.simpy_journey import hops_per_second
from tests.bench.table import Line

SIMPY_CONTACTS = 100_000  # its rate falls as its heap grows, so fewer contacts than ours are in its favor
ENGINE = ("journey.", "messaging.")


def measure(size: int = 1_000_000) -> list[Line]:
    """Make, run and step back the largest step; then the same journey in SimPy on the same disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.mctui"
        began = time.perf_counter()
        org = scenarios.make("sync-to-send", path, size=size)
        made = time.perf_counter() - began
        ends, engine = org.value("SELECT ends_at FROM world"), 0.0
        worst = (0.0, 0.0, "")
        began = time.perf_counter()
        while True:
            before = time.perf_counter()
            step = org.step(ends)
            if step is None:
                break
            forward = time.perf_counter() - before
            if step.kind.startswith(ENGINE):
                engine += forward
            if forward > max(worst[0], 2.0):
                before = time.perf_counter()
                org.back()
                back = time.perf_counter() - before
                before = time.perf_counter()
                org.step()
                worst = (time.perf_counter() - before, back, step.title)
        ran = time.perf_counter() - began
        hops = int(org.value("SELECT sum(size) FROM journey_moves"))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        org.close()
        simpy_rate = hops_per_second(Path(folder) / "simpy.db", min(SIMPY_CONTACTS, size))
    rate = hops / engine
    return [
        Line(f"{size:,} people: make the world", f"{made:.1f} s", "", "", True),
        Line(f"{size:,} people: run to the end", f"{ran:.1f} s", f"of which journey and messages {engine:.1f} s", "", True),
        Line("contact-hops per second", f"{rate:,.0f}", f"{rate / simpy_rate:.1f} x SimPy ({simpy_rate:,.0f})", "at least 10 x", rate >= 10 * simpy_rate),
        Line(f"back over the longest step ({worst[2][:40]})", f"{worst[1]:.2f} s", f"{worst[1] / worst[0]:.3f} of its {worst[0]:.1f} s forward", "at most 0.1", worst[1] <= worst[0] / 10),
        Line("peak memory", f"{memory / 2**20:.0f} MB", "", "under 1,024 MB", memory < 2**30),
    ]  # fmt: skip
