"""Roll-up summaries: counts and sums over the children of a record, kept in the record.

Unlike a formula, which is evaluated when it is read, a roll-up summary is written into the parent when a child is
saved, so that a synchronization sees it. A definition reads

    COUNT(CampaignMember VIA CampaignId WHERE HasResponded)      SUM(Opportunity.Amount VIA AccountId WHERE IsWon)

with SUM, MIN, MAX or COUNT, the child's lookup to this object, and a formula that says which children count.
source: Salesforce Help, "Roll-Up Summary Field"; Apex Developer Guide, "Triggers and Order of Execution".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from store.assumptions import assume
from store.crm.fields import Field, is_custom
from store.crm.formula import compile_formula, fields_named
from store.crm.naming import beside
from store.crm.objects import Object, describe, object_names, on_new_fields, schema_no
from store.crm.saving import Batch, depth, stage
from store.crm.tables import table_of
from store.crm.writes import update_from_select
from store.errors import Refused

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

_WRITTEN = re.compile(r"(COUNT|SUM|MIN|MAX)\(\s*(\w+)(?:\.(\w+))?\s+VIA\s+(\w+)(?:\s+WHERE\s+(.+))?\s*\)", re.I | re.S)

TOUCHES = assume(
    "crm.roll_ups_touch_parents",
    True,
    (True, False),
    "Whether a roll-up summary that gets another value moves the SystemModstamp of its record, so that MC Connect reads"
    " the record again. If not, it goes stale in Marketing Cloud as a formula does.",
    "Apex Developer Guide, Triggers and Order of Execution: the parent record goes through the save procedure",
)


@dataclass(frozen=True)
class RollUp:
    """A roll-up summary of an object, over which children."""

    parent: str
    field: str
    function: str
    child: str
    summed: str
    lookup: str
    where: str


@cache
def _written(text: str) -> tuple[str, str, str, str, str]:
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise Refused(
            f"'{text}' is no roll-up summary.",
            fix="Write COUNT(Child VIA Lookup WHERE formula); SUM, MIN and MAX take Child.Field.",
        )
    function, child, summed, lookup, where = found.groups()
    if (function.upper() == "COUNT") == bool(summed):
        raise Refused(f"'{text}': COUNT counts records; SUM, MIN and MAX need a field.")
    return function.upper(), child, summed or "", lookup, (where or "").strip()


_known: WeakKeyDictionary[Org, tuple[sqlite3.Connection, int, dict[str, tuple[RollUp, ...]]]] = WeakKeyDictionary()


def roll_ups_of(org: Org, child: str) -> tuple[RollUp, ...]:
    """The roll-up summaries that count records of this object."""
    number = schema_no(org)
    known = _known.get(org)
    if known is None or known[0] is not org.db or known[1] != number:
        found: dict[str, tuple[RollUp, ...]] = {}
        for row in org.rows("SELECT object, name, rollup FROM crm_fields WHERE rollup <> '' ORDER BY object, position"):
            function, name, summed, lookup, where = _written(row["rollup"])
            name = beside(row["object"], name)
            one = RollUp(row["object"], row["name"], function, name, summed, lookup, where)
            found[name] = (*found.get(name, ()), one)
        known = _known[org] = (org.db, number, found)
    return known[2].get(child, ())


def check_roll_up(org: Org, parent: Object, field: Field) -> None:
    """Raise Refused when the definition names what is not there."""
    function, child_name, summed, lookup, where = _written(field.rollup)
    child = describe(org, child_name)
    ref = child.field(lookup)
    if ref.type != "reference" or parent.name not in ref.reference_to:
        raise Refused(f"{child.name}.{ref.name} does not point to {parent.name}: {field.name} would count nothing.")
    if is_custom(field.name) and ref.on_delete != "cascade":
        raise Refused(
            f"{field.name} cannot be made: {child.name}.{ref.name} is a lookup, not a master-detail relationship.",
            cause="A roll-up summary is on the master's side of a master-detail relationship.",
            fix="Let the children go with their parent (on_delete cascade), or count them with a flow.",
        )
    if summed:
        child.field(summed)
    if where:
        compile_formula(org, child, where, "ch")


def recount(org: Org, roll_ups: Iterable[RollUp], parents: str) -> int:
    """Bring these roll-up summaries up to date for the parents whose ids the SELECT names; returns records changed.

    Roll-ups over the same children are counted in one pass. A record whose values stay is not touched.
    """
    return sum(_write(org, parent, fields, select) for parent, fields, select in _differing(org, roll_ups, parents))


def _differing(org: Org, roll_ups: Iterable[RollUp], parents: str) -> Iterator[tuple[str, list[str], str]]:
    """(object, fields, SELECT of row_id and their right values) of the parents whose values are not right."""
    groups: dict[tuple[str, str, str], list[RollUp]] = {}
    for one in roll_ups:
        groups.setdefault((one.parent, one.child, one.lookup), []).append(one)
    for (parent, child, lookup), group in groups.items():
        values = {one.field: _aggregate(org, one) for one in group}
        empty = {one.field: "NULL" if one.function in ("MIN", "MAX") else "0" for one in group}
        selected = ", ".join(f'{sql} AS "{name}"' for name, sql in values.items())
        given = ", ".join(f'coalesce(counted."{name}", {empty[name]}) AS "{name}"' for name in values)
        differs = " OR ".join(f'target."{name}" IS NOT coalesce(counted."{name}", {empty[name]})' for name in values)
        select = f"""
            SELECT target.row_id, {given}
            FROM {table_of(parent)} AS target
            LEFT JOIN (
              SELECT ch."{lookup}" AS parent_id, {selected} FROM {table_of(child)} AS ch
              WHERE ch."{lookup}" IN ({parents}) AND +ch.IsDeleted = 0
              GROUP BY ch."{lookup}"
            ) AS counted ON counted.parent_id = target.Id
            WHERE target.Id IN ({parents}) AND +target.IsDeleted = 0 AND ({differs})
            ORDER BY target.row_id"""
        yield parent, list(values), select


def wrong(org: Org) -> list[str]:
    """Roll-up summaries that are not what their children add up to; sums are held to a cent."""
    found = []
    for name in object_names(org):
        for one in roll_ups_of(org, name):
            every = f"SELECT Id FROM {table_of(one.parent)}"
            for parent, [field], select in _differing(org, [one], every):
                value = f'(SELECT "{field}" FROM {table_of(parent)} AS t WHERE t.row_id = counted.row_id)'
                off = f'abs(coalesce("{field}" - {value}, 1)) > 0.005'
                rows = org.rows(f"SELECT row_id FROM ({select}) AS counted WHERE {off} LIMIT 3")
                found += [f"{parent}.{field} of row {row['row_id']}" for row in rows]
    return found


def _write(org: Org, parent: str, fields: list[str], select: str) -> int:
    if org.value(f"SELECT 1 FROM ({select}) LIMIT 1") is None:
        return 0
    if org.assumption(TOUCHES.name):
        return update_from_select(org, parent, select, by_system=True)
    sets = ", ".join(f'"{name}" = counted."{name}"' for name in fields)
    return org.run(
        f"UPDATE {table_of(parent)} AS record SET {sets} FROM ({select}) AS counted"
        " WHERE record.row_id = counted.row_id"
    )


def _aggregate(org: Org, one: RollUp) -> str:
    child = describe(org, one.child)
    where = compile_formula(org, child, one.where, "ch").sql if one.where else "1"
    if one.function == "COUNT":
        return f"count(CASE WHEN {where} THEN 1 END)"
    summed = f'CASE WHEN {where} THEN ch."{child.field(one.summed).name}" END'
    return f"coalesce(sum({summed}), 0)" if one.function == "SUM" else f"{one.function.lower()}({summed})"


@stage("roll_ups", lambda org, obj: bool(roll_ups_of(org, obj.name)))
def count_children(org: Org, batch: Batch) -> None:
    """The parents of the saved children, and those that they had before, count anew."""
    for lookup in dict.fromkeys(one.lookup for one in roll_ups_of(org, batch.obj.name)):
        concerned = [
            one
            for one in roll_ups_of(org, batch.obj.name)
            if one.lookup == lookup and (batch.kind != "update" or _depends(org, batch, one))
        ]
        if not concerned:
            continue
        now = f'SELECT r."{lookup}" FROM {table_of(batch.obj.name)} AS r WHERE r.row_id IN ({batch.rows})'
        before = f'SELECT p."{lookup}" FROM {batch.prior} AS p' if batch.prior else "SELECT NULL"
        parents = f"{now} UNION {before}"
        if org.value(f'SELECT 1 FROM ({parents}) WHERE "{lookup}" IS NOT NULL LIMIT 1'):
            kept = f"crm_parents_{depth(org)}"  # the parents' own save may count theirs
            org.run(f"DROP TABLE IF EXISTS temp.{kept}")
            org.run(f'CREATE TEMP TABLE {kept} AS SELECT "{lookup}" AS id FROM ({parents}) WHERE id IS NOT NULL')
            recount(org, concerned, f"SELECT id FROM temp.{kept}")
            org.run(f"DROP TABLE temp.{kept}")


def _depends(org: Org, batch: Batch, one: RollUp) -> bool:
    """Whether a roll-up can change when these fields of its children were set."""
    named = {one.lookup, one.summed} | (fields_named(org, batch.obj, one.where) if one.where else set())
    derived = any(field.computed or field.formula for name in named if name and (field := batch.obj.find(name)))
    return derived or bool(named & {*batch.columns, *batch.also})


@on_new_fields
def count_at_first(org: Org, obj: Object, added: tuple[Field, ...]) -> None:
    """A new roll-up summary has its value at once."""
    made = {field.name for field in added if field.rollup}
    for field in added:
        if field.rollup:
            check_roll_up(org, obj, field)
        if field.formula:
            compile_formula(org, obj, field.formula, "c")
    if made:
        children = [one for name in object_names(org) for one in roll_ups_of(org, name)]
        mine = [one for one in children if one.parent == obj.name and one.field in made]
        recount(org, mine, f"SELECT Id FROM {table_of(obj.name)}")
