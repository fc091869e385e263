"""What an entry source is: one class in one file, registered under the trigger's type.

Every source comes down to rows with a Contact Key: the rows of a data extension that a run looks at, or events that
arrived (arrivals.py). A class says where they are (`candidates`), what must be there before publishing (`check`), what
publishing starts (`start`) and what it does in a sentence (`explain`). Who of the candidates gets in is the same for
all of them: admission.py. A new entry source is one new file in this folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from store import business_units, data_extensions
from store.data_extensions import DataExtension, Field
from store.errors import Refused
from store.journey.activities.base import Finding
from store.journey.candidates import Candidates as Candidates  # whoever writes a source needs both

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.spec import EventDefinition
    from store.journey.version import Version
    from store.org import Org


class EntrySource:
    """Base of all entry sources: contacts come from the data extension of the trigger's event definition."""

    type: ClassVar[str] = ""
    label: ClassVar[str] = ""
    arrives: ClassVar[bool] = False  # events arrive one by one; otherwise a run looks at a data extension
    establishes: ClassVar[bool] = True  # a key that is no contact yet becomes one

    def __init__(self, version: Version) -> None:
        self.version = version

    @classmethod
    def means(cls, version: Version) -> bool:
        """Whether a trigger of this type is this source, where several share a type."""
        return True

    @property
    def event(self) -> EventDefinition:
        """The event definition. Raises Refused when there is none."""
        if self.version.event is None:
            fix = "Give its trigger an event definition."
            raise Refused(f"The journey {self.version.name} has no entry event.", fix=fix)
        return self.version.event

    def data_extension(self, org: Org) -> DataExtension:
        """The event's data extension. Raises Refused when there is none."""
        if not self.event.data_extension:
            raise Refused(f"The entry event {self.event.key} has no data extension.")
        with business_units.acting(org, self.version.mid):
            return data_extensions.get(org, self.event.data_extension)

    @property
    def trickles(self) -> bool:
        """Whether a pause may queue its entrants; a source that reads all records each time may not."""
        return True

    def fields(self, org: Org) -> tuple[Field, ...]:
        """The fields of the journey data; none when the data extension is not there."""
        event = self.version.event
        with business_units.acting(org, self.version.mid):
            de = data_extensions.find(org, event.data_extension) if event and event.data_extension else None
        return de.fields if de else ()

    def check(self, checking: Checking) -> Iterator[Finding]:
        """The event, and a data extension that messages can be sent to, must be there."""
        if self.version.event is None:
            key = self.version.spec.event_key
            said = f"There is no event definition '{key}'." if key else "The journey has no entry source."
            yield Finding("error", said)
            return
        try:
            de = data_extensions.refuse_unless_sendable(checking.org, self.data_extension(checking.org).path)
        except Refused as error:
            yield self.refusal(error)
            return
        if de.sendable_to != "Subscriber Key":
            yield self.warning(f"{de.name} relates to the {de.sendable_to}; its values are taken as Contact Keys.")

    def start(self, org: Org) -> None:
        """Begin to let contacts in: the version was just published."""

    def stop(self, org: Org) -> None:
        """No more contacts come in: the version finishes or was stopped."""

    def follow(self, org: Org, runs: int) -> None:
        """After a run of its schedule: put the next one on the agenda."""

    def candidates(self, org: Org) -> Candidates:
        """The rows that may enter now."""
        raise NotImplementedError

    def refuse(self, org: Org, candidates: Candidates) -> tuple[str, str, dict[str, Any]]:
        """(SQL over e that is 1 for whom this source itself turns away, the reason, parameters); '' for nobody."""
        return "", "", {}

    def keep_rows(self, org: Org, candidates: Candidates) -> None:
        """Keep what the candidates bring, whoever gets in, where that was not done when they came."""

    def entered(self, org: Org, candidates: Candidates, cohort_id: int, newest_before: int) -> None:
        """What else happens to those who entered just now (TEMP table `entering`: visit, row_key), where events arrive.

        Those whose Contact ID is above `newest_before` were no contacts before.
        """

    def explain(self) -> str:
        """Where contacts come from, in one sentence."""
        return f"Contacts come from {self.label}."

    def error(self, message: str, code: str = "") -> Finding:
        """An error of this entry source."""
        return Finding("error", f"Entry source: {message}", code=code)

    def refusal(self, error: Refused) -> Finding:
        """An error of this entry source in the words of what was refused."""
        return self.error(f"{error.message} {error.fix}".rstrip())

    def warning(self, message: str, code: str = "") -> Finding:
        """A warning about this entry source."""
        return Finding("warning", f"Entry source: {message}", code=code)


_kinds: dict[str, list[type[EntrySource]]] = {}
_S = TypeVar("_S", bound=type[EntrySource])


def entry_source(label: str, *types: str) -> Callable[[_S], _S]:
    """Register a class for trigger types (upper case); `label` is what Journey Builder calls the source.

    Of several classes for a type the one whose `means` says so is taken, the last registered first.
    """

    def register(cls: _S) -> _S:
        cls.type, cls.label = types[0], label
        for name in types:
            _kinds.setdefault(name, []).insert(0, cls)
        return cls

    return register


def kinds() -> dict[str, tuple[type[EntrySource], ...]]:
    """The classes by trigger type, sorted by type."""
    return {name: tuple(_kinds[name]) for name in sorted(_kinds)}
