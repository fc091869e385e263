"""What holds of synchronizations at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import crm, data_extensions
from store.connect.poll import CONTACT_OBJECTS
from store.connect.sources import sources
from store.invariants import invariant

if TYPE_CHECKING:
    from store.org import Org


def _strangers(org: Org) -> list[str]:
    """Synchronized rows that never were a record."""
    found = []
    for source in sources(org):
        de = data_extensions.get(org, source.de_name)
        table = data_extensions.quoted(de.table_name)
        unknown = f"SELECT Id FROM {table} WHERE Id NOT IN (SELECT Id FROM {crm.table_of(source.object)})"
        found += [f"{source.de_name} {row['Id']}" for row in org.rows(f"{unknown} LIMIT 3")]
    return found


def _ahead(org: Org) -> list[str]:
    """Rows that know of a change before it was made."""
    found = []
    for source in sources(org):
        de = data_extensions.get(org, source.de_name)
        table = data_extensions.quoted(de.table_name)
        sql = f"""SELECT d.Id FROM {table} d JOIN {crm.table_of(source.object)} c ON c.Id = d.Id
                  WHERE d._ChangeNo > c.change_no LIMIT 3"""
        found += [f"{source.de_name} {row['Id']}" for row in org.rows(sql)]
    return found


def _without_contact(org: Org) -> list[str]:
    """Synchronized people who are not in All Contacts."""
    found = []
    for source in sources(org):
        if source.api_name not in CONTACT_OBJECTS:
            continue
        table = data_extensions.quoted(data_extensions.get(org, source.de_name).table_name)
        sql = f"""SELECT Id FROM {table}
                   WHERE Id NOT IN (SELECT contact_key FROM contacts) AND Id NOT IN (SELECT id FROM sync_contact_keys)
                     AND Id NOT IN (SELECT contact_key FROM deleted_contacts)
                     AND Id COLLATE NOCASE NOT IN (SELECT old_key FROM contact_key_changes) LIMIT 3"""
        found += [f"{source.de_name} {row['Id']}" for row in org.rows(sql)]
    return found


invariant("every synchronized row was a record of the CRM", _strangers)
invariant("no synchronized row is ahead of the CRM", _ahead)
invariant(
    "every synchronized Contact, Lead and User is in All Contacts, unless it was deleted or got another key there",
    _without_contact,
)
