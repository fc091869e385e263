"""The app from its start to its end: one world after another, until the person leaves."""

from __future__ import annotations

import gc
import sys
from functools import partial
from pathlib import Path

from mctui.app import OPEN, RESTART, McTui
from mctui.paths import Paths


def run_app(
    target: str | Path | None = None,
    *,
    seed: int | None = None,
    size: int | None = None,
    paths: Paths | None = None,
    pane: str = "",
    ascii_only: bool = False,
) -> int:
    """Open a scenario (by name) or a file in the app; None: the world of the last run, else the first scenario."""
    from mctui.opening import made_anew, world_of

    # The session's thread and the screen's take turns at the interpreter; the usual 5 ms a turn would be felt.
    sys.setswitchinterval(0.0005)
    gc.set_threshold(20_000, 20, 50)
    paths = paths or Paths.here()
    name, make = world_of(target, paths, seed, size)
    while True:
        app = McTui(make, paths=paths, world=name, pane=pane, ascii_only=ascii_only)
        app.run()
        sys.stderr.writelines(f"{text}\n" for text in app.end_problems if text not in app.start_problems)
        if app.return_code == OPEN:
            name, make = world_of(Path(app.opening), paths)
            continue
        if app.return_code != RESTART:
            return app.return_code or 0
        make = partial(made_anew, name, paths, seed, size)
