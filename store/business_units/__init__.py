"""Business Units: the enterprise (EID) and its children (MIDs), and which of them is worked in.

Each business unit has data extensions, queries, automations, journeys and sends of its own; contacts and All
Subscribers belong to the enterprise. Source: domain A1 and B5.
"""

from __future__ import annotations

from store.business_units.commands import BEHAVIORS, install
from store.business_units.tables import DDL, ENTERPRISE_MID
from store.business_units.units import (
    BUSINESS_UNIT_ONLY,
    ENTIRE_ENTERPRISE,
    BusinessUnit,
    acting,
    current,
    current_mid,
    find,
    get,
    meant,
    path,
    units,
    unsubscribing_alone,
)

__all__ = [
    "BEHAVIORS",
    "BUSINESS_UNIT_ONLY",
    "DDL",
    "ENTERPRISE_MID",
    "ENTIRE_ENTERPRISE",
    "BusinessUnit",
    "acting",
    "current",
    "current_mid",
    "find",
    "get",
    "install",
    "meant",
    "path",
    "units",
    "unsubscribing_alone",
]
