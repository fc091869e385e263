"""Synchronized people whose contacts are deleted in Marketing Cloud while their records stay in the CRM.

A record that is read while its contact is suppressed becomes a contact all the same, under a UUID instead of its Id:
nothing that goes by the record's Id finds it. A record that is read after the deletion is a new contact under its Id.
Nothing reads it by itself: that takes a change of the record or a refresh of the object.
Source: SFH:001233488 and SFH:mc_cab_best_practices, contact deletion and Synchronized Data Sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import contacts
from store.assumptions import assume
from store.contacts.deletion import SUPPRESSED_KEYS, Whom, any_suppressed, on_contact_deletion
from store.ids import sql_guid

if TYPE_CHECKING:
    from store.org import Org

assume(
    "record_of_a_suppressed_contact",
    "a contact under a UUID",
    ("a contact under a UUID", "no contact"),
    "What a record becomes that is synchronized while its contact is suppressed.",
    "SFH:001233488: a contact record with an 8-4-4-4-12 UUID; domain A5: the key cannot be created again",
)


def establish_people(org: Org, name: str, table: str, arriving: str, window: dict[str, int]) -> int:
    """Make contacts of the arriving records `c` of an object; returns how many are new."""
    source, records = f"MC Connect: {name}", f"SELECT c.Id FROM {table} c WHERE {arriving}"
    if org.value("SELECT 1 FROM sync_contact_keys LIMIT 1") is not None:
        records += " AND c.Id NOT IN (SELECT id FROM sync_contact_keys)"
    made = contacts.establish(org, records, window, source=source)
    if not any_suppressed(org) or org.assumption("record_of_a_suppressed_contact") == "no contact":
        return made
    uuid = sql_guid(org.seed, f"synchronized again|{name}", "c.row_id")
    new = org.run(
        f"""INSERT OR IGNORE INTO sync_contact_keys
            SELECT c.Id, {uuid}, :now FROM {table} c WHERE {arriving} AND c.Id COLLATE NOCASE IN ({SUPPRESSED_KEYS})""",
        window,
    )
    if new:
        made += contacts.establish(org, "SELECT contact_key FROM sync_contact_keys ORDER BY id", source=source)
    return made


@on_contact_deletion("UUIDs of synchronized people")
def _uuids(org: Org, whom: Whom, delete: bool) -> int:
    theirs = f"FROM sync_contact_keys WHERE contact_key IN ({whom.keys})"
    if delete:
        return org.run(f"DELETE {theirs}", whom.params)
    return int(org.value(f"SELECT count(*) {theirs}", whom.params))


def sql_came_back() -> str:
    """A SELECT of (contact_key, record_id, how, deleted_at) of the contacts that came back through MC Connect."""
    return """
        SELECT k.contact_key, k.contact_key AS record_id, 'as a new contact under the same key' AS how, d.deleted_at
          FROM deleted_contacts d CROSS JOIN contacts k ON k.contact_key = d.contact_key
         WHERE d.operation_id IS NOT NULL AND k.source LIKE 'MC Connect%'
           AND d.contact_id = (SELECT max(l.contact_id) FROM deleted_contacts l WHERE l.contact_key = d.contact_key)
        UNION ALL
        SELECT s.contact_key, s.id, 'as a contact under a UUID, while it was suppressed', s.at
          FROM sync_contact_keys s JOIN contacts k ON k.contact_key = s.contact_key"""
