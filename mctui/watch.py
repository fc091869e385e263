"""How long a job of the session has run, what it says of itself meanwhile, and whether a person wants it stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mctui.views import Progress

if TYPE_CHECKING:
    from store import Org

PROGRESS_AFTER = 0.15  # seconds until a long job says how far it is
PROGRESS_EVERY = 0.1
CHECK_EVERY = 20_000  # SQLite instructions between two looks at the clock and the stop flag


class Watch:
    """One job after another; `stop` may be set from any thread, all else is the session's."""

    def __init__(self, post: Callable[[Progress], None]) -> None:
        self._post = post
        self.stop = threading.Event()
        self._name = ""
        self._started = 0.0
        self._told = 0.0

    @property
    def is_long(self) -> bool:
        """Whether the job has run long enough to have said so."""
        return bool(self._told)

    def begin(self, name: str) -> None:
        """A job begins."""
        self._name, self._started, self._told = name, time.monotonic(), 0.0

    def tell(self, text: str = "") -> None:
        """How far it is; heard when the job is a long one."""
        now = time.monotonic()
        if now - self._started > PROGRESS_AFTER and now - self._told > PROGRESS_EVERY:
            self._told = now
            self._post(Progress(self._name, text))

    @contextmanager
    def over(self, org: Org | None) -> Iterator[None]:
        """SQLite looks at the clock and at `stop` in the middle of its statements, also after going back."""
        if org is None:
            yield
            return
        org.watch(self._tick, CHECK_EVERY)
        try:
            yield
        finally:
            org.watch(None)

    def _tick(self) -> int:
        self.tell()
        return int(self.stop.is_set())
