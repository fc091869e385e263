"""What the account tells about itself: totals, findings with their evidence, lineage, and whether the file is sound."""

from store.advice.breaks import Break, breaks_if
from store.advice.finding import Finding, find_all
from store.advice.lineage import Edge, Lineage, Node, lineage, readers, writers
from store.advice.order import Contradiction, contradictions, cycles
from store.advice.totals import totals
from store.advice.units import THINGS, things_of_units
from store.advice.why import Decision, Value, contact_key, why
from store.advice.written import Written, written
from store.invariants import check

__all__ = [
    "Break",
    "Contradiction",
    "Decision",
    "Edge",
    "Finding",
    "Lineage",
    "Node",
    "THINGS",
    "Value",
    "Written",
    "breaks_if",
    "check",
    "contact_key",
    "contradictions",
    "cycles",
    "find_all",
    "lineage",
    "readers",
    "things_of_units",
    "totals",
    "why",
    "writers",
    "written",
]
