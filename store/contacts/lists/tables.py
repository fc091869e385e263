"""Lists of subscribers, and the data view that shows them."""

from __future__ import annotations

from store.clock import sql_system_text
from store.contacts.tables import ALL_SUBSCRIBERS_LIST

ALL_SUBSCRIBERS = "All Subscribers"
# source: domain D4, _ListSubscribers.ListType
LIST, PUBLICATION, SUPPRESSION, GROUP = "List", "Publication List", "Suppression List", "Group"
KINDS = (LIST, PUBLICATION, SUPPRESSION, GROUP)

DDL = f"""
CREATE TABLE lists (                    -- All Subscribers and the lists that people made
  list_id     INTEGER PRIMARY KEY,      -- ListID
  mid         INTEGER NOT NULL,         -- the business unit that has it
  name        TEXT NOT NULL COLLATE NOCASE,
  kind        TEXT NOT NULL CHECK (kind IN ('{LIST}', '{PUBLICATION}', '{SUPPRESSION}', '{GROUP}')),
  is_public   INTEGER NOT NULL,         -- shows in the subscription center
  is_shared   INTEGER NOT NULL,         -- a suppression list that the business units may use too
  description TEXT NOT NULL,
  of_list_id  INTEGER,                  -- of a group: the list that it was taken from
  created_at  INTEGER NOT NULL,         -- UTC seconds
  UNIQUE (mid, name)
);
CREATE TABLE list_subscribers (         -- who is on a list; All Subscribers has its own table
  list_id           INTEGER NOT NULL,
  contact_id        INTEGER NOT NULL,   -- of a subscriber: an invariant, a foreign key costs a look-up per row
  status            TEXT NOT NULL CHECK (status IN ('active', 'unsubscribed')),
  joined_at         INTEGER NOT NULL,   -- UTC seconds, as the next one
  date_unsubscribed INTEGER,
  add_method        TEXT,               -- how it came: API, Imported, ...; NULL is DataExtensionSend, as most do
  PRIMARY KEY (list_id, contact_id)
) WITHOUT ROWID;
CREATE INDEX list_opt_outs ON list_subscribers(list_id, contact_id) WHERE status = 'unsubscribed';
CREATE VIEW subscribers_of_lists AS     -- every list but All Subscribers with the status that counts
  SELECT l.list_id, l.contact_id, s.subscriber_id, s.subscriber_key, s.email_address, l.joined_at, l.add_method,
         CASE WHEN l.status = 'unsubscribed' OR n.kind = '{SUPPRESSION}' THEN l.status ELSE s.status END AS status,
         CASE WHEN l.status = 'unsubscribed' OR n.kind = '{SUPPRESSION}' THEN l.date_unsubscribed
              ELSE s.date_unsubscribed END AS date_unsubscribed
    FROM list_subscribers l JOIN lists n USING (list_id) JOIN subscribers s USING (contact_id)
   WHERE l.contact_id NOT IN (SELECT contact_id FROM suppressed_contacts);
CREATE VIEW _ListSubscribers AS         -- data view; source: domain D5, dates in system time
  SELECT 0                                     AS AddedBy,
         coalesce(add_method, 'DataExtensionSend') AS AddMethod,
         {sql_system_text("date_joined")}        AS CreatedDate,
         {sql_system_text("date_unsubscribed")}  AS DateUnsubscribed,
         email_address                         AS EmailAddress,
         {ALL_SUBSCRIBERS_LIST}                AS ListID,
         '{ALL_SUBSCRIBERS}'                   AS ListName,
         '{LIST}'                              AS ListType,
         status                                AS Status,
         subscriber_id                         AS SubscriberID,
         subscriber_key                        AS SubscriberKey,
         'ExactTarget'                         AS SubscriberType
    FROM subscribers
   WHERE contact_id NOT IN (SELECT contact_id FROM suppressed_contacts)
   UNION ALL
  SELECT 0, coalesce(s.add_method, 'DataExtensionSend'), {sql_system_text("s.joined_at")},
         {sql_system_text("s.date_unsubscribed")}, s.email_address, l.list_id, l.name, l.kind, s.status,
         s.subscriber_id, s.subscriber_key, 'ExactTarget'
    FROM lists l JOIN subscribers_of_lists s USING (list_id);
"""
