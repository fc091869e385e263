"""What holds of deletions at every step."""

from __future__ import annotations

from store.invariants import invariant

invariant(
    "a Contact ID never comes again",
    "SELECT contact_id FROM deleted_contacts WHERE contact_id IN (SELECT contact_id FROM contacts)",
)
invariant(
    "whoever is suppressed is a contact of an operation that waits for its end",
    """SELECT s.contact_id, d.status FROM suppressed_contacts s LEFT JOIN contacts c USING (contact_id)
         LEFT JOIN contact_deletions d USING (operation_id)
        WHERE c.contact_id IS NULL OR d.status IS NULL OR d.status NOT IN ('Suppressed', 'Failed')""",
)
invariant(
    "an operation that waits is on the agenda once",
    """SELECT d.operation_id, d.status FROM contact_deletions d
        WHERE (d.status IN ('Queued', 'Suppressed')) <> (
              SELECT count(*) FROM agenda a
               WHERE a.kind = 'contacts.deletion' AND a.args ->> '$.operation' = d.operation_id)""",
)
invariant(
    "an operation has its contacts until it ends",
    """SELECT d.operation_id, d.contacts FROM contact_deletions d
        WHERE CASE WHEN d.status IN ('Deleted', 'Restored') THEN 0 ELSE d.contacts END <> (
              SELECT count(*) FROM contact_deletion_members m WHERE m.operation_id = d.operation_id)""",
)
