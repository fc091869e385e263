"""One account out of several business units: which name and key a thing gets here, and who means whom.

The simulation has one business unit. The parent's things come first and keep their names, so that `Ent.Name` finds
them; a thing of another unit whose name or key is taken becomes `Name (Unit)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scenarios.projects.content import Item
from scenarios.projects.report import Line, Report

if TYPE_CHECKING:
    from store.org import Org


@dataclass
class Import:
    """An import under way."""

    org: Org
    report: Report
    notes: list[Line] = field(default_factory=list)  # about the thing that is being made
    queries: dict[tuple[str, str], str] = field(default_factory=dict)  # (unit, key or name) -> key here
    data_extensions: dict[tuple[str, str], str] = field(default_factory=dict)  # (unit, key or name) -> name here
    renamed: dict[str, dict[str, str]] = field(default_factory=dict)  # unit -> {name there: name here}
    units_of: dict[tuple[str, str], str] = field(default_factory=dict)  # (type, key) -> the unit it came from
    emails: dict[str, dict[str, Any]] = field(default_factory=dict)  # asset key -> {subject, html, text}
    senders: dict[int, dict[str, Any]] = field(default_factory=dict)  # email id -> {from_name, from_email}
    journeys: set[str] | None = None  # keys in lower case, looked up once
    _item: Item | None = None

    def begin(self, item: Item) -> None:
        """The next thing."""
        self._item, self.notes = item, []

    def note(self, text: str) -> None:
        """Something to know about the thing that is being made."""
        assert self._item is not None
        item = self._item
        self.notes.append(Line(item["file"], item["unit"], item["key"], item["name"], text))

    def take_key(self, item: Item) -> str:
        """The key here: its own, or `KEY (Unit)` when another unit's thing of this import has it."""
        first = self.units_of.setdefault((item["type"], item["key"].lower()), item["unit"])
        if first == item["unit"]:
            return item["key"]
        self.note(f"{first} has one with this key too: this one has the key '{item['key']} ({item['unit']})' here.")
        return f"{item['key']} ({item['unit']})"

    def name_of(self, unit: str, names: list[str]) -> str | None:
        """The data extension here that a unit means by one of these keys or names; shared ones are the parent's."""
        for name in names:
            found = self.data_extensions.get((unit, name.lower()))
            if found:
                return found
        return None

    def warn_of_renamed(self, unit: str, text: str) -> None:
        """Say it when a text of a unit names a data extension that has another name here."""
        for there, here in self.renamed.get(unit, {}).items():
            if re.search(rf"(?<!\w){re.escape(there)}(?!\w)", text, re.IGNORECASE):
                self.note(f"It names {there}, which here is another unit's: {unit}'s own is '{here}'.")
