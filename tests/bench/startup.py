"""Start, memory and key to paint, against a hello-world Textual app and a bare Python in the same run."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.table import Line
from tests.bench.terminal import Terminal

HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("hello world")
Hello().run()
"""
ROUNDS = 7


def _median_process(argv: list[str]) -> float:
    times = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        subprocess.run(argv, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - before)
    return statistics.median(times)


def _first_paint(argv: list[str], marker: bytes, home: Path) -> float:
    terminal = Terminal(argv, home=home)
    try:
        return terminal.until(marker)
    finally:
        terminal.close()


def measure() -> list[Line]:
    """First paint, --help, resident memory, and the 95th percentile of key to paint on the delivered scenario."""
    app, python = [sys.executable, "-m", "mctui"], [sys.executable]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        hello, ours = [], []
        for _ in range(ROUNDS):
            hello.append(_first_paint([*python, "-c", HELLO], b"hello world", home))
            ours.append(_first_paint(app, b"Contact Builder", home))
        paint, paint_hello = statistics.median(ours), statistics.median(hello)
        help_time, bare = _median_process([*app, "--help"]), _median_process([*python, "-c", "pass"])
        terminal = Terminal(app, home=home)
        terminal.until(b"as it was made")  # the world is there: before, a key only says that there is none yet
        terminal.settle(1.0)
        keys = sorted(terminal.press(b"n") for _ in range(60))
        memory = terminal.memory()
        terminal.close()
    p95 = keys[int(len(keys) * 0.95)]
    against_hello, against_bare, median = paint / paint_hello, help_time / bare, statistics.median(keys)
    return [
        Line(
            "first paint", f"{paint * 1000:.0f} ms", f"{against_hello:.2f} x hello world", "at most 2 x",
            against_hello <= 2,
        ),
        Line(
            "--help", f"{help_time * 1000:.0f} ms", f"{against_bare:.1f} x bare Python", "at most 6 x",
            against_bare <= 6,
        ),
        Line(
            "step, key to paint, p95", f"{p95 * 1000:.1f} ms", f"median {median * 1000:.1f} ms", "at most 16 ms",
            p95 <= 0.016,
        ),
        Line("resident memory of the app", f"{memory / 2**20:.0f} MB", "", "at most 90 MB", memory <= 90 * 2**20),
    ]  # fmt: skip
