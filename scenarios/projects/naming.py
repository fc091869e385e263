"""An account of one or several business units: which one a thing is made in, and who means whom.

Folders of several business units become the enterprise and its children: `_ParentBU_` is the enterprise, its things
come first. The folder of a single one becomes the enterprise, whatever its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scenarios.projects.content import Item
from scenarios.projects.files import PARENT
from scenarios.projects.report import Line, Report
from store import business_units
from store.business_units import ENTERPRISE_MID
from store.commands import run_command

if TYPE_CHECKING:
    from store.org import Org


@dataclass
class Import:
    """An import under way."""

    org: Org
    report: Report
    notes: list[Line] = field(default_factory=list)  # about the thing that is being made
    queries: dict[tuple[str, str], str] = field(default_factory=dict)  # (unit, key or name) -> key here
    data_extensions: dict[tuple[str, str], str] = field(default_factory=dict)  # (unit, key or name) -> path here
    units_of: dict[tuple[str, str], str] = field(default_factory=dict)  # (type, key) -> the unit it came from
    emails: dict[str, dict[str, Any]] = field(default_factory=dict)  # asset key -> {subject, html, text}
    senders: dict[int, dict[str, Any]] = field(default_factory=dict)  # email id -> {from_name, from_email}
    attribute_sets: dict[tuple[str, str], Item] = field(default_factory=dict)  # (unit, key) -> what was read of it
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

    def business_unit(self, unit: str) -> str | int:
        """The business unit here that a folder stands for; it is made when it is new."""
        if len(self.report.units) == 1 or unit.split("/")[-1] == PARENT:
            return ENTERPRISE_MID
        name = unit.replace("/", " ")
        if business_units.find(self.org, name) is None:
            run_command(self.org, "business_units.create", {"name": name})
        return name

    def name_of(self, unit: str, names: list[str]) -> str | None:
        """The data extension here that a unit means by one of these keys or names; shared ones are the parent's."""
        for name in names:
            found = self.data_extensions.get((unit, name.lower()))
            if found:
                return found
        return None
