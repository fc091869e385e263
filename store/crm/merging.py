"""Merge: one record wins, the others are deleted and name it, and what belonged to them belongs to it.

source: SOAP API Developer Guide, "merge()": up to three records of Account, Contact or Lead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.assumptions import assume
from store.commands import Outcome, command
from store.crm.fields import Field
from store.crm.naming import here, in_its_org
from store.crm.objects import Object, describe, object_names
from store.crm.prepare import Prepared
from store.crm.problems import Rejected
from store.crm.records import check_ids, update
from store.crm.tables import table_here, table_of
from store.crm.writes import Params, update_from_select
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

MERGED = ("Account", "Contact", "Lead")
MOST = 3  # source: merge(): the master and up to two others
assume(
    "crm.merge_keeps_one_membership",
    True,
    (True, False),
    "Whether, when two merged people are members of the same campaign, only the master's membership stays.",
    "no page found",
)


@dataclass(frozen=True)
class Merged:
    """What a merge did: losers deleted, children moved, by object."""

    object: str
    losers: int
    moved: dict[str, int]


@in_its_org
def merge_from_select(org: Org, object_name: str, select: str, params: Params = ()) -> Merged:
    """Merge many records at once; each row of the SELECT is (master_row, loser_row), row_ids of live records.

    A loser has one master, and no master is a loser. The masters keep their values and are saved. Raises Refused.
    """
    obj = _mergeable(org, object_name)
    org.run("DROP TABLE IF EXISTS temp.crm_merged")
    org.run("CREATE TEMP TABLE crm_merged (loser_row INTEGER PRIMARY KEY, loser TEXT, master_row INTEGER, master TEXT)")
    sql = f"""
        INSERT INTO temp.crm_merged
        SELECT pair.loser_row, l.Id, pair.master_row, m.Id FROM ({select}) AS pair
        JOIN {table_of(obj.name)} AS l ON l.row_id = pair.loser_row AND +l.IsDeleted = 0
        JOIN {table_of(obj.name)} AS m ON m.row_id = pair.master_row AND +m.IsDeleted = 0"""
    _ = org.run(sql, params) if isinstance(params, Mapping) else org.run(sql, *params)
    _check_pairs(org, obj)
    people = _people(org, obj)
    moved = _reparent(org, obj)
    masters = "SELECT DISTINCT master_row AS row_id FROM temp.crm_merged ORDER BY 1"
    update_from_select(org, obj.name, masters)
    losers = _delete_losers(org, obj)
    org.run("DROP TABLE temp.crm_merged")
    if people:  # the contacts of merged person accounts are merged with them
        pairs = "SELECT value ->> 0 AS master_row, value ->> 1 AS loser_row FROM json_each(?)"
        moved |= merge_from_select(org, "Contact", pairs, (json.dumps(people),)).moved
        org.run(  # who brings the account back brings its contact back
            f"""UPDATE crm_recycle_bin SET root_object = '{here("Account")}', root_row_id = a.row_id
                 FROM {table_here("Contact")} AS c JOIN {table_here("Account")} AS a ON a.Id = c.AccountId
                WHERE object = '{here("Contact")}' AND crm_recycle_bin.row_id = c.row_id
                  AND c.row_id IN (SELECT value ->> 1 FROM json_each(?))""",
            json.dumps(people),
        )
    return Merged(obj.name, losers, moved)


def _mergeable(org: Org, name: str) -> Object:
    obj = describe(org, name)
    if obj.api_name not in MERGED:
        raise Refused(f"INVALID_TYPE: {obj.plural} cannot be merged.", fix=f"There are merges of {', '.join(MERGED)}.")
    return obj


def _check_pairs(org: Org, obj: Object) -> None:
    both = "SELECT loser FROM temp.crm_merged WHERE loser_row IN (SELECT master_row FROM temp.crm_merged) LIMIT 1"
    if chained := org.value(both):
        raise Refused(f"MERGE_FAILED: {chained} cannot be merged into another record and be the master of one.")
    if obj.api_name == "Lead":
        converted = org.value(
            f"""SELECT Id FROM {table_here("Lead")} WHERE IsConverted AND row_id IN
                 (SELECT loser_row FROM temp.crm_merged UNION SELECT master_row FROM temp.crm_merged) LIMIT 1"""
        )
        if converted:
            raise Refused(f"CANNOT_UPDATE_CONVERTED_LEAD: {converted} is converted and cannot be merged.")


def _people(org: Org, obj: Object) -> list[list[int]]:
    """(master, loser) row_ids of the contacts of person accounts. Raises Refused when a person meets a company."""
    if obj.find("IsPersonAccount") is None or obj.api_name != "Account":
        return []
    accounts, contacts = table_here("Account"), table_here("Contact")
    if org.value(
        f"""SELECT 1 FROM temp.crm_merged AS pair JOIN {accounts} AS m ON m.row_id = pair.master_row
             JOIN {accounts} AS l ON l.row_id = pair.loser_row WHERE m.IsPersonAccount <> l.IsPersonAccount LIMIT 1"""
    ):
        # source: Salesforce Help, "Considerations for Merging Accounts"
        raise Refused("MERGE_FAILED: A person account can be merged with person accounts only.")
    found = org.rows(
        f"""SELECT mc.row_id AS master, lc.row_id AS loser FROM temp.crm_merged AS pair
             JOIN {accounts} AS m ON m.row_id = pair.master_row JOIN {contacts} AS mc ON mc.Id = m.PersonContactId
             JOIN {accounts} AS l ON l.row_id = pair.loser_row JOIN {contacts} AS lc ON lc.Id = l.PersonContactId
            ORDER BY lc.row_id"""
    )
    return [[row["master"], row["loser"]] for row in found]


def _reparent(org: Org, obj: Object) -> dict[str, int]:
    """Point every lookup that names a loser to its master; returns how many records of each object moved."""
    moved: dict[str, int] = {}
    if org.assumption("crm.merge_keeps_one_membership") and obj.api_name in ("Contact", "Lead"):
        _drop_second_memberships(org, obj)
    for child_name in object_names(org):
        child = describe(org, child_name)
        for ref in child.references:
            if obj.name in ref.reference_to and not (child.api_name == "Account" and ref.name == "PersonContactId"):
                count = _move(org, child, ref)
                if count:
                    moved[child.name] = moved.get(child.name, 0) + count
    return moved


def _move(org: Org, child: Object, ref: Field) -> int:
    pairs = f"""
        SELECT child.row_id, pair.master AS "{ref.name}" FROM temp.crm_merged AS pair
        CROSS JOIN {table_of(child.name)} AS child ON child."{ref.name}" = pair.loser
        WHERE +child.IsDeleted = 0"""
    if child.api_name == "Contact" and ref.name == "AccountId" and child.find("IsPersonAccount"):
        pairs += " AND NOT child.IsPersonAccount"  # merged by itself
    if org.value(f"SELECT 1 FROM ({pairs}) LIMIT 1") is None:
        return 0
    return update_from_select(org, child.name, f"{pairs} ORDER BY child.row_id", by_system=True)


def _drop_second_memberships(org: Org, obj: Object) -> None:
    """Delete the members that would stand in a campaign beside another one of the same master: the later ones go."""
    from store.crm.recycle import delete

    field = f"{obj.api_name}Id"
    found = org.rows(
        f"""
        WITH members AS (
          SELECT m.Id, row_number() OVER (
                   PARTITION BY m.CampaignId, coalesce(pair.master, m."{field}")
                   ORDER BY pair.master IS NOT NULL, m.row_id) AS nth
          FROM {table_here("CampaignMember")} AS m LEFT JOIN temp.crm_merged AS pair ON pair.loser = m."{field}"
          WHERE m.IsDeleted = 0 AND m."{field}" IN (
            SELECT loser FROM temp.crm_merged UNION SELECT master FROM temp.crm_merged))
        SELECT Id FROM members WHERE nth > 1 ORDER BY Id"""
    )
    if found:
        delete(org, "CampaignMember", [row["Id"] for row in found])


def _delete_losers(org: Org, obj: Object) -> int:
    """Into the recycle bin, with the master's id. source: Object Reference, MasterRecordId."""
    losers = 'SELECT loser_row AS row_id, 1 AS "IsDeleted", master AS "MasterRecordId" FROM temp.crm_merged ORDER BY 1'
    count = update_from_select(org, obj.name, losers, kind="delete")
    org.run(
        "INSERT OR REPLACE INTO crm_recycle_bin SELECT ?1, loser_row, ?2, ?1, loser_row FROM temp.crm_merged",
        obj.name, org.now,
    )  # fmt: skip
    return count


