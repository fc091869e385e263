"""All Contacts and All Subscribers: how rows come into being, a whole SELECT at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from store import business_units
from store.contacts.deletion.suppressed import any_contact_gone, is_suppressed, sql_not_suppressed
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

MAX_KEY_LENGTH = 254  # source: domain A1
STATUSES = ("active", "bounced", "held", "unsubscribed")
# How screens write them. Source: SFH:mc_es_subscribers_with_enhanced_subscriber_features; domain A2.
STATUS_NAMES = {
    "active": "Active",
    "bounced": "Bounced (Returned)",
    "held": "Held (Undeliverable)",
    "unsubscribed": "Unsubscribed",
}
ADD_METHODS = ("API", "Imported", "WebApplication", "DataExtensionSend", "Unknown")  # source: domain D4

Params = Mapping[str, Any]


def establish(org: Org, select_sql: str, params: Params | None = None, *, source: str) -> int:
    """Make a contact of every new Contact Key that the SELECT gives in its one column; returns how many were new.

    Contact IDs follow the order of the SELECT. Empty and overlong keys make no contact. `params` are the SELECT's named
    parameters. A key that is being deleted makes none. source: domain A5
    """
    with ids_held(org):
        return _establish(org, select_sql, params, source)


def _establish(org: Org, select_sql: str, params: Params | None, source: str) -> int:
    return org.run(
        f"""INSERT INTO contacts(contact_key, created_at, source)
            SELECT contact_key, :established_at, :established_by
              FROM (WITH given(contact_key) AS ({select_sql}) SELECT contact_key FROM given)
             WHERE length(contact_key) BETWEEN 1 AND {MAX_KEY_LENGTH}
                ON CONFLICT(contact_key) DO NOTHING""",
        {**(params or {}), "established_at": org.now, "established_by": source},
    )


def subscribe(
    org: Org,
    select_sql: str,
    params: Params | None = None,
    *,
    status: str = "active",
    add_method: str = "DataExtensionSend",
) -> int:
    """Put the contacts of the SELECT (contact_id, email address) on All Subscribers; returns how many were new.

    Who is there already keeps status and address; a contact without an address does not join; of two addresses of one
    contact the first is taken. source: domain A1 (first send), C3 (no address: not in All Subscribers).
    """
    from store.contacts.units import record_in_unit

    free = sql_not_suppressed(org, "contact_id")
    there = "JOIN contacts USING (contact_id)" if any_contact_gone(org) else ""
    given = f"""(WITH given(contact_id, email_address) AS ({select_sql}) SELECT * FROM given) AS g {there}
             WHERE email_address GLOB '*[^ ]*' AND {free}"""
    named = {
        **(params or {}),
        "subscribe_status": status,
        "subscribe_at": org.now,
        "subscribe_method": None if add_method == "DataExtensionSend" else add_method,
    }
    if status != "active":
        org.run(
            f"""INSERT INTO subscriber_statuses(contact_id, status, date_unsubscribed)
                SELECT contact_id, :subscribe_status,
                       CASE WHEN :subscribe_status = 'unsubscribed' THEN :subscribe_at END
                  FROM {given} AND contact_id NOT IN (SELECT contact_id FROM all_subscribers)
                    ON CONFLICT(contact_id) DO NOTHING""",
            named,
        )
    added = org.run(
        f"""INSERT INTO all_subscribers(contact_id, email_address, date_joined, add_method)
            SELECT contact_id, trim(email_address), :subscribe_at, :subscribe_method
              FROM {given}
                ON CONFLICT(contact_id) DO NOTHING""",
        named,
    )
    whom = f"SELECT contact_id FROM (WITH given(contact_id, email_address) AS ({select_sql}) SELECT * FROM given)"
    record_in_unit(org, business_units.current_mid(), whom, params)
    return added


def contact_id_of(org: Org, contact_key: str) -> int:
    """The Contact ID of a key, case not counting. Raises Refused when All Contacts has none, or hides it."""
    found = org.value("SELECT contact_id FROM contacts WHERE contact_key = ?", contact_key.strip())
    if found is not None and is_suppressed(org, contact_key):
        raise Refused(
            f"The contact '{contact_key}' is being deleted: it is suppressed and hidden.",
            cause="A deletion was asked for; when the suppression period is over the contact is gone.",
            fix="`mctui show FILE deletions` says when.",
        )
    if found is None:
        raise Refused(
            f"There is no contact with the Contact Key '{contact_key}'.",
            cause="A key becomes a contact when MC Connect synchronizes it, by a send, an import or a journey entry.",
            fix="Look it up in All Contacts.",
        )
    return int(found)


def newest_id(org: Org) -> int:
    """The highest Contact ID that was ever given; the next contact has the one after it."""
    ids = "SELECT max(contact_id) FROM contacts UNION ALL SELECT max(contact_id) FROM deleted_contacts"
    return max(int(row[0] or 0) for row in org.rows(ids))


@contextmanager
def ids_held(org: Org) -> Iterator[None]:
    """Inside, new contacts get ids above all that were ever given.

    SQLite counts on from the highest id there is, which may have been deleted. Then a row with that id stands in for
    it meanwhile: AUTOINCREMENT would also spend an id on every key that is a contact already.
    """
    last = org.value("SELECT max(contact_id) FROM deleted_contacts")
    held = last is not None and last > int(org.value("SELECT coalesce(max(contact_id), 0) FROM contacts"))
    if held:
        org.run("INSERT INTO contacts VALUES (?, '', 0, '')", last)
    yield
    if held:
        org.run("DELETE FROM contacts WHERE contact_id = ?", last)


def sql_email_address(contact_id: str) -> str:
    """SQL for the address that All Subscribers has for a contact, given SQL for its Contact ID; NULL for none."""
    return f"(SELECT s.email_address FROM subscribers s WHERE s.contact_id = {contact_id})"
