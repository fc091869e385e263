"""The runs of a session: to the end of a day, to a time, to what a person writes. Breakpoints hold each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mctui import horizon
from mctui.views import Answer

if TYPE_CHECKING:
    from mctui.running import Condition, Place
    from store import Org, Step

Stops = frozenset[tuple[str, str]]


class Runs:
    """`step` makes one step forward until a time, `stopped` says that a person wants the run to end.

    A run returns an `Answer` where a breakpoint held it; the next run goes on from there.
    """

    def __init__(self, step: Callable[[int | None], Step | None], stopped: Callable[[], bool]) -> None:
        self._step, self._stopped = step, stopped
        self.held: tuple[int, Place] | None = None  # where the last run stopped; going back forgets it

    def day(self, org: Org, stops: Stops) -> Answer | None:
        """To the end of the system-time day; when nothing happens in it any more, through the next day with a step."""
        from store import clock

        def end() -> int:
            return clock.system_day_start(org.now) + clock.DAY - 1

        k, held = org.k, self.until(org, end(), stops)
        if held or org.k > k or self._stopped():
            return held
        return self.one(org, stops) or self.until(org, end(), stops)

    def until(self, org: Org, at: int, stops: Stops) -> Answer | None:
        """To a time."""
        from mctui.running import Condition

        return self._run(org, Condition("", at), stops)

    def one(self, org: Org, stops: Stops) -> Answer | None:
        """One step. Raises Refused when nothing is due."""
        from mctui.running import Condition

        k = org.k
        held = self._run(org, Condition("", horizon.of(org), lambda step, here: step.title), stops)
        if held is None and org.k == k and not self._stopped():
            raise horizon.nothing_due(org)
        return held

    def to(self, org: Org, text: str, stops: Stops, *, told: bool) -> Answer | None:
        """To what a person wrote; `told`: say why it ended also where no breakpoint held it."""
        from mctui.running import condition_of

        return self._run(org, condition_of(org, text), stops, told=told)

    def _run(self, org: Org, condition: Condition, stops: Stops, *, told: bool = False) -> Answer | None:
        from mctui.running import Watched, run

        ended = run(org, condition, Watched(stops, self.held), self._step, self._stopped)
        if ended.held:
            self.held = org.k, ended.held
        return Answer("run/ended", ended) if told or ended.held else None
