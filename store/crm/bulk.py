"""Saving many records from a SELECT with the API's checks, set-based: what an integration does batch by batch.

Each check is one statement over the batch; a record that fails one is left out with the API's code and text, the others
are saved ("all or none" is off). Rules that only single saves know: person accounts, field-level security.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.crm.fields import NUMBER_TYPES, TEXT_TYPES, Field
from store.crm.naming import here, org_of, working_in
from store.crm.objects import Object, describe
from store.crm.rules import MEMBER_ONCE
from store.crm.saving import RowsRefused
from store.crm.tables import table_here, table_of
from store.crm.values import FALSE, TRUE
from store.crm.writes import create_from_select, quoted, update_from_select
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

DONE = "temp.crm_bulk"


@dataclass(frozen=True)
class Bulk:
    """What became of a batch: how many records were saved and refused. `table` has (key, row_id, id, problem)."""

    object: str
    saved: int
    refused: int
    table: str = DONE


def writable(obj: Object, name: str, *, creating: bool) -> Field:
    """The field of that name. Raises Refused in the API's words when an integration cannot write it."""
    field = obj.field(name)
    if field.computed or not (field.createable if creating else field.updateable):
        raise Refused(
            f"INVALID_FIELD_FOR_INSERT_UPDATE: Unable to create/update fields: {field.name}.",
            cause=f"{obj.label} gives it its value itself.",
        )
    return field


@contextmanager
def create_checked(org: Org, object_name: str, select: str, params: Mapping[str, Any]) -> Iterator[Bulk]:
    """Create a record per row of a SELECT of (key, fields by name), as far as each is in order."""
    within, staged = working_in(org_of(here(object_name))), _staged(org, object_name, select, params, creating=True)
    with within, staged as (obj, columns):
        _require(org, obj, columns)
        if obj.api_name == "CampaignMember":
            _check_members(org, columns)
        _save(org, obj, lambda good: _create(org, obj, columns, good))
        yield _counted(org, obj)


@contextmanager
def update_checked(org: Org, object_name: str, select: str, params: Mapping[str, Any]) -> Iterator[Bulk]:
    """Update the record of each row of a SELECT of (key, row_id, fields by name); of two for one record the last."""
    within, staged = working_in(org_of(here(object_name))), _staged(org, object_name, select, params, creating=False)
    with within, staged as (obj, columns):
        for name in columns:
            field = obj.field(name)
            if field.required:
                _refuse(org, f'"{name}" IS NULL', "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{name}]")
        _save(org, obj, lambda good: _update(org, obj, columns, good))
        found = f"SELECT r.Id FROM {table_of(obj.name)} r WHERE r.row_id = crm_bulk.row_id"
        org.run(f"UPDATE {DONE} SET id = ({found}) WHERE problem IS NULL")
        yield _counted(org, obj)


@contextmanager
def _staged(
    org: Org, object_name: str, select: str, params: Mapping[str, Any], *, creating: bool
) -> Iterator[tuple[Object, list[str]]]:
    """The rows in a TEMP table with their values checked and as stored."""
    obj = describe(org, object_name)
    names = [item[0] for item in org.db.execute(f"SELECT * FROM ({select}) LIMIT 0", params).description]
    given = [name for name in names if name not in ("key", "row_id")]
    fields = [writable(obj, name, creating=creating) for name in given]
    columns = [field.name for field in fields]
    org.run("DROP TABLE IF EXISTS temp.crm_bulk")
    own = "key INTEGER PRIMARY KEY, row_id INTEGER, id TEXT, problem TEXT"
    org.run(f"CREATE TEMP TABLE crm_bulk ({own}, {quoted(columns)})")
    target = "row_id" if "row_id" in names else "NULL"
    org.run(
        f"INSERT INTO {DONE} SELECT key, {target}, NULL, NULL, {quoted(given)} FROM ({select}) ORDER BY key", params
    )
    for field in fields:
        _check_value(org, field)
    yield obj, columns
    org.run("DROP TABLE temp.crm_bulk")


def _refuse(org: Org, condition: str, code: str, message: str) -> None:
    """Mark the rows of which the condition holds; the first problem stays."""
    org.run(
        f"UPDATE {DONE} SET problem = :problem WHERE problem IS NULL AND ({condition})",
        {"problem": f"{code}: {message}"},
    )


