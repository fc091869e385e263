"""The tables of flows: definitions, what waits for its time, what ran, and the event bus."""

DDL = """
CREATE TABLE crm_flows (                -- one row is one flow
  name         TEXT PRIMARY KEY,
  position     INTEGER NOT NULL UNIQUE, -- order of creation
  object       TEXT NOT NULL REFERENCES crm_objects(name),
  timing       TEXT NOT NULL,           -- before_save | after_save
  run_order    INTEGER,                 -- trigger order value, 1 to 2000
  active       INTEGER NOT NULL,
  definition   TEXT NOT NULL            -- JSON, see the class Flow
) WITHOUT ROWID;
CREATE INDEX crm_flows_object ON crm_flows(object, active, timing);
CREATE TABLE crm_flow_waiting (         -- scheduled paths: one row is one record that waits for its time
  flow         TEXT NOT NULL REFERENCES crm_flows(name),
  path         TEXT NOT NULL,           -- label of the path
  row_id       INTEGER NOT NULL,        -- in crm_<object of the flow>
  due_at       INTEGER NOT NULL,        -- UTC seconds
  PRIMARY KEY (flow, path, row_id)
) WITHOUT ROWID;
CREATE INDEX crm_flow_waiting_due ON crm_flow_waiting(due_at);
CREATE TABLE crm_flow_runs (            -- one row is one run of a flow's path for a batch of records
  run_id       INTEGER PRIMARY KEY,
  flow         TEXT NOT NULL,
  path         TEXT NOT NULL,           -- '' for what runs with the save
  at           INTEGER NOT NULL,        -- UTC seconds
  object       TEXT NOT NULL,
  records      INTEGER NOT NULL,        -- that met the entry conditions
  done         TEXT NOT NULL            -- JSON list of [action, records that it concerned]
);
CREATE TABLE crm_events (               -- the event bus: one row is one platform event
  event_no     INTEGER PRIMARY KEY,     -- also the replay id
  name         TEXT NOT NULL,           -- Order_Placed__e
  at           INTEGER NOT NULL,        -- UTC seconds
  payload      TEXT NOT NULL,           -- JSON
  delivered    INTEGER NOT NULL         -- to its subscribers
);
"""
