"""The tables of the CRM: what objects there are, one table of records for each, and what happened to the records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.crm.naming import here

if TYPE_CHECKING:
    from store.crm.fields import Field
    from store.crm.objects import Object
    from store.org import Org

DDL = """
CREATE TABLE crm_objects (              -- what kinds of records there are
  name         TEXT PRIMARY KEY,        -- API name: Contact, Order_Line__c; EMEA:Contact of a further org
  position     INTEGER NOT NULL UNIQUE, -- order of creation
  label        TEXT NOT NULL,
  plural       TEXT NOT NULL,
  key_prefix   TEXT NOT NULL UNIQUE,    -- first three characters of a record id; of a further org five, see orgs.py
  custom       INTEGER NOT NULL,
  deletable    INTEGER NOT NULL,
  last_row     INTEGER NOT NULL DEFAULT 0   -- highest row_id given so far; ids are never used again
) WITHOUT ROWID;
CREATE TABLE crm_fields (               -- the fields of each object; names as in the class Field
  object       TEXT NOT NULL REFERENCES crm_objects(name),
  position     INTEGER NOT NULL,
  name         TEXT NOT NULL,
  label        TEXT NOT NULL,
  type         TEXT NOT NULL,
  length       INTEGER,                 -- characters, of texts
  precision    INTEGER,                 -- digits in all, of numbers
  scale        INTEGER,                 -- digits after the point
  reference_to TEXT NOT NULL,           -- JSON list of object names
  relationship_name TEXT NOT NULL,
  on_delete    TEXT NOT NULL,           -- when the record pointed to is deleted: clear | cascade
  required     INTEGER NOT NULL,
  external_id  INTEGER NOT NULL,
  "unique"     INTEGER NOT NULL,
  "default"    TEXT,                    -- JSON value
  picklist     TEXT NOT NULL,           -- JSON list of values
  restricted   INTEGER NOT NULL,        -- only the picklist's values are allowed
  createable   INTEGER NOT NULL,
  updateable   INTEGER NOT NULL,
  computed     TEXT NOT NULL,           -- SQL expression of a field that is derived from others of its record
  formula      TEXT NOT NULL,           -- Salesforce formula; such a field has no column in crm_<object>
  rollup       TEXT NOT NULL,           -- roll-up summary over child records, see rollups.py
  inactive     TEXT NOT NULL,           -- JSON list of picklist values that are no longer chosen
  PRIMARY KEY (object, name)
) WITHOUT ROWID;
CREATE TABLE crm_sequence (             -- one row: the numbers given last
  last_change_no INTEGER NOT NULL,      -- to any record of any object
  schema_no      INTEGER NOT NULL       -- grows with every change of an object's fields
);
INSERT INTO crm_sequence VALUES (0, 0);
CREATE TABLE crm_changes (              -- field history: one row is one field that one change gave another value
  change_no    INTEGER NOT NULL,        -- the change of one record; later ones are higher
  field        TEXT NOT NULL,
  object       TEXT NOT NULL,
  row_id       INTEGER NOT NULL,        -- in crm_<object>
  old,                                  -- as stored in crm_<object>
  new,
  at           INTEGER NOT NULL,        -- UTC seconds
  PRIMARY KEY (change_no, field)
) WITHOUT ROWID;
CREATE INDEX crm_changes_record ON crm_changes(object, row_id, change_no);
CREATE TABLE crm_arrivals (             -- when records came into the org, by ranges of row_id
  object       TEXT NOT NULL,
  first_row    INTEGER NOT NULL,
  last_row     INTEGER NOT NULL,
  at           INTEGER NOT NULL,        -- UTC seconds; CreatedDate may be older, when a file gave it
  PRIMARY KEY (object, first_row)
) WITHOUT ROWID;
CREATE TABLE crm_recycle_bin (          -- deleted records that can come back
  object       TEXT NOT NULL,
  row_id       INTEGER NOT NULL,
  deleted_at   INTEGER NOT NULL,        -- UTC seconds
  root_object  TEXT NOT NULL,           -- the record whose deletion took this one along (often itself)
  root_row_id  INTEGER NOT NULL,
  PRIMARY KEY (object, row_id)
) WITHOUT ROWID;
CREATE INDEX crm_recycle_bin_root ON crm_recycle_bin(root_object, root_row_id);
CREATE TABLE crm_cleared_lookups (      -- lookups emptied when their target was deleted; undelete restores them
  target_id    TEXT NOT NULL,           -- record id of the deleted record
  object       TEXT NOT NULL,           -- whose field was emptied
  field        TEXT NOT NULL,
  row_id       INTEGER NOT NULL,
  PRIMARY KEY (target_id, object, field, row_id)
) WITHOUT ROWID;
CREATE TABLE crm_imports (              -- what each import read, made and refused
  import_id    INTEGER PRIMARY KEY,
  at           INTEGER NOT NULL,        -- UTC seconds
  name         TEXT NOT NULL,           -- the file or folder
  report       TEXT NOT NULL            -- JSON, see ImportReport
);
"""

# Dates are texts 'YYYY-MM-DD', moments UTC seconds. Texts compare without case, as the CRM's filters do; ids with it.
_STORED = {
    "string": "TEXT COLLATE NOCASE",
    "textarea": "TEXT COLLATE NOCASE",
    "email": "TEXT COLLATE NOCASE",
    "phone": "TEXT COLLATE NOCASE",
    "url": "TEXT COLLATE NOCASE",
    "picklist": "TEXT COLLATE NOCASE",
    "boolean": "INTEGER NOT NULL DEFAULT 0",
    "int": "INTEGER",
    "double": "REAL",
    "currency": "REAL",
    "percent": "REAL",
    "date": "TEXT",
    "datetime": "INTEGER",
    "reference": "TEXT",
    "id": "TEXT",
}

_MAY_BECOME_OPTIONAL = ("Company",)  # of a lead, where there are person accounts


def table_of(object_name: str) -> str:
    """The table that holds the records of an object with this full name, quoted."""
    return f'"crm_{object_name}"'


def table_here(object_name: str) -> str:
    """The table of what is called so in the Salesforce org that is worked in."""
    return table_of(here(object_name))


def ensure_object_table(org: Org, obj: Object) -> None:
    """Make the object's table, or add the columns that it doesn't have yet."""
    table = table_of(obj.name)
    present = {row["name"] for row in org.rows(f"PRAGMA table_xinfo({table})")}
    if not present:
        columns = ",\n  ".join(_column(field, new_table=True) for field in obj.stored)
        org.run(f"CREATE TABLE {table} (\n  row_id INTEGER PRIMARY KEY,\n  change_no INTEGER NOT NULL,\n  {columns}\n)")
        # What a poll reads by, and the live records in order for counting and paging without touching wide rows.
        org.run(f'CREATE UNIQUE INDEX "crm_{obj.name}_change" ON {table}(change_no)')
        org.run(f'CREATE INDEX "crm_{obj.name}_live" ON {table}(IsDeleted)')
    for field in obj.stored:
        if present and field.name not in present:
            org.run(f"ALTER TABLE {table} ADD COLUMN {_column(field, new_table=False)}")
        if field.name not in present:
            _ensure_index(org, obj, field)


def _column(field: Field, *, new_table: bool) -> str:
    """The column definition; NOT NULL only in a new table, because rows that exist have no value yet."""
    definition = f'"{field.name}" {_STORED[field.type]}'
    if field.computed:
        return f"{definition.removesuffix(' NOT NULL DEFAULT 0')} GENERATED ALWAYS AS ({field.computed}) VIRTUAL"
    if field.name == "Id":
        return f"{definition} NOT NULL UNIQUE"
    if field.required and new_table and field.name not in _MAY_BECOME_OPTIONAL:
        definition += " NOT NULL"
    if len(field.reference_to) == 1:  # deferred: records of one import may point to each other
        definition += f" REFERENCES {table_of(field.reference_to[0])}(Id) DEFERRABLE INITIALLY DEFERRED"
    return definition


def _ensure_index(org: Org, obj: Object, field: Field) -> None:
    """Keys and lookups are found by index; partial ones, because most lookups are empty and deleted values are free."""
    name, table, column = f'"crm_{obj.name}_{field.name}"', table_of(obj.name), f'"{field.name}"'
    if field.unique:
        org.run(f"CREATE UNIQUE INDEX {name} ON {table}({column}) WHERE IsDeleted = 0")
    elif field.external_id or (field.type == "reference" and not field.to_users):
        org.run(f"CREATE INDEX {name} ON {table}({column}) WHERE {column} IS NOT NULL")
