"""The tables of Mobile Studio: numbers, consent, devices, and what happened to mobile messages of every channel.

As with email, whom a batch went to is the members of its cohort less the excluded; a row per person is an exclusion, a
personalized text, or something that happened. The large tables declare no foreign keys for the same reason.
"""

from __future__ import annotations

DDL = """
CREATE TABLE mobile_keywords (          -- a keyword of a short or long code, which people subscribe to
  keyword_id   INTEGER PRIMARY KEY,
  guid         TEXT NOT NULL,           -- SubscriptionDefinitionID
  code         TEXT NOT NULL,           -- digits
  keyword      TEXT NOT NULL COLLATE NOCASE,
  country_code TEXT NOT NULL,
  created_at   INTEGER NOT NULL,        -- UTC seconds, as all times here
  UNIQUE (code, keyword)
);
CREATE TABLE mobile_numbers (           -- the mobile number of a contact
  contact_id      INTEGER PRIMARY KEY,
  mobile_number   TEXT NOT NULL,        -- digits with the country's prefix
  source          INTEGER NOT NULL,     -- how it came: an opt-in method id, see lists.py
  created_at      INTEGER NOT NULL,
  modified_at     INTEGER NOT NULL,
  bounce_count    INTEGER NOT NULL DEFAULT 0,
  first_bounce_at INTEGER,
  held_at         INTEGER               -- undeliverable from then on
);
CREATE TABLE mobile_subscriptions (     -- a contact's consent to a keyword
  subscription_id INTEGER PRIMARY KEY,
  contact_id      INTEGER NOT NULL,
  keyword_id      INTEGER NOT NULL REFERENCES mobile_keywords(keyword_id),
  opt_in_status   INTEGER NOT NULL,     -- 0 not, 1 pending, 2 opted in
  opt_in_method   INTEGER,
  opt_in_at       INTEGER,
  opt_out_status  INTEGER NOT NULL,     -- 1 opted out
  opt_out_method  INTEGER,
  opt_out_at      INTEGER,
  created_at      INTEGER NOT NULL,
  modified_at     INTEGER NOT NULL,
  UNIQUE (contact_id, keyword_id)
);
CREATE TABLE mobile_subscription_log (  -- each state that a consent was in
  log_id          INTEGER PRIMARY KEY,
  subscription_id INTEGER NOT NULL,
  at              INTEGER NOT NULL,
  opt_in_status   INTEGER NOT NULL,
  opt_in_method   INTEGER,
  opt_in_at       INTEGER,
  opt_out_status  INTEGER NOT NULL,
  opt_out_method  INTEGER,
  opt_out_at      INTEGER
);
CREATE INDEX mobile_subscription_log_of ON mobile_subscription_log(subscription_id);
CREATE TABLE mobile_devices (           -- an app on a contact's device, or a contact who follows a LINE channel
  device_no    INTEGER PRIMARY KEY,
  device_id    TEXT NOT NULL,           -- GUID
  contact_id   INTEGER NOT NULL,
  application  TEXT NOT NULL COLLATE NOCASE,  -- the app's name or id; the channel's for LINE
  platform     TEXT NOT NULL,           -- iOS, Android, LINE
  opted_in     INTEGER NOT NULL,        -- push is allowed on the device
  created_at   INTEGER NOT NULL,
  modified_at  INTEGER NOT NULL,
  UNIQUE (application, contact_id)
);
CREATE TABLE mobile_messages (          -- one message at work: of a journey, one per activity
  message_id   INTEGER PRIMARY KEY,
  mid          INTEGER NOT NULL,        -- the business unit that sends
  channel      TEXT NOT NULL,           -- sms, push, inbox, inapp, whatsapp, line
  name         TEXT NOT NULL,
  text         TEXT NOT NULL,           -- with %%Field%% as written
  keyword_id   INTEGER REFERENCES mobile_keywords(keyword_id),
  application  TEXT NOT NULL,
  from_name    TEXT NOT NULL,
  concatenated INTEGER NOT NULL,        -- parts arrive as one message
  links        INTEGER NOT NULL,        -- how many the text has
  object_id    TEXT NOT NULL UNIQUE,    -- what _JourneyActivity shows of it
  version_guid TEXT NOT NULL,           -- JBDefinitionID
  activity_id  TEXT NOT NULL,           -- JBActivityID
  created_at   INTEGER NOT NULL
);
CREATE TABLE mobile_batches (           -- one send of a message to a cohort
  batch_id      INTEGER PRIMARY KEY,
  message_id    INTEGER NOT NULL REFERENCES mobile_messages(message_id),
  cohort_id     INTEGER NOT NULL,
  sent_at       INTEGER NOT NULL,
  size          INTEGER NOT NULL,       -- sent
  excluded      INTEGER NOT NULL,
  parts         INTEGER NOT NULL,       -- messages per person where the text is the same for all
  parts_sent    INTEGER NOT NULL,       -- messages in all: what is billed
  applied_until INTEGER NOT NULL,       -- consent follows from the events up to this moment
  last_event_at INTEGER NOT NULL
);
CREATE INDEX mobile_batches_message ON mobile_batches(message_id);
CREATE INDEX mobile_batches_cohort ON mobile_batches(cohort_id);
CREATE TABLE mobile_texts (             -- what each was sent, where it is personalized
  batch_id INTEGER NOT NULL,
  visit    INTEGER NOT NULL,
  text     TEXT NOT NULL,
  parts    INTEGER NOT NULL,
  PRIMARY KEY (batch_id, visit)
) WITHOUT ROWID;
CREATE TABLE mobile_exclusions (        -- who stood in the cohort and was not sent the message
  batch_id INTEGER NOT NULL,
  visit    INTEGER NOT NULL,
  code     INTEGER NOT NULL,            -- see send.EXCLUSIONS
  PRIMARY KEY (batch_id, visit)
) WITHOUT ROWID;
CREATE TABLE mobile_events (            -- drawn at the send; one counts from its event_at on
  batch_id INTEGER NOT NULL,
  kind     TEXT NOT NULL,               -- delivered, undelivered, open, click, optout
  visit    INTEGER NOT NULL,
  event_at INTEGER NOT NULL,
  PRIMARY KEY (batch_id, kind, visit)
) WITHOUT ROWID;
CREATE TABLE mobile_inbound (           -- messages from people
  inbound_id INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  code       TEXT NOT NULL,
  text       TEXT NOT NULL,
  batch_id   INTEGER                    -- the batch that it answers
);
CREATE INDEX mobile_inbound_contact ON mobile_inbound(contact_id);
"""
