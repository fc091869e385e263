"""What holds of contacts and subscribers at every step."""

from __future__ import annotations

from store.invariants import invariant

invariant(
    "every subscriber is a contact",
    "SELECT contact_id FROM all_subscribers WHERE contact_id NOT IN (SELECT contact_id FROM contacts)",
)
invariant(
    "only a subscriber has a subscriber's status",
    "SELECT contact_id FROM subscriber_statuses WHERE contact_id NOT IN (SELECT contact_id FROM all_subscribers)",
)
invariant(
    "who is unsubscribed has a date for it",
    "SELECT contact_id FROM subscribers WHERE status = 'unsubscribed' AND date_unsubscribed IS NULL",
)
invariant(
    "a business unit has only subscribers of the enterprise, and only such are unsubscribed from it",
    """SELECT mid, contact_id FROM business_unit_subscribers
        WHERE contact_id NOT IN (SELECT contact_id FROM all_subscribers)
        UNION ALL
       SELECT mid, contact_id FROM business_unit_unsubscribes
        WHERE contact_id NOT IN (SELECT contact_id FROM all_subscribers)""",
)
invariant(
    "a contact has the Contact Key that it got last",
    """SELECT n.contact_id, n.new_key FROM contact_key_changes n LEFT JOIN contacts c USING (contact_id)
        WHERE n.change_id = (SELECT max(l.change_id) FROM contact_key_changes l WHERE l.contact_id = n.contact_id)
          AND c.contact_key <> n.new_key""",
)
