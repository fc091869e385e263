"""Which world the app opens: a file, a scenario's world, or the one of the last run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mctui import settings
from mctui.paths import Paths

if TYPE_CHECKING:
    from store import Org

FIRST = "sync-to-send"  # opened when nothing else is asked for


def world_of(
    target: str | Path | None, paths: Paths, seed: int | None = None, size: int | None = None
) -> tuple[str, Callable[[], Org]]:
    """What to call it, and how to open it (on the session's thread, after the first paint).

    A name without a suffix or a folder is a scenario; its world is made once under the state folder and comes back as
    it was. Anything else is a file.
    """
    if target is None:
        last = settings.recall(paths)[0].world
        target = last if last and (not is_file(last) or Path(last).is_file()) else FIRST
    if is_file(target):
        return str(target), lambda: _open(Path(target), seed, size)
    return str(target), lambda: _of_scenario(str(target), paths, seed, size)


def is_file(target: str | Path) -> bool:
    """Whether it names a file, not a scenario."""
    path = Path(target)
    return isinstance(target, Path) or bool(path.suffix) or len(path.parts) > 1 or path.is_file()


def _open(path: Path, seed: int | None = None, size: int | None = None) -> Org:
    import scenarios  # noqa: F401 (registers the commands that a redo may need)
    from store import Org
    from store.errors import Refused

    if seed is not None or size is not None:
        raise Refused(f"--seed and --size go with a scenario; {path} is a world that has been made already.")
    return Org.open(path)


def _of_scenario(name: str, paths: Paths, seed: int | None, size: int | None) -> Org:
    path = world_path(name, paths, seed, size)
    return _open(path) if path.is_file() else made_anew(name, paths, seed, size)


def world_path(name: str, paths: Paths, seed: int | None, size: int | None) -> Path:
    """Where the world of a scenario is kept: each seed and size has its own."""
    parts = [name, f"seed{seed}" if seed is not None else "", f"size{size}" if size is not None else ""]
    return paths.worlds / f"{'-'.join(filter(None, parts))}.mctui"


def made_anew(name: str, paths: Paths, seed: int | None = None, size: int | None = None) -> Org:
    """A fresh world of a scenario; one that was there is replaced. Raises Refused for a name that is no scenario."""
    import scenarios
    from store.errors import Unreadable

    path = world_path(name, paths, seed, size)
    if name != "empty":
        scenarios.info(name)  # refuses an unknown name before anything is removed
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unreadable(
            "The folder for worlds cannot be made.",
            where=str(path.parent),
            cause=f"{error.strerror}.",
            fix="Set XDG_STATE_HOME to a folder of your own, or give a file: mctui FILE.mctui",
        ) from error
    if path.is_file():
        with _open(path) as old:  # refuses when another process has it
            pass
        old.remove_files()
    return scenarios.make(name, path, seed=1 if seed is None else seed, size=size)
