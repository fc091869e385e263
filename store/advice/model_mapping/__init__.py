"""Model mapping: from the CRM's relational objects to flat data extensions, and everything that fills them.

`planned` says what becomes of each relation and why, with the T-SQL and what it costs on the data that there are;
the command `mapping.apply` makes it.
"""

from __future__ import annotations

from store.advice.model_mapping.applying import planned
from store.advice.model_mapping.model import Need, Plan, PlannedExtension, PlannedQuery, Proposal
from store.advice.model_mapping.planning import related_to
from store.advice.model_mapping.relations import Measure, Relation
from store.advice.model_mapping.wish import WAYS

__all__ = [
    "Measure",
    "Need",
    "Plan",
    "PlannedExtension",
    "PlannedQuery",
    "Proposal",
    "Relation",
    "WAYS",
    "planned",
    "related_to",
]
