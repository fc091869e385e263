"""Every error becomes a `Problem` that speaks to a person; an unexpected one is also written down."""

from __future__ import annotations

import traceback
from pathlib import Path

from mctui.views import Problem


def problem_of(error: Exception, log: Path | None, *, fatal: bool) -> Problem:
    """What to say about an error; call it while the error is being handled."""
    from store.errors import Interrupted, OrgError, explained

    said = explained(error, Path())
    if isinstance(said, OrgError) and said is not error:  # it came up while rows were being fetched
        said.where, error = "", said
    if isinstance(error, OrgError):
        stopped = isinstance(error, Interrupted)
        return Problem(error.message, error.cause, error.fix, error.where, fatal=fatal, stopped=stopped)
    return Problem(
        f"Something unexpected happened: {error or type(error).__name__}",
        cause=f"{type(error).__name__} in {_place(error)}. This is a fault of mctui.",
        fix=_written_down(log),
        fatal=fatal,
        unexpected=True,
    )


def _written_down(log: Path | None) -> str:
    if log is None:
        return traceback.format_exc()
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(traceback.format_exc() + "\n")
    except OSError:
        return "The world is where it was before."
    return f"The world is where it was before. Details are in {log}."


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "mctui"
