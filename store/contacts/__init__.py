"""Contact Builder: All Contacts, All Subscribers and their statuses, and what is billed.

All Contacts is the superset: whoever is synchronized, mailed, imported or enters a journey. All Subscribers are the
contacts that Email Studio knows. Other rooms hand in SELECTs of Contact Keys or Contact IDs with named parameters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.business_units import ENTERPRISE_MID
from store.contacts import data_views as _data_views  # noqa: F401 (declares them)
from store.contacts import deletion, designer, detective, key_changes, migration, profile, statuses, tables  # noqa: F401 (commands)
from store.contacts import invariants as _invariants  # noqa: F401 (declares them)
from store.contacts.addresses import change_addresses
from store.contacts.contacts import (
    ADD_METHODS,
    MAX_KEY_LENGTH,
    STATUS_NAMES,
    STATUSES,
    contact_id_of,
    establish,
    newest_id,
    sql_email_address,
    subscribe,
)
from store.contacts.detective import (
    note_odd,
    sql_address_code,
    sql_detected,
    sql_globally_unsubscribed,
    sql_maybe_odd,
    sql_odd_addresses,
)
from store.contacts.key_changes import change_keys, keys_before
from store.contacts.licence import DDL as _LICENCE
from store.contacts.licence import EDITIONS, Licence, licence
from store.contacts.lists import commands as _commands  # noqa: F401 (registers them)
from store.contacts.lists import imports as _imports  # noqa: F401 (registers its commands)
from store.contacts.lists import invariants as _list_invariants  # noqa: F401 (declares them)
from store.contacts.lists import tables as _lists
from store.contacts.lists.definition import (
    SubscriberList,
    all_lists,
    find_list,
    get_list,
    list_by_id,
    refuse_while_named,
)
from store.contacts.lists.definition import install as _install_lists
from store.contacts.lists.imports import sql_held_at_import
from store.contacts.lists.membership import join as join_list
from store.contacts.lists.membership import (
    join_at_send,
    resubscribe_to_list,
    sql_on_list,
    sql_opted_out,
    unsubscribe_from_list,
)
from store.contacts.lists.readings import ListRow, Member, Membership, list_rows, lists_of, members
from store.contacts.lists.tables import GROUP, LIST, PUBLICATION, SUPPRESSION
from store.contacts.opt_outs import GLOBAL, LEVELS, LIST_LEVEL, MASTER, UNIT, OptOut, opt_outs
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
    BY_REPLY,
    record_activity,
    record_bounces,
    record_deliveries,
    take_back_delivery,
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

if TYPE_CHECKING:
    from store.org import Org

DDL = "".join(
    [tables.DDL, _LICENCE, key_changes.DDL, deletion.DDL, migration.DDL, designer.DDL, detective.DDL, _lists.DDL]
)

__all__ = [
    "ADD_METHODS",
    "ALL_SUBSCRIBERS_LIST",
    "BY_API",
    "BY_CENTER",
    "BY_COMPLAINT",
    "BY_IMPORT",
    "BY_PERSON",
    "BY_REPLY",
    "DDL",
    "EDITIONS",
    "ENTERPRISE_MID",
    "GLOBAL",
    "GROUP",
    "LEVELS",
    "LIST",
    "LIST_LEVEL",
    "MASTER",
    "MAX_KEY_LENGTH",
    "PUBLICATION",
    "STATUSES",
    "STATUS_NAMES",
    "SUPPRESSION",
    "UNIT",
    "Billing",
    "Contact",
    "ContactRow",
    "Licence",
    "ListRow",
    "Member",
    "Membership",
    "OptOut",
    "SubscriberList",
    "Subscription",
    "all_lists",
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
    "find_list",
    "get_list",
    "install",
    "join_at_send",
    "join_list",
    "keys_before",
    "licence",
    "list_by_id",
    "list_rows",
    "lists_of",
    "members",
    "migration",
    "newest_id",
    "note_odd",
    "opt_outs",
    "outside_all_subscribers",
    "page",
    "record_activity",
    "record_bounces",
    "record_deliveries",
    "record_in_unit",
    "refuse_while_named",
    "resubscribe_to_list",
    "sql_address_code",
    "sql_detected",
    "sql_email_address",
    "sql_globally_unsubscribed",
    "sql_held_at_import",
    "sql_maybe_odd",
    "sql_odd_addresses",
    "sql_on_list",
    "sql_opted_out",
    "sql_unsubscribed_from",
    "subscribe",
    "subscribers_by_unit",
    "take_back_delivery",
    "unsubscribe",
    "unsubscribe_from_list",
    "unsubscribe_from_unit",
    "unsubscribed_by_unit",
    "when_returned",
]


def install(org: Org) -> None:
    """Start with All Subscribers."""
    _install_lists(org)
