"""The tables of contact deletion: operations, who is suppressed, and whose ids must not come again."""

from __future__ import annotations

DDL = """
CREATE TABLE contact_deletions (        -- one row is one operation that somebody asked for
  operation_id  INTEGER PRIMARY KEY,    -- OperationID
  requested_at  INTEGER NOT NULL,       -- this and the other times: UTC seconds
  by            TEXT NOT NULL CHECK (by IN ('keys', 'ids', 'listReference')),
  list_kind     TEXT NOT NULL DEFAULT '',  -- of a listReference: 'data extension' or 'list'
  list_key      TEXT NOT NULL DEFAULT '',
  delete_list   INTEGER NOT NULL DEFAULT 0,  -- the data extension goes with its contacts
  contacts      INTEGER NOT NULL,       -- expectedListCount
  status        TEXT NOT NULL CHECK (status IN ('Queued', 'Suppressed', 'Deleted', 'Failed', 'Restored')),
  suppressed_at INTEGER,
  delete_at     INTEGER,                -- the end of the suppression period
  finished_at   INTEGER,
  retries       INTEGER NOT NULL DEFAULT 0,
  problem       TEXT NOT NULL DEFAULT '',  -- why it failed
  reached       TEXT NOT NULL DEFAULT '{}' -- JSON: what was deleted with the contacts, by name
);
CREATE TABLE contact_deletion_members ( -- whom an operation is about, until it ends
  operation_id INTEGER NOT NULL REFERENCES contact_deletions(operation_id),
  contact_id   INTEGER NOT NULL,
  PRIMARY KEY (operation_id, contact_id)
) WITHOUT ROWID;
CREATE TABLE suppressed_contacts (      -- still in the tables, hidden and blocked everywhere
  contact_id   INTEGER PRIMARY KEY,
  operation_id INTEGER NOT NULL
);
CREATE TABLE deleted_contacts (         -- what the product forgets: ids that never come again, and their keys
  contact_id   INTEGER PRIMARY KEY,
  contact_key  TEXT NOT NULL COLLATE NOCASE,
  operation_id INTEGER,                 -- NULL: merged into another contact by a key migration
  deleted_at   INTEGER NOT NULL
);
CREATE INDEX deleted_contacts_key ON deleted_contacts(contact_key);
CREATE TABLE deleted_subscribers (      -- deleted in Email Studio alone: the contact stayed
  contact_id INTEGER PRIMARY KEY,
  deleted_at INTEGER NOT NULL
);
CREATE TABLE contact_deletion_settings ( -- one row
  suppression_days INTEGER NOT NULL,    -- SuppressionRestoreUntilDays
  busy_until       INTEGER NOT NULL     -- the queue works on one operation until then
);
INSERT INTO contact_deletion_settings VALUES (2, 0);
"""
