"""The account at a glance: the figures that `run`, `step`, `back` and `goto` print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import connect, contacts, journey, messaging
from store.advice.finding import find_all

if TYPE_CHECKING:
    from store.org import Org


def totals(org: Org) -> dict[str, int]:
    """Counts by name.

    contacts: rows of All Contacts. billable: contacts that are billed. synchronized: rows of all Synchronized Data
    Extensions. entered: visits of all journeys. sent: rows of `_Sent`. opened and clicked: rows of `_Open` and
    `_Click` with IsUnique = 1. findings: findings with evidence.
    """
    tracking = messaging.totals(org)
    return {
        "contacts": contacts.count(org),
        "billable": contacts.billing(org).billable,
        "synchronized": sum(each.rows for each in connect.statuses(org)),
        "entered": sum(each.balance.entered for each in journey.journeys(org)),
        "sent": tracking.sent,
        "opened": tracking.opened,
        "clicked": tracking.clicked,
        "findings": len(find_all(org)),
    }
