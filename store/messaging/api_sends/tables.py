"""The tables of sends that an API asks for: the definitions, the requests, and the recipients of each."""

from __future__ import annotations

DDL = """
CREATE TABLE send_definitions (         -- one row is what an API sends by
  definition_id INTEGER PRIMARY KEY,
  api         TEXT NOT NULL CHECK (api IN ('transactional', 'triggered send')),
  mid         INTEGER NOT NULL REFERENCES business_units(mid),
  key         TEXT NOT NULL COLLATE NOCASE,  -- definitionKey; CustomerKey
  object_id   TEXT NOT NULL,            -- GUID: definitionId; ObjectID
  channel     TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  status      TEXT NOT NULL CHECK (status IN ('New', 'Active', 'Inactive', 'Canceled', 'Deleted')),
  settings    TEXT NOT NULL,            -- JSON as the API was given it, with what it changed since
  published   TEXT,                     -- the same as it was published last; NULL before
  job_id      INTEGER,                  -- of what was published last: a send job, or a mobile message
  created_at  INTEGER NOT NULL,         -- UTC seconds
  modified_at INTEGER NOT NULL,
  UNIQUE (api, mid, key)
);
CREATE TABLE send_requests (            -- one row is a request that an API took and answered
  request_no    INTEGER PRIMARY KEY,
  definition_id INTEGER NOT NULL REFERENCES send_definitions(definition_id),
  door        TEXT NOT NULL,            -- the resource or the call that was asked
  at          INTEGER NOT NULL,         -- UTC seconds
  answer      TEXT NOT NULL             -- JSON
);
CREATE INDEX send_requests_definition ON send_requests(definition_id);
CREATE TABLE send_recipients (          -- one row is one message that a request asked for
  recipient_no  INTEGER PRIMARY KEY,    -- in the order in which they were asked for
  request_no    INTEGER NOT NULL REFERENCES send_requests(request_no),
  definition_id INTEGER NOT NULL,
  message_key TEXT,                     -- of the Transactional Messaging API
  contact_key TEXT NOT NULL COLLATE NOCASE,
  address     TEXT NOT NULL,            -- email address, or mobile number
  attributes  TEXT NOT NULL,            -- JSON by name
  at          INTEGER NOT NULL,         -- UTC seconds
  state       TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'not sent')),
  code        INTEGER,                  -- send log error code of who is not sent to
  done_at     INTEGER,                  -- when it left the queue
  batch_id    INTEGER,                  -- of email, or of mobile messages
  visit       INTEGER                   -- who it is in that batch
);
CREATE INDEX send_recipients_queue ON send_recipients(definition_id, recipient_no) WHERE state = 'queued';
CREATE INDEX send_recipients_key ON send_recipients(message_key, at);
CREATE INDEX send_recipients_batch ON send_recipients(batch_id, visit) WHERE batch_id IS NOT NULL;
CREATE INDEX send_recipients_request ON send_recipients(request_no);
CREATE TABLE api_calls (                -- how many calls of an API there were on a day
  day   INTEGER NOT NULL,               -- days since 1970 in system time
  api   TEXT NOT NULL,                  -- REST, SOAP
  calls INTEGER NOT NULL,
  PRIMARY KEY (day, api)
) WITHOUT ROWID;
"""
