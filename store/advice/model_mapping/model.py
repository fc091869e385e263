"""A mapping as it is planned: what becomes of each relation and why, and everything that is made for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from store.advice.model_mapping.relations import Measure, Relation


@dataclass(frozen=True)
class Proposal:
    """What becomes of one relation. `ways` are of wish.WAYS; `instead` are the other ways with what they cost."""

    relation: Relation
    said: str
    ways: tuple[str, ...]
    measure: Measure
    reasons: tuple[str, ...]
    costs: tuple[str, ...]
    instead: tuple[tuple[str, str], ...]
    chosen: bool = False  # by the person


@dataclass(frozen=True)
class PlannedExtension:
    """A data extension that is made: its definition, what a row is, and what to think of its retention."""

    definition: dict[str, Any]
    row: str
    retention: str

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.definition["name"])


@dataclass(frozen=True)
class PlannedQuery:
    """A SQL Query Activity. Those of step 1 run before the one of step 2, which reads what they fill."""

    key: str
    target: str
    action: str
    sql: str
    step: int
    why: str


@dataclass(frozen=True)
class Need:
    """What has to be synchronized first: a command of MC Connect with its arguments."""

    command: str
    arguments: dict[str, Any]
    said: str


@dataclass(frozen=True)
class Plan:
    """The whole mapping of a master object."""

    object: str
    masters: int
    proposals: tuple[Proposal, ...]
    refused: tuple[tuple[str, str], ...]  # related object, why it is left out
    extensions: tuple[PlannedExtension, ...]
    queries: tuple[PlannedQuery, ...]
    automation: dict[str, Any]
    group: dict[str, Any] | None  # the arguments of contacts.create_attribute_group
    needs: tuple[Need, ...]
    notes: tuple[str, ...]
