"""What holds of lists at every step."""

from __future__ import annotations

from store.contacts.lists.tables import GROUP, SUPPRESSION
from store.contacts.tables import ALL_SUBSCRIBERS_LIST
from store.invariants import invariant

invariant(
    "All Subscribers is a list, and keeps its subscribers in its own table",
    f"""SELECT {ALL_SUBSCRIBERS_LIST} AS list_id
         WHERE NOT EXISTS (SELECT 1 FROM lists WHERE list_id = {ALL_SUBSCRIBERS_LIST})
         UNION ALL SELECT list_id FROM list_subscribers WHERE list_id = {ALL_SUBSCRIBERS_LIST}""",
)
invariant(
    "whoever is on a list is a subscriber, and the list is there",
    """SELECT list_id, contact_id FROM list_subscribers
        WHERE contact_id NOT IN (SELECT contact_id FROM all_subscribers)
           OR list_id NOT IN (SELECT list_id FROM lists)""",
)
invariant(
    "whoever is unsubscribed from a list has a date for it, and nobody else",
    """SELECT list_id, contact_id FROM list_subscribers
        WHERE (status = 'unsubscribed') <> (date_unsubscribed IS NOT NULL)""",
)
invariant(
    "a list is of a business unit; a group was taken from a list, and only a suppression list is shared",
    f"""SELECT list_id FROM lists
         WHERE mid NOT IN (SELECT mid FROM business_units) OR (kind = '{GROUP}') <> (of_list_id IS NOT NULL)
            OR (is_shared AND kind <> '{SUPPRESSION}' AND list_id <> {ALL_SUBSCRIBERS_LIST})""",
)
invariant(
    "whom an import left held is a subscriber",
    "SELECT contact_id FROM imports_while_held WHERE contact_id NOT IN (SELECT contact_id FROM all_subscribers)",
)
invariant(
    "an address that sends look at is a subscriber's",
    "SELECT contact_id FROM odd_addresses WHERE contact_id NOT IN (SELECT contact_id FROM all_subscribers)",
)
