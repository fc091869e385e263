"""What sends name to leave people out, the contexts of auto-suppression, and what it was that left someone out."""

from __future__ import annotations

DDL = """
CREATE TABLE job_exclusions (           -- what a send names beside its publication list
  job_id INTEGER NOT NULL REFERENCES jobs(job_id),
  role   TEXT NOT NULL CHECK (role IN ('suppression list', 'exclusion list', 'exclusion', 'domain exclusion')),
  ref    INTEGER NOT NULL,              -- ListID, or de_id of an exclusion or a domain exclusion
  PRIMARY KEY (job_id, role, ref)
) WITHOUT ROWID;
CREATE TABLE suppression_contexts (     -- where an auto-suppression list applies
  context_id INTEGER PRIMARY KEY,
  de_id      INTEGER NOT NULL,          -- the data extension of its addresses
  context    TEXT NOT NULL CHECK (context IN
               ('Enterprise', 'BusinessUnit', 'SendClassification', 'Send', 'Global', 'SenderProfile')),
  value      TEXT NOT NULL COLLATE NOCASE,  -- MID, name of the classification or profile, key of the send; else ''
  sends      TEXT NOT NULL CHECK (sends IN ('All', 'Commercial', 'Transactional'))
);
CREATE INDEX suppression_contexts_de ON suppression_contexts(de_id);
CREATE TABLE exclusion_causes (         -- what left people out, as it was called then
  cause_id INTEGER PRIMARY KEY,
  said     TEXT NOT NULL UNIQUE
);
CREATE TABLE send_exclusion_causes (    -- of those whom a list, a domain or criteria left out
  batch_id INTEGER NOT NULL,
  visit    INTEGER NOT NULL,
  cause_id INTEGER NOT NULL,
  PRIMARY KEY (batch_id, visit)
) WITHOUT ROWID;
"""
