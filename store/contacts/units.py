"""What a business unit has of All Subscribers: whom it added or mailed, and who is unsubscribed from it alone.

Both are of the enterprise's subscribers; the enterprise itself has all of them and needs no rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units
from store.business_units import BUSINESS_UNIT_ONLY, ENTERPRISE_MID
from store.contacts.contacts import Params

if TYPE_CHECKING:
    from store.org import Org


def record_in_unit(org: Org, mid: int, select_sql: str, params: Params | None = None) -> int:
    """The contacts whose ids the SELECT gives were added or mailed by a business unit; returns how many are new to it.

    Who is no subscriber is left out.
    """
    if mid == ENTERPRISE_MID:
        return 0
    return org.run(
        f"""INSERT OR IGNORE INTO business_unit_subscribers
            SELECT :recorded_for, contact_id
              FROM (WITH given(contact_id) AS ({select_sql}) SELECT contact_id FROM given)
              JOIN all_subscribers USING (contact_id)""",
        {**(params or {}), "recorded_for": mid},
    )


def unsubscribes_alone(org: Org, mid: int) -> bool:
    """Whether unsubscribes from this business unit hold for it only. Source: domain A3, level 2."""
    return business_units.get(org, mid).unsubscribe == BUSINESS_UNIT_ONLY


def unsubscribe_from_unit(org: Org, mid: int, select_sql: str, params: Params | None, reason: str) -> int:
    """Unsubscribe the contacts whose ids the SELECT gives from one business unit; returns how many were not before."""
    return org.run(
        f"""INSERT OR IGNORE INTO business_unit_unsubscribes
            SELECT :unsubscribed_from, contact_id, :unsubscribed_at, :unsubscribed_by
              FROM (WITH given(contact_id) AS ({select_sql}) SELECT contact_id FROM given)
              JOIN all_subscribers USING (contact_id)""",
        {
            **(params or {}),
            "unsubscribed_from": mid,
            "unsubscribed_at": org.now,
            "unsubscribed_by": reason,
        },
    )


def is_unsubscribed_from(org: Org, mid: int, contact_id: int) -> bool:
    """Whether a contact is unsubscribed from a business unit alone."""
    found = org.value("SELECT 1 FROM business_unit_unsubscribes WHERE mid = ? AND contact_id = ?", mid, contact_id)
    return found is not None


def resubscribe_to_unit(org: Org, mid: int, select_sql: str, params: Params | None = None) -> int:
    """End the unsubscribes of the contacts whose ids the SELECT gives from a business unit; returns how many."""
    return org.run(
        f"DELETE FROM business_unit_unsubscribes WHERE mid = :back_to AND contact_id IN ({select_sql})",
        {**(params or {}), "back_to": mid},
    )


def subscribers_by_unit(org: Org) -> dict[int, int]:
    """How many subscribers each business unit has, by MID; the enterprise has all."""
    rows = org.rows("SELECT mid, count(*) FROM business_unit_subscribers GROUP BY mid ORDER BY mid")
    everyone = int(org.value("SELECT count(*) FROM all_subscribers"))
    return {ENTERPRISE_MID: everyone} | {row[0]: int(row[1]) for row in rows}


def unsubscribed_by_unit(org: Org) -> dict[int, int]:
    """How many are unsubscribed from each business unit alone, by MID."""
    rows = org.rows("SELECT mid, count(*) FROM business_unit_unsubscribes GROUP BY mid ORDER BY mid")
    return {row[0]: int(row[1]) for row in rows}


def sql_unsubscribed_from(mid: int) -> str:
    """A SELECT of the contact ids that are unsubscribed from a business unit alone."""
    return f"SELECT contact_id FROM business_unit_unsubscribes WHERE mid = {mid}"
