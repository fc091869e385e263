"""The recycle bin: delete with what goes along, undelete with what comes back.

In the SQL, CROSS JOIN and `+IsDeleted` keep SQLite from walking all live records instead of the few that were moved.
Deleting marks (IsDeleted = 1) and empties the lookups that pointed there. The children of a cascading lookup go along
with the record and come back with it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.clock import DAY
from store.crm.fields import Field
from store.crm.naming import in_its_org
from store.crm.objects import Object, describe, object_names
from store.crm.prepare import Prepared
from store.crm.problems import Rejected
from store.crm.records import Saved, check_ids
from store.crm.saving import Kind
from store.crm.tables import table_here, table_of
from store.crm.writes import apply_stage, stage_table
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

# source: Salesforce Help, "Recycle Bin": deleted records can be restored for 15 days.
DAYS_IN_BIN = 15


@in_its_org
def delete(
    org: Org, object_name: str, ids: Sequence[str], *, allow_errors: bool = False, with_closed_won: bool = False
) -> Saved:
    """Move records to the recycle bin, with their children. Raises Rejected unless `allow_errors`.

    An account with cases stays; one with won opportunities goes only `with_closed_won`, after the product has asked.
    """
    obj = describe(org, object_name)
    if not obj.deletable:
        fix = "Set IsActive to false instead." if obj.api_name == "User" else ""
        message = f"INVALID_TYPE_FOR_OPERATION: entity type {obj.api_name} does not support delete"
        raise Refused(message, fix=fix)
    done = Prepared()
    found = check_ids(org, obj, ids, done)
    for check in (_hold_accounts, _hold_person_contacts):
        check(org, obj, found, done, with_closed_won)
    if done.problems and not allow_errors:
        raise Rejected(obj.name, done.problems, len(ids))
    objects = [describe(org, name) for name in object_names(org)]
    org.run("DROP TABLE IF EXISTS temp.crm_moved")
    org.run(
        "CREATE TEMP TABLE crm_moved (object TEXT, row_id INTEGER, root_object TEXT, root_row_id INTEGER,"
        " PRIMARY KEY (object, row_id)) WITHOUT ROWID"
    )
    org.db.executemany(
        "INSERT INTO temp.crm_moved VALUES (?1, ?2, ?1, ?2)", [(obj.name, row_id) for _, row_id in found.values()]
    )
    _add_children(org, objects)
    for each in objects:
        _mark(org, each, deleted=1)
    org.run(
        "INSERT INTO crm_recycle_bin SELECT object, row_id, ?, root_object, root_row_id FROM temp.crm_moved", org.now
    )
    _clear_lookups(org, objects)
    org.run("DROP TABLE temp.crm_moved")
    result = tuple(found[place][0] if place in found else None for place in range(len(ids)))
    return Saved(obj.name, result, tuple(done.problems))


# source: Salesforce Help, "Considerations for Deleting Accounts": cases, won opportunities. (why, object, name, which)
_HOLDERS = (
    ("it is associated with the following cases", "Case", "CaseNumber", "1"),
    (
        "some opportunities in that account were closed won. The opportunities that were closed won",
        "Opportunity",
        "Name",
        "IsWon",
    ),
)


def _hold_accounts(
    org: Org, obj: Object, found: dict[int, tuple[str, int]], done: Prepared, with_closed_won: bool
) -> None:
    """Accounts that the product does not delete."""
    if obj.api_name != "Account":
        return
    wanted = json.dumps([record_id for record_id, _ in found.values()])
    places = {record_id: place for place, (record_id, _) in found.items()}
    for reason, holder, name_field, which in _HOLDERS:
        if with_closed_won and "closed won" in reason:
            continue
        source = f"{table_here(holder)} WHERE {which} AND IsDeleted = 0"
        held = f"SELECT AccountId AS account, {name_field} AS held FROM {source}"
        what: dict[str, list[str]] = {}
        for row in org.rows(
            f"""SELECT held.account, a.Name, held.held FROM json_each(?) AS w
                  CROSS JOIN ({held}) AS held ON held.account = w.value
                  JOIN {table_here("Account")} AS a ON a.Id = held.account ORDER BY held.account, held.held""",
            wanted,
        ):
            what.setdefault(row["account"], [row["Name"]]).append(row["held"])
        for account, (name, *ones) in what.items():
            message = f"Your attempt to delete {name} could not be completed because {reason}.: {', '.join(ones)}"
            done.reject(places[account], "DELETE_FAILED", message, "Id")
    for place in {problem.row for problem in done.problems}:
        found.pop(place, None)


def _hold_person_contacts(org: Org, obj: Object, found: dict[int, tuple[str, int]], done: Prepared, _: bool) -> None:
    """The contact of a person account goes with its account, not alone."""
    if obj.api_name != "Contact" or obj.find("IsPersonAccount") is None:
        return
    wanted = json.dumps([row_id for _, row_id in found.values()])
    people_of = f"SELECT row_id FROM {table_of(obj.name)} WHERE IsPersonAccount"
    sql = f"{people_of} AND row_id IN (SELECT value FROM json_each(?))"
    people = {row["row_id"] for row in org.rows(sql, wanted)}
    for place in [place for place, (_, row_id) in found.items() if row_id in people]:
        done.reject(place, "INVALID_OPERATION", "This contact is a person account: delete its account", "Id")
        found.pop(place)


@in_its_org
def deletion_preview(org: Org, object_name: str, ids: Sequence[str]) -> dict[str, int]:
    """What deleting these records would delete, by object, the records themselves included. Changes nothing."""
    objects = [describe(org, name) for name in object_names(org)]
    cascading = _lookups(objects, "cascade")
    seen: dict[str, set[str]] = {describe(org, object_name).name: set(ids)}
    fresh = {name: set(found) for name, found in seen.items()}
    while fresh:
        found: dict[str, set[str]] = {}
        for child, ref, parent in cascading:
            if parent.name not in fresh:
                continue
            sql = f'SELECT Id FROM {table_of(child.name)} WHERE "{ref.name}" IN (SELECT value FROM json_each(?)) AND +IsDeleted = 0'  # noqa: E501
            here = {row["Id"] for row in org.rows(sql, json.dumps(sorted(fresh[parent.name])))}
            if new := here - seen.get(child.name, set()):
                seen.setdefault(child.name, set()).update(new)
                found.setdefault(child.name, set()).update(new)
        fresh = found
    return {obj.name: len(seen[obj.name]) for obj in objects if obj.name in seen}


def _lookups(objects: Sequence[Object], on_delete: str) -> list[tuple[Object, Field, Object]]:
    """(child object, its lookup, object pointed to) for every lookup of that behaviour."""
    by_name = {obj.name: obj for obj in objects}
    return [
        (child, ref, by_name[target])
        for child in objects
        for ref in child.references
        if ref.on_delete == on_delete
        for target in ref.reference_to
        if target in by_name and by_name[target].deletable
    ]


def _add_children(org: Org, objects: Sequence[Object]) -> None:
    """Add the live children of what is in crm_moved, and theirs, until there are no more."""
    cascading = _lookups(objects, "cascade")
    while True:
        added = 0
        for child, ref, parent in cascading:
            # One row is one child; it keeps the root of the parent through which it was found first.
            added += org.run(
                f"""
                INSERT OR IGNORE INTO temp.crm_moved
                SELECT ?, child.row_id, moved.root_object, moved.root_row_id
                FROM temp.crm_moved AS moved
                CROSS JOIN {table_of(parent.name)} AS parent ON parent.row_id = moved.row_id
                CROSS JOIN {table_of(child.name)} AS child ON child."{ref.name}" = parent.Id
                WHERE moved.object = ? AND +child.IsDeleted = 0
                """,
                child.name, parent.name,
            )  # fmt: skip
        if not added:
            return


def _mark(org: Org, obj: Object, deleted: int) -> None:
    """Set IsDeleted of the object's records in crm_moved, with stamps and history."""
    stage = stage_table(org)
    columns, values = ["IsDeleted"], f"{deleted} AS IsDeleted"
    if not deleted and obj.find("MasterRecordId"):  # what was merged away and is back is a record of its own
        columns, values = [*columns, "MasterRecordId"], f"{values}, NULL AS MasterRecordId"
    org.run(
        f"CREATE TEMP TABLE {stage} AS SELECT row_number() OVER () AS n, row_id, {values}"
        " FROM temp.crm_moved WHERE object = ? ORDER BY row_id",
        obj.name,
    )
    if org.value(f"SELECT count(*) FROM temp.{stage}"):
        kind: Kind = "delete" if deleted else "undelete"
        apply_stage(org, obj, columns, f"temp.{stage}", kind=kind)
    org.run(f"DROP TABLE temp.{stage}")


