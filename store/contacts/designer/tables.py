"""The tables of Data Designer: what a person made. The system's groups are made by the rooms that have their data."""

from __future__ import annotations

DDL = """
CREATE TABLE attribute_groups (         -- one row is an attribute group, or a population
  group_id       INTEGER PRIMARY KEY,
  mid            INTEGER NOT NULL REFERENCES business_units(mid),  -- the business unit that made it
  name           TEXT NOT NULL COLLATE NOCASE,
  definition_key TEXT NOT NULL COLLATE NOCASE,
  description    TEXT NOT NULL,
  is_population  INTEGER NOT NULL,
  created_at     INTEGER NOT NULL,      -- UTC seconds
  UNIQUE (mid, name),
  UNIQUE (mid, definition_key)
);
CREATE TABLE attribute_relationships (  -- one row makes a data extension an attribute set of a group
  relationship_id INTEGER PRIMARY KEY,
  group_id     INTEGER NOT NULL REFERENCES attribute_groups(group_id) ON DELETE CASCADE,
  left_de_id   INTEGER REFERENCES data_extensions(de_id),  -- NULL: the Contact record
  right_de_id  INTEGER NOT NULL REFERENCES data_extensions(de_id),
  left_many    INTEGER NOT NULL,        -- cardinality: 0 One, 1 Many
  right_many   INTEGER NOT NULL,
  link_de_id   INTEGER REFERENCES data_extensions(de_id)   -- many to many: the data extension between the two
);
CREATE TABLE attribute_relationship_fields ( -- one row is a pair of fields with the same value
  relationship_id INTEGER NOT NULL REFERENCES attribute_relationships(relationship_id) ON DELETE CASCADE,
  side         TEXT NOT NULL CHECK (side IN ('direct', 'to link', 'from link')),
  ordinal      INTEGER NOT NULL,
  left_field   TEXT NOT NULL COLLATE NOCASE,
  right_field  TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (relationship_id, side, ordinal)
) WITHOUT ROWID;
"""
