"""What holds of data extensions at every step."""

from __future__ import annotations

from store.invariants import invariant

invariant(
    "every data extension has its table",
    "SELECT name, table_name FROM data_extensions WHERE table_name NOT IN (SELECT name FROM sqlite_schema)",
)
invariant(
    "every field is a column of its table",
    """SELECT d.name, f.name AS field FROM data_extensions d JOIN data_extension_fields f USING (de_id)
        WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info(d.table_name) c WHERE c.name = f.name COLLATE NOCASE)""",
)
