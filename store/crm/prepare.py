"""From records as people and files write them to rows as the tables hold them, with all checks, for a whole batch.

Each check that needs other records is one statement for the batch: the keys go in as one JSON list.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any

from store.crm.columns import Column, column_of
from store.crm.fields import Field
from store.crm.naming import api_name
from store.crm.objects import Object
from store.crm.problems import Problem, ValueProblem
from store.crm.rules import COMPLETED, RULES, record_types
from store.crm.standard import AUDIT_FIELDS
from store.crm.tables import table_of
from store.crm.values import Stored, coerce
from store.ids import salesforce_id

if TYPE_CHECKING:
    from store.org import Org

Row = dict[str, Stored]
_NOCASE = str.maketrans(ascii_uppercase, ascii_lowercase)  # as SQLite's NOCASE compares
_NEEDS_PERMISSION = (
    "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is"
    " read/write for your profile or permission set."
)


@dataclass
class Prepared:
    """The records that are taken, by their place in the list, and what is wrong with the others."""

    rows: dict[int, Row] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def reject(self, place: int, code: str, message: str, *fields: str) -> None:
        """Record the problem; the row itself stays until `drop_rejected`, so that all its problems are found."""
        self.problems.append(Problem(place, code, message, fields))

    def drop_rejected(self) -> None:
        """Keep only rows without a problem; problems come in the order of the records."""
        for problem in self.problems:
            self.rows.pop(problem.row, None)
        self.problems.sort(key=lambda problem: problem.row)


def prepare(
    org: Org,
    obj: Object,
    records: Sequence[Mapping[str, Any]],
    *,
    creating: bool,
    importing: bool = False,
    own_ids: frozenset[str] = frozenset(),
) -> Prepared:
    """Check and convert a batch.

    `importing`: fields that nobody else writes are taken as data, ids are kept. `own_ids`: records that the same import
    makes later, so that lookups may name them; those of the batch itself are known.
    """
    done = Prepared()
    keys = _convert(org, obj, records, done, creating=creating, importing=importing)
    for column, wanted in keys.items():
        _join_by_key(org, column, wanted, done)
    batch = frozenset(str(row["Id"]) for row in done.rows.values() if row.get("Id")) if creating else frozenset()
    if obj.api_name in COMPLETED:
        done.problems += COMPLETED[obj.api_name](org, obj, done.rows, creating)
    if creating:
        _require(obj, done)
    for ref in obj.references:
        _check_lookup(org, ref, done, own_ids | batch, forgiving=importing)
    for unique in (item for item in obj.fields if item.unique):
        _check_unique(org, obj, unique, done)
    done.drop_rejected()
    done.problems += record_types(org, obj.api_name, done.rows)
    done.drop_rejected()
    if obj.api_name in RULES:
        done.problems += RULES[obj.api_name](org, done.rows, creating)
        done.drop_rejected()
    _drop_dependents(obj, done, batch)
    return done


def _convert(
    org: Org, obj: Object, records: Sequence[Mapping[str, Any]], done: Prepared, *, creating: bool, importing: bool
) -> dict[Column, dict[int, Stored]]:
    """Fill `done.rows` with converted values; returns the keys still to be looked up, by column and place."""
    columns: dict[str, Column | ValueProblem] = {}
    keys: dict[Column, dict[int, Stored]] = defaultdict(dict)
    ignored: Counter[str] = Counter()
    for place, record in enumerate(records):
        row = done.rows[place] = {}
        for name, value in record.items():
            if name not in columns:
                columns[name] = _target(org, obj, name, creating=creating, importing=importing)
            column = columns[name]
            if isinstance(column, ValueProblem):
                if column.code == "IGNORED":
                    ignored[name] += 1
                else:
                    done.reject(place, column.code, column.message, name)
                continue
            try:
                if column.key is not None:
                    keys[column][place] = coerce(column.key, value)
                else:
                    row[column.field.name] = _stored(column.field, value)
            except ValueProblem as problem:
                done.reject(place, problem.code, problem.message, column.field.name, name)
    done.notes += [f"{obj.name}.{name} is given by the CRM itself: the column is not read." for name in ignored]
    return keys


def _target(org: Org, obj: Object, name: str, *, creating: bool, importing: bool) -> Column | ValueProblem:
    """The column that a name writes to, or why it can't be written."""
    try:
        column = column_of(org, obj, name, labels=importing)
    except ValueProblem as problem:
        return problem
    target = column.field
    if target.name == "Id":
        if creating and not importing:
            return ValueProblem("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call")
        return column
    if importing and (target.computed or target.name in ("IsDeleted", "SystemModstamp")):
        return ValueProblem("IGNORED", "")
    if importing and not creating and target.name in AUDIT_FIELDS:
        return ValueProblem("IGNORED", "")
    audit = creating and target.name in AUDIT_FIELDS
    writable = target.createable if creating else target.updateable
    if writable or audit or (importing and not target.computed):
        return column
    return ValueProblem("INVALID_FIELD_FOR_INSERT_UPDATE", _NEEDS_PERMISSION.format(target.name))


