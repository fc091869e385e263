"""Contact Builder: All Contacts, All Subscribers and their statuses, and what is billed.

All Contacts is the superset: whoever is synchronized, mailed, imported or enters a journey. All Subscribers are the
contacts that Email Studio knows. Other rooms hand in SELECTs of Contact Keys or Contact IDs with named parameters.
"""

from __future__ import annotations

from store.business_units import ENTERPRISE_MID
from store.contacts import data_views as _data_views  # noqa: F401 (declares them)
from store.contacts import deletion, designer, key_changes, migration, tables
from store.contacts import invariants as _invariants  # noqa: F401 (declares them)
from store.contacts.addresses import change_addresses
from store.contacts.contacts import (
    ADD_METHODS,
    MAX_KEY_LENGTH,
    STATUSES,
    contact_id_of,
    establish,
    newest_id,
    sql_email_address,
    subscribe,
)
from store.contacts.key_changes import change_keys, keys_before
from store.contacts.licence import DDL as _LICENCE
from store.contacts.licence import EDITIONS, Licence, licence
from store.contacts.readings import (
    Billing,
    Contact,
    ContactRow,
    Subscription,
    billable_outside,
    billing,
    by_status,
    contact,
    count,
    outside_all_subscribers,
    page,
)
from store.contacts.subscribers import (
    BY_API,
    BY_CENTER,
    BY_COMPLAINT,
    BY_IMPORT,
    BY_PERSON,
    record_activity,
    record_bounces,
    record_deliveries,
    unsubscribe,
    when_returned,
)
from store.contacts.tables import ALL_SUBSCRIBERS_LIST
from store.contacts.units import (
    record_in_unit,
    sql_unsubscribed_from,
    subscribers_by_unit,
    unsubscribe_from_unit,
    unsubscribed_by_unit,
)

DDL = tables.DDL + _LICENCE + key_changes.DDL + deletion.DDL + migration.DDL + designer.DDL

__all__ = [
    "ADD_METHODS",
    "ALL_SUBSCRIBERS_LIST",
    "BY_API",
    "BY_CENTER",
    "BY_COMPLAINT",
    "BY_IMPORT",
    "BY_PERSON",
    "DDL",
    "EDITIONS",
    "ENTERPRISE_MID",
    "MAX_KEY_LENGTH",
    "STATUSES",
    "Billing",
    "Contact",
    "ContactRow",
    "Licence",
    "Subscription",
    "billable_outside",
    "billing",
    "by_status",
    "change_addresses",
    "change_keys",
    "contact",
    "contact_id_of",
    "count",
    "deletion",
    "designer",
    "establish",
    "keys_before",
    "licence",
    "migration",
    "newest_id",
    "outside_all_subscribers",
    "page",
    "record_activity",
    "record_bounces",
    "record_deliveries",
    "record_in_unit",
    "sql_email_address",
    "sql_unsubscribed_from",
    "subscribe",
    "subscribers_by_unit",
    "unsubscribe",
    "unsubscribe_from_unit",
    "unsubscribed_by_unit",
    "when_returned",
]