def _clear_lookups(org: Org, objects: Sequence[Object]) -> None:
    """Empty the lookups of live records that point to what was deleted, and keep what they were."""
    for child, ref, target in _lookups(objects, "clear"):
        cleared = org.run(
            f"""
            INSERT INTO crm_cleared_lookups
            SELECT target.Id, ?, ?, child.row_id
            FROM temp.crm_moved AS moved
            CROSS JOIN {table_of(target.name)} AS target ON target.row_id = moved.row_id
            CROSS JOIN {table_of(child.name)} AS child ON child."{ref.name}" = target.Id
            WHERE moved.object = ? AND +child.IsDeleted = 0
            """,
            child.name, ref.name, target.name,
        )  # fmt: skip
        if cleared:
            _stage_lookup(
                org,
                child,
                ref,
                f"""
                SELECT child.row_id, NULL AS "{ref.name}"
                FROM temp.crm_moved AS moved
                CROSS JOIN {table_of(target.name)} AS target ON target.row_id = moved.row_id
                CROSS JOIN {table_of(child.name)} AS child ON child."{ref.name}" = target.Id
                WHERE moved.object = '{target.name}' AND +child.IsDeleted = 0
                """,
            )


def _stage_lookup(org: Org, child: Object, ref: Field, select: str) -> None:
    """Let the system set a lookup as the SELECT (row_id, lookup) says."""
    stage = stage_table(org)
    org.run(
        f"CREATE TEMP TABLE {stage} AS SELECT row_number() OVER (ORDER BY row_id) AS n, changed.* FROM ({select})"
        " AS changed"
    )
    apply_stage(org, child, [ref.name], f"temp.{stage}", by_system=True)
    org.run(f"DROP TABLE temp.{stage}")


