"""All Contacts, and the contact under the cursor in short."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mctui.reading.memo import remembered
from mctui.views import Column, ContactsView, Detail, Focus, Query, Table

if TYPE_CHECKING:
    from store import Org

COLUMNS = (
    Column("contact_key", "Contact Key", 18),
    Column("name", "Name", 16),
    Column("email_address", "Email Address", 25),
    Column("status", "Status", 12),
    Column("source", "Source", 18),
    Column("created_at", "Created (system)", 19),
)
Rows = tuple[tuple[object, ...], ...]


def read(org: Org, focus: Focus) -> tuple[ContactsView, Detail | None]:
    """The table with the page in sight, the meter, and the contact under the cursor; or Data Designer."""
    from mctui.reading import PAGE, data_designer, records
    from store import contacts

    if focus.builder == "designer":
        return data_designer.read(org, focus)

    billing = contacts.billing(org)
    query = Query("contacts", (), focus.filter)
    everyone = contacts.count(org)
    count = contacts.count(org, focus.filter) if focus.filter else everyone
    offset = min(focus.top, max(count - 1, 0) // PAGE * PAGE)
    table = Table(query, COLUMNS, count, everyone, offset, page(org, query, offset, PAGE))
    by_status, suppressed = contacts.by_status(org), contacts.deletion.suppressed_count(org)
    others = (("no subscriber", everyone - sum(by_status.values())), ("being deleted", suppressed))
    statuses = (*((status_name(status) or "", people) for status, people in by_status.items()), *others)
    included = contacts.licence(org).contacts or 0
    view = ContactsView(table, billing.billable, billing.billable, included, statuses)
    key = focus.contact or (str(table.rows[0][0]) if table.rows else "")
    return view, records.contact_in_short(org, key) if key else None


def page(org: Org, query: Query, offset: int, limit: int) -> Rows:
    """Rows of All Contacts in the order in which they came; one whose key is a CRM id has the record's name."""
    from store import contacts, crm

    found = contacts.page(org, limit=limit, offset=offset, filter_text=query.filter)
    keys = tuple(row.contact_key for row in found)
    stamp = (org.value("SELECT last_change_no FROM crm_sequence"), keys)
    names = remembered(org, "names of contacts", stamp, lambda: crm.names(org, keys))
    return tuple(
        (key, names.get(key, ""), row.email_address, status_name(row.status), row.source, _system(row.created_at))
        for key, row in zip(keys, found, strict=True)
    )


def status_name(status: str | None) -> str | None:
    """A status as screens write it, without what they put in brackets; the data views have lower case."""
    return status.capitalize() if status else status


@lru_cache(maxsize=8192)
def _system(at: int) -> str:
    """Most contacts came at a few moments; formatting each again would be half the cost of a page."""
    from store import clock

    return clock.system_text(at)
