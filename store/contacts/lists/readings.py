"""What people see of lists: each with its counts, its members in pages, and the lists of one contact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.contacts.lists.definition import SubscriberList, all_lists
from store.contacts.lists.tables import SUPPRESSION

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class ListRow:
    """One list with how many subscribers of each status it has."""

    list: SubscriberList
    members: int
    active: int
    bounced: int
    held: int
    unsubscribed: int


@dataclass(frozen=True)
class Member:
    """One subscriber on a list; `status` is the one that counts there, moments are UTC seconds."""

    subscriber_key: str
    email_address: str
    status: str
    joined_at: int
    date_unsubscribed: int | None
    add_method: str


@dataclass(frozen=True)
class Membership:
    """One list that a contact is on."""

    list: SubscriberList
    status: str
    joined_at: int
    date_unsubscribed: int | None
    add_method: str


def list_rows(org: Org) -> list[ListRow]:
    """Every list with its counts, All Subscribers first."""
    found = []
    for each in all_lists(org):
        members, counts = _counts(org, each)
        by = [counts.get(status, 0) for status in ("active", "bounced", "held", "unsubscribed")]
        found.append(ListRow(each, members, *by))
    return found


def _counts(org: Org, each: SubscriberList) -> tuple[int, dict[str, int]]:
    """How many are on a list, and how many of each status. Almost everyone is active, so the others are counted."""
    if each.is_all_subscribers:
        members = int(org.value("SELECT count(*) FROM all_subscribers"))
        others = "SELECT status, count(*) FROM subscriber_statuses WHERE status <> 'active' GROUP BY status"
    else:
        members = int(org.value("SELECT count(*) FROM list_subscribers WHERE list_id = ?", each.list_id))
        others = f"""SELECT status, count(*) FROM (
            SELECT status FROM list_subscribers WHERE list_id = {each.list_id} AND status = 'unsubscribed'
            UNION ALL
            SELECT t.status FROM subscriber_statuses t JOIN list_subscribers l USING (contact_id)
             WHERE t.status <> 'active' AND l.list_id = {each.list_id} AND l.status = 'active'
               AND {int(each.kind != SUPPRESSION)}) GROUP BY status"""
    counts = {row[0]: int(row[1]) for row in org.rows(others)}
    return members, counts | {"active": members - sum(counts.values())}


def members(org: Org, each: SubscriberList, *, limit: int = 100, offset: int = 0) -> list[Member]:
    """Subscribers of a list in the order in which they became contacts."""
    source = (
        "SELECT subscriber_key, email_address, status, date_joined, date_unsubscribed, add_method FROM subscribers"
        if each.is_all_subscribers
        else f"""SELECT subscriber_key, email_address, status, joined_at, date_unsubscribed, add_method
                   FROM subscribers_of_lists WHERE list_id = {each.list_id}"""
    )
    rows = org.rows(f"{source} ORDER BY contact_id LIMIT ? OFFSET ?", limit, offset)
    return [Member(row[0], row[1], row[2], row[3], row[4], row[5] or "DataExtensionSend") for row in rows]


def lists_of(org: Org, contact_id: int) -> list[Membership]:
    """The lists that a contact is on besides All Subscribers."""
    known = {each.list_id: each for each in all_lists(org)}
    rows = org.rows(
        """SELECT list_id, status, joined_at, date_unsubscribed, add_method FROM subscribers_of_lists
            WHERE list_id IN (SELECT list_id FROM lists) AND contact_id = ? ORDER BY list_id""",
        contact_id,
    )
    return [Membership(known[row[0]], row[1], row[2], row[3], row[4] or "DataExtensionSend") for row in rows]
