"""Create, update and delete records, as the API's calls of these names do: lists in, one answer per record out.

All or nothing unless `allow_errors`: then the records that are in order go through and the others are reported.
Everything here runs inside a step.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.crm.naming import in_its_org
from store.crm.objects import Object, describe, object_of
from store.crm.prepare import Prepared, own_form, prepare
from store.crm.problems import Problem, Rejected
from store.crm.saving import RowsRefused
from store.crm.tables import table_of
from store.crm.writes import create_staged, reserve_rows, update_staged
from store.ids import is_record_id, salesforce_id, to_18

if TYPE_CHECKING:
    from store.org import Org

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Saved:
    """What became of a list of records: an id per record (None where refused), the problems, and remarks."""

    object: str
    ids: tuple[str | None, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many went through."""
        return sum(1 for record_id in self.ids if record_id)


@in_its_org
def create(org: Org, object_name: str, records: Sequence[Record], *, allow_errors: bool = False) -> Saved:
    """Make records. Raises Rejected (a Refused) with every problem unless `allow_errors`."""
    return create_batch(org, describe(org, object_name), records, allow_errors=allow_errors)


@in_its_org
def create_batch(
    org: Org,
    obj: Object,
    records: Sequence[Record],
    *,
    allow_errors: bool = False,
    importing: bool = False,
    first_row: int | None = None,
    own_ids: frozenset[str] = frozenset(),
) -> Saved:
    """`create` with what an import needs: kept ids, row ids reserved before, ids that the import makes later."""
    done = prepare(org, obj, records, creating=True, importing=importing, own_ids=own_ids)
    if importing:
        _check_kept_ids(org, obj, done, first_row)
    _raise_unless(allow_errors, obj, done.problems, len(records))
    first = first_row if first_row is not None else reserve_rows(org, obj.name, len(records))
    places = {first + place: place for place in done.rows}
    _write(org, obj, done, places, lambda: create_staged(org, obj, done.rows, first, len(records)))
    _raise_unless(allow_errors, obj, done.problems, len(records))
    made = org.rows(
        f"SELECT row_id, Id FROM {table_of(obj.name)} WHERE row_id BETWEEN ? AND ?", first, first + len(records) - 1
    )
    by_row = {row["row_id"]: str(row["Id"]) for row in made}
    ids = [by_row.get(first + place) if place in done.rows else None for place in range(len(records))]
    return Saved(obj.name, tuple(ids), tuple(done.problems), tuple(done.notes))


def _check_kept_ids(org: Org, obj: Object, done: Prepared, first_row: int | None) -> None:
    """Ids that an export brings along are kept when they fit the object and no record of this org has them."""
    kept = {place: str(row["Id"]) for place, row in done.rows.items() if row.get("Id")}
    if first_row is not None:  # those that this org set aside are in order
        kept = {place: own for place, own in kept.items() if own != salesforce_id(obj.key_prefix, first_row + place)}
    known = locate(org, obj, list(kept.values()))
    seen: set[str] = set()
    for place, record_id in kept.items():
        if not obj.gives_out(record_id) or own_form(obj, record_id) or object_of(org, record_id) != obj.name:
            done.reject(place, "MALFORMED_ID", f"{obj.label} ID: id value of incorrect type: {record_id}", "Id")
        elif record_id in known or record_id in seen:
            done.reject(place, "DUPLICATE_VALUE", f"duplicate value found: Id {record_id} exists already", "Id")
        seen.add(record_id)
    done.drop_rejected()


def _write(org: Org, obj: Object, done: Prepared, places: dict[int, int], write: Callable[[], None]) -> None:
    """Write the checked records; those that a rule of the save refuses become problems, and the others are written.

    `places` says where in the list the record of a row_id stands. source: API, "all or none" is off: records that are
    in order go through.
    """
    while done.rows:
        org.run("SAVEPOINT crm_write")
        try:
            write()
        except RowsRefused as refused:
            org.run("ROLLBACK TO crm_write")
            org.run("RELEASE crm_write")
            mine = {row_id: problem for row_id, problem in refused.found.items() if row_id in places}
            if not mine or refused.where != obj.name:
                raise  # a record that a flow saved, not one of these
            for row_id, problem in mine.items():
                done.reject(places[row_id], problem.code, problem.message, *problem.fields)
            done.drop_rejected()
        else:
            org.run("RELEASE crm_write")
            return


