"""The table of Business Units."""

from __future__ import annotations

# A number that the account has by itself; arbitrary, of the product's size.
ENTERPRISE_MID = 510004711  # the EID: the MID of the parent business unit

DDL = """
CREATE TABLE business_units (           -- one row is one business unit; the enterprise is there from the start
  mid         INTEGER PRIMARY KEY,      -- Member ID; of the enterprise its EID
  name        TEXT NOT NULL UNIQUE COLLATE NOCASE,
  parent_mid  INTEGER REFERENCES business_units(mid),  -- NULL: the enterprise
  unsubscribe TEXT NOT NULL CHECK (unsubscribe IN ('ENTIRE_ENTERPRISE', 'BUSINESS_UNIT_ONLY')),
  created_at  INTEGER NOT NULL          -- UTC seconds
);
"""
