"""What must hold of the CRM in every file at every step."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from store.crm import person_accounts, rollups
from store.crm.merging import MERGED
from store.crm.naming import org_of, working_in
from store.crm.orgs import objects_in, orgs
from store.crm.tables import table_here, table_of
from store.invariants import invariant

if TYPE_CHECKING:
    from store.org import Org


Check = Callable[["Org"], list[str]]


def _of_every_org(check: Check) -> Check:
    """A check over names such as Account, in each Salesforce org."""

    def run(org: Org) -> list[str]:
        found = []
        for each in orgs(org):
            with working_in(each.name):
                found += check(org)
        return found

    return run


def _people_apart(org: Org) -> list[str]:
    if not person_accounts.enabled(org):
        return []
    differs = " OR ".join(f'a."{one}" IS NOT c."{two}"' for one, two in person_accounts.mirrored(org).items())
    found = org.rows(
        f"""SELECT a.Id FROM {table_here("Account")} AS a
              LEFT JOIN {table_here("Contact")} AS c ON c.Id = a.PersonContactId
             WHERE a.IsPersonAccount AND (c.Id IS NULL OR a.IsDeleted <> c.IsDeleted OR {differs}) LIMIT 3"""
    )
    return [f"Account {row['Id']}" for row in found]


def _masters_missing(org: Org) -> list[str]:
    found = []
    for name in MERGED:
        sql = f"""SELECT l.Id FROM {table_here(name)} AS l WHERE l.MasterRecordId IS NOT NULL AND (NOT l.IsDeleted
                    OR NOT EXISTS (SELECT 1 FROM {table_here(name)} AS m WHERE m.Id = l.MasterRecordId)) LIMIT 3"""
        found += [f"{name} {row['Id']}" for row in org.rows(sql)]
    return found


def _became_unconverted(org: Org) -> list[str]:
    became = "coalesce(ConvertedContactId, ConvertedAccountId)"
    sql = f"SELECT Id FROM {table_here('Lead')} WHERE NOT IsConverted AND {became} IS NOT NULL LIMIT 3"
    return [f"Lead {row['Id']}" for row in org.rows(sql)]


def _strangers(org: Org) -> list[str]:
    """Records whose id says that they are of another org than their table; with one org there is nothing to ask."""
    found: list[str] = []
    known = orgs(org)
    for each in known if len(known) > 1 else ():
        others = [f"'{other.instance}'" for other in known if other.instance and other != each]
        wrong = f"<> '{each.instance}'" if each.instance else f"IN ({', '.join(others)})"
        for name in objects_in(org, each.name):
            sql = f"SELECT Id FROM {table_of(name)} WHERE substr(Id, 4, 2) {wrong} LIMIT 3"
            found += [f"{name} {row['Id']}" for row in org.rows(sql)]
    return found


def _lookups_astray(org: Org) -> list[str]:
    rows = org.rows("SELECT object, name, reference_to FROM crm_fields WHERE type = 'reference'")
    return [
        f"{row['object']}.{row['name']}"
        for row in rows
        if any(org_of(target) != org_of(row["object"]) for target in json.loads(row["reference_to"]))
    ]


invariant("a roll-up summary is what its children add up to", _of_every_org(rollups.wrong))
invariant("the two rows of a person account say the same", _of_every_org(_people_apart))
invariant("what was merged away is deleted and names its master", _of_every_org(_masters_missing))
invariant("only a converted lead names what it became", _of_every_org(_became_unconverted))
invariant("the ids of a further Salesforce org have its instance code, and no others have", _strangers)
invariant("a lookup stays in the Salesforce org of its object", _lookups_astray)
invariant(
    "flows wait for what is due later",
    "SELECT flow, path, row_id FROM crm_flow_waiting WHERE due_at < (SELECT now FROM world)",
)
