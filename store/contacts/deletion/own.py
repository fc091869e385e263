"""What Contact Builder and Email Studio's lists themselves delete and keep of a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import data_extensions
from store.contacts.deletion.reach import Whom, kept_at_deletion, on_contact_deletion
from store.contacts.deletion.suppressed import SUPPRESSED, SUPPRESSED_KEYS, any_suppressed
from store.contacts.tables import OF_SUBSCRIBERS
from store.data_extensions import DataExtension, quoted

if TYPE_CHECKING:
    from store.org import Org


@on_contact_deletion("entries of All Subscribers")
def _lists(org: Org, whom: Whom, delete: bool) -> int:
    """Lists and preferences go with the contact. Source: domain A5; TH:follow-best-practices-for-deleting-contacts."""
    count = int(org.value(f"SELECT count(*) FROM all_subscribers WHERE contact_id IN ({whom.ids})", whom.params))
    if delete:
        for table in ("all_subscribers", *OF_SUBSCRIBERS, "contact_key_changes", "deleted_subscribers"):
            org.run(f"DELETE FROM {table} WHERE contact_id IN ({whom.ids})", whom.params)
    return count


@on_contact_deletion("rows of sendable data extensions")
def _sendable(org: Org, whom: Whom, delete: bool) -> int:
    """Source: domain A5. Of all business units: the deletion is the enterprise's."""
    total = 0
    for de in data_extensions.all_definitions(org):
        if not de.is_sendable or de.is_synchronized or de.sendable_field is None:
            continue
        theirs = f"FROM {quoted(de.table_name)} WHERE {_sql_theirs(de, whom)}"
        if delete:
            total += org.run(f"DELETE {theirs}", whom.params)
        else:
            total += int(org.value(f"SELECT count(*) {theirs}", whom.params))
    return total


def _sql_theirs(de: DataExtension, whom: Whom) -> str:
    """SQL for a row being of these contacts by its send relationship."""
    assert de.sendable_field is not None
    field = f"{quoted(de.sendable_field)} COLLATE NOCASE"
    if "email" in (de.sendable_to or "").lower():
        return f"trim({field}) IN ({whom.addresses})"
    return f"{field} IN ({whom.keys})"


@kept_at_deletion("rows of non-sendable data extensions")
def _not_sendable(org: Org, whom: Whom) -> int:
    """Rows that have a Contact Key in some text field. Source: domain A5, not from non-sendable data extensions."""
    others = [de for de in data_extensions.all_definitions(org) if not de.is_sendable and not de.is_synchronized]
    return sum(_holding(org, de, whom) for de in others)


@kept_at_deletion("rows of Synchronized Data Extensions")
def _synchronized(org: Org, whom: Whom) -> int:
    """Source: domain A5, not from synchronized data extensions."""
    return sum(_holding(org, de, whom) for de in data_extensions.all_definitions(org) if de.is_synchronized)


def _holding(org: Org, de: DataExtension, whom: Whom) -> int:
    """How many rows of a data extension hold one of the keys in a text field."""
    names = [quoted(field.name) for field in de.fields if field.type in ("Text", "EmailAddress")]
    if de.is_synchronized:
        names = ['"Id"']
    if not names:
        return 0
    held = " OR ".join(f"{name} COLLATE NOCASE IN (SELECT contact_key FROM gone)" for name in names)
    sql = f"WITH gone AS MATERIALIZED ({whom.keys}) SELECT count(*) FROM {quoted(de.table_name)} WHERE {held}"
    return int(org.value(sql, whom.params))


@data_extensions.leaves_out
def _suppressed(org: Org, de: DataExtension) -> str:
    """Queries and filters leave suppressed contacts out of sendable data extensions. Source: SFH:000390787."""
    if de.sendable_field is None or not any_suppressed(org):
        return ""
    field = f"{quoted(de.sendable_field)} COLLATE NOCASE"
    if "email" in (de.sendable_to or "").lower():
        return f"trim({field}) IN (SELECT s.email_address FROM all_subscribers s WHERE s.contact_id IN ({SUPPRESSED}))"
    return f"{field} IN ({SUPPRESSED_KEYS})"
