"""What the account tells about itself: totals, findings with their evidence, lineage, and whether the file is sound."""

from store.advice import model_mapping
from store.advice.bill import Included, against_licence
from store.advice.breaks import Break, breaks_if
from store.advice.finding import Finding, find_all
from store.advice.key_audit import Duplicates, KeyKind, Saving, billed_twice, key_audit, savings
from store.advice.lineage import Edge, Lineage, Node, lineage, readers, writers
from store.advice.not_sent import NotSent, not_sent, would_be_left_out
from store.advice.order import Contradiction, contradictions, cycles
from store.advice.record_filters import filters_for_never_mailed
from store.advice.subscriptions import Standing, subscriptions
from store.advice.totals import totals
from store.advice.triggered_ways import Message, Way, Ways, stations, triggered_ways
from store.advice.units import THINGS, things_of_units
from store.advice.why import Decision, Value, contact_key, why
from store.advice.written import Written, written
from store.invariants import check

__all__ = [
    "Break",
    "Contradiction",
    "Decision",
    "Duplicates",
    "Edge",
    "Finding",
    "Included",
    "KeyKind",
    "Lineage",
    "Message",
    "Node",
    "NotSent",
    "Saving",
    "Standing",
    "THINGS",
    "Value",
    "Way",
    "Ways",
    "Written",
    "against_licence",
    "billed_twice",
    "breaks_if",
    "check",
    "contact_key",
    "contradictions",
    "cycles",
    "filters_for_never_mailed",
    "find_all",
    "key_audit",
    "lineage",
    "model_mapping",
    "not_sent",
    "readers",
    "savings",
    "stations",
    "subscriptions",
    "things_of_units",
    "totals",
    "triggered_ways",
    "why",
    "would_be_left_out",
    "writers",
    "written",
]
