"""The tables of the definitions. Each data extension's rows are in a table of their own, see storage.py."""

from __future__ import annotations

DDL = """
CREATE TABLE data_extensions (          -- one row is one data extension
  de_id          INTEGER PRIMARY KEY,
  name           TEXT NOT NULL UNIQUE COLLATE NOCASE,
  customer_key   TEXT NOT NULL UNIQUE COLLATE NOCASE,  -- External Key
  table_name     TEXT NOT NULL UNIQUE,  -- the table that holds its rows
  folder         TEXT NOT NULL,         -- path with / between the folders, '' at the top
  kind           TEXT NOT NULL CHECK (kind IN ('standard', 'synchronized')),
  description    TEXT NOT NULL,
  is_sendable    INTEGER NOT NULL,
  is_testable    INTEGER NOT NULL,
  sendable_field TEXT,                  -- the field that relates to All Subscribers
  sendable_to    TEXT CHECK (sendable_to IN ('Subscriber Key', 'Email Address')),
  retention      TEXT,                  -- JSON of the retention policy, NULL when there is none
  created_at     INTEGER NOT NULL       -- UTC seconds
);
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
"""