def _stored(target: Field, value: Any) -> Stored:
    stored = coerce(target, value)
    if stored is None and target.type == "boolean":
        return 0  # a checkbox is never empty
    if stored is None and target.required:
        raise ValueProblem("REQUIRED_FIELD_MISSING", f"Required fields are missing: [{target.name}]")
    return stored


def _require(obj: Object, done: Prepared) -> None:
    """Required fields that nobody gave; system fields and those with a default fill themselves."""
    required = [item.name for item in obj.fields if item.required and item.createable and item.default is None]
    rejected = {(problem.row, name) for problem in done.problems for name in problem.fields}
    for place, row in done.rows.items():
        missing = [name for name in required if name not in row and (place, name) not in rejected]
        if missing:
            message = f"Required fields are missing: [{', '.join(missing)}]"
            done.reject(place, "REQUIRED_FIELD_MISSING", message, *missing)


def _join_by_key(org: Org, column: Column, wanted: dict[int, Stored], done: Prepared) -> None:
    """Fill a lookup from keys of the records that it points to."""
    assert column.key is not None
    found: dict[Any, list[str]] = defaultdict(list)
    # A unique index covers live records only and is chosen by that condition; else `+` keeps to the key's own index.
    live = "target.IsDeleted" if column.key.unique else "+target.IsDeleted"
    for row in org.rows(
        f"""
        SELECT wanted.value AS key, target.Id AS id
        FROM json_each(?) AS wanted
        CROSS JOIN {table_of(column.target)} AS target
          ON target."{column.key.name}" = wanted.value AND {live} = 0
        """,
        json.dumps(sorted({_fold(value) for value in wanted.values() if value is not None}, key=str)),
    ):
        found[row["key"]].append(row["id"])
    for place, value in wanted.items():
        ids = found.get(_fold(value), [])
        if value is None and column.field.required:
            name = column.field.name
            done.reject(place, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{name}]", name)
        elif value is None or len(ids) == 1:
            done.rows[place][column.field.name] = ids[0] if ids else None
        elif ids:
            message = f"More than one record found for external id field: [{', '.join(ids[:5])}]"
            done.reject(place, "DUPLICATE_EXTERNAL_ID", message, column.field.name)
        else:
            key = column.key.name
            message = f"Foreign key external ID: {value} not found for field {key} in entity {api_name(column.target)}"
            done.reject(place, "INVALID_FIELD", message, column.field.name)


def _fold(value: Stored) -> Stored:
    return value.translate(_NOCASE) if isinstance(value, str) else value


