"""Subscribers who get another address: an API call or an import that updates them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contacts.contacts import Params

if TYPE_CHECKING:
    from store.org import Org


def change_addresses(org: Org, select_sql: str, params: Params | None = None) -> int:
    """Give subscribers the addresses of a SELECT of (contact_id, email address); returns how many changed.

    Who is not in All Subscribers is left alone; so is whoever has the address already, and an empty one.
    """
    return org.run(
        f"""UPDATE all_subscribers SET email_address = trim(g.email_address)
              FROM (WITH given(contact_id, email_address) AS ({select_sql}) SELECT * FROM given) AS g
             WHERE g.contact_id = all_subscribers.contact_id AND trim(g.email_address) <> ''
               AND trim(g.email_address) COLLATE BINARY <> all_subscribers.email_address""",
        params or {},
    )
