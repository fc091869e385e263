"""The run itself: step after step, until a condition holds, a breakpoint is met or nothing more is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mctui.running.breakpoints import Held, Place, Watched, written
from mctui.running.conditions import Condition

if TYPE_CHECKING:
    from store import Org, Step


@dataclass(frozen=True)
class Ended:
    """How a run ended: `holds` says that its condition did, `held` at which breakpoint it stopped."""

    why: str
    holds: bool = False
    held: Place | None = None


def run(
    org: Org,
    condition: Condition,
    watched: Watched,
    step: Callable[[int | None], Step | None],
    stopped: Callable[[], bool] = lambda: False,
) -> Ended:
    """Step with `step(until)` until the condition holds, a breakpoint holds the run, or `stopped` says so."""
    with watched.over(org):
        while not stopped():
            watched.here.clear()
            try:
                made = step(condition.until)
            except Held as held:
                return Ended(f"breakpoint: {written(held.place)} comes next", held=held.place)
            if made is None:
                return _at_the_end(org, condition)
            why = condition.holds(made, watched.here) if condition.holds else ""
            if why:
                return Ended(f"step {made.k}: {why}", holds=True)
    return Ended("stopped")


def _at_the_end(org: Org, condition: Condition) -> Ended:
    from store import agenda, clock

    if condition.holds is None:
        return Ended("the time was reached" if agenda.upcoming(org) else "nothing is due", holds=True)
    by = f" by {clock.utc_text(condition.until)} UTC" if condition.until is not None else ""
    return Ended(f"it did not come to that{by}: {condition.text}")
