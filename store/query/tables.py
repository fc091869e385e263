"""The tables of SQL Query Activities."""

from __future__ import annotations

DDL = """
CREATE TABLE query_activities (         -- one row per SQL Query Activity
  query_id      INTEGER PRIMARY KEY,
  mid           INTEGER NOT NULL REFERENCES business_units(mid),  -- the business unit that it runs in
  customer_key  TEXT NOT NULL COLLATE NOCASE,
  name          TEXT NOT NULL COLLATE NOCASE,
  query_text    TEXT NOT NULL,          -- T-SQL as written
  target        TEXT NOT NULL COLLATE NOCASE,  -- path of the target data extension
  action        TEXT NOT NULL CHECK (action IN ('Append', 'Update', 'Overwrite')),
  compiled      TEXT NOT NULL,          -- the same in SQLite's SQL, made at save
  columns       TEXT NOT NULL,          -- JSON: the names of its columns, kept at save as the product does
  sources       TEXT NOT NULL,          -- JSON: the paths of what it reads
  compared      TEXT NOT NULL,          -- JSON: [table as it names it, column] of the texts it compares
  UNIQUE (mid, customer_key)
);
CREATE TABLE query_runs (               -- history
  run_id   INTEGER PRIMARY KEY,
  query_id INTEGER NOT NULL REFERENCES query_activities,
  k        INTEGER NOT NULL,            -- the step that it was, or was part of
  at       INTEGER NOT NULL,            -- UTC seconds
  ok       INTEGER NOT NULL,
  inserted INTEGER NOT NULL,
  updated  INTEGER NOT NULL,
  removed  INTEGER NOT NULL,            -- rows an Overwrite cleared before
  selected INTEGER NOT NULL,            -- rows that the query gave; 0 when it failed before it gave any
  rejected INTEGER NOT NULL,            -- rows of them that the target did not take, and so the run failed
  seconds  INTEGER NOT NULL,            -- how long it would have taken there (store/query/cost.py)
  message  TEXT NOT NULL                -- why it failed
);
"""
