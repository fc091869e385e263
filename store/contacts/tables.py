"""All Contacts and All Subscribers, and the data views that show them."""

from __future__ import annotations

from store.business_units import ENTERPRISE_MID
from store.clock import sql_system_text, sql_utc_text

# Numbers that the account has by itself; arbitrary, of the product's size.
ALL_SUBSCRIBERS_LIST = 1205  # ListID of All Subscribers
SUBSCRIBER_ID_OFFSET = 400_000_000  # far from the Contact IDs, so that a query that mixes the two finds nothing

# Tables with rows of subscribers by contact_id, beside All Subscribers: they go with the subscriber.
OF_SUBSCRIBERS = (
    "list_subscribers", "subscriber_statuses", "ended_bounce_runs", "odd_addresses", "business_unit_subscribers",
    "business_unit_unsubscribes", "imports_while_held",
)  # fmt: skip

DDL = f"""
CREATE TABLE contacts (                 -- All Contacts: every key known to any channel
  contact_id   INTEGER PRIMARY KEY,     -- Contact ID, given by the system
  contact_key  TEXT NOT NULL UNIQUE COLLATE NOCASE,
  created_at   INTEGER NOT NULL,        -- UTC seconds
  source       TEXT NOT NULL            -- what made it first: 'MC Connect: Contact', 'Journey Builder', 'Import', ...
);
CREATE TABLE all_subscribers (          -- All Subscribers: the contacts that were mailed or imported by Email Studio
  -- Their Subscriber Key is the Contact Key, which stands in contacts.
  contact_id     INTEGER PRIMARY KEY,   -- of a contact: an invariant, since a foreign key costs a look-up per row
  subscriber_id  INTEGER GENERATED ALWAYS AS (contact_id + {SUBSCRIBER_ID_OFFSET}) VIRTUAL,
  email_address  TEXT NOT NULL COLLATE NOCASE,
  date_joined    INTEGER NOT NULL,      -- this and the other dates: UTC seconds
  add_method     TEXT                   -- how it came: API, Imported; NULL is DataExtensionSend, as most do
);
CREATE TABLE subscriber_statuses (      -- of the few who ever bounced or left; everyone else is active
  -- Apart, because what few of a million rows have must not rewrite the pages of all.
  contact_id         INTEGER PRIMARY KEY,
  status             TEXT NOT NULL CHECK (status IN ('active', 'bounced', 'held', 'unsubscribed')),
  date_unsubscribed  INTEGER,
  unsubscribe_reason TEXT,
  date_undeliverable INTEGER,           -- the last bounce
  bounce_count       INTEGER NOT NULL DEFAULT 0,  -- all bounces
  bounce_run         INTEGER NOT NULL DEFAULT 0,  -- consecutive bounces up to now
  bounce_run_began   INTEGER            -- the first of them
);
CREATE TABLE ended_bounce_runs (        -- the run that a delivery ended last: a bounce may come yet
  contact_id       INTEGER PRIMARY KEY,
  ended_at         INTEGER NOT NULL,    -- UTC seconds, of the send
  bounce_run       INTEGER NOT NULL,
  bounce_run_began INTEGER
);
CREATE TABLE imports_while_held (       -- whom an import brought again and left held: the last time
  contact_id INTEGER PRIMARY KEY,
  at         INTEGER NOT NULL,          -- UTC seconds
  into_list  TEXT NOT NULL              -- as the list was called then
);
CREATE VIEW subscribers AS              -- All Subscribers with their statuses
  SELECT a.contact_id, a.subscriber_id, k.contact_key AS subscriber_key, a.email_address,
         coalesce(t.status, 'active') AS status, a.date_joined, a.add_method,
         t.date_unsubscribed, t.unsubscribe_reason, t.date_undeliverable,
         coalesce(t.bounce_count, 0) AS bounce_count, coalesce(t.bounce_run, 0) AS bounce_run, t.bounce_run_began
    FROM all_subscribers a JOIN contacts k ON k.contact_id = a.contact_id
         LEFT JOIN subscriber_statuses t ON t.contact_id = a.contact_id;
CREATE TABLE business_unit_subscribers ( -- whom a child business unit added or mailed; the enterprise has all
  mid        INTEGER NOT NULL,
  contact_id INTEGER NOT NULL,
  PRIMARY KEY (mid, contact_id)
) WITHOUT ROWID;
CREATE TABLE business_unit_unsubscribes ( -- who is unsubscribed from one business unit only
  mid             INTEGER NOT NULL REFERENCES business_units(mid),
  contact_id      INTEGER NOT NULL,
  unsubscribed_at INTEGER NOT NULL,     -- UTC seconds
  reason          TEXT NOT NULL,
  PRIMARY KEY (mid, contact_id)
) WITHOUT ROWID;
CREATE VIEW subscribers_not_mailable AS -- whom no commercial send reaches
  SELECT contact_id, status FROM subscriber_statuses WHERE status IN ('held', 'unsubscribed');
CREATE VIEW _Subscribers AS             -- data view; source: domain D5, dates in system time; SFH:000390787, suppressed
  SELECT subscriber_id                         AS SubscriberID,
         {sql_system_text("date_undeliverable")} AS DateUndeliverable,
         {sql_system_text("date_joined")}        AS DateJoined,
         {sql_system_text("date_unsubscribed")}  AS DateUnsubscribed,
         lower(substr(email_address, instr(email_address, '@') + 1)) AS Domain,
         email_address                         AS EmailAddress,
         bounce_count                          AS BounceCount,
         subscriber_key                        AS SubscriberKey,
         'ExactTarget'                         AS SubscriberType,
         status                                AS Status,
         NULL                                  AS Locale
    FROM subscribers
   WHERE contact_id NOT IN (SELECT contact_id FROM suppressed_contacts);
CREATE VIEW _BusinessUnitUnsubscribes AS -- data view: who is unsubscribed now, the date in UTC; source: domain A3
  SELECT {ENTERPRISE_MID}                      AS BusinessUnitID,
         subscriber_id                         AS SubscriberID,
         contact_key                           AS SubscriberKey,
         {sql_utc_text("date_unsubscribed")}     AS UnsubDateUTC,
         unsubscribe_reason                    AS UnsubReason
    FROM subscriber_statuses JOIN all_subscribers USING (contact_id) JOIN contacts USING (contact_id)
   WHERE status = 'unsubscribed'
   UNION ALL
  SELECT u.mid, s.subscriber_id, k.contact_key, {sql_utc_text("u.unsubscribed_at")}, u.reason
    FROM business_unit_unsubscribes u JOIN all_subscribers s USING (contact_id) JOIN contacts k USING (contact_id);
CREATE VIEW _EnterpriseAttribute AS     -- data view: one column per profile attribute would follow
  SELECT subscriber_id AS _SubscriberID FROM all_subscribers;
"""
