"""The tables of the definitions. Each data extension's rows are in a table of their own, see storage.py."""

from __future__ import annotations

DDL = """
CREATE TABLE data_extensions (          -- one row is one data extension
  de_id          INTEGER PRIMARY KEY,
  mid            INTEGER NOT NULL REFERENCES business_units(mid),  -- the business unit that owns it
  name           TEXT NOT NULL COLLATE NOCASE,
  customer_key   TEXT NOT NULL COLLATE NOCASE,  -- External Key
  table_name     TEXT NOT NULL UNIQUE,  -- the table that holds its rows
  folder         TEXT NOT NULL,         -- path with / between the folders, '' at the top
  kind           TEXT NOT NULL CHECK (kind IN ('standard', 'synchronized', 'filtered', 'random')),
  description    TEXT NOT NULL,
  is_sendable    INTEGER NOT NULL,
  is_testable    INTEGER NOT NULL,
  sendable_field TEXT,                  -- the field that relates to All Subscribers
  sendable_to    TEXT CHECK (sendable_to IN ('Subscriber Key', 'Email Address')),
  retention      TEXT,                  -- JSON of the retention policy, NULL when there is none
  template       TEXT,                  -- the template that it was made from, such as SendLog
  source_de_id   INTEGER REFERENCES data_extensions(de_id) ON DELETE SET NULL,  -- what it is filtered or split from
  filter         TEXT,                  -- JSON of a filtered one's filter
  refreshed_at   INTEGER,               -- UTC seconds: when a filtered or random one was last filled
  created_at     INTEGER NOT NULL,      -- UTC seconds
  UNIQUE (mid, name),                   -- source: domain B2, unique per business unit over all folders
  UNIQUE (mid, customer_key)
);
CREATE TABLE data_extension_shares (    -- one row lets one business unit see one data extension of the enterprise
  de_id          INTEGER NOT NULL REFERENCES data_extensions(de_id) ON DELETE CASCADE,
  mid            INTEGER NOT NULL REFERENCES business_units(mid),
  can_write      INTEGER NOT NULL,
  PRIMARY KEY (de_id, mid)
) WITHOUT ROWID;
CREATE TABLE data_extension_fields (    -- one row is one field
  de_id          INTEGER NOT NULL REFERENCES data_extensions(de_id) ON DELETE CASCADE,
  ordinal        INTEGER NOT NULL,      -- from 1
  name           TEXT NOT NULL COLLATE NOCASE,
  type           TEXT NOT NULL,         -- Text, Number, Date, Boolean, EmailAddress, Phone, Decimal, Locale
  length         INTEGER,               -- characters; for Decimal its precision; NULL without a limit
  scale          INTEGER,               -- Decimal: digits after the point
  is_primary_key INTEGER NOT NULL,
  is_nullable    INTEGER NOT NULL,
  default_value  TEXT,                  -- as written: a value of the type, or GetDate()
  PRIMARY KEY (de_id, ordinal),
  UNIQUE (de_id, name)
) WITHOUT ROWID;
CREATE TABLE data_extension_imports (   -- one row is one import
  import_id      INTEGER PRIMARY KEY,
  k              INTEGER NOT NULL,      -- the step that did it
  at             INTEGER NOT NULL,      -- UTC seconds
  de             TEXT NOT NULL,         -- path of the data extension, as it was then
  file           TEXT NOT NULL,
  mode           TEXT NOT NULL,         -- add_and_update, add_only, update_only, overwrite
  read           INTEGER NOT NULL,
  inserted       INTEGER NOT NULL,
  updated        INTEGER NOT NULL,
  rejected       INTEGER NOT NULL
);
CREATE TABLE data_extension_import_errors ( -- one row is one row of a file that was not taken
  import_id      INTEGER NOT NULL REFERENCES data_extension_imports(import_id),
  line           INTEGER NOT NULL,      -- where the row begins, from 1
  column_name    TEXT NOT NULL,         -- '' when it is not about one column
  value          TEXT NOT NULL,
  why            TEXT NOT NULL,
  cells          TEXT NOT NULL,         -- JSON: the whole row
  PRIMARY KEY (import_id, line, column_name)
) WITHOUT ROWID;
"""
