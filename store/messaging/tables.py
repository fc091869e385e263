"""The tables of Email Studio: emails, send jobs, and what happened to the messages.

Whom a batch went to is not written: it is the members of its cohort less the excluded. Only what differs by person is
a row: an exclusion, or what a person does about the message. These two tables declare no foreign keys, because they
take hundreds of thousands of rows per step from the cohort that the same step has read; `mctui check` proves what keys
would.

A person's responses to one message are one row, because a row costs more than all of its columns: with a row per event
a send took half as long again.
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
  send_classification  TEXT NOT NULL,   -- its name; this and the next as they were when the send was published
  honors_opt_outs      INTEGER NOT NULL, -- a transactional send honours opt-outs from its publication list
  sender_profile       TEXT NOT NULL,   -- its name
  from_name    TEXT,                    -- of the sender profile; NULL, as the next one, for the email's own
  from_email   TEXT,
  list_id      INTEGER NOT NULL,        -- ListID: the publication list, or the list that is sent to
  suppresses   INTEGER NOT NULL,        -- suppression lists and exclusion criteria count
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
CREATE TABLE responses (              -- what a person does about a message; drawn at the send, done when its time comes
  batch_id        INTEGER NOT NULL,
  visit           INTEGER NOT NULL,
  nr              INTEGER NOT NULL,     -- 0 has the first of each kind; from 1 on what a person made happen once more
  opened_at       INTEGER,              -- this and the other moments: UTC seconds, NULL for never
  reopened_at     INTEGER,
  clicked_at      INTEGER,
  link            INTEGER,              -- number of the link that was clicked, from 0
  reclicked_at    INTEGER,
  relink          INTEGER,
  bounced_at      INTEGER,
  bounce          INTEGER,              -- BounceSubcategoryID
  complained_at   INTEGER,
  unsubscribed_at INTEGER,
  PRIMARY KEY (batch_id, visit, nr)
) WITHOUT ROWID;
-- What each step that shows engagement looks for and what few do; the others are found by their batch.
CREATE INDEX responses_bounced ON responses(batch_id, bounced_at, bounce) WHERE bounced_at IS NOT NULL;
CREATE INDEX responses_complained ON responses(batch_id, complained_at) WHERE complained_at IS NOT NULL;
CREATE INDEX responses_unsubscribed ON responses(batch_id, unsubscribed_at) WHERE unsubscribed_at IS NOT NULL;
CREATE VIEW tracking_events AS          -- the responses, one row an event; one counts from its event_at on
  SELECT r.batch_id,
         k.kind,                        -- open, click, bounce, complaint, unsubscribe
         r.visit,
         CASE r.nr WHEN 0 THEN k.seq ELSE r.nr + 2 END AS seq,  -- 1 is the first of its kind for this visit (IsUnique)
         CASE k.kind WHEN 'open'        THEN iif(k.seq = 1, r.opened_at, r.reopened_at)
                     WHEN 'click'       THEN iif(k.seq = 1, r.clicked_at, r.reclicked_at)
                     WHEN 'bounce'      THEN r.bounced_at
                     WHEN 'complaint'   THEN r.complained_at
                     WHEN 'unsubscribe' THEN r.unsubscribed_at END AS event_at,  -- UTC seconds
         CASE k.kind WHEN 'click'  THEN iif(k.seq = 1, r.link, r.relink)  -- number of the link from 0
                     WHEN 'bounce' THEN r.bounce END AS detail            -- BounceSubcategoryID
    FROM responses r
         -- A join, since SQLite copies a UNION ALL before it joins it.
         CROSS JOIN (SELECT 'open' AS kind, 1 AS seq UNION ALL SELECT 'open', 2
                     UNION ALL SELECT 'click', 1 UNION ALL SELECT 'click', 2 UNION ALL SELECT 'bounce', 1
                     UNION ALL SELECT 'complaint', 1 UNION ALL SELECT 'unsubscribe', 1) k
   WHERE event_at IS NOT NULL;
CREATE TABLE unsubscribe_ways (         -- unsubscribes that a person made otherwise than by the link in the message
  batch_id INTEGER NOT NULL,
  visit    INTEGER NOT NULL,
  seq      INTEGER NOT NULL,            -- of the event
  way      TEXT NOT NULL,               -- the List-Unsubscribe header, the center, an API call, a reply
  list_id  INTEGER NOT NULL,            -- ListID that its row in _Unsubscribe has
  PRIMARY KEY (batch_id, visit, seq)
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

# The columns of the first response of each kind, and of all responses that there can be.
FIRST = {
    "open": "opened_at",
    "click": "clicked_at",
    "bounce": "bounced_at",
    "complaint": "complained_at",
    "unsubscribe": "unsubscribed_at",
}
MOMENTS = (*FIRST.values(), "reopened_at", "reclicked_at")
INDEXED = {"bounce": "responses_bounced", "complaint": "responses_complained", "unsubscribe": "responses_unsubscribed"}