def _raise_unless(allow_errors: bool, obj: Object, problems: Sequence[Problem], total: int) -> None:
    if problems and not allow_errors:
        raise Rejected(obj.name, problems, total)


def locate(org: Org, obj: Object, ids: Sequence[str]) -> dict[str, tuple[int, bool]]:
    """Record id -> (row_id, whether deleted), for those that exist."""
    found = org.rows(
        f"""
        SELECT record.Id, record.row_id, record.IsDeleted
        FROM json_each(?) AS wanted CROSS JOIN {table_of(obj.name)} AS record ON record.Id = wanted.value
        """,
        json.dumps(ids),
    )
    return {row["Id"]: (row["row_id"], bool(row["IsDeleted"])) for row in found}


def check_ids(
    org: Org, obj: Object, given: Sequence[Any], done: Prepared, *, deleted: bool = False
) -> dict[int, tuple[str, int]]:
    """Place in the list -> (record id, row_id) of the records meant; what is wrong goes to `done`.

    `deleted`: records of the recycle bin are meant, not live ones.
    """
    ids = {place: to_18(str(value).strip()) for place, value in enumerate(given) if value}
    known = locate(org, obj, sorted(set(ids.values())))
    found: dict[int, tuple[str, int]] = {}
    seen: set[str] = set()
    for place in range(len(given)):
        record_id = ids.get(place)
        if record_id is None:
            done.reject(place, "MISSING_ARGUMENT", "Id not specified in an update call", "Id")
        elif not is_record_id(record_id) or not obj.gives_out(record_id):
            done.reject(place, "MALFORMED_ID", f"{obj.label} ID: id value of incorrect type: {given[place]}", "Id")
        elif record_id not in known:
            done.reject(place, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", "Id")
        elif known[record_id][1] and not deleted:
            done.reject(place, "ENTITY_IS_DELETED", "entity is deleted", "Id")
        elif not known[record_id][1] and deleted:
            done.reject(place, "UNDELETE_FAILED", "Entity is not in the recycle bin", "Id")
        elif record_id in seen:
            done.reject(place, "DUPLICATE_VALUE", f"duplicate id in list: {record_id}", "Id")
        else:
            found[place] = (record_id, known[record_id][0])
            seen.add(record_id)
    return found


@in_its_org
def update(org: Org, object_name: str, records: Sequence[Record], *, allow_errors: bool = False) -> Saved:
    """Change records; each names its Id and the fields to set. Raises Rejected unless `allow_errors`."""
    return update_batch(org, describe(org, object_name), records, allow_errors=allow_errors)


@in_its_org
def update_batch(
    org: Org,
    obj: Object,
    records: Sequence[Record],
    *,
    allow_errors: bool = False,
    importing: bool = False,
    own_ids: frozenset[str] = frozenset(),
) -> Saved:
    """`update` with what an import needs."""
    bare = [{name: value for name, value in record.items() if name.lower() != "id"} for record in records]
    given = [next((value for name, value in record.items() if name.lower() == "id"), None) for record in records]
    identified = Prepared()
    found = check_ids(org, obj, given, identified)
    # The id goes through the preparation, because a unique value may stay with its own record.
    with_id = [{"Id": found[place][0], **row} if place in found else row for place, row in enumerate(bare)]
    done = prepare(org, obj, with_id, creating=False, importing=importing, own_ids=own_ids)
    done.problems += identified.problems
    done.drop_rejected()
    _raise_unless(allow_errors, obj, done.problems, len(records))
    rows = {place: {**row, "row_id": found[place][1]} for place, row in done.rows.items()}
    places = {found[place][1]: place for place in rows}
    _write(org, obj, done, places, lambda: update_staged(org, obj, {place: rows[place] for place in done.rows}))
    _raise_unless(allow_errors, obj, done.problems, len(records))
    rows = {place: row for place, row in rows.items() if place in done.rows}
    ids = tuple(found[place][0] if place in rows else None for place in range(len(records)))
    return Saved(obj.name, ids, tuple(done.problems), tuple(done.notes))
