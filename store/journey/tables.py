"""The tables of Journey Builder.

Contacts travel in cohorts: all who stand at the same activity with the same due time and the same past. A message or a
wait moves the cohort's one row; only a split writes per contact, and it appends. So the chain of cohorts is each
contact's whole path.

A visit is one contact's run through one journey: visit = (entry_no << 32) | contact_id, where entry_no says how many
times the contact had entered this journey before.

`journey_members` and the snapshots declare no foreign keys: they take millions of rows per step and each is written
from a cohort that the same statement chain has just made; `mctui check` proves what keys would.
"""

from __future__ import annotations

from store.clock import sql_system_text
from store.data_extensions import ViewRule, data_view

DDL = f"""
CREATE TABLE event_definitions (        -- entry events, as Journey Builder's API has them
  event_definition_id INTEGER PRIMARY KEY,
  key        TEXT NOT NULL UNIQUE COLLATE NOCASE,
  definition TEXT NOT NULL              -- JSON, unchanged
);
CREATE TABLE journeys (
  journey_id INTEGER PRIMARY KEY,
  mid        INTEGER NOT NULL REFERENCES business_units(mid),  -- the business unit that it runs in
  key        TEXT NOT NULL UNIQUE COLLATE NOCASE,
  name       TEXT NOT NULL,
  guid       TEXT NOT NULL              -- the product's definition id
);
CREATE TABLE journey_versions (
  version_id   INTEGER PRIMARY KEY,
  journey_id   INTEGER NOT NULL REFERENCES journeys(journey_id),
  number       INTEGER NOT NULL,
  guid         TEXT NOT NULL,           -- the product's interaction id
  status       TEXT NOT NULL CHECK (status IN ('Draft', 'Running', 'Paused', 'Finishing', 'Stopped')),
  event_definition_id INTEGER REFERENCES event_definitions(event_definition_id),
  watermark    INTEGER NOT NULL DEFAULT 0,  -- the highest _CustomObjectKey or event_no of the entry source seen so far
  created_at   INTEGER NOT NULL,        -- UTC seconds
  modified_at  INTEGER NOT NULL,
  published_at INTEGER,
  spec         TEXT NOT NULL,           -- the public JSON, unchanged
  UNIQUE (journey_id, number)
);
CREATE TABLE journey_activities (       -- made at publication
  version_id   INTEGER NOT NULL REFERENCES journey_versions(version_id),
  activity_key TEXT NOT NULL,
  type         TEXT NOT NULL,           -- upper case, aliases resolved
  name         TEXT NOT NULL,
  activity_id  TEXT NOT NULL,           -- GUID
  object_id    TEXT,                    -- of an email: its triggered send definition, what the tracking views join by
  ordinal      INTEGER NOT NULL,
  PRIMARY KEY (version_id, activity_key)
) WITHOUT ROWID;
CREATE TABLE journey_cohorts (
  cohort_id        INTEGER PRIMARY KEY,
  version_id       INTEGER NOT NULL REFERENCES journey_versions(version_id),
  root_cohort_id   INTEGER NOT NULL,    -- the entry that all its members came in with
  parent_cohort_id INTEGER REFERENCES journey_cohorts(cohort_id),
  split_key        TEXT,                -- the activity that made it of its parent; NULL for an entry
  outcome          TEXT,                -- the outcome taken there
  activity_key     TEXT,                -- where it stands; NULL when it is not inside any more
  arrived_at       INTEGER NOT NULL,    -- when it came there, or when it ended; UTC seconds
  due_at           INTEGER,             -- when it goes on; NULL when it is not inside any more
  size             INTEGER NOT NULL,
  state            TEXT NOT NULL CHECK (state IN ('inside', 'split', 'completed', 'exited', 'ejected', 'goal'))
                                        -- 'split': its members went on in other cohorts
);
CREATE INDEX journey_cohorts_standing ON journey_cohorts(version_id, activity_key, due_at) WHERE state = 'inside';
CREATE INDEX journey_cohorts_parent ON journey_cohorts(parent_cohort_id);
CREATE INDEX journey_cohorts_version ON journey_cohorts(version_id);
CREATE TABLE journey_members (          -- who is in a cohort; append only
  cohort_id INTEGER NOT NULL,
  visit     INTEGER NOT NULL,
  PRIMARY KEY (cohort_id, visit)
) WITHOUT ROWID;
CREATE TABLE journey_moves (            -- one row is a whole cohort's arrival at an activity
  cohort_id    INTEGER NOT NULL REFERENCES journey_cohorts(cohort_id),
  seq          INTEGER NOT NULL,        -- from 1
  activity_key TEXT,                    -- NULL: the end of the journey
  at           INTEGER NOT NULL,        -- UTC seconds
  step         INTEGER NOT NULL,        -- the step that moved it
  size         INTEGER NOT NULL,
  PRIMARY KEY (cohort_id, seq)
) WITHOUT ROWID;
CREATE TABLE journey_first_entries (    -- one row is contacts without a gap who first entered a journey together
  journey_id    INTEGER NOT NULL,
  first_contact INTEGER NOT NULL,
  last_contact  INTEGER NOT NULL,
  PRIMARY KEY (journey_id, first_contact)
) WITHOUT ROWID;
CREATE TABLE journey_entry_counts (     -- how many times everyone else entered, and those of a run who came again
  journey_id INTEGER NOT NULL,
  contact_id INTEGER NOT NULL,
  entries    INTEGER NOT NULL,
  PRIMARY KEY (journey_id, contact_id)
) WITHOUT ROWID;
CREATE VIEW journey_entries AS          -- how many times a contact entered a journey, over all its versions
  SELECT journey_id, contact_id, entries FROM journey_entry_counts
   UNION ALL
  SELECT r.journey_id, k.contact_id, 1
    FROM journey_first_entries r JOIN contacts k ON k.contact_id BETWEEN r.first_contact AND r.last_contact
   WHERE NOT EXISTS (SELECT 1 FROM journey_entry_counts c
                      WHERE c.journey_id = r.journey_id AND c.contact_id = k.contact_id);
CREATE TABLE journey_events (           -- one row is one entry event that arrived: an API call, a form, a CRM record
  event_no    INTEGER PRIMARY KEY,      -- in the order of arrival
  event_definition_id INTEGER NOT NULL REFERENCES event_definitions(event_definition_id),
  at          INTEGER NOT NULL,         -- UTC seconds
  contact_key TEXT COLLATE NOCASE,
  data        TEXT NOT NULL             -- JSON by field name, each value as a data extension stores it
);
CREATE INDEX journey_events_definition ON journey_events(event_definition_id, event_no);
CREATE TABLE journey_listeners (        -- one row is an entry event that fires on changes in the CRM
  event_definition_id INTEGER PRIMARY KEY REFERENCES event_definitions(event_definition_id),
  version_id  INTEGER NOT NULL REFERENCES journey_versions(version_id),  -- whose trigger says which changes
  seen_change INTEGER NOT NULL,         -- changes of the CRM up to this change_no were looked at
  seen_row    INTEGER NOT NULL          -- records of the object up to this row_id existed then
);
CREATE TABLE journey_rejections (       -- one row is a row or an event of the entry source that did not get in
  version_id  INTEGER NOT NULL,
  at          INTEGER NOT NULL,         -- UTC seconds
  row_key     INTEGER NOT NULL,         -- _CustomObjectKey of the row, or event_no
  contact_key TEXT,
  why         TEXT NOT NULL,            -- DidNotMeetEntryCriteria, Rejected: no re-entry, ...
  PRIMARY KEY (version_id, at, row_key)
) WITHOUT ROWID;
CREATE TABLE journey_pauses (           -- one row is one pause of a version
  pause_id     INTEGER PRIMARY KEY,
  version_id   INTEGER NOT NULL REFERENCES journey_versions(version_id),
  paused_at    INTEGER NOT NULL,        -- UTC seconds
  days         INTEGER NOT NULL,        -- how long at most; then `afterwards`
  extend_waits INTEGER NOT NULL,        -- whether waits by duration last longer by the pause
  queue_entries INTEGER NOT NULL,       -- whether who comes meanwhile waits at the entry; else is turned away
  afterwards   TEXT NOT NULL CHECK (afterwards IN ('none', 'resume', 'stop')),
  resumes_as   TEXT NOT NULL CHECK (resumes_as IN ('Running', 'Finishing')),
  ended_at     INTEGER                  -- NULL while it lasts
);
CREATE TABLE journey_exits (            -- one row is one visit that somebody took out of the journey
  version_id   INTEGER NOT NULL,
  visit        INTEGER NOT NULL,
  at           INTEGER NOT NULL,        -- UTC seconds
  why          TEXT NOT NULL,           -- ContactExitedByAPI
  PRIMARY KEY (version_id, visit)
) WITHOUT ROWID;
CREATE TABLE journey_audit (            -- one row is what a person did to a version
  audit_id     INTEGER PRIMARY KEY,
  version_id   INTEGER NOT NULL REFERENCES journey_versions(version_id),
  at           INTEGER NOT NULL,        -- UTC seconds
  action       TEXT NOT NULL            -- Create, Modify, Publish, Pause, Resume, Stop
);
CREATE TABLE journey_goals (            -- one row is one visit that met the goal, or the exit criteria
  version_id   INTEGER NOT NULL,
  visit        INTEGER NOT NULL,
  gate         TEXT NOT NULL CHECK (gate IN ('goal', 'exit')),
  at           INTEGER NOT NULL,        -- UTC seconds: when that was seen first
  activity_key TEXT NOT NULL,           -- the wait that it stood at
  PRIMARY KEY (version_id, visit, gate)
) WITHOUT ROWID;
CREATE TABLE journey_forced (           -- a person's choice for the next decision of a contact at a split
  version_id   INTEGER NOT NULL,
  activity_key TEXT NOT NULL,
  contact_id   INTEGER NOT NULL,
  outcome      TEXT NOT NULL,
  used_visit   INTEGER,                 -- the visit it was used for, NULL until then
  PRIMARY KEY (version_id, activity_key, contact_id)
) WITHOUT ROWID;
CREATE TABLE custom_calls (             -- what custom activities were sent, and what they answered
  call_id      INTEGER PRIMARY KEY,
  version_id   INTEGER NOT NULL,
  activity_key TEXT NOT NULL,
  call         TEXT NOT NULL,           -- execute; save, validate, publish, stop
  visit        INTEGER,                 -- of an execute
  attempt      INTEGER NOT NULL,        -- from 1
  at           INTEGER NOT NULL,        -- UTC seconds
  url          TEXT NOT NULL,           -- that the definition names
  request      TEXT NOT NULL,           -- JSON, before it is made a JWT
  status       INTEGER,                 -- HTTP status; NULL when nothing answered
  response     TEXT NOT NULL,           -- the body, or what went wrong
  result       TEXT NOT NULL            -- what became of it: processed, an outcome's key, retry, ejected
);
CREATE INDEX custom_calls_visit ON custom_calls(visit);
CREATE TABLE custom_urls (              -- where calls to a real address go here
  address TEXT PRIMARY KEY,             -- how URLs begin
  local   TEXT NOT NULL                 -- what stands in its place
) WITHOUT ROWID;
CREATE TABLE custom_settings (          -- one row
  jwt_secret  TEXT,                     -- of the installed package
  most_ms     INTEGER NOT NULL,         -- no call waits longer for its answer, real milliseconds
  epoch       INTEGER NOT NULL          -- counted up to ask again what has been answered
);
CREATE TABLE custom_keys (              -- keys for JWT by their external key
  customer_key TEXT PRIMARY KEY COLLATE NOCASE,
  secret       TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO custom_settings VALUES (NULL, 5000, 0);
CREATE TABLE salesforce_errors (        -- records that the CRM did not take from a Salesforce activity
  version_id   INTEGER NOT NULL,
  activity_key TEXT NOT NULL,
  visit        INTEGER NOT NULL,
  at           INTEGER NOT NULL,        -- UTC seconds
  object       TEXT NOT NULL,
  problem      TEXT NOT NULL            -- the API's code and text
);
CREATE INDEX salesforce_errors_visit ON salesforce_errors(visit);
CREATE TABLE journey_tests (            -- the test of a path optimizer
  version_id   INTEGER NOT NULL,
  activity_key TEXT NOT NULL,
  started_at   INTEGER NOT NULL,        -- the first contact came; UTC seconds
  evaluates_at INTEGER NOT NULL,
  winner       TEXT,                    -- the outcome; NULL while it runs, or when it expired
  decided_at   INTEGER,
  metrics      TEXT NOT NULL,           -- JSON: rate by outcome, as it was when the winner was found
  PRIMARY KEY (version_id, activity_key)
) WITHOUT ROWID;
CREATE TABLE advertising_members (      -- who is on an audience for an ad network
  audience   TEXT NOT NULL COLLATE NOCASE,
  contact_id INTEGER NOT NULL,
  added_at   INTEGER NOT NULL,          -- UTC seconds
  PRIMARY KEY (audience, contact_id)
) WITHOUT ROWID;
CREATE TABLE journey_outputs (          -- out arguments: what an activity returned about a visit
  version_id   INTEGER NOT NULL,
  activity_key TEXT NOT NULL,
  name         TEXT NOT NULL COLLATE NOCASE,
  visit        INTEGER NOT NULL,
  value        TEXT,
  PRIMARY KEY (version_id, activity_key, name, visit)
) WITHOUT ROWID;
CREATE VIEW _Journey AS                 -- data view; source: domain D5
SELECT v.guid AS VersionID, j.guid AS JourneyID, j.name AS JourneyName, v.number AS VersionNumber,
       {sql_system_text("v.created_at")} AS CreatedDate, {sql_system_text("v.published_at")} AS LastPublishedDate,
       {sql_system_text("v.modified_at")} AS ModifiedDate, v.status AS JourneyStatus
FROM journey_versions v JOIN journeys j USING (journey_id);
CREATE VIEW _JourneyActivity AS         -- data view; source: domain D5
SELECT v.guid AS VersionID, a.activity_id AS ActivityID, a.name AS ActivityName,
       a.activity_key AS ActivityExternalKey, a.object_id AS JourneyActivityObjectID, a.type AS ActivityType
FROM journey_activities a JOIN journey_versions v USING (version_id);
"""

# source: domain D4, only the journeys of the business unit that asks
_MINE = "SELECT v.guid FROM journey_versions v JOIN journeys j USING (journey_id) WHERE j.mid = {mid}"
_OWN = ViewRule("journeys", child=f"VersionID IN ({_MINE})", parent=f"VersionID IN ({_MINE})")
data_view("_Journey", _OWN)
data_view("_JourneyActivity", _OWN)

CONTACT_OF_VISIT = 0xFFFFFFFF  # visit & this = contact_id


def sql_contact(visit: str) -> str:
    """SQL for the contact id of a visit."""
    return f"({visit} & {CONTACT_OF_VISIT})"


def sql_entries(journey: str, contact: str) -> str:
    """SQL for how many times a contact entered a journey: what the view journey_entries says, by key."""
    return f"""coalesce(
        (SELECT n.entries FROM journey_entry_counts n WHERE n.journey_id = {journey} AND n.contact_id = {contact}),
        (SELECT r.last_contact >= {contact} FROM journey_first_entries r
          WHERE r.journey_id = {journey} AND r.first_contact <= {contact} ORDER BY r.first_contact DESC LIMIT 1), 0)"""
