"""The tables of a subscriber-key migration."""

from __future__ import annotations

DDL = """
CREATE TABLE key_migrations (           -- one row when the account was migrated; there is never a second
  at       INTEGER NOT NULL,            -- UTC seconds
  mapping  TEXT NOT NULL,               -- the data extension of the mapping
  old_key  TEXT NOT NULL,               -- its field of the old keys
  new_key  TEXT NOT NULL,
  changed  INTEGER NOT NULL,            -- contacts that got another key
  merged   INTEGER NOT NULL             -- contacts that went into another one
);
CREATE TABLE migrated_keys (            -- every old key and what became of it
  old_key    TEXT PRIMARY KEY COLLATE NOCASE,
  new_key    TEXT NOT NULL COLLATE NOCASE,
  contact_id INTEGER NOT NULL,          -- the contact that was under the old key
  into_id    INTEGER NOT NULL           -- the contact that has its history now
) WITHOUT ROWID;
CREATE INDEX migrated_keys_new ON migrated_keys(new_key);
"""
