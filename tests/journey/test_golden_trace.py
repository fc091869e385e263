"""The whole trace of a small journey: every step with its time, what it did, and where everyone ended.

When a rule changes on purpose, run `python -m tests.journey.test_golden_trace` and read the difference.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from store import Org, journey
from store.clock import system_text
from tests.journey import worlds
from tests.journey.worlds import decision, email, engaged, randomly, update, wait, where

GOLDEN = Path(__file__).parent / "golden" / "welcome.txt"


def trace(folder: Path) -> str:
    """A welcome journey for forty people on two mornings, with an opt-out and a forced branch among it."""
    with worlds.world(folder, 40, seed=3) as org:
        spec = worlds.journey(
            email("Hello", "W1"), wait("W1", "Opened", 3), engaged("Opened", "Hello", "Tier", "Nudge"),
            email("Nudge", "W2", 2), wait("W2", "Tier", 12, "HOURS"),
            decision("Tier", (where("Tier", "Equal", "Gold"), "Gift"), remainder="Chance"),
            email("Gift", "Mark", 3), randomly("Chance", (20, "Gift"), (80, None)),
            update("Mark", None, "Welcome", Tier="Greeted"),
        )  # fmt: skip
        worlds.published(org, spec, worlds.daily(times=2))
        for _ in range(3):
            org.step()
        org.do("messaging.inject", contact_key="P00005", kind="unsubscribe")
        org.do("journey.force", key="welcome", activity_key="Chance", outcome="path-1", contact_keys=["P00007"])
        worlds.run_all(org)
        lines = [f"{system_text(step.at)}  {step.kind:22} {step.title}" for step in org.steps(limit=500)]
        return "\n".join([*lines, "", *_ends(org), ""])


def _ends(org: Org) -> list[str]:
    lines = []
    for state in journey.canvas(org, "welcome").activities:
        ways = ", ".join(f"{outcome.label or outcome.key} {outcome.people}" for outcome in state.outcomes)
        lines.append(f"{state.key:8} {state.through:3} came through: {ways}")
    return lines


def test_the_trace_is_the_golden_one(tmp_path: Path) -> None:
    assert trace(tmp_path) == GOLDEN.read_text()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        GOLDEN.write_text(trace(Path(scratch)))
