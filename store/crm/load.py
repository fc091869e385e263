"""Loading what an import read: objects in the order of their dependencies, all of it or nothing.

Runs inside the step of the command `crm.import`.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from store.crm import recycle
from store.crm.columns import column_of, split_path
from store.crm.infer import Schema, cells_of, fit_schema
from store.crm.objects import Object, describe
from store.crm.prepare import Row
from store.crm.problems import Problem
from store.crm.records import create_batch, locate, update_batch
from store.crm.report import ImportRejected, ImportReport, ObjectReport, RejectedRow
from store.crm.sources import Content, SourceTable
from store.crm.tables import table_of
from store.crm.writes import reserve_rows
from store.errors import Refused, Unreadable
from store.ids import is_record_id, salesforce_id, to_18

if TYPE_CHECKING:
    from store.org import Org

OPERATIONS = ("auto", "insert", "update", "upsert", "delete")


@dataclass(frozen=True)
class Options:
    """How to load. `auto` inserts, and updates records whose Id the org has; `upsert` names the key field.

    Empty cells leave a record's value as it is when it is updated, unless `insert_nulls`.
    source: Data Loader Guide, "Configure Data Loader": Insert null values is off by default.
    """

    operation: str = "auto"
    upsert: str = ""
    allow_errors: bool = False
    insert_nulls: bool = False


@dataclass
class _Batch:
    """A table on its way in: which of its records are created, changed or wrong, by place."""

    table: SourceTable
    obj: Object
    creates: list[int] = field(default_factory=list)
    updates: dict[int, str] = field(default_factory=dict)  # place -> record id
    problems: list[Problem] = field(default_factory=list)
    first_row: int | None = None  # reserved for `creates`, when other records point to them


def load(org: Org, content: Content, source: str, options: Options) -> ImportReport:
    """Load everything. Raises ImportRejected unless `allow_errors`, Unreadable for columns that mean nothing."""
    _check_options(options)
    schema = fit_schema(org, content["tables"])
    batches = [
        _Batch(table, describe(org, name)) for table, name in zip(content["tables"], schema.objects, strict=True)
    ]
    batches = batches[: content["planned"]] + _in_order(org, batches[content["planned"] :], schema)
    refs: dict[tuple[str, str], str] = {}
    for batch in batches:
        _check_required(org, batch, options)
        if any(batch.table["refs"]):
            _decide(org, batch, options)
            _reserve(org, batch, refs)
    later = set(refs.values()) | {to_18(str(cell)) for batch in batches for cell in cells_of(batch.table, "Id")}
    report = ImportReport(source, notes=[*content["notes"], *schema.notes])
    for batch in batches:
        own_ids = frozenset() if options.allow_errors else frozenset(later)
        _load_batch(org, batch, refs, own_ids, report, options)
    report.notes = list(dict.fromkeys(report.notes))
    return report


def _check_options(options: Options) -> None:
    if options.operation not in OPERATIONS:
        raise Refused(f"'{options.operation}' is no operation.", fix=f"Choose one of: {', '.join(OPERATIONS)}.")
    if options.operation == "upsert" and not options.upsert:
        raise Refused("An upsert needs the field by which records are matched.", fix="Name an external id field.")


def _in_order(org: Org, batches: list[_Batch], schema: Schema) -> list[_Batch]:
    """Records after those they point to; where objects point to each other, as the files are named."""
    needs = {id(batch): _needs(org, batch, schema) for batch in batches}
    ordered: list[_Batch] = []
    visited: set[int] = set()

    def visit(batch: _Batch) -> None:
        if id(batch) in visited:
            return
        visited.add(id(batch))
        for other in batches:
            if other.obj.name in needs[id(batch)] and other.obj.name != batch.obj.name:
                visit(other)
        ordered.append(batch)

    for batch in batches:
        visit(batch)
    return ordered


def _needs(org: Org, batch: _Batch, schema: Schema) -> set[str]:
    """The objects that the columns of a table point to."""
    needed: set[str] = set()
    for name in batch.table["columns"]:
        column = column_of(org, batch.obj, name, labels=True)
        if column.target:
            needed.add(column.target)
        elif column.field.type == "reference":
            needed.update(column.field.reference_to)
    return needed


def _check_required(org: Org, batch: _Batch, options: Options) -> None:
    """A CSV for new records must have a column for each required field. Raises Unreadable."""
    names = [name for name in batch.table["columns"]]
    given = {column_of(org, batch.obj, name, labels=True).field.name for name in names}
    if batch.table["kind"] != "csv" or "Id" in given or options.operation not in ("auto", "insert") or options.upsert:
        return
    for item in batch.obj.fields:
        if item.name == "Name" and "LastName" in given and batch.obj.find("IsPersonAccount"):
            continue  # a person account's name is made of the person's
        if item.required and item.createable and item.default is None and item.name not in given:
            raise Unreadable(
                f"REQUIRED_FIELD_MISSING: There is no column {item.name}, which every new {batch.obj.label} needs.",
                fix=f"Add the column. The file has: {', '.join(names)}.",
                where=f"{batch.table['file']}, line 1",
            )


# ---- which records are new


def _decide(org: Org, batch: _Batch, options: Options) -> None:
    """Tell the records to create from those to change."""
    count = len(batch.table["rows"])
    ids = {place: to_18(str(value)) for place, value in _column(org, batch, "Id").items()}
    key = batch.obj.find(options.upsert) if options.upsert else None
    if options.operation in ("update", "delete"):
        if key is not None and not ids:
            _match(org, batch, key.name, creating=False)
        else:
            batch.updates = {place: ids.get(place, "") for place in range(count)}
    elif key is not None and options.operation in ("auto", "upsert"):
        _match(org, batch, key.name, creating=True)
    elif options.operation == "insert":
        batch.creates = list(range(count))
    else:
        valid = sorted({record_id for record_id in ids.values() if is_record_id(record_id)})
        known = locate(org, batch.obj, valid)
        batch.updates = {place: record_id for place, record_id in ids.items() if record_id in known}
        batch.creates = [place for place in range(count) if place not in batch.updates]


def _column(org: Org, batch: _Batch, field_name: str) -> dict[int, Any]:
    """Place -> cell of the column that is this field, where it holds something."""
    for place, name in enumerate(batch.table["columns"]):
        column = column_of(org, batch.obj, name, labels=True)
        if column.field.name == field_name and column.key is None:
            rows = enumerate(batch.table["rows"])
            return {number: row[place] for number, row in rows if row[place] is not None}
    return {}


def _match(org: Org, batch: _Batch, key: str, *, creating: bool) -> None:
    """Upsert: records whose key the org has are changed, others are new. source: SOAP API, upsert()."""
    values = {place: str(value).strip().lower() for place, value in _column(org, batch, key).items()}
    found: dict[str, list[str]] = {}
    for row in org.rows(
        f"""
        SELECT wanted.value AS key, record.Id AS id FROM json_each(?) AS wanted
        CROSS JOIN {table_of(batch.obj.name)} AS record ON record."{key}" = wanted.value AND record.IsDeleted = 0
        """,
        json.dumps(sorted(set(values.values()))),
    ):
        found.setdefault(row["key"], []).append(row["id"])
    uses = Counter(values.values())
    for place in range(len(batch.table["rows"])):
        value = values.get(place, "")
        holders = found.get(value, [])
        if not value:
            batch.problems.append(Problem(place, "MISSING_ARGUMENT", f"{key} not specified", (key,)))
        elif uses[value] > 1:
            batch.problems.append(
                Problem(place, "DUPLICATE_VALUE", f"Duplicate external id specified: {value}", (key,))
            )
        elif len(holders) > 1:
            message = f"More than one record found for external id field: [{', '.join(holders[:5])}]"
            batch.problems.append(Problem(place, "DUPLICATE_EXTERNAL_ID", message, (key,)))
        elif holders:
            batch.updates[place] = holders[0]
        elif creating:
            batch.creates.append(place)
        else:
            message = f"no {batch.obj.label} has the {key} {value}"
            batch.problems.append(Problem(place, "INVALID_CROSS_REFERENCE_KEY", message, (key,)))


def _reserve(org: Org, batch: _Batch, refs: dict[tuple[str, str], str]) -> None:
    """Know the ids of the records to come, so that records before them can point there."""
    batch.first_row = reserve_rows(org, batch.obj.name, len(batch.creates))
    given = {place: to_18(str(value)) for place, value in _column(org, batch, "Id").items()}
    new = {place: salesforce_id(batch.obj.key_prefix, batch.first_row + n) for n, place in enumerate(batch.creates)}
    for place, ref in enumerate(batch.table["refs"]):
        if ref:
            refs[batch.table["scope"], ref] = batch.updates.get(place) or given.get(place) or new.get(place, "")


# ---- loading one table


def _load_batch(
    org: Org,
    batch: _Batch,
    refs: dict[tuple[str, str], str],
    own_ids: frozenset[str],
    report: ImportReport,
    options: Options,
) -> None:
    """Create and change the records of one table and account for it."""
    if batch.first_row is None:
        _decide(org, batch, options)
    entry = report.of(batch.obj.name)
    entry.read += len(batch.table["rows"])
    if options.operation == "delete":
        saved = recycle.delete(org, batch.obj.name, list(batch.updates.values()), allow_errors=True)
        entry.deleted += saved.count
        batch.problems += _placed(saved.problems, list(batch.updates))
    else:
        _create(org, batch, refs, own_ids, entry, report)
        _update(org, batch, refs, own_ids, entry, report, options)
    entry.rejected += [_rejected(org, batch, problem) for problem in sorted(batch.problems, key=lambda item: item.row)]
    if entry.rejected and not options.allow_errors:
        raise ImportRejected(report)


def _create(
    org: Org,
    batch: _Batch,
    refs: dict[tuple[str, str], str],
    own_ids: frozenset[str],
    entry: ObjectReport,
    report: ImportReport,
) -> None:
    if not batch.creates:
        return
    records = [_record(batch, place, refs) for place in batch.creates]
    if batch.first_row is not None:
        for n, record in enumerate(records):
            record["Id"] = record.get("Id") or salesforce_id(batch.obj.key_prefix, batch.first_row + n)
    saved = create_batch(
        org, batch.obj, records, allow_errors=True, importing=True, first_row=batch.first_row, own_ids=own_ids
    )
    entry.created += saved.count
    batch.problems += _placed(saved.problems, batch.creates)
    report.notes += saved.notes


def _update(
    org: Org,
    batch: _Batch,
    refs: dict[tuple[str, str], str],
    own_ids: frozenset[str],
    entry: ObjectReport,
    report: ImportReport,
    options: Options,
) -> None:
    if not batch.updates:
        return
    records = []
    for place, record_id in batch.updates.items():
        record = _record(batch, place, refs)
        kept = {name: value for name, value in record.items() if value is not None or options.insert_nulls}
        records.append({**{name: value for name, value in kept.items() if name.lower() != "id"}, "Id": record_id})
    saved = update_batch(org, batch.obj, records, allow_errors=True, importing=True, own_ids=own_ids)
    entry.updated += saved.count
    batch.problems += _placed(saved.problems, list(batch.updates))
    report.notes += saved.notes


def _record(batch: _Batch, place: int, refs: dict[tuple[str, str], str]) -> Row:
    """One record with its references resolved; the Id column goes by that name whatever its label or case."""
    record: Row = {}
    for name, value in zip(batch.table["columns"], batch.table["rows"][place], strict=True):
        if isinstance(value, str) and value.startswith("@"):
            value = refs.get((batch.table["scope"], value[1:]), value)
        record["Id" if name.lower() == "id" else name] = value
    return record


def _placed(problems: tuple[Problem, ...], places: list[int]) -> list[Problem]:
    """Problems counted within a part of the table, counted within the table."""
    return [Problem(places[item.row], item.code, item.message, item.fields) for item in problems]


def _rejected(org: Org, batch: _Batch, problem: Problem) -> RejectedRow:
    """A problem with the file, line and column it stands in."""
    table, wanted = batch.table, {name.lower() for name in problem.fields}
    number, header = 0, ""
    for position, name in enumerate(table["columns"], 1):
        meant = column_of(org, batch.obj, name, labels=True).field.name.lower()
        if {name.lower(), meant, split_path(name)[-1].lower()} & wanted:
            number, header = position, name
            break
    line = table["lines"][problem.row]
    return RejectedRow(table["file"], line, problem.row + 1, number, header, problem.code, problem.message)
