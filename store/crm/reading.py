"""What the app and the command line read: objects, pages of records, one record whole, and its past."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.clock import utc_text
from store.crm.fields import TEXT_TYPES, Field
from store.crm.live import records_sql, value_sql
from store.crm.naming import org_of, working_in
from store.crm.objects import Object, describe, every_object, object_of
from store.crm.problems import ValueProblem
from store.crm.tables import table_of
from store.crm.values import Stored, coerce
from store.errors import Refused
from store.ids import is_record_id, to_18

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

_CONDITION = re.compile(r"(\w+)\s*(!=|<=|>=|=|<|>|~)\s*(\"[^\"]*\"|\S*)")
_CONTAINS = "{} LIKE ? ESCAPE '\\'"
# What a word without a field is looked for in, where the object has it.
_SEARCHED = ("Name", "Email", "Phone", "Subject", "Company", "CaseNumber")


@dataclass(frozen=True)
class ObjectView:
    """An object and how many records it has."""

    name: str
    label: str
    plural: str
    key_prefix: str
    custom: bool
    fields: int
    live: int
    deleted: int


@dataclass(frozen=True)
class RecordView:
    """One line of a list: values by API name, as stored."""

    id: str
    row_id: int
    deleted: bool
    values: dict[str, Stored]


@dataclass(frozen=True)
class Change:
    """One field that got another value; `at` in UTC seconds."""

    at: int
    change_no: int
    field: str
    old: Stored
    new: Stored


@dataclass(frozen=True)
class WholeRecord:
    """One record with its definition and its history, newest first."""

    object: str
    id: str
    row_id: int
    name: str
    deleted: bool
    arrived_at: int
    values: dict[str, Stored]
    history: tuple[Change, ...]


def objects(org: Org) -> list[ObjectView]:
    """All objects with their counts, in the order of their creation."""
    views = []
    for name in every_object(org):
        obj = _described(org, name)
        counts = {
            row["IsDeleted"]: row["n"]
            for row in org.rows(f"SELECT IsDeleted, count(*) AS n FROM {table_of(name)} GROUP BY IsDeleted")
        }
        views.append(
            ObjectView(
                name, obj.label, obj.plural, obj.key_prefix, obj.custom, len(obj.fields), counts.get(0, 0),
                counts.get(1, 0),
            )
        )  # fmt: skip
    return views


def names(org: Org, ids: Iterable[str]) -> dict[str, str]:
    """The names of those of these ids that are records of the CRM, deleted ones too; one SELECT for each object."""
    by_prefix: dict[str, list[str]] = {}
    for each in ids:
        if len(each) in (15, 18):
            by_prefix.setdefault(each[:3], []).append(each)
    found: dict[str, str] = {}
    for row in org.rows("SELECT name, key_prefix FROM crm_objects ORDER BY position"):
        wanted = [each for each in by_prefix.get(row["key_prefix"][:3], []) if each.startswith(row["key_prefix"])]
        if wanted and _described(org, row["name"]).find("Name"):
            sql = f"SELECT Id, Name FROM {table_of(row['name'])} WHERE Id IN (SELECT value FROM json_each(?))"
            found.update((each["Id"], str(each["Name"])) for each in org.rows(sql, json.dumps(wanted)) if each["Name"])
    return found


def records(
    org: Org,
    object_name: str,
    *,
    limit: int = 100,
    offset: int = 0,
    order: str = "",
    filter: str = "",  # noqa: A002 (what the screen calls it)
    deleted: bool = False,
) -> list[RecordView]:
    """A page of records. `order` is a field, with ` desc` for the other way; `filter` as in `count`."""
    obj = describe(org, object_name)
    where, params = _where(obj, filter, deleted)
    # The inner SELECT walks a narrow index; only the rows of the page are read whole.
    source = records_sql(org, obj)
    found = org.rows(
        f"""
        SELECT * FROM {source} WHERE row_id IN (
          SELECT row_id FROM {source} WHERE {where} ORDER BY {_order(obj, order)} LIMIT ? OFFSET ?)
        ORDER BY {_order(obj, order)}
        """,
        *params, limit, offset,
    )  # fmt: skip
    return [RecordView(row["Id"], row["row_id"], bool(row["IsDeleted"]), _values(obj, row)) for row in found]


def count(org: Org, object_name: str, *, filter: str = "", deleted: bool = False) -> int:  # noqa: A002
    """How many records match: words are looked for in names and addresses; `Field=value`, `!=`, `<`, `>`, `~` compare.

    `Field=` matches what is empty, `Field~text` what contains it. All parts must match.
    """
    obj = describe(org, object_name)
    where, params = _where(obj, filter, deleted)
    return int(org.value(f"SELECT count(*) FROM {records_sql(org, obj)} WHERE {where}", *params))


def record(org: Org, record_id: str) -> WholeRecord:
    """The record with this id (15 or 18 characters) and its history. Raises Refused when there is none."""
    record_id = to_18(record_id)
    obj = _object_of(org, record_id)
    row = org.row(f"SELECT * FROM {records_sql(org, obj)} WHERE Id = ?", record_id) if obj else None
    if obj is None or row is None:
        raise Refused(f"There is no record {record_id} in the CRM.")
    changes = org.rows(
        "SELECT * FROM crm_changes WHERE object = ? AND row_id = ? ORDER BY change_no DESC, field",
        obj.name, row["row_id"],
    )  # fmt: skip
    history = tuple(Change(item["at"], item["change_no"], item["field"], item["old"], item["new"]) for item in changes)
    values = _values(obj, row)
    name = next((values[key] for key in ("Name", "CaseNumber", "Subject") if values.get(key)), row["Id"])
    arrived = _arrived_at(org, obj.name, row["row_id"])
    return WholeRecord(obj.name, row["Id"], row["row_id"], str(name), bool(row["IsDeleted"]), arrived, values, history)


def resolve(org: Org, key: str) -> WholeRecord:
    """The record that a person means: an id of 15 or 18 characters, an e-mail address, an external id, a user name.

    Raises Refused when there is none or more than one.
    """
    key = key.strip()
    if is_record_id(to_18(key)) and _object_of(org, to_18(key)):
        return record(org, key)
    found: list[str] = []
    for name in every_object(org):
        obj = _described(org, name)
        by = [f'"{item.name}" = ?1' for item in obj.stored if item.external_id or item.unique or item.name == "Email"]
        if by:
            sql = f"SELECT Id FROM {table_of(name)} WHERE ({' OR '.join(by)}) AND IsDeleted = 0 LIMIT 6"
            found += [row["Id"] for row in org.rows(sql, key)]
    if not found:
        raise Refused(f"There is no record '{key}' in the CRM.", fix="Give its id, e-mail address or external id.")
    if len(found) > 1:
        raise Refused(f"'{key}' is more than one record: {', '.join(found[:5])}.", fix="Give the id of the one.")
    return record(org, found[0])


def value_at(org: Org, object_name: str, row_id: int, field: str, at: int) -> Stored:
    """The value that the record had at that moment; None before it came into the org."""
    if _arrived_at(org, object_name, row_id) > at:
        return None
    # The first change after that moment knows what was there before it.
    later = org.row(
        """
        SELECT old FROM crm_changes WHERE object = ? AND row_id = ? AND field = ? AND at > ?
        ORDER BY change_no LIMIT 1
        """,
        object_name, row_id, field, at,
    )  # fmt: skip
    if later is not None:
        old: Stored = later["old"]
        return old
    obj = describe(org, object_name)
    column = value_sql(org, obj, obj.field(field))  # a formula has no past: it is what it is now
    now: Stored = org.value(f"SELECT {column} FROM {table_of(obj.name)} AS c WHERE c.row_id = ?", row_id)
    return now


def shown(field: Field, value: Stored) -> str:
    """A stored value as a person reads it."""
    if value is None:
        return "(empty)"
    if field.type == "boolean":
        return "true" if value else "false"
    if field.type == "datetime":
        return utc_text(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _arrived_at(org: Org, object_name: str, row_id: int) -> int:
    sql = "SELECT at FROM crm_arrivals WHERE object = ? AND first_row <= ? ORDER BY first_row DESC LIMIT 1"
    return int(org.value(sql, object_name, row_id) or 0)


def _object_of(org: Org, record_id: str) -> Object | None:
    name = object_of(org, record_id)
    return _described(org, name) if name else None


def _described(org: Org, name: str) -> Object:
    """The object of a full name, whichever org is worked in."""
    with working_in(org_of(name)):
        return describe(org, name)


def _values(obj: Object, row: sqlite3.Row) -> dict[str, Stored]:
    return {field.name: row[field.name] for field in obj.fields}


def _order(obj: Object, order: str) -> str:
    if not order:
        return "row_id"
    name, _, direction = order.strip().partition(" ")
    return f'"{obj.field(name).name}" {"DESC" if direction.strip().lower() == "desc" else "ASC"}, row_id'


def _where(obj: Object, text: str, deleted: bool) -> tuple[str, list[Any]]:
    """The filter text as an SQL condition with its parameters."""
    conditions, params = [f"IsDeleted = {int(deleted)}"], []
    rest = _CONDITION.sub("", text)
    for name, operator, value in _CONDITION.findall(text):
        condition, own = _condition(obj.field(name), operator, value.strip('"'))
        conditions.append(condition)
        params += own
    searched = [f'"{field.name}"' for field in obj.fields if field.name in _SEARCHED or field.external_id]
    for word in rest.split():
        conditions.append("(" + " OR ".join(_CONTAINS.format(column) for column in ["Id", *searched]) + ")")
        params += [_like(word)] * (len(searched) + 1)
    return " AND ".join(conditions), params


def _like(word: str) -> str:
    """A LIKE pattern for what contains the word; its own % and _ stand for themselves."""
    for mark in "\\%_":
        word = word.replace(mark, f"\\{mark}")
    return f"%{word}%"


def _condition(field: Field, operator: str, value: str) -> tuple[str, list[Any]]:
    column = f'"{field.name}"'
    if operator == "~":
        return _CONTAINS.format(column), [_like(value)]
    if value == "" and operator in ("=", "!="):
        return f"{column} IS {'NOT ' if operator == '!=' else ''}NULL", []
    try:
        stored = value if field.type in TEXT_TYPES else coerce(field, value)
    except ValueProblem as problem:
        raise Refused(problem.message) from None
    return (f"{column} IS NOT ?" if operator == "!=" else f"{column} {operator} ?"), [stored]
