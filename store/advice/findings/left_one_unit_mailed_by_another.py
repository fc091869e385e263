"""Unsubscribed from one business unit, and mailed by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.advice.finding import Evidence, finding
from store.advice.messages_to import messages_to
from store.clock import sql_utc_text

if TYPE_CHECKING:
    from store.org import Org

_LEFT = """SELECT x.contact_id, x.unsubscribed_at AS at, x.mid, u.name AS unit, x.reason
             FROM business_unit_unsubscribes x JOIN business_units u USING (mid)"""


@finding(
    "left-one-unit-mailed-by-another",
    severity="info",
    title="{count} [message went to a person|messages went to people] who had unsubscribed from another business unit",
    # Source: domain A3, level 2: UnsubscribeBehaviorEnum BUSINESS_UNIT_ONLY.
    why="Where a business unit unsubscribes from itself only, its unsubscribes do not hold in the others. Whoever takes"
    " the brands for one company sees an unsubscribe that is not honored.",
    fix="Say in the message whose mail the link ends, or let the unit unsubscribe from the entire enterprise"
    " (business_units.update unsubscribe=ENTIRE_ENTERPRISE).",
)
def left_one_unit_mailed_by_another(org: Org) -> Evidence:
    """One row is a commercial message of one business unit to somebody who had left another."""
    columns = f"""(SELECT s.name FROM business_units s WHERE s.mid = j.mid) AS sent_by, c.unit AS left_unit,
                  {sql_utc_text("c.at")} AS left_utc, c.reason"""
    return messages_to(org, _LEFT, columns, of="j.classification = 'Commercial' AND j.mid <> c.mid")