# ---- back from the bin


@in_its_org
def undelete(org: Org, object_name: str, ids: Sequence[str], *, allow_errors: bool = False) -> Saved:
    """Bring records back with the children that went with them. Raises Rejected unless `allow_errors`."""
    obj = describe(org, object_name)
    objects = [describe(org, name) for name in object_names(org)]
    done = Prepared()
    found = check_ids(org, obj, ids, done, deleted=True)
    org.run("DROP TABLE IF EXISTS temp.crm_moved")
    org.run("CREATE TEMP TABLE crm_moved (object TEXT, row_id INTEGER, PRIMARY KEY (object, row_id)) WITHOUT ROWID")
    org.run("DROP TABLE IF EXISTS temp.crm_wanted")
    org.run("CREATE TEMP TABLE crm_wanted (place INTEGER, row_id INTEGER PRIMARY KEY)")
    wanted = [(place, row_id) for place, (_, row_id) in found.items()]
    org.db.executemany("INSERT INTO temp.crm_wanted VALUES (?, ?)", wanted)
    # The records meant, as long as the bin keeps them, and all that went with them.
    org.run(
        """
        INSERT OR IGNORE INTO temp.crm_moved
        SELECT bin.object, bin.row_id FROM temp.crm_wanted AS wanted JOIN crm_recycle_bin AS bin
          ON bin.object = :object AND bin.row_id = wanted.row_id
          OR bin.root_object = :object AND bin.root_row_id = wanted.row_id
        WHERE bin.deleted_at + :kept >= :now
        """,
        {"object": obj.name, "kept": DAYS_IN_BIN * DAY, "now": org.now},
    )
    _leave_orphans(org, objects)
    _reject_conflicts(org, obj, done)
    _reject_missing(org, obj, found, done)
    if done.problems and not allow_errors:
        raise Rejected(obj.name, done.problems, len(ids))
    for each in objects:
        _mark(org, each, deleted=0)
    org.run("DELETE FROM crm_recycle_bin WHERE (object, row_id) IN (SELECT object, row_id FROM temp.crm_moved)")
    _restore_lookups(org, objects)
    org.run("DROP TABLE temp.crm_moved")
    org.run("DROP TABLE temp.crm_wanted")
    refused = {problem.row for problem in done.problems}
    result = tuple(found[place][0] if place not in refused else None for place in range(len(ids)))
    return Saved(obj.name, result, tuple(done.problems))