@command("crm.merge")
def merge(
    org: Org,
    *,
    object: str,  # noqa: A002 (the product's word)
    master: str,
    losers: Sequence[str],
    values: dict[str, Any] | None = None,
) -> Outcome:
    """Merge up to two records into a master; `values` are what the master takes over from them."""
    obj = _mergeable(org, object)
    if not 1 <= len(losers) < MOST:
        raise Refused(f"MERGE_FAILED: A merge takes a master and one or two others, not {len(losers)}.")
    done = Prepared()
    found = check_ids(org, obj, [master, *losers], done)
    if done.problems:
        raise Rejected(obj.name, done.problems, 1 + len(losers))
    if obj.api_name == "Contact" and obj.find("IsPersonAccount"):
        ids = json.dumps([record_id for record_id, _ in found.values()])
        people = f"SELECT 1 FROM {table_of(obj.name)} WHERE IsPersonAccount"
        sql = f"{people} AND Id IN (SELECT value FROM json_each(?)) LIMIT 1"
        if org.value(sql, ids):
            raise Refused("MERGE_FAILED: The contact of a person account is merged with its account.")
    if values:
        update(org, obj.name, [{"Id": found[0][0], **values}])
    rows = json.dumps([[found[0][1], row] for place, (_, row) in found.items() if place])
    done_merge = merge_from_select(
        org, obj.name, "SELECT value ->> 0 AS master_row, value ->> 1 AS loser_row FROM json_each(?)", (rows,)
    )
    said = ", ".join(f"{count} {describe(org, name).plural}" for name, count in done_merge.moved.items())
    title = f"{done_merge.losers} {obj.plural} merged into {found[0][0]}" + (f"; moved: {said}" if said else "")
    changes = {f"{obj.name} merged": done_merge.losers, **{f"{k} moved": n for k, n in done_merge.moved.items()}}
    return Outcome(title, changes, f"crm/{obj.name}/{found[0][0]}")
