"""Making worlds and moving them: scenarios, new, run, step, back, goto, log, fork, check."""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import scenarios as library
from mctui.cli.output import print_json, print_table
from store import Org, clock
from store.errors import Refused

if TYPE_CHECKING:
    from mctui import running


def scenarios(arguments: Namespace) -> None:
    """List the ready-made worlds."""
    found = [library.info(name) for name in library.names()]
    if arguments.json:
        print_json(found)
    else:
        rows = [(each.name, each.size, each.days, each.title) for each in found]
        print_table(["name", "size", "days", "title"], rows)


def new(arguments: Namespace) -> None:
    """Make a world and run nothing."""
    seed = 1 if arguments.seed is None else arguments.seed
    with library.make(arguments.scenario, arguments.file, seed=seed, size=arguments.size) as org:
        print(f"{arguments.file}: {org.name}, seed {org.seed}, {clock.utc_text(org.now)} UTC", file=sys.stderr)


@contextmanager
def _target(arguments: Namespace) -> Iterator[Org]:
    """The world to run: a file, or a scenario in a new file (`--db`) or in one that is gone afterwards."""
    path = Path(arguments.target)
    if path.is_file() or path.suffix == ".mctui" or len(path.parts) > 1:
        for option in ("seed", "size", "db"):
            if getattr(arguments, option) is not None:
                raise Refused(f"--{option} goes with a scenario; {path} is a world that has been made already.")
        with Org.open(path) as org:
            yield org
        return
    with tempfile.TemporaryDirectory(prefix="mctui-") as folder:
        db = Path(arguments.db or Path(folder) / "world.mctui")
        seed = 1 if arguments.seed is None else arguments.seed
        with library.make(arguments.target, db, seed=seed, size=arguments.size) as org:
            if not arguments.db:
                org.timeline.budget = 0  # nobody will step this world back
            yield org


def run(arguments: Namespace) -> None:
    """Run until a time or the end."""
    from mctui import running
    from mctui.paths import Paths
    from mctui.running import breakpoints

    with _target(arguments) as org:
        stops = breakpoints.recall(Paths.here(), org.path) if arguments.breakpoints else frozenset()
        ended = running.run(org, _condition(org, arguments.until), running.Watched(stops), org.step)
        report(org, arguments, stopped=ended.why)


def _condition(org: Org, text: str) -> running.Condition:
    """What to run to; END is refused where there is none, and a duration counts from the start."""
    from mctui import running

    if text.upper() == "END":
        return running.Condition(text, _until(org, text))
    return running.condition_of(org, text, since=org.value("SELECT started_at FROM world"))


def _until(org: Org, text: str) -> int | None:
    started, ends = org.rows("SELECT started_at, ends_at FROM world")[0]
    if text.upper() == "END":
        if ends is None and org.value("SELECT count(*) FROM agenda"):
            raise Refused(f"{org.path} has no end.", fix="Say how far: --until 14d or --until 2026-01-19.")
        return None if ends is None else int(ends)
    if text[:1].isdigit() and text[-1:].isalpha() and "-" not in text:
        return int(started) + clock.duration(text)
    return clock.parse(text)


def step(arguments: Namespace) -> None:
    """Steps forward."""
    with Org.open(arguments.file) as org:
        done = 0
        while done < arguments.count and org.step():
            done += 1
        short = done < arguments.count
        report(org, arguments, stopped="nothing is due" if short else f"{done} step{'s' * (done != 1)} done")
        if done == 0:
            raise Refused("No step was made: nothing is due.", fix="Do something (crm, sql --into), or step back.")


def back(arguments: Namespace) -> None:
    """Steps back."""
    with Org.open(arguments.file) as org:
        done = org.back(arguments.count)
        report(org, arguments, stopped=f"{done} step{'s' * (done != 1)} undone")
        if done == 0:
            raise Refused("No step was undone: this is step 0, the world as it was made.")


def goto(arguments: Namespace) -> None:
    """Be at a step or a time."""
    with Org.open(arguments.file) as org:
        if arguments.place.isdecimal():
            org.goto(int(arguments.place))
        else:
            until = _until(org, arguments.place)
            org.goto_time(org.value("SELECT ends_at FROM world") if until is None else until)
        report(org, arguments, stopped="arrived")


def report(org: Org, arguments: Namespace, *, stopped: str) -> None:
    """Where the world stands now: one JSON object, or a few lines."""
    from store import advice

    totals: dict[str, Any] = {"step": org.k, "time": clock.utc_text(org.now), "system_time": clock.system_text(org.now)}
    if arguments.digest:
        totals["digest"] = org.digest()
    totals |= advice.totals(org)
    totals["stopped"] = stopped
    if arguments.json:
        print_json(totals)
        return
    for name, value in totals.items():
        print(f"{name:14} {value}")


def log(arguments: Namespace) -> None:
    """What has happened."""
    with Org.open(arguments.file, readonly=True) as org:
        steps = org.steps(limit=arguments.limit)
    if arguments.json:
        print_json(steps)
        return
    rows = [
        (step.k, clock.system_text(step.at), "person" if step.command else step.kind, step.title,
         " ".join(f"{name} {count}" for name, count in step.changes.items()))
        for step in steps
    ]  # fmt: skip
    print_table(["step", "system time", "kind", "what", "changed"], rows)


def fork(arguments: Namespace) -> None:
    """Copy a world with its way back."""
    with Org.open(arguments.file) as org:
        org.fork(arguments.target).close()
    print(f"{arguments.target}: a copy of {arguments.file}", file=sys.stderr)


def check(arguments: Namespace) -> int:
    """Every invariant; exit code 1 when one does not hold."""
    from store import advice

    with Org.open(arguments.file) as org:
        problems = advice.check(org)
    if arguments.json:
        print_json({"ok": not problems, "problems": problems})
    else:
        for problem in problems:
            print(problem)
        print(f"{arguments.file}: {len(problems) or 'no'} problem{'s' * (len(problems) != 1)}", file=sys.stderr)
    return 1 if problems else 0
