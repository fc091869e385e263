"""What MC Connect synchronizes, and the log of its polls."""

from __future__ import annotations

DDL = """
CREATE TABLE sync_objects (             -- one row is one synchronized object
  object         TEXT PRIMARY KEY,      -- full name: Contact, EMEA:Contact of a further org
  de_id          INTEGER NOT NULL UNIQUE REFERENCES data_extensions(de_id),
  collection     TEXT NOT NULL CHECK (collection IN ('all', 'created_since', 'boolean')),
  filter_field   TEXT,                  -- boolean: the checkbox; created_since: CreatedDate
  filter_value   INTEGER,               -- boolean: 0 or 1; created_since: UTC seconds
  poll_minutes   INTEGER NOT NULL,
  status         TEXT NOT NULL CHECK (status IN ('running', 'paused')),
  watermark      INTEGER NOT NULL,      -- changes of the CRM up to this change_no are read
  full_due       INTEGER NOT NULL,      -- 1: the next poll reads every record
  started_at     INTEGER NOT NULL,      -- this and the others: UTC seconds
  last_poll_at   INTEGER,               -- the last poll that is in the log
  next_poll_at   INTEGER,               -- of the poll on the agenda; NULL when it would find nothing, or while paused
  seen_change    INTEGER NOT NULL,      -- no change of the CRM up to this change_no waits for a poll to be scheduled
  suffix         TEXT NOT NULL          -- what follows `Contact_Salesforce` in the name of its data extension
) WITHOUT ROWID;
CREATE TABLE sync_fields (              -- the fields that were chosen, Id first
  object         TEXT NOT NULL REFERENCES sync_objects(object),
  ordinal        INTEGER NOT NULL,
  field          TEXT NOT NULL,         -- API name, also the name in the data extension
  crm_type       TEXT NOT NULL,         -- string, picklist, boolean, datetime, ...
  scale          INTEGER,               -- of numbers: digits after the point
  PRIMARY KEY (object, ordinal),
  UNIQUE (object, field)
) WITHOUT ROWID;
CREATE TABLE sync_contact_keys (        -- records that were read while their contact was being deleted
  id             TEXT PRIMARY KEY COLLATE NOCASE,
  contact_key    TEXT NOT NULL COLLATE NOCASE,  -- the UUID that they are a contact under since
  at             INTEGER NOT NULL       -- UTC seconds
) WITHOUT ROWID;
CREATE TABLE sync_polls (               -- one row is one poll
  poll_id        INTEGER PRIMARY KEY,
  object         TEXT NOT NULL REFERENCES sync_objects(object),
  at             INTEGER NOT NULL,      -- UTC seconds
  kind           TEXT NOT NULL CHECK (kind IN ('full', 'incremental')),
  from_change    INTEGER NOT NULL,      -- it read the changes above this one
  to_change      INTEGER NOT NULL,      -- up to this one
  read           INTEGER NOT NULL,      -- records that it took over
  inserted       INTEGER NOT NULL,
  updated        INTEGER NOT NULL,
  deleted        INTEGER NOT NULL,      -- rows removed, or flagged by IsDeleted
  kept           INTEGER NOT NULL,      -- deletions in the CRM that left the row as it was
  contacts       INTEGER NOT NULL,      -- new in All Contacts
  lag_mean       REAL,                  -- seconds between SystemModstamp and this poll; NULL for a full one
  lag_max        INTEGER
);
CREATE INDEX sync_polls_object ON sync_polls(object, poll_id);
CREATE TABLE write_back (               -- one row is one Salesforce org that tracking is written back to
  org            TEXT PRIMARY KEY,      -- '' is the first one
  enabled_at     INTEGER NOT NULL,      -- this and the others: UTC seconds; the hourly runs count from here
  first_batch    INTEGER NOT NULL,      -- sends with a batch_id above this one are written
  last_batch     INTEGER NOT NULL,      -- up to this one they are written
  written_until  INTEGER NOT NULL,      -- events up to this moment are written
  next_at        INTEGER                -- the run on the agenda; NULL when it would find nothing
) WITHOUT ROWID;
CREATE TABLE write_back_untracked (     -- send jobs whose results a person keeps out of the CRM
  job_id         INTEGER PRIMARY KEY
);
CREATE TABLE write_back_runs (          -- one row is one hourly run that had something to write
  run_id         INTEGER PRIMARY KEY,
  org            TEXT NOT NULL,         -- the Salesforce org; '' is the first
  at             INTEGER NOT NULL,      -- UTC seconds
  results        INTEGER NOT NULL,      -- Individual Email Results made
  updated        INTEGER NOT NULL,      -- of them changed later
  links          INTEGER NOT NULL,      -- Individual Links made or changed
  opted_out      INTEGER NOT NULL,      -- Contacts and Leads that got Email Opt Out
  unmatched      INTEGER NOT NULL,      -- messages whose Subscriber Key is no record
  refused        INTEGER NOT NULL       -- records that a rule of the CRM did not let through
);
CREATE TABLE write_back_unmatched (     -- one row is one message without a result in the CRM
  batch_id       INTEGER NOT NULL,
  contact_id     INTEGER NOT NULL,
  PRIMARY KEY (batch_id, contact_id)
) WITHOUT ROWID;
"""
