"""Contact deletion: suppressed first, deleted when the suppression period is over, never to be restored.

Contacts knows no other room's tables: each registers with `on_contact_deletion` what it deletes, and with
`kept_at_deletion` what the product leaves; `places_at_deletion` says where both are. Source: domain A5.
"""

from __future__ import annotations

from store.contacts.deletion import invariants as _invariants  # noqa: F401 (declares them)
from store.contacts.deletion import own as _own  # noqa: F401 (registers what it deletes)
from store.contacts.deletion.operations import expunge
from store.contacts.deletion.plan import DeletionPlan, deletion_plan
from store.contacts.deletion.reach import Whom, kept_at_deletion, on_contact_deletion, places_at_deletion
from store.contacts.deletion.readings import (
    Deletion,
    deleted_count,
    deletions,
    sql_deleted,
    sql_deleted_keys,
    suppressed_count,
    suppression_days,
)
from store.contacts.deletion.suppressed import (
    SUPPRESSED,
    SUPPRESSED_KEYS,
    any_subscriber_deleted,
    any_suppressed,
    is_suppressed,
    sql_not_suppressed,
)
from store.contacts.deletion.tables import DDL

__all__ = [
    "DDL",
    "SUPPRESSED",
    "SUPPRESSED_KEYS",
    "Deletion",
    "DeletionPlan",
    "Whom",
    "any_subscriber_deleted",
    "any_suppressed",
    "deleted_count",
    "deletion_plan",
    "deletions",
    "expunge",
    "is_suppressed",
    "kept_at_deletion",
    "on_contact_deletion",
    "places_at_deletion",
    "sql_deleted",
    "sql_deleted_keys",
    "sql_not_suppressed",
    "suppressed_count",
    "suppression_days",
]
