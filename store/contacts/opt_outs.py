"""The levels at which a contact has opted out, from the widest to the narrowest. Source: domain A3.

Global (an address, for every account), master (All Subscribers, the whole enterprise), one business unit, one list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.contacts.lists.tables import ALL_SUBSCRIBERS, SUPPRESSION

if TYPE_CHECKING:
    from store.org import Org

GLOBAL, MASTER, UNIT, LIST_LEVEL = "Global", "Master", "Business Unit", "List"
LEVELS = (GLOBAL, MASTER, UNIT, LIST_LEVEL)
BY_OWNER = "its owner asked for no mail of any account"
WITH_MASTER = "unsubscribed with All Subscribers"


@dataclass(frozen=True)
class OptOut:
    """One opt-out that holds now. `name` is the address, All Subscribers, the business unit or the list.

    `since` is UTC seconds. `because` is the UnsubReason of the two levels that have one; of a list it says only that it
    came with the master unsubscribe, and is else empty: the product keeps no reason there. Source: domain A3.
    """

    level: str
    name: str
    since: int
    because: str
    list_id: int | None = None
    kind: str = ""


def opt_outs(org: Org, contact_id: int) -> list[OptOut]:
    """Every opt-out of a contact that holds now, the widest first. Suppression lists are no opt-outs."""
    return [*_global(org, contact_id), *_master(org, contact_id), *_units(org, contact_id), *_lists(org, contact_id)]


def _global(org: Org, contact_id: int) -> list[OptOut]:
    rows = org.rows(
        """SELECT g.email_address, g.at FROM all_subscribers s JOIN global_unsubscribes g USING (email_address)
            WHERE s.contact_id = ?""",
        contact_id,
    )
    return [OptOut(GLOBAL, row[0], row[1], BY_OWNER) for row in rows]


def _master(org: Org, contact_id: int) -> list[OptOut]:
    rows = org.rows(
        """SELECT date_unsubscribed, unsubscribe_reason FROM subscriber_statuses
            WHERE contact_id = ? AND status = 'unsubscribed'""",
        contact_id,
    )
    return [OptOut(MASTER, ALL_SUBSCRIBERS, row[0], row[1] or "") for row in rows]


def _units(org: Org, contact_id: int) -> list[OptOut]:
    rows = org.rows(
        """SELECT u.name, x.unsubscribed_at, x.reason
             FROM business_unit_unsubscribes x JOIN business_units u USING (mid)
            WHERE x.contact_id = ? ORDER BY x.mid""",
        contact_id,
    )
    return [OptOut(UNIT, *row) for row in rows]


def _lists(org: Org, contact_id: int) -> list[OptOut]:
    rows = org.rows(
        f"""SELECT l.name, x.date_unsubscribed, x.date_unsubscribed IS t.date_unsubscribed, l.list_id, l.kind
              FROM list_subscribers x JOIN lists l USING (list_id) LEFT JOIN subscriber_statuses t USING (contact_id)
             WHERE x.contact_id = ? AND x.status = 'unsubscribed' AND l.kind <> '{SUPPRESSION}' ORDER BY l.list_id""",
        contact_id,
    )
    return [OptOut(LIST_LEVEL, row[0], row[1], WITH_MASTER if row[2] else "", row[3], row[4]) for row in rows]
