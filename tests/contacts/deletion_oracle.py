"""A plain account of contacts, their deletion and the migration of their keys: objects, and a list of what is due."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from itertools import count

HOUR, DAY, POLL = 3600, 86400, 900
QUEUE = 2 * HOUR  # that the queue works on one phase


@dataclass(eq=False)
class Person:
    """One contact; `operation` is the deletion that it is a member of."""

    key: str
    subscriber: bool = False
    unsubscribed: bool = False
    operation: int = 0
    suppressed: bool = False
    inside: int = 0
    mailed: int = 0
    number: int = 0  # in the order in which they came
    into: Person | None = None  # whom it was merged into


@dataclass
class Account:
    """Everybody, the rows of the audience, and what is due. Times are seconds from the beginning."""

    days: int
    now: int = 0
    people: dict[str, Person] = field(default_factory=dict)
    rows: dict[str, None] = field(default_factory=dict)
    busy_until: int = 0
    operations: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    uuids: set[str] = field(default_factory=set)
    is_migrated: bool = False
    mailed: int = 0
    due: list[tuple[int, int, str, object]] = field(default_factory=list)
    numbers: count[int] = field(default_factory=count)

    def later(self, at: int, what: str, whom: object) -> None:
        """Put something on the list."""
        heapq.heappush(self.due, (at, next(self.numbers), what, whom))

    def wait(self, seconds: int) -> None:
        """Let time pass, and do what is due on the way."""
        until = self.now + seconds
        while self.due and self.due[0][0] <= until:
            self.now, _, what, whom = heapq.heappop(self.due)
            getattr(self, f"_{what}")(whom)
        self.now = until

    # ---- what a person does

    def known(self, key: str) -> Person:
        """The contact of a key; a new one when there is none. A suppressed one is there still."""
        if key not in self.people:
            self.people[key] = Person(key, number=next(self.numbers))
        return self.people[key]

    def subscribe(self, key: str) -> None:
        """On the list, unless it is being deleted."""
        person = self.known(key)
        person.subscriber = person.subscriber or not person.suppressed

    def unsubscribe(self, key: str) -> None:
        """Out of everything commercial."""
        self.people[key].unsubscribed = True

    def enter(self, keys: list[str]) -> None:
        """New rows of the audience enter the journey; whoever is being deleted does not."""
        for key in (key for key in keys if key not in self.rows):
            self.rows[key] = None
            person = self.known(key)
            if not person.suppressed:
                person.inside += 1
                self.later(self.now + DAY, "message", (person, 1))

    def send(self) -> bool:
        """The newsletter to the audience; False when nobody is in it."""
        for key in self.rows:
            self._mail(self.known(key))
        return bool(self.rows)

    def delete(self, keys: list[str]) -> bool:
        """Ask for a deletion; False when none of them can be deleted."""
        members = [person for key in keys if (person := self.people.get(key)) and not person.operation]
        if not members:
            return False
        self.operations.append("Queued")
        number = len(self.operations)
        for person in members:
            person.operation = number
        if self.busy_until > self.now:
            self.later(self.busy_until, "suppress", number)
        else:
            self._suppress(number)
        return True

    def change(self, record: str) -> None:
        """A record of the CRM is changed: the next poll reads it."""
        if not self.changed:
            self.later(-(-self.now // POLL) * POLL, "poll", None)
        self.changed.add(record)

    def migrate(self, mapping: list[tuple[str, str]]) -> bool:
        """New keys for old ones; False when it was done before, or nothing would change."""
        chosen: dict[str, Person] = {}
        old_keys = {old for old, _ in mapping}
        for old in sorted(old_keys):
            new_keys = {new for known, new in mapping if known == old}
            person = self.people.get(old)
            if person is None or person.operation or len(new_keys) > 1:
                continue
            new = min(new_keys)
            target = self.people.get(new)
            if new and new not in old_keys and not (target and target.operation):
                chosen[new + "\0" + old] = person
        if self.is_migrated or not chosen:
            return False
        self.is_migrated = True
        for new in sorted({named.split("\0")[0] for named in chosen}):
            self._migrate(new, [person for named, person in chosen.items() if named.split("\0")[0] == new])
        return True

    def _migrate(self, new: str, old: list[Person]) -> None:
        """All of these are the contact of the new key: the one that has it, or the oldest of them."""
        old.sort(key=lambda person: person.number)
        stays = self.people.get(new) or old[0]
        for person in old:
            del self.people[person.key]
            if person is not stays:
                person.into = stays
                stays.subscriber = stays.subscriber or person.subscriber
                stays.unsubscribed = stays.unsubscribed or person.unsubscribed
                stays.inside += person.inside
                stays.mailed += person.mailed
        stays.key = new
        self.people[new] = stays

    # ---- what is due

    def _message(self, whom: tuple[Person, int]) -> None:
        """The first or the second message of the journey, for who is still a contact."""
        person, number = whom
        while person.into is not None:
            person = person.into
        if self.people.get(person.key) is not person:
            return
        self._mail(person)
        if number == 1:
            self.later(self.now + DAY, "message", (person, 2))
        else:
            person.inside -= 1

    def _mail(self, person: Person) -> None:
        if not person.suppressed and not person.unsubscribed:
            person.subscriber = True
            person.mailed += 1
            self.mailed += 1

    def _poll(self, _: object) -> None:
        for record in sorted(self.changed):
            if record in self.uuids:
                continue
            if record in self.people and self.people[record].suppressed:
                self.uuids.add(record)
            else:
                self.known(record)
        self.changed.clear()

    def _suppress(self, number: int) -> None:
        if self.busy_until > self.now:
            self.later(self.busy_until, "suppress", number)
            return
        self.operations[number - 1] = "Suppressed"
        for person in self.people.values():
            person.suppressed = person.suppressed or person.operation == number
        self.busy_until = self.now + QUEUE
        self.later(max(self.now + self.days * DAY, self.busy_until), "expunge", number)

    def _expunge(self, number: int) -> None:
        if self.busy_until > self.now:
            self.later(self.busy_until, "expunge", number)
            return
        self.operations[number - 1] = "Deleted"
        gone = {key for key, person in self.people.items() if person.operation == number}
        self.people = {key: person for key, person in self.people.items() if key not in gone}
        self.rows = {key: None for key in self.rows if key not in gone}
        self.busy_until = self.now + QUEUE
