"""What an activity is: one class in one file, registered under its type.

A class has what it reads of its definition, `check` (what publishing should say), `run` (set-based: it gets a cohort
and moves it on), `explain` (one sentence) and, for splits, `decision` (why one visit took its way). A new activity is
one new file in this folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from store.journey.spec import ActivitySpec, Branch, Interaction, Json

if TYPE_CHECKING:
    from store.data_extensions import Field
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org


@dataclass(frozen=True)
class Finding:
    """What a check found. `severity` is error (publishing refuses) or warning; `code` the product's, where known."""

    severity: str
    message: str
    activity_key: str = ""
    code: str = ""


@dataclass(frozen=True)
class Read:
    """One value that a decision read: the attribute's name, its value, and where it was read from."""

    name: str
    value: object
    source: str


@dataclass(frozen=True)
class Decision:
    """Why a visit took its way at a split: the rule of the outcome as a sentence and the values it read."""

    rule: str
    read: tuple[Read, ...] = ()


class Activity:
    """Base of all activities; by itself it does nothing and goes on at once."""

    type: ClassVar[str] = ""
    label: ClassVar[str] = ""
    is_split: bool = False
    has_remainder: ClassVar[bool] = False  # the last path takes whom no other took, and stays the last
    holds: ClassVar[bool] = False  # a wait: the goal and the exit criteria are looked at when contacts leave it

    def __init__(self, spec: ActivitySpec, journey: Interaction | None = None) -> None:
        self.spec, self.journey = spec, journey

    @classmethod
    def means(cls, spec: ActivitySpec) -> bool:
        """Whether an activity of this type is this class, where several share a type."""
        return True

    @classmethod
    def blank(cls) -> Json:
        """The JSON of a new activity of this type as the canvas puts it there: not configured, one way out."""
        return {
            "type": cls.type,
            "name": cls.label,
            "arguments": {},
            "configurationArguments": {},
            "metaData": {"isConfigured": False},
        }

    @property
    def key(self) -> str:
        return self.spec.key

    @property
    def title(self) -> str:
        """For the agenda and the canvas: `Email Welcome 1`."""
        return f"{self.label} {self.spec.name}"

    @property
    def outcomes(self) -> Sequence[Branch]:
        """The ways out, in order."""
        return self.spec.branches

    @property
    def next(self) -> str | None:
        """Where an activity with one way out leads."""
        return self.outcomes[0].next if self.outcomes else None

    def check(self, checking: Checking) -> Iterator[Finding]:
        """What is wrong with the definition, in this journey."""
        yield from ()

    @property
    def awaits(self) -> str:
        """The key of the event that contacts wait for here, empty for none."""
        return ""

    def event_came(self, run: Run) -> None:
        """An event of the key that is awaited has come for somebody."""

    def fields_put_out(self, org: Org) -> dict[str, Field]:
        """Journey data that it adds: `<event key>.<field>` in lower case -> the field."""
        return {}

    def prepare(self, org: Org, version: Version) -> str | None:
        """Make at publication what the activity needs; returns the object id that _JourneyActivity shows, if any."""
        return None

    def stopped(self, org: Org, version: Version) -> None:
        """The version is stopped: end what was made at publication."""

    def probe(self, checking: Checking) -> Iterator[Finding]:
        """What is wrong outside the file at this moment, such as a server that does not answer; never stored."""
        yield from ()

    def due_at(self, now: int) -> int:
        """When a cohort that arrives now goes on; UTC seconds."""
        return now

    def after_pause(self, due_at: int, seconds: int) -> int:
        """When those who were due at `due_at` are, after a pause of so many seconds that extends waits by duration."""
        return due_at

    def run_all(self, run: Run, cohorts: Sequence[Cohort]) -> None:
        """Do the activity for all cohorts that are due, oldest first."""
        for cohort in cohorts:
            self.run(run, cohort)

    def run(self, run: Run, cohort: Cohort) -> None:
        """Do the activity for all members of a cohort and move it on."""
        run.move(cohort, self.next)

    def done(self, counts: dict[str, int]) -> str:
        """What a step at this activity did, in the words of the timeline."""
        ended_last = sorted(counts.items(), key=lambda item: item[0] in ("completed", "exited", "ejected"))
        said = ", ".join(f"{people} {what}" for what, people in ended_last)
        return f"{self.title}: {said}" if said else self.title

    def facts(self, org: Org, version: Version) -> list[tuple[str, str]]:
        """How it went so far, (what, how much) each, beyond who came and where they went; published versions only."""
        return []

    def explain(self) -> str:
        """What the activity does, in one sentence."""
        return self.label

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        """Why a visit took an outcome at a moment; None where there is nothing to decide."""
        return None

    def error(self, message: str, code: str = "") -> Finding:
        """An error of this activity."""
        return Finding("error", message, self.key, code)

    def warning(self, message: str, code: str = "") -> Finding:
        """A warning about this activity."""
        return Finding("warning", message, self.key, code)


_types: dict[str, list[type[Activity]]] = {}
_A = TypeVar("_A", bound=type[Activity])


def activity(name: str, label: str, *, split: bool = False) -> Callable[[_A], _A]:
    """Register a class for a type (upper case, aliases are resolved before); `label` is what the canvas calls it.

    Of several classes for a type the one whose `means` says so is taken, the last registered first.
    """

    def register(cls: _A) -> _A:
        cls.type, cls.label, cls.is_split = name, label, split
        _types.setdefault(name, []).insert(0, cls)
        return cls

    return register


def registered() -> dict[str, tuple[type[Activity], ...]]:
    """The classes by the type that they run, sorted by type."""
    return {name: tuple(_types[name]) for name in sorted(_types)}


def as_number(value: Any) -> float | None:
    """A number that may be written as text in the JSON; None for anything else."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
