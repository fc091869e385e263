"""What Contact Builder and Email Studio's lists themselves delete and keep of a contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import data_extensions
from store.contacts.deletion.reach import Whom, kept_at_deletion, on_contact_deletion, places_at_deletion
from store.contacts.deletion.suppressed import SUPPRESSED, SUPPRESSED_KEYS, any_suppressed
from store.contacts.tables import OF_SUBSCRIBERS
from store.data_extensions import DataExtension, quoted

if TYPE_CHECKING:
    from store.org import Org

SENDABLE = "rows of sendable data extensions"
NOT_SENDABLE = "rows of non-sendable data extensions"
SYNCHRONIZED = "rows of Synchronized Data Extensions"


@on_contact_deletion("entries of All Subscribers")
def _lists(org: Org, whom: Whom, delete: bool) -> int:
    """Lists and preferences go with the contact. Source: domain A5; TH:follow-best-practices-for-deleting-contacts.

    Which keys it had before stays beside its last one in `deleted_contacts`: by them one knows a record that is nobody.
    """
    count = int(org.value(f"SELECT count(*) FROM all_subscribers WHERE contact_id IN ({whom.ids})", whom.params))
    if delete:
        for table in ("all_subscribers", *OF_SUBSCRIBERS, "deleted_subscribers"):
            org.run(f"DELETE FROM {table} WHERE contact_id IN ({whom.ids})", whom.params)
    return count


@on_contact_deletion(SENDABLE)
def _sendable(org: Org, whom: Whom, delete: bool) -> int:
    """Source: domain A5. Of all business units: the deletion is the enterprise's."""
    if not delete:
        return sum(_in_sendable(org, whom).values())
    return sum(
        org.run(f"DELETE FROM {quoted(de.table_name)} WHERE {_sql_theirs(de, whom)}", whom.params)
        for de in _all_sendable(org)
    )


@places_at_deletion(SENDABLE)
def _in_sendable(org: Org, whom: Whom) -> dict[str, int]:
    """Their rows by data extension."""
    return {
        de.path: int(
            org.value(f"SELECT count(*) FROM {quoted(de.table_name)} WHERE {_sql_theirs(de, whom)}", whom.params)
        )
        for de in _all_sendable(org)
    }


def _all_sendable(org: Org) -> list[DataExtension]:
    return [
        de
        for de in data_extensions.all_definitions(org)
        if de.is_sendable and not de.is_synchronized and de.sendable_field is not None
    ]


def _sql_theirs(de: DataExtension, whom: Whom) -> str:
    """SQL for a row being of these contacts by its send relationship."""
    assert de.sendable_field is not None
    field = f"{quoted(de.sendable_field)} COLLATE NOCASE"
    if "email" in (de.sendable_to or "").lower():
        return f"trim({field}) IN ({whom.addresses})"
    return f"{field} IN ({whom.keys})"


@kept_at_deletion(NOT_SENDABLE)
def _not_sendable(org: Org, whom: Whom) -> int:
    """Rows that have a Contact Key in some text field. Source: domain A5, not from non-sendable data extensions."""
    return sum(_in_not_sendable(org, whom).values())


@places_at_deletion(NOT_SENDABLE)
def _in_not_sendable(org: Org, whom: Whom) -> dict[str, int]:
    others = [de for de in data_extensions.all_definitions(org) if not de.is_sendable and not de.is_synchronized]
    return {de.path: _holding(org, de, whom) for de in others}


@kept_at_deletion(SYNCHRONIZED)
def _synchronized(org: Org, whom: Whom) -> int:
    """Source: domain A5, not from synchronized data extensions."""
    return sum(_in_synchronized(org, whom).values())


@places_at_deletion(SYNCHRONIZED)
def _in_synchronized(org: Org, whom: Whom) -> dict[str, int]:
    synchronized = [de for de in data_extensions.all_definitions(org) if de.is_synchronized]
    return {de.path: _holding(org, de, whom) for de in synchronized}


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
