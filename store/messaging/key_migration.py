"""How the sends and responses of merged contacts become those of one. Source: domain A6, history is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contacts.migration import MERGED, move_contacts, move_visits, on_contacts_merged
from store.messaging.views import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from store.org import Org

_BY_VISIT = ("send_exclusions", "responses", "mobile_texts", "mobile_exclusions", "mobile_events")


@on_contacts_merged
def _move(org: Org) -> None:
    for table in _BY_VISIT:
        move_visits(org, table, CONTACT_OF_VISIT)
    org.run(
        f"""INSERT INTO sends_outside
            SELECT s.job_id, g.into_id, max(s.sends + g.shift)
              FROM {MERGED} g JOIN sends_outside s USING (contact_id) WHERE 1 GROUP BY 1, 2
                ON CONFLICT (job_id, contact_id) DO UPDATE SET sends = max(sends, excluded.sends)"""
    )
    org.run(f"DELETE FROM sends_outside WHERE contact_id IN (SELECT contact_id FROM {MERGED})")
    for table in ("comebacks", "mobile_numbers", "mobile_subscriptions", "mobile_devices", "mobile_inbound"):
        move_contacts(org, table)
