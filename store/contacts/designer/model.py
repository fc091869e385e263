"""The contact model as the other rooms see it: attribute groups, attribute sets, attributes, and what relates them.

Every relationship leads away from the Contact record: its left side is nearer to it. Source: domain A6 and the recorded
schema answers, whose left items are attribute groups (the Contact) or sets that such a group has already.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.data_extensions import DataExtension

CONTACT = ""  # as the left side of a relationship: the Contact record
ONE, MANY = "One", "Many"  # as the API says them
SYSTEM, CUSTOM, POPULATION = "system", "custom", "population"


@dataclass(frozen=True)
class Attribute:
    """One attribute. `column` is its column in the set's source; types are those of data extensions and LongNumber."""

    name: str
    type: str
    length: int | None = None
    scale: int | None = None
    is_primary_key: bool = False
    is_identity: bool = False
    is_nullable: bool = True
    is_hidden: bool = False
    column: str = ""
    key: str = ""

    @property
    def definition_key(self) -> str:
        """Its key in the schema."""
        return self.key or self.name


@dataclass(frozen=True)
class AttributeSet:
    """One set. `id` is unique in a model; `source` is what stands for its rows in FROM, `de` the data extension."""

    id: str
    name: str
    key: str
    source: str
    attributes: tuple[Attribute, ...]
    storage: str = "DataExtension"
    is_system: bool = False
    de: DataExtension | None = None

    @cached_property
    def by_name(self) -> dict[str, Attribute]:
        """The attributes by lower-case name."""
        return {each.name.lower(): each for each in self.attributes}

    def attribute(self, name: str) -> Attribute:
        """The attribute of that name, whatever its case. Raises Refused with the nearest name."""
        found = self.by_name.get(name.strip().lower())
        if found is None:
            known = [each.name for each in self.attributes if not each.is_hidden]
            fix = did_you_mean(name, known) or f"It has {', '.join(known)}."
            kind = "data extension" if self.de is not None else "attribute set"
            raise Refused(f"The {kind} {self.name} has no field '{name}'.", fix=fix)
        return found

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The names of the key attributes, in their order."""
        return tuple(each.name for each in self.attributes if each.is_primary_key)


Pairs = tuple[tuple[str, str], ...]
"""(attribute of the left side, attribute of the right side) with the same value."""


@dataclass(frozen=True)
class Between:
    """The data extension between the two sides of a many-to-many relationship: (left, link) and (link, right)."""

    set_id: str
    left: Pairs
    right: Pairs


@dataclass(frozen=True)
class Relationship:
    """`left` and `right` are set ids, `left` CONTACT for the Contact record. `id` is the GUID that the API shows."""

    id: str
    group: str
    left: str
    right: str
    pairs: Pairs
    left_cardinality: str = ONE
    right_cardinality: str = ONE
    between: Between | None = None
    is_system: bool = False
    number: int | None = None  # of its row; None for the system's

    @property
    def cardinality(self) -> str:
        """As a person writes it: `1:1`, `1:many`, `many:1`, `many:many`."""
        said = {ONE: "1", MANY: "many"}
        return f"{said[self.left_cardinality]}:{said[self.right_cardinality]}"

    @property
    def join(self) -> tuple[object, ...]:
        """What it joins, whatever group it is in: two of the same join are one path."""
        pairs = tuple((left.lower(), right.lower()) for left, right in self.pairs)
        return self.left, self.right, pairs, self.between


@dataclass(frozen=True)
class AttributeGroup:
    """One group with the ids of its sets and its relationships; `kind` is system, custom or population."""

    name: str
    key: str
    kind: str
    sets: tuple[str, ...]
    relationships: tuple[Relationship, ...]
    description: str = ""
    mid: int = 0
    application: str = ""
    number: int | None = None


@dataclass(frozen=True)
class ContactModel:
    """All groups that the business unit worked in sees, the system's first, and their sets by id."""

    groups: tuple[AttributeGroup, ...]
    sets: dict[str, AttributeSet]

    @cached_property
    def relationships(self) -> tuple[Relationship, ...]:
        """Of all groups, in their order."""
        return tuple(each for group in self.groups for each in group.relationships)

    @cached_property
    def leading_from(self) -> dict[str, list[Relationship]]:
        """The relationships by the id of their left side; of several with the same join the first."""
        found: dict[str, list[Relationship]] = {}
        seen: set[tuple[object, ...]] = set()
        for each in self.relationships:
            if each.join not in seen:
                seen.add(each.join)
                found.setdefault(each.left, []).append(each)
        return found

    def find(self, name: str) -> AttributeSet | None:
        """The set of that name or key, case not counting, a person's own before the system's; None when there is none.

        A number behind an underscore is Data Designer's, for a set that is there twice.
        """
        wanted = name.strip().lower()
        stem, _, number = wanted.rpartition("_")
        for text in (wanted, stem if number.isdecimal() else ""):
            found = [each for each in self.sets.values() if text and text in (each.name.lower(), each.key.lower())]
            if found:
                return min(found, key=lambda each: each.is_system)
        return None

    def group(self, name: str) -> AttributeGroup:
        """The group of that name or key. Raises Refused with the nearest name."""
        wanted = name.strip().lower()
        for group in self.groups:
            if wanted in (group.name.lower(), group.key.lower()):
                return group
        known = [group.name for group in self.groups]
        fix = did_you_mean(name, known) or f"There are: {', '.join(known)}."
        raise Refused(f"There is no attribute group '{name}'.", fix=fix)

    def said(self, set_id: str) -> str:
        """A side of a relationship for a sentence."""
        return "Contact" if set_id == CONTACT else self.sets[set_id].name
