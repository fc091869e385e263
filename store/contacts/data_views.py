"""Who sees what of the subscribers' data views. Source: domain B5 and D4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.assumptions import assume
from store.contacts.tables import ALL_SUBSCRIBERS_LIST, SUBSCRIBER_ID_OFFSET
from store.data_extensions import ViewRule, data_view

if TYPE_CHECKING:
    from store.org import Org

assume(
    "child_sees_subscribers",
    "added or mailed",
    ("added or mailed", "all"),
    "Whom _Subscribers shows to a child business unit: those that it added or mailed, or all of the enterprise.",
    "domain B5: only that business unit's; which these are without a subscriber filter is not documented",
)


def _own_subscribers(org: Org) -> str:
    if org.assumption("child_sees_subscribers") == "all":
        return ""
    return f"""SubscriberID - {SUBSCRIBER_ID_OFFSET} IN (
        SELECT contact_id FROM business_unit_subscribers WHERE mid = {{mid}})"""


data_view("_Subscribers", ViewRule("All Subscribers", child=_own_subscribers))
# source: the data views' page: a business unit asks for its own lists; All Subscribers is the one that all share
_OWN_LISTS = f"ListID IN (SELECT l.list_id FROM lists l WHERE l.mid = {{mid}} OR l.list_id = {ALL_SUBSCRIBERS_LIST})"
data_view("_ListSubscribers", ViewRule("who is on each list", child=_OWN_LISTS, parent=_OWN_LISTS))
# source: the same page: a child sees it only when its unsubscribes are from this business unit only
data_view(
    "_BusinessUnitUnsubscribes",
    ViewRule("unsubscribes that hold now", child="BusinessUnitID = {mid}"),
)
# source: the same page: an enterprise-level view, from a child always by Ent.
data_view("_EnterpriseAttribute", ViewRule("All Subscribers; no profile attributes yet", enterprise_only=True))
