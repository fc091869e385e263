"""Whom a send leaves out and why: lists that it names, auto-suppression, domains, List Detective, criteria, statuses.

`sql_excluded` says it of any SELECT of contacts, for a job that is there already.
"""

from __future__ import annotations

from store.messaging.exclusions import auto_suppression, invariants, tables  # noqa: F401 (commands, declarations)
from store.messaging.exclusions.auto_suppression import AutoSuppression, auto_suppressions
from store.messaging.exclusions.codes import (
    DELETED,
    EXCLUSIONS,
    HELD,
    INVALID_ADDRESS,
    MISSING_ADDRESS,
    NOT_IN_ALL_SUBSCRIBERS,
    UNSUBSCRIBED,
)
from store.messaging.exclusions.explaining import Words, named_in, words
from store.messaging.exclusions.left_out import Cause, LeftOut, causes, left_out, left_out_of
from store.messaging.exclusions.named import Named, named_by, names_of_json
from store.messaging.exclusions.reasons import Asked, Reason, reasons, sql_first_reason
from store.messaging.exclusions.standing import Excluded, excluded, sql_excluded
from store.messaging.exclusions.suppressing import Suppressing, suppressing

DDL = tables.DDL

__all__ = [
    "DDL",
    "DELETED",
    "EXCLUSIONS",
    "HELD",
    "INVALID_ADDRESS",
    "MISSING_ADDRESS",
    "NOT_IN_ALL_SUBSCRIBERS",
    "UNSUBSCRIBED",
    "Asked",
    "AutoSuppression",
    "Cause",
    "Excluded",
    "LeftOut",
    "Named",
    "Reason",
    "Suppressing",
    "Words",
    "auto_suppressions",
    "causes",
    "excluded",
    "left_out",
    "left_out_of",
    "named_by",
    "named_in",
    "names_of_json",
    "reasons",
    "sql_excluded",
    "sql_first_reason",
    "suppressing",
    "words",
]
