"""What the panes and the command line show of contacts: pages, one contact whole, the billing meter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.assumptions import assume
from store.contacts.contacts import Params, contact_id_of
from store.contacts.deletion.suppressed import any_suppressed, sql_not_suppressed
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org


assume(
    "suppressed_contacts_are_billed",
    True,
    (True, False),
    "A contact is billed until it is deleted; otherwise it is billed no more as soon as it is suppressed and hidden.",
    "no page says which; WEB:westbrook.co.uk: the count may take a while to follow a deletion",
)


@dataclass(frozen=True)
class ContactRow:
    """One line of All Contacts; `email_address` and `status` are None for a contact that is no subscriber."""

    contact_id: int
    contact_key: str
    source: str
    created_at: int
    email_address: str | None
    status: str | None


@dataclass(frozen=True)
class Subscription:
    """What Email Studio knows of a contact; times are UTC seconds."""

    subscriber_id: int
    email_address: str
    status: str
    date_joined: int
    date_unsubscribed: int | None
    unsubscribe_reason: str | None
    date_undeliverable: int | None
    bounce_count: int
    bounce_run: int


@dataclass(frozen=True)
class Contact:
    """One contact whole, as far as this room knows it."""

    contact_id: int
    contact_key: str
    source: str
    created_at: int
    subscription: Subscription | None


@dataclass(frozen=True)
class Billing:
    """The billing meter: billable contacts, and how many each cause made (most first)."""

    billable: int
    by_cause: tuple[tuple[str, int], ...]
    subscribers: int


# One row is a contact with its subscriber, if it is one.
_JOINED = """LEFT JOIN all_subscribers s ON s.contact_id = c.contact_id
             LEFT JOIN subscriber_statuses t ON t.contact_id = s.contact_id"""
_FROM = f"FROM contacts c {_JOINED}"
_STATUS = "CASE WHEN s.contact_id IS NOT NULL THEN coalesce(t.status, 'active') END"
_ORDERS = {
    "contact_id": "c.contact_id",
    "contact_key": "c.contact_key",
    "source": "c.source",
    "created_at": "c.created_at",
    "email_address": "s.email_address",
    "status": _STATUS,
}
_FILTER = f"""WHERE (c.contact_key LIKE :filter ESCAPE '\\' OR c.source LIKE :filter ESCAPE '\\'
    OR s.email_address LIKE :filter ESCAPE '\\' OR {_STATUS} LIKE :filter ESCAPE '\\')"""


def count(org: Org, filter_text: str = "") -> int:
    """How many contacts there are, or how many have the text in key, source, address or status.

    Suppressed contacts are hidden. source: domain A5, SFH:000390787
    """
    if not filter_text:
        return int(org.value("SELECT count(*) FROM contacts")) - _hidden(org)
    shown = sql_not_suppressed(org, "c.contact_id")
    return int(org.value(f"SELECT count(*) {_FROM} {_FILTER} AND {shown}", {"filter": _like(filter_text)}))


def page(
    org: Org,
    *,
    limit: int = 100,
    offset: int = 0,
    order_by: str = "contact_id",
    descending: bool = False,
    filter_text: str = "",
) -> list[ContactRow]:
    """Contacts in an order; those that have the text in key, source, address or status."""
    if order_by not in _ORDERS:
        fix = did_you_mean(order_by, _ORDERS) or f"It has {', '.join(_ORDERS)}."
        raise Refused(f"All Contacts has no column '{order_by}'.", fix=fix)
    order, direction = _ORDERS[order_by], "DESC" if descending else "ASC"
    columns = f"c.contact_id, c.contact_key, c.source, c.created_at, s.email_address, {_STATUS}"
    tail = f"ORDER BY {order} {direction}, c.contact_id {direction} LIMIT :limit OFFSET :offset"
    hidden = f"WHERE {sql_not_suppressed(org, 'c.contact_id')}" if any_suppressed(org) else ""
    if order.startswith("c.") and not filter_text:
        # The rows before the page are skipped without joining them.
        sql = f"""SELECT {columns} FROM (SELECT * FROM contacts c {hidden} {tail}) c
                    {_JOINED}
                   ORDER BY {order} {direction}, c.contact_id {direction}"""
    else:
        shown = f"{_FILTER} AND {sql_not_suppressed(org, 'c.contact_id')}" if filter_text else hidden
        sql = f"SELECT {columns} {_FROM} {shown} {tail}"
    named = {"limit": limit, "offset": offset, "filter": _like(filter_text)}
    return [ContactRow(*row) for row in org.rows(sql, named)]


def contact(org: Org, contact_key: str) -> Contact:
    """One contact whole. Raises Refused when there is none of that key."""
    row = org.row("SELECT * FROM contacts WHERE contact_id = ?", contact_id_of(org, contact_key))
    assert row is not None
    subscriber = org.row(
        """SELECT subscriber_id, email_address, status, date_joined, date_unsubscribed, unsubscribe_reason,
                  date_undeliverable, bounce_count, bounce_run
             FROM subscribers WHERE contact_id = ?""",
        row["contact_id"],
    )
    subscription = Subscription(*subscriber) if subscriber else None
    return Contact(row["contact_id"], row["contact_key"], row["source"], row["created_at"], subscription)


def by_status(org: Org) -> dict[str, int]:
    """Subscribers by status; those that have none of a status are not listed, nor are suppressed ones."""
    shown = sql_not_suppressed(org, "contact_id")
    rest = org.rows(
        f"""SELECT status, count(*) FROM subscriber_statuses WHERE status <> 'active' AND {shown}
             GROUP BY 1 ORDER BY 1"""
    )
    found = {row[0]: int(row[1]) for row in rest}
    active = int(org.value(f"SELECT count(*) FROM all_subscribers WHERE {shown}")) - sum(found.values())
    return ({"active": active} if active else {}) | found


def billing(org: Org) -> Billing:
    """Billable contacts: each distinct Contact Key once, whatever came first counts as its cause. source: domain A4."""
    counted = _sql_billed(org)
    causes = org.rows(
        f"SELECT source, count(*) FROM contacts WHERE {counted} GROUP BY source ORDER BY count(*) DESC, source"
    )
    by_cause = tuple((row[0], int(row[1])) for row in causes)
    subscribers = int(org.value(f"SELECT count(*) FROM all_subscribers WHERE {counted}"))
    return Billing(sum(number for _, number in by_cause), by_cause, subscribers)


def outside_all_subscribers(org: Org) -> dict[str, int]:
    """Billable contacts that Email Studio does not know, by the cause that made them; causes with none are left out."""
    rows = org.rows(
        f"""SELECT source, count(*) FROM contacts
            WHERE contact_id NOT IN (SELECT contact_id FROM all_subscribers) AND {_sql_billed(org)}
            GROUP BY source ORDER BY source"""
    )
    return {row[0]: int(row[1]) for row in rows}


def billable_outside(org: Org, select_sql: str, params: Params | None = None) -> int:
    """How many billable contacts the SELECT of Contact IDs does not name: with all mailed ones, the never mailed."""
    billed = f"SELECT count(*) FROM contacts WHERE contact_id NOT IN ({select_sql}) AND {_sql_billed(org)}"
    return int(org.value(billed, params or {}))


def _sql_billed(org: Org) -> str:
    """SQL for `contact_id` being billed."""
    return "1" if org.assumption("suppressed_contacts_are_billed") else sql_not_suppressed(org, "contact_id")


def _hidden(org: Org) -> int:
    """How many contacts are suppressed."""
    return int(org.value("SELECT count(*) FROM suppressed_contacts"))


def _like(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