def _leave_orphans(org: Org, objects: Sequence[Object]) -> None:
    """A child stays in the bin while one of its parents does, and from now on it goes with that parent."""
    cascading = _lookups(objects, "cascade")
    while True:
        left = 0
        for child, ref, parent in cascading:
            condition = f"""
                FROM temp.crm_moved AS moved
                CROSS JOIN {table_of(child.name)} AS child ON child.row_id = moved.row_id
                CROSS JOIN {table_of(parent.name)} AS parent ON parent.Id = child."{ref.name}"
                WHERE moved.object = ? AND +parent.IsDeleted = 1
                  AND (?, parent.row_id) NOT IN (SELECT object, row_id FROM temp.crm_moved)
            """
            orphans = org.rows(f"SELECT child.row_id, parent.row_id {condition}", child.name, parent.name)
            org.db.executemany(
                "UPDATE crm_recycle_bin SET root_object = ?, root_row_id = ? WHERE object = ? AND row_id = ?",
                [(parent.name, row[1], child.name, row[0]) for row in orphans],
            )
            org.db.executemany(
                "DELETE FROM temp.crm_moved WHERE object = ? AND row_id = ?", [(child.name, row[0]) for row in orphans]
            )
            left += len(orphans)
        if not left:
            return


def _reject_conflicts(org: Org, obj: Object, done: Prepared) -> None:
    """A unique value may have found another owner meanwhile."""
    for unique in (field for field in obj.fields if field.unique):
        for row in org.rows(
            f"""
            SELECT wanted.place, holder.Id FROM temp.crm_wanted AS wanted
            JOIN {table_of(obj.name)} AS back ON back.row_id = wanted.row_id
            JOIN {table_of(obj.name)} AS holder
              ON holder."{unique.name}" = back."{unique.name}" AND holder.IsDeleted = 0
            """
        ):
            message = f"duplicate value found: {unique.name} duplicates value on record with id: {row['Id']}"
            done.reject(row["place"], "DUPLICATE_VALUE", message, unique.name)
            org.run("DELETE FROM temp.crm_moved WHERE object = ? AND row_id = (SELECT row_id FROM temp.crm_wanted"
                    " WHERE place = ?)", obj.name, row["place"])  # fmt: skip


def _reject_missing(org: Org, obj: Object, found: dict[int, tuple[str, int]], done: Prepared) -> None:
    """What was asked for and cannot come back: no longer kept, or its parent is still in the bin."""
    back = {row["row_id"] for row in org.rows("SELECT row_id FROM temp.crm_moved WHERE object = ?", obj.name)}
    known = {problem.row for problem in done.problems}
    for place, (_, row_id) in found.items():
        if row_id not in back and place not in known:
            message = f"Entity is not in the recycle bin ({DAYS_IN_BIN} days), or its parent is still there"
            done.reject(place, "UNDELETE_FAILED", message, "Id")


def _restore_lookups(org: Org, objects: Sequence[Object]) -> None:
    """Lookups emptied by the deletion point there again, unless somebody has filled them since."""
    for child, ref, target in _lookups(objects, "clear"):
        emptied = f"""
            FROM temp.crm_moved AS moved
            CROSS JOIN {table_of(target.name)} AS target ON target.row_id = moved.row_id
            JOIN crm_cleared_lookups AS cleared ON cleared.target_id = target.Id
            WHERE moved.object = '{target.name}' AND cleared.object = '{child.name}' AND cleared.field = '{ref.name}'
        """
        if org.value(f"SELECT 1 {emptied} LIMIT 1"):
            empty = f"""
                SELECT cleared.row_id, cleared.target_id AS "{ref.name}" {emptied} AND cleared.row_id IN
                  (SELECT row_id FROM {table_of(child.name)} WHERE "{ref.name}" IS NULL)
            """
            _stage_lookup(org, child, ref, empty)
    for obj in objects:
        org.run(
            f"""
            DELETE FROM crm_cleared_lookups WHERE target_id IN (
              SELECT back.Id FROM temp.crm_moved AS moved JOIN {table_of(obj.name)} AS back
                ON back.row_id = moved.row_id
              WHERE moved.object = ?)
            """,
            obj.name,
        )
