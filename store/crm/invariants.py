"""What must hold of the CRM in every file at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.crm import person_accounts, rollups
from store.crm.merging import MERGED
from store.invariants import invariant

if TYPE_CHECKING:
    from store.org import Org


def _people_apart(org: Org) -> list[str]:
    if not person_accounts.enabled(org):
        return []
    differs = " OR ".join(f'a."{one}" IS NOT c."{two}"' for one, two in person_accounts.mirrored(org).items())
    found = org.rows(
        f"""SELECT a.Id FROM crm_Account AS a LEFT JOIN crm_Contact AS c ON c.Id = a.PersonContactId
             WHERE a.IsPersonAccount AND (c.Id IS NULL OR a.IsDeleted <> c.IsDeleted OR {differs}) LIMIT 3"""
    )
    return [f"Account {row['Id']}" for row in found]


def _masters_missing(org: Org) -> list[str]:
    found = []
    for name in MERGED:
        sql = f"""SELECT l.Id FROM crm_{name} AS l WHERE l.MasterRecordId IS NOT NULL AND (NOT l.IsDeleted
                    OR NOT EXISTS (SELECT 1 FROM crm_{name} AS m WHERE m.Id = l.MasterRecordId)) LIMIT 3"""
        found += [f"{name} {row['Id']}" for row in org.rows(sql)]
    return found


invariant("a roll-up summary is what its children add up to", rollups.wrong)
invariant("the two rows of a person account say the same", _people_apart)
invariant("what was merged away is deleted and names its master", _masters_missing)
invariant(
    "only a converted lead names what it became",
    "SELECT Id FROM crm_Lead WHERE NOT IsConverted AND coalesce(ConvertedContactId, ConvertedAccountId) IS NOT NULL",
)
invariant(
    "flows wait for what is due later",
    "SELECT flow, path, row_id FROM crm_flow_waiting WHERE due_at < (SELECT now FROM world)",
)
