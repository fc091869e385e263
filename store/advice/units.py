"""What each business unit has, over all rooms."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from store import automation, business_units, contacts, data_extensions, journey, query

if TYPE_CHECKING:
    from store.org import Org

THINGS = ("data_extensions", "queries", "automations", "journeys", "subscribers", "unsubscribed_here")


def things_of_units(org: Org) -> dict[int, dict[str, int]]:
    """By MID and the names of THINGS; of the enterprise the subscribers are all there are."""
    counted = {
        "data_extensions": Counter(de.mid for de in data_extensions.all_definitions(org)),
        "queries": Counter(one.mid for one in query.queries(org)),
        "automations": Counter(automation.find(org, path).mid for path in automation.names(org)),
        "journeys": Counter(journey.versions(org, row.key)[0].mid for row in journey.journeys(org)),
        "subscribers": Counter(contacts.subscribers_by_unit(org)),
        "unsubscribed_here": Counter(contacts.unsubscribed_by_unit(org)),
    }
    return {unit.mid: {what: counted[what][unit.mid] for what in THINGS} for unit in business_units.units(org)}
