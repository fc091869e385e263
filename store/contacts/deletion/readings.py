"""What is shown of deletions: the operations, and how many contacts they took."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Deletion:
    """One operation; times are UTC seconds. `api_status` is what the status resource of the REST API says."""

    operation_id: int
    requested_at: int
    by: str
    list_key: str
    contacts: int
    status: str
    suppressed_at: int | None
    delete_at: int | None
    finished_at: int | None
    retries: int
    problem: str
    reached: dict[str, int]

    @property
    def api_status(self) -> str:
        """Completed when the contacts are gone; Processing before. Source: SFD:ContactsDeleteStatus, domain F3."""
        return {"Deleted": "Completed", "Failed": "Failed"}.get(self.status, "Processing")


def deletions(org: Org, limit: int = 100) -> list[Deletion]:
    """All operations, the newest first."""
    rows = org.rows(
        """SELECT operation_id, requested_at, CASE WHEN list_kind = '' THEN by ELSE list_kind END AS by, list_key,
                  contacts, status, suppressed_at, delete_at, finished_at, retries, problem, reached
             FROM contact_deletions ORDER BY operation_id DESC LIMIT ?""",
        limit,
    )
    return [Deletion(**{**dict(row), "reached": json.loads(row["reached"])}) for row in rows]


def suppression_days(org: Org) -> int:
    """How long contacts stay suppressed before they are deleted."""
    return int(org.value("SELECT suppression_days FROM contact_deletion_settings"))


def suppressed_count(org: Org) -> int:
    """How many contacts are suppressed now."""
    return int(org.value("SELECT count(*) FROM suppressed_contacts"))


def deleted_count(org: Org) -> int:
    """How many contacts were ever deleted."""
    return int(org.value("SELECT count(*) FROM deleted_contacts WHERE operation_id IS NOT NULL"))


def sql_deleted() -> str:
    """A SELECT of the ids of contacts that are gone: what refers to them refers to nobody."""
    return "SELECT contact_id FROM deleted_contacts"


def sql_deleted_keys() -> str:
    """A SELECT of (contact_key, operation_id, deleted_at) of the contacts that deletions took."""
    return """SELECT contact_key, operation_id, deleted_at FROM deleted_contacts WHERE operation_id IS NOT NULL"""
