"""The tables of Automation Studio and the two data views that show them."""

from __future__ import annotations

from store.clock import sql_utc_text
from store.data_extensions.view_rules import ViewRule, data_view, sql_since

DDL = f"""
CREATE TABLE automations (              -- one row per automation
  automation_id INTEGER PRIMARY KEY,
  mid           INTEGER NOT NULL REFERENCES business_units(mid),  -- the business unit that it runs in
  customer_key  TEXT NOT NULL COLLATE NOCASE,
  name          TEXT NOT NULL COLLATE NOCASE,
  description   TEXT NOT NULL DEFAULT '',
  every_seconds INTEGER NOT NULL,       -- 0: it runs when a person starts it
  status        TEXT NOT NULL,          -- Ready, Scheduled, PausedSchedule
  UNIQUE (mid, customer_key)
);
CREATE TABLE automation_activities (    -- what an automation runs; activities of one step start together
  automation_id INTEGER NOT NULL REFERENCES automations,
  step          INTEGER NOT NULL,       -- from 1
  position      INTEGER NOT NULL,       -- within the step, from 1
  activity_type TEXT NOT NULL,          -- as registered in store/automation/run.py
  activity_key  TEXT NOT NULL COLLATE NOCASE,  -- customer key of the thing it runs
  PRIMARY KEY (automation_id, step, position)
) WITHOUT ROWID;
CREATE TABLE ftp_files (                -- the files of Enhanced FTP
  mid           INTEGER NOT NULL REFERENCES business_units(mid),
  folder        TEXT NOT NULL COLLATE NOCASE,
  name          TEXT NOT NULL COLLATE NOCASE,
  content       BLOB NOT NULL,
  put_at        INTEGER NOT NULL,       -- UTC seconds
  PRIMARY KEY (mid, folder, name)
) WITHOUT ROWID;
CREATE TABLE import_activities (        -- one row per Import File Activity
  mid           INTEGER NOT NULL REFERENCES business_units(mid),
  customer_key  TEXT NOT NULL COLLATE NOCASE,
  name          TEXT NOT NULL COLLATE NOCASE,
  definition    TEXT NOT NULL,          -- JSON, see import_file.py
  PRIMARY KEY (mid, customer_key)
) WITHOUT ROWID;
CREATE TABLE automation_instances (     -- one row per run of an automation
  instance_id   INTEGER PRIMARY KEY,
  instance_guid TEXT NOT NULL,
  automation_id INTEGER NOT NULL REFERENCES automations,
  scheduled_at  INTEGER NOT NULL,       -- UTC seconds
  started_at    INTEGER NOT NULL,
  ended_at      INTEGER,
  status        TEXT NOT NULL,          -- Executing, Complete, Error
  error         TEXT                    -- what the failed activity said
);
CREATE TABLE automation_activity_instances (
  instance_id   INTEGER NOT NULL REFERENCES automation_instances,
  step          INTEGER NOT NULL,
  position      INTEGER NOT NULL,
  activity_guid TEXT NOT NULL,
  activity_type TEXT NOT NULL,
  activity_key  TEXT NOT NULL,
  started_at    INTEGER NOT NULL,
  ended_at      INTEGER NOT NULL,
  status        TEXT NOT NULL,          -- Complete, Error, NotSelected
  details       TEXT NOT NULL,
  PRIMARY KEY (instance_id, step, position)
) WITHOUT ROWID;

-- Dates of these two views are UTC, unlike those of all others. Source: data view reference, domain D4.
CREATE VIEW _AutomationInstance AS
SELECT a.mid AS MemberID, a.name AS AutomationName, a.description AS AutomationDescription,
       a.customer_key AS AutomationCustomerKey, i.instance_guid AS AutomationInstanceID, 'Schedule' AS AutomationType,
       NULL AS AutomationNotificationRecipient_Complete, NULL AS AutomationNotificationRecipient_Error,
       NULL AS AutomationNotificationRecipient_Skip,
       (SELECT max(step) FROM automation_activities s WHERE s.automation_id = a.automation_id) AS AutomationStepCount,
       a.every_seconds = 0 AS AutomationInstanceIsRunOnce, NULL AS FilenameFromTrigger,
       {sql_utc_text("i.scheduled_at")} AS AutomationInstanceScheduledTime_UTC,
       {sql_utc_text("i.started_at")} AS AutomationInstanceStartTime_UTC,
       {sql_utc_text("i.ended_at")} AS AutomationInstanceEndTime_UTC,
       i.status AS AutomationInstanceStatus, i.error AS AutomationInstanceActivityErrorDetails
FROM automation_instances i JOIN automations a USING (automation_id)
WHERE i.started_at > {sql_since()};
-- ActivityType: 300 a query, 43 an import, 303 a filter. Source: Automation Studio activity object types, domain E9.
CREATE VIEW _AutomationActivityInstance AS
SELECT a.mid AS MemberID, 0 AS JobID, a.name AS AutomationName, a.customer_key AS AutomationCustomerKey,
       i.instance_guid AS AutomationInstanceID, v.activity_key AS ActivityCustomerKey,
       v.activity_guid AS ActivityInstanceID,
       CASE v.activity_type WHEN 'query' THEN 300 WHEN 'import' THEN 43 WHEN 'filter' THEN 303 ELSE 0 END
         AS ActivityType,
       v.activity_key AS ActivityName, NULL AS ActivityDescription,
       v.step || '.' || v.position AS ActivityInstanceStep,
       {sql_utc_text("v.started_at")} AS ActivityInstanceStartTime_UTC,
       {sql_utc_text("v.ended_at")} AS ActivityInstanceEndTime_UTC,
       v.status AS ActivityInstanceStatus, v.details AS ActivityInstanceStatusDetails
FROM automation_activity_instances v
JOIN automation_instances i USING (instance_id)
JOIN automations a USING (automation_id)
WHERE v.started_at > {sql_since()};
"""

# source: domain D4, only what ran in the business unit that asks
_OWN = ViewRule("the runs of automations", child="MemberID = {mid}", parent="MemberID = {mid}")
data_view("_AutomationInstance", _OWN)
data_view("_AutomationActivityInstance", _OWN)