def _check_value(org: Org, field: Field) -> None:
    """One field of the whole batch: trimmed, converted, and what does not fit its type marked. As values.py does."""
    column = f'"{field.name}"'
    org.run(f"UPDATE {DONE} SET {column} = nullif(trim({column}), '') WHERE typeof({column}) = 'text'")
    wrong = f"{field.label}: value not of required type: "

    def refuse(condition: str, code: str, message: str) -> None:
        text = f"'{code}: ' || '{message.replace(chr(39), chr(39) * 2)}' || substr({column}, 1, 60)"
        org.run(f"UPDATE {DONE} SET problem = {text} WHERE problem IS NULL AND {column} IS NOT NULL AND ({condition})")

    if field.type in TEXT_TYPES and field.length is not None:
        refuse(f"length({column}) > {field.length}", "STRING_TOO_LONG", f"{field.label}: data value too large: ")
    if field.type == "email":
        bad = f"{column} NOT LIKE '_%@_%._%' OR {column} GLOB '*[ ,;<>()]*' OR {column} LIKE '%@%@%'"
        refuse(bad, "INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: ")
    if field.type == "picklist" and field.restricted:
        allowed = ", ".join("'" + value.lower().replace("'", "''") + "'" for value in field.picklist) or "NULL"
        code = "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
        refuse(f"lower({column}) NOT IN ({allowed})", code, f"{field.label}: bad value for restricted picklist field: ")
    if field.type == "boolean":
        true, false = (", ".join(f"'{word}'" for word in sorted(words)) for words in (TRUE, FALSE))
        refuse(f"lower({column}) NOT IN ({true}, {false})", "INVALID_TYPE_ON_FIELD_IN_RECORD", wrong)
        org.run(f"UPDATE {DONE} SET {column} = coalesce(lower({column}) IN ({true}), 0)")
    if field.type in NUMBER_TYPES:
        bad = f"typeof({column}) = 'text' AND ({column} GLOB '*[^0-9.+-]*' OR {column} NOT GLOB '*[0-9]*')"
        whole = f"CAST({column} AS REAL) <> CAST({column} AS INTEGER)" if field.type == "int" else "0"
        refuse(f"({bad}) OR {whole}", "INVALID_TYPE_ON_FIELD_IN_RECORD", wrong)
        digits = (field.precision or 18) - (field.scale or 0)
        code, said = "NUMBER_OUTSIDE_VALID_RANGE", f"{field.label}: value outside of valid range on numeric field: "
        refuse(f"abs(CAST({column} AS REAL)) >= 1e{digits}", code, said)
        kind = "INTEGER" if field.type == "int" else "REAL"
        org.run(f"UPDATE {DONE} SET {column} = CAST({column} AS {kind}) WHERE {column} IS NOT NULL AND problem IS NULL")
    if field.type in ("date", "datetime"):
        refuse(f"typeof({column}) = 'text' AND date({column}) IS NULL", "INVALID_TYPE_ON_FIELD_IN_RECORD", wrong)
        # source: Data Loader Guide: a moment without a zone is UTC here, as in values.py; numbers are UTC seconds
        stored = f"date({column})" if field.type == "date" else f"unixepoch({column})"
        org.run(f"UPDATE {DONE} SET {column} = {stored} WHERE typeof({column}) = 'text' AND problem IS NULL")
    if field.type == "reference":
        live = [f"SELECT t.Id FROM {table_of(name)} t WHERE t.IsDeleted = 0" for name in field.reference_to]
        there = " AND ".join(f"{column} NOT IN ({ids})" for ids in live)
        refuse(there, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id: ")


def _require(org: Org, obj: Object, columns: Sequence[str]) -> None:
    """Required fields and values that no two records share."""
    for field in obj.fields:
        if field.required and field.createable and field.default is None and not field.computed:
            empty = f'"{field.name}" IS NULL' if field.name in columns else "1"
            if field.type != "boolean":
                _refuse(org, empty, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{field.name}]")
        if field.unique and field.name in columns:
            column = f'"{field.name}"'
            taken = f"{column} IN (SELECT {column} FROM {table_of(obj.name)} WHERE IsDeleted = 0)"
            earlier = f"key > (SELECT min(o.key) FROM {DONE} o WHERE o.{column} = crm_bulk.{column} COLLATE NOCASE)"
            _refuse(org, f"{column} IS NOT NULL AND ({taken} OR {earlier})", "DUPLICATE_VALUE",
                    f"duplicate value found: {field.name} duplicates value on record")  # fmt: skip


def _check_members(org: Org, columns: list[str]) -> None:
    """A member of a campaign is a contact or a lead, has a status of its campaign, and is in it once (as switched)."""
    person = [name for name in ("ContactId", "LeadId") if name in columns]
    nobody = " AND ".join(f"{name} IS NULL" for name in person) or "1"
    _refuse(org, nobody, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LeadId or ContactId]")
    if "Status" not in columns:
        org.run(f"ALTER TABLE {DONE} ADD COLUMN Status TEXT")
        columns.append("Status")
    org.run(
        f"""UPDATE {DONE} SET Status = (SELECT s.Label FROM {table_here("CampaignMemberStatus")} s
              WHERE s.CampaignId = crm_bulk.CampaignId AND s.IsDefault AND s.IsDeleted = 0)
            WHERE Status IS NULL"""
    )
    if person and org.assumption(MEMBER_ONCE.name):
        there = " OR ".join(
            f"""EXISTS (SELECT 1 FROM {table_here("CampaignMember")} m WHERE m.CampaignId = crm_bulk.CampaignId
                          AND m.{name} = crm_bulk.{name} AND m.IsDeleted = 0)
                OR key > (SELECT min(o.key) FROM {DONE} o
                          WHERE o.CampaignId = crm_bulk.CampaignId AND o.{name} = crm_bulk.{name})"""
            for name in person
        )
        _refuse(org, there, "DUPLICATE_VALUE", "Already a campaign member.")


# ---- saving


def _save(org: Org, obj: Object, write: Callable[[str], None]) -> None:
    """Write what is in order; what a rule of the save refuses is marked, and the others are written again."""
    while org.value(f"SELECT 1 FROM {DONE} WHERE problem IS NULL LIMIT 1"):
        org.run("SAVEPOINT crm_bulk")
        try:
            write("problem IS NULL")
        except RowsRefused as refused:
            org.run("ROLLBACK TO crm_bulk")
            org.run("RELEASE crm_bulk")
            first = int(org.value("SELECT last_row + 1 FROM crm_objects WHERE name = ?", obj.name))
            if refused.where != obj.name or not _mark(org, first, refused):
                raise
        else:
            org.run("RELEASE crm_bulk")
            return


def _mark(org: Org, first: int, refused: RowsRefused) -> int:
    """Mark the refused rows: those to update by row_id, new ones by the row that they would have got."""
    keys = [row["key"] for row in org.rows(f"SELECT key FROM {DONE} WHERE problem IS NULL ORDER BY key")]
    updating = org.value(f"SELECT 1 FROM {DONE} WHERE row_id IS NOT NULL LIMIT 1") is not None
    marked = 0
    for row_id, problem in refused.found.items():
        if updating:
            marked += org.run(f"UPDATE {DONE} SET problem = ? WHERE row_id = ?", str(problem), row_id)
        elif 0 <= row_id - first < len(keys):
            marked += org.run(f"UPDATE {DONE} SET problem = ? WHERE key = ?", str(problem), keys[row_id - first])
    return marked


def _create(org: Org, obj: Object, columns: Sequence[str], good: str) -> None:
    made = create_from_select(org, obj.name, f"SELECT {quoted(columns)} FROM {DONE} WHERE {good} ORDER BY key")
    org.run(
        f"""UPDATE {DONE} SET id = n.id
            FROM (SELECT b.key AS key, r.Id AS id
                  FROM (SELECT key, row_number() OVER (ORDER BY key) AS n FROM {DONE} WHERE {good}) b
                       JOIN {table_of(obj.name)} r ON r.row_id = {made.first_row - 1} + b.n) AS n
            WHERE n.key = crm_bulk.key"""
    )


def _update(org: Org, obj: Object, columns: Sequence[str], good: str) -> None:
    last = f"key IN (SELECT max(key) FROM {DONE} WHERE {good} GROUP BY row_id)"
    rows = f"SELECT row_id, {quoted(columns)} FROM {DONE} WHERE {good} AND {last} ORDER BY key"
    update_from_select(org, obj.name, rows)


def _counted(org: Org, obj: Object) -> Bulk:
    row = org.row(f"SELECT coalesce(sum(problem IS NULL), 0), coalesce(sum(problem IS NOT NULL), 0) FROM {DONE}")
    assert row is not None
    return Bulk(obj.name, row[0], row[1])