def _check_lookup(org: Org, ref: Field, done: Prepared, own_ids: frozenset[str], *, forgiving: bool) -> None:
    """A lookup names a live record of an object that it may point to."""
    wanted = {place: str(row[ref.name]) for place, row in done.rows.items() if row.get(ref.name)}
    if not wanted:
        return
    prefixes = {row["key_prefix"]: row["name"] for row in org.rows("SELECT name, key_prefix FROM crm_objects")}
    allowed = {prefix: name for prefix, name in prefixes.items() if name in ref.reference_to}
    deleted: dict[str, bool] = {}
    for prefix, name in allowed.items():
        ids = sorted({record_id for record_id in wanted.values() if record_id.startswith(prefix)} - own_ids)
        deleted.update(_existing(org, name, ids))
    nobody = 0
    for place, record_id in wanted.items():
        if not record_id.startswith(tuple(allowed)):
            message = f"{ref.label}: id value of incorrect type: {record_id}"
            done.reject(place, "FIELD_INTEGRITY_EXCEPTION", message, ref.name)
        elif record_id in own_ids or deleted.get(record_id) is False:
            continue
        elif forgiving and ref.to_users and record_id not in deleted:
            done.rows[place][ref.name] = None  # an export names users of its own org
            nobody += 1
        elif record_id in deleted:
            done.reject(place, "ENTITY_IS_DELETED", "entity is deleted", ref.name)
        else:
            done.reject(place, "INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {record_id}", ref.name)
    if nobody:
        done.notes.append(f"{ref.name} of {nobody} records names a user that is not in this org: left empty.")


def _existing(org: Org, object_name: str, ids: Iterable[str]) -> dict[str, bool]:
    """Those of the ids that exist -> whether they are deleted."""
    sql = f"""
        SELECT target.Id AS id, target.IsDeleted AS deleted
        FROM json_each(?) AS wanted CROSS JOIN {table_of(object_name)} AS target ON target.Id = wanted.value
    """
    return {row["id"]: bool(row["deleted"]) for row in org.rows(sql, json.dumps(list(ids)))}


def _check_unique(org: Org, obj: Object, unique: Field, done: Prepared) -> None:
    """No two live records share a value, whatever its case."""
    places: dict[Any, list[int]] = defaultdict(list)
    for place, row in done.rows.items():
        if row.get(unique.name) is not None:
            places[_fold(row[unique.name])].append(place)
    sql = f"""
        SELECT wanted.value AS value, other.Id AS id
        FROM json_each(?) AS wanted
        CROSS JOIN {table_of(obj.name)} AS other ON other."{unique.name}" = wanted.value AND other.IsDeleted = 0
    """
    holders = {row["value"]: row["id"] for row in org.rows(sql, json.dumps(list(places)))}
    for value, sharing in places.items():
        holder = holders.get(value)
        for nth, place in enumerate(sharing):
            if holder is not None and done.rows[place].get("Id") != holder:
                where = f"record with id: {holder}"
            elif nth:
                where = f"record {sharing[0] + 1} of the same list"
            else:
                continue
            message = f"duplicate value found: {unique.name} duplicates value on {where}"
            done.reject(place, "DUPLICATE_VALUE", message, unique.name)


def _drop_dependents(obj: Object, done: Prepared, batch: frozenset[str]) -> None:
    """Records of the batch that point to a rejected one of the batch are rejected too, until none does."""
    while done.problems and batch:
        kept = {row.get("Id") for row in done.rows.values()}
        dangling = [
            (place, ref.name)
            for place, row in done.rows.items()
            for ref in obj.references
            if row.get(ref.name) in batch and row[ref.name] not in kept
        ]
        if not dangling:
            return
        for place, name in dangling:
            done.reject(place, "INVALID_CROSS_REFERENCE_KEY", "the record it points to is refused", name)
        done.drop_rejected()


def own_form(obj: Object, record_id: str) -> bool:
    """Whether this org itself would give out such an id; others come from an export of another org."""
    # Where the first org takes ids of any instance, all that begin with 00 after their prefix are its own; a further
    # org has the instance code there, and its numbers are low for long.
    places = 9 if len(obj.key_prefix) == 3 else 11
    return record_id[:places] == salesforce_id(obj.key_prefix, 0)[:places]
