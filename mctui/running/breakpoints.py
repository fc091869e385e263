"""Breakpoints: activities before which a run stops. They are the person's, so they stay out of the world's file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mctui.paths import Paths
    from store import Org
    from store.agenda import Entry
    from store.commands import Outcome

Place = tuple[str, str]  # key of a journey, key of an activity or ENTRY
ENTRY = "(entry)"


class Held(Exception):
    """A run came to a breakpoint: the step that met it is undone."""

    def __init__(self, place: Place) -> None:
        super().__init__("/".join(place))
        self.place = place


class Watched:
    """What steps do in journeys: `here` holds the places that the last step was at.

    A place of `stops` raises Held out of the step, but not at the step that `passed` names: a run that was held there
    goes on from it.
    """

    def __init__(self, stops: frozenset[Place] = frozenset(), passed: tuple[int, Place] | None = None) -> None:
        self.stops, self.passed = stops, passed
        self.here: set[Place] = set()

    @contextmanager
    def over(self, org: Org) -> Iterator[None]:
        """Watch the steps of an org."""

        def see(entry: Entry, outcome: Outcome) -> None:
            place = _place(entry, outcome)
            if place is None:
                return
            if place in self.stops and (org.k, place) != self.passed:
                raise Held(place)
            self.here.add(place)

        org.after_entry = see
        try:
            yield
        finally:
            org.after_entry = None


def _place(entry: Entry, outcome: Outcome) -> Place | None:
    """Where an entry of the agenda did something; nowhere, when nobody was due."""
    kind, _, journey = outcome.subject.partition("/")
    if outcome.quiet or kind != "journey":
        return None
    if entry.kind == "journey.activity":
        return journey, str(entry.args["activity_key"])
    return (journey, ENTRY) if entry.kind == "journey.entry" else None


def written(place: Place) -> str:
    """A place as a person writes it."""
    return "/".join(place)


# ---- kept in the state folder, by the path of the world


def recall(paths: Paths, world: Path) -> frozenset[Place]:
    """The breakpoints of a world; none when they cannot be read."""
    found = _all(paths).get(str(world.resolve()), [])
    return frozenset((str(journey), str(activity)) for journey, activity in found)


def keep(paths: Paths, world: Path, places: frozenset[Place]) -> str:
    """Keep them for the next time; returns what went wrong, if anything."""
    kept = {**_all(paths), str(world.resolve()): sorted(map(list, places))}
    try:
        paths.state.mkdir(parents=True, exist_ok=True)
        text = json.dumps({name: found for name, found in kept.items() if found}, indent=1)
        paths.breakpoints.write_text(text, "utf-8")
    except OSError as error:
        return f"{paths.breakpoints} cannot be written: {error.strerror}. The next start will not know them."
    return ""


def _all(paths: Paths) -> dict[str, Any]:
    try:
        found = json.loads(paths.breakpoints.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
