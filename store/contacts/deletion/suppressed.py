"""Who is suppressed: SQL for the rooms that must not see, mail or let in such contacts.

A suppressed contact keeps its rows until the period ends, so that whoever is inside a journey can still be counted;
everything that shows or reaches contacts leaves them out. When nobody is suppressed that costs one look into an empty
table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.org import Org

SUPPRESSED = "SELECT contact_id FROM suppressed_contacts"
SUPPRESSED_KEYS = """SELECT c.contact_key FROM suppressed_contacts s CROSS JOIN contacts c USING (contact_id)"""


def any_suppressed(org: Org) -> bool:
    """Whether a contact is suppressed now."""
    return org.value("SELECT 1 FROM suppressed_contacts LIMIT 1") is not None


def is_suppressed(org: Org, contact_key: str) -> bool:
    """Whether the contact of this key is suppressed."""
    found = org.value(
        """SELECT 1 FROM contacts c CROSS JOIN suppressed_contacts s USING (contact_id) WHERE c.contact_key = ?""",
        contact_key.strip(),
    )
    return found is not None


def sql_not_suppressed(org: Org, contact_id: str) -> str:
    """SQL for `contact_id` being of a contact that is not suppressed: `1` when nobody is."""
    return f"{contact_id} NOT IN ({SUPPRESSED})" if any_suppressed(org) else "1"


def any_contact_gone(org: Org) -> bool:
    """Whether a contact was ever deleted, or merged into another: then an id may be of nobody."""
    return org.value("SELECT 1 FROM deleted_contacts LIMIT 1") is not None


def any_subscriber_deleted(org: Org) -> bool:
    """Whether a subscriber was ever deleted in Email Studio alone."""
    return org.value("SELECT 1 FROM deleted_subscribers LIMIT 1") is not None
