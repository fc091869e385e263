"""Contacts that get another Contact Key: the key changes, the Contact ID and all that hangs on it stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contacts.contacts import Params

if TYPE_CHECKING:
    from store.org import Org

DDL = """
CREATE TABLE contact_key_changes (      -- one row is one contact that got another Contact Key
  change_id  INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL,
  at         INTEGER NOT NULL,          -- UTC seconds
  old_key    TEXT NOT NULL,
  new_key    TEXT NOT NULL
);
CREATE INDEX contact_key_changes_contact ON contact_key_changes(contact_id);
"""


def change_keys(org: Org, select_sql: str, params: Params | None = None) -> int:
    """Give contacts other Contact Keys; the SELECT gives contact_id and contact_key, no contact and no key twice.

    The keys must be free and of a length that fits. All Subscribers has the same key afterwards. Returns how many.
    """
    before = int(org.value("SELECT coalesce(max(change_id), 0) FROM contact_key_changes"))
    count = org.run(
        f"""INSERT INTO contact_key_changes(contact_id, at, old_key, new_key)
            SELECT k.contact_id, :rekeyed_at, k.contact_key, g.contact_key
              FROM (WITH given(contact_id, contact_key) AS ({select_sql}) SELECT * FROM given) AS g
                   JOIN contacts AS k USING (contact_id)
             ORDER BY k.contact_id""",
        {**(params or {}), "rekeyed_at": org.now},
    )
    org.run(
        """UPDATE contacts SET contact_key = n.new_key FROM contact_key_changes AS n
            WHERE n.contact_id = contacts.contact_id AND n.change_id > ?""",
        before,
    )
    return count


def keys_before(org: Org, contact_id: int, at: int) -> tuple[str, str] | None:
    """(old, new) of the change of a contact's key at a moment; None when there was none."""
    row = org.row(
        """SELECT old_key, new_key FROM contact_key_changes WHERE contact_id = ? AND at = ?
           ORDER BY change_id LIMIT 1""",
        contact_id, at,
    )  # fmt: skip
    return (row["old_key"], row["new_key"]) if row else None
