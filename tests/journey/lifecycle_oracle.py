"""A plain interpreter of entry and versions, one contact after the other: what the engine must come to.

A journey that API events enter, whose versions are published, paused, resumed, finished and stopped, and whose contacts
are taken out. It is written from the rules (domain E1 and E6, SFH:mc_jb_pause) and knows no SQL. Events of a minute are
read together at its end; the random draws are those of `store.chance`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from store.chance import chance, share
from store.messaging import who

MINUTE, DAY = 60, 86400
INSIDE = "inside"


@dataclass
class Visit:
    """One run of a contact through a version."""

    contact: str
    entry_no: int
    version: int
    points: int
    at_key: str = ""
    due: int = 0
    state: str = INSIDE
    path: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Version:
    """One version with its activities by key."""

    number: int
    activities: dict[str, dict[str, Any]]
    status: str = "Running"
    resumes_as: str = "Running"
    paused_at: int = 0
    pause_ends: int | None = None
    afterwards: str = "none"
    extend: bool = False
    queue: bool = False


class Oracle:
    """The whole journey; `contact_ids` gives the Contact ID of a key, on which draws depend."""

    def __init__(self, seed: int, key: str, mode: str, threshold: int | None) -> None:
        self.seed, self.key, self.mode, self.threshold = seed, key, mode, threshold
        self.contact_ids: dict[str, int] = {}
        self.versions: list[Version] = []
        self.visits: list[Visit] = []
        self.pending: list[tuple[str, int]] = []
        self.entry_runs: set[int] = set()
        self.rejected: Counter[str] = Counter()
        self.fired = 0
        self.now = 0

    # ---- what a person does

    def publish(self, activities: list[dict[str, Any]]) -> None:
        for old in self.versions:
            if old.status == "Running":
                old.status = "Finishing"
            elif old.status == "Paused":
                old.resumes_as = "Finishing"
        number = len(self.versions) + 1
        self.versions.append(Version(number, {each["key"]: each for each in activities}))

    def fire(self, contact: str, points: int) -> None:
        self.fired += 1
        self.pending.append((contact, points))
        self.entry_runs.add(-(-self.now // MINUTE) * MINUTE)

    def pause(self, *, extend: bool, queue: bool, days: int, afterwards: str, every: bool) -> bool:
        wanted = ("Running", "Finishing") if every else ("Running",)
        chosen = [each for each in self.versions if each.status in wanted]
        for each in chosen if every else chosen[-1:]:
            each.resumes_as, each.status = each.status, "Paused"
            each.paused_at, each.extend, each.queue, each.afterwards = self.now, extend, queue, afterwards
            each.pause_ends = self.now + days * DAY if afterwards != "none" else None
        return bool(chosen)

    def resume(self) -> bool:
        chosen = [each for each in self.versions if each.status == "Paused"]
        for each in chosen:
            self._resume(each)
        return bool(chosen)

    def _resume(self, version: Version) -> None:
        version.status = version.resumes_as
        version.pause_ends = None
        for visit in self.visits:
            if visit.version == version.number and visit.state == INSIDE:
                if version.extend and visit.due >= version.paused_at:
                    visit.due += self.now - version.paused_at
                visit.due = max(visit.due, self.now)
        if version.status == "Running" and version.queue:
            self.entry_runs.add(self.now)

    def finish(self) -> bool:
        chosen = [each for each in self.versions if each.status == "Running"]
        for each in chosen:
            each.status = "Finishing"
        return bool(chosen)

    def stop(self) -> bool:
        chosen = [each for each in self.versions if each.status in ("Running", "Paused", "Finishing")]
        for each in chosen:
            self._stop(each)
        return bool(chosen)

    def _stop(self, version: Version) -> None:
        if version.status == "Paused" and version.queue and version.resumes_as == "Running":
            self._turn_away("stopped")
        version.status, version.pause_ends = "Stopped", None
        for visit in self.visits:
            if visit.version == version.number and visit.state == INSIDE:
                visit.state = "ejected"

    def exit(self, contact: str) -> bool:
        chosen = [visit for visit in self.visits if visit.contact == contact and visit.state == INSIDE]
        for visit in chosen:
            visit.state = "exited"
        return bool(chosen)

    # ---- what time does

    def advance(self, to: int) -> None:
        """All that is due up to a moment, in the order of time; an entry runs before the activities of its moment."""
        while (at := self._next()) is not None and at <= to:
            self.now = at
            for version in self.versions:
                if version.pause_ends == at:
                    self._resume(version) if version.afterwards == "resume" else self._stop(version)
            if at in self.entry_runs:
                self.entry_runs.discard(at)
                self._enter()
            for visit in list(self.visits):
                if visit.state == INSIDE and visit.due <= at and self._moves(visit):
                    self._go_on(visit)
        self.now = to

    def _next(self) -> int | None:
        times = [*self.entry_runs, *(each.pause_ends for each in self.versions if each.pause_ends is not None)]
        times += [visit.due for visit in self.visits if visit.state == INSIDE and self._moves(visit)]
        return min(times, default=None)

    def _moves(self, visit: Visit) -> bool:
        return self.versions[visit.version - 1].status in ("Running", "Finishing")

    def _enter(self) -> None:
        running = [each for each in self.versions if each.status == "Running"]
        waiting = [each for each in self.versions if each.status == "Paused" and each.resumes_as == "Running"]
        if running:
            pending, self.pending = self.pending, []
            for contact, points in pending:
                self._let_in(running[-1], contact, points)
        elif waiting and waiting[-1].queue:
            return
        elif waiting:
            self._turn_away("paused")
        elif self.versions:
            self._turn_away(self.versions[-1].status.lower())

    def _turn_away(self, status: str) -> None:
        self.rejected[f"Rejected: the version is {status}"] += len(self.pending)
        self.pending = []

    def _let_in(self, version: Version, contact: str, points: int) -> None:
        own = [visit for visit in self.visits if visit.contact == contact]
        if self.threshold is not None and points < self.threshold:
            self.rejected["DidNotMeetEntryCriteria"] += 1
        elif self.mode == "OnceAndDone" and own:
            self.rejected["Rejected: no re-entry"] += 1
        elif self.mode == "SingleEntryAcrossAllVersions" and any(visit.state == INSIDE for visit in own):
            self.rejected["Rejected: the contact is in the journey"] += 1
        else:
            visit = Visit(contact, len(own), version.number, points)
            self.visits.append(visit)
            self._arrive(visit, next(iter(version.activities)))

    def _arrive(self, visit: Visit, key: str | None) -> None:
        if key is None:
            visit.state = "completed"
            return
        activity = self.versions[visit.version - 1].activities[key]
        visit.at_key, visit.due = key, self.now
        visit.path.append((key, self.now))
        if activity["type"] == "WAIT":
            visit.due = self.now + int(activity["configurationArguments"]["waitDuration"] * MINUTE)

    def _go_on(self, visit: Visit) -> None:
        """Leave where it stands, and whatever takes no time after it."""
        while visit.state == INSIDE and visit.due <= self.now:
            activity = self.versions[visit.version - 1].activities[visit.at_key]
            self._arrive(visit, self._taken(activity, visit).get("next"))

    def _taken(self, activity: dict[str, Any], visit: Visit) -> dict[str, Any]:
        outcomes: list[dict[str, Any]] = activity["outcomes"]
        if activity["type"] == "MULTICRITERIADECISION":
            return outcomes[0] if visit.points >= activity["least"] else outcomes[1]
        if activity["type"] != "RANDOMSPLIT":
            return outcomes[0]
        number = visit.entry_no << 32 | self.contact_ids[visit.contact]
        drawn = chance(self.seed, f"random split|{self.key}|{activity['key']}", who(number))
        total = 0.0
        for outcome in outcomes:
            total += outcome["arguments"]["percentage"]
            if drawn < share(total / 100):
                return outcome
        return outcomes[-1]
