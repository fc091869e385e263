"""The tables of Email Studio: emails, send jobs, and what happened to the messages.

Whom a batch went to is not written: it is the members of its cohort less the excluded. Only what differs by person is
a row: an exclusion, an open, a click. These two tables declare no foreign keys, because they take hundreds of
thousands of rows per step from the cohort that the same step has read; `mctui check` proves what keys would.
"""

from __future__ import annotations

DDL = """
CREATE TABLE emails (
  email_id     INTEGER PRIMARY KEY,
  asset_key    TEXT COLLATE NOCASE,     -- the customer key of its asset in Content Builder, where it has one
  name         TEXT NOT NULL,
  subject      TEXT NOT NULL,           -- with %%Field%% as written
  html         TEXT NOT NULL,
  text         TEXT NOT NULL,
  from_name    TEXT NOT NULL,
  from_email   TEXT NOT NULL,
  links        TEXT NOT NULL,           -- JSON: [{"url": ..., "name": ...}]
  created_at   INTEGER NOT NULL,        -- UTC seconds
  modified_at  INTEGER NOT NULL
);
CREATE TABLE jobs (                     -- one send definition at work: of a journey, one per email activity
  job_id       INTEGER PRIMARY KEY,     -- JobID
  mid          INTEGER NOT NULL,        -- the business unit that sends
  email_id     INTEGER NOT NULL REFERENCES emails(email_id),
  name         TEXT NOT NULL,
  definition_object_id TEXT NOT NULL,   -- GUID of the triggered send definition
  definition_key       TEXT NOT NULL,   -- its customer key
  subject      TEXT NOT NULL,           -- of the send definition, else of the email
  classification TEXT NOT NULL CHECK (classification IN ('Commercial', 'Transactional')),
  auto_add     INTEGER NOT NULL,        -- adds unknown contacts to All Subscribers
  created_at   INTEGER NOT NULL         -- UTC seconds
);
CREATE TABLE send_batches (             -- one send of a job to a cohort
  batch_id      INTEGER PRIMARY KEY,    -- BatchID
  job_id        INTEGER NOT NULL REFERENCES jobs(job_id),
  cohort_id     INTEGER NOT NULL,
  sent_at       INTEGER NOT NULL,       -- UTC seconds
  size          INTEGER NOT NULL,       -- mailed
  excluded      INTEGER NOT NULL,
  applied_until INTEGER NOT NULL,       -- statuses follow from the events up to this moment
  last_event_at INTEGER NOT NULL,       -- of all events, those to come too
  by_hand       INTEGER NOT NULL DEFAULT 0  -- a person changed its events: counts made at the send do not hold
);
CREATE INDEX send_batches_job ON send_batches(job_id);
CREATE INDEX send_batches_cohort ON send_batches(cohort_id);
CREATE TABLE send_exclusions (          -- who stood in the cohort and was not mailed
  batch_id INTEGER NOT NULL,
  visit    INTEGER NOT NULL,
  code     INTEGER NOT NULL,            -- send log error code
  PRIMARY KEY (batch_id, visit)
) WITHOUT ROWID;
CREATE TABLE tracking_events (          -- drawn at the send; one counts from its event_at on
  batch_id INTEGER NOT NULL,
  kind     TEXT NOT NULL,               -- open, click, bounce, complaint, unsubscribe
  visit    INTEGER NOT NULL,
  seq      INTEGER NOT NULL,            -- 1 is the first of its kind for this visit (IsUnique)
  event_at INTEGER NOT NULL,            -- UTC seconds
  detail   INTEGER,                     -- click: number of the link from 0; bounce: BounceSubcategoryID
  PRIMARY KEY (batch_id, kind, visit, seq)
) WITHOUT ROWID;
CREATE TABLE comebacks (                -- opens and clicks of the bounced and held, which make them active again
  batch_id   INTEGER NOT NULL,
  event_at   INTEGER NOT NULL,          -- UTC seconds
  contact_id INTEGER NOT NULL,
  PRIMARY KEY (batch_id, event_at, contact_id)
) WITHOUT ROWID;
CREATE TABLE send_buckets (             -- when the events of a send will be shown, and the first responses by then
  job_id   INTEGER NOT NULL,
  sent_at  INTEGER NOT NULL,
  due_at   INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  people   INTEGER NOT NULL,
  PRIMARY KEY (job_id, sent_at, due_at, kind)
) WITHOUT ROWID;
CREATE TABLE engagement_model (         -- one row: how people respond
  model TEXT NOT NULL                   -- JSON of EngagementModel
);
"""
