"""What the account tells about itself: totals, findings with their evidence, and whether the file is sound."""

from store.advice.finding import Finding, find_all
from store.advice.totals import totals
from store.advice.why import Decision, Value, contact_key, why
from store.invariants import check

__all__ = ["Decision", "Finding", "Value", "check", "contact_key", "find_all", "totals", "why"]
