"""Lead conversion: a lead becomes a contact in an account, with an opportunity where one is wanted.

The lead stays, marked as converted and read-only, and keeps its id: whoever synchronizes leads and contacts has the
same human twice from now on, as two contacts that are both billed. source: SOAP API Developer Guide, "convertLead()";
domain A4, C1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.commands import Outcome, command
from store.crm import person_accounts
from store.crm.fields import is_custom
from store.crm.naming import api_name, here, org_of, working_in, working_org
from store.crm.objects import describe
from store.crm.orgs import org_of_record
from store.crm.prepare import Prepared
from store.crm.problems import Rejected
from store.crm.records import check_ids
from store.crm.tables import table_here
from store.crm.writes import Params, create_from_select, update_from_select
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

DDL = """
CREATE TABLE crm_lead_mapping (         -- where the custom fields of a lead go when it is converted
  lead_field   TEXT NOT NULL,           -- a full name: EMEA:Region__c of a further org
  object       TEXT NOT NULL CHECK (object IN ('Account', 'Contact', 'Opportunity')),
  field        TEXT NOT NULL,
  PRIMARY KEY (lead_field, object)
) WITHOUT ROWID;
"""
CONVERTED_STATUS = "Closed - Converted"  # source: delivered lead status values, the one that is "Converted"

# source: Salesforce Help, "Lead Conversion Field Mapping": field of the new record -> SQL over the lead l.
_ADDRESS = ("Street", "City", "State", "PostalCode", "Country")
_ACCOUNT = {
    "Name": "l.Company", "Phone": "l.Phone", "Fax": "l.Fax", "Website": "l.Website", "Industry": "l.Industry",
    "AnnualRevenue": "l.AnnualRevenue", "NumberOfEmployees": "l.NumberOfEmployees", "Rating": "l.Rating",
    "AccountSource": "l.LeadSource", "OwnerId": "l.OwnerId", **{f"Billing{part}": f"l.{part}" for part in _ADDRESS},
}  # fmt: skip
_CONTACT = {
    **{name: f"l.{name}" for name in (
        "FirstName", "LastName", "Salutation", "Title", "Phone", "MobilePhone", "Fax", "Email", "Description",
        "LeadSource", "OwnerId", "HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall", "EmailBouncedReason",
        "EmailBouncedDate", "IndividualId")},
    **{f"Mailing{part}": f"l.{part}" for part in _ADDRESS},
}  # fmt: skip
# The last day of the quarter of the conversion. source: Help, "Lead Conversion Field Mapping", CloseDate
_MONTHS_LEFT = "(3 - (strftime('%m', {now}, 'unixepoch') - 1) % 3)"
_QUARTER_END = f"date({{now}}, 'unixepoch', 'start of month', {_MONTHS_LEFT} || ' months', '-1 day')"
_FIRST_STAGE = "Prospecting"


@dataclass(frozen=True)
class Converted:
    """How many leads were converted, and what they became."""

    leads: int
    accounts: int
    contacts: int
    opportunities: int


def convert_from_select(
    org: Org,
    select: str,
    params: Params = (),
    *,
    status: str = CONVERTED_STATUS,
    overwrite_lead_source: bool = False,
) -> Converted:
    """Convert many leads at once.

    Each row of the SELECT is (lead_row, account_id, contact_id, opportunity): the row_id of an open lead, ids of
    records to go into or NULL, the name of the opportunity: NULL for none, '' for the company's name. Raises Refused.
    """
    _check_status(org, status)
    org.run("DROP TABLE IF EXISTS temp.crm_convert")
    org.run(
        "CREATE TEMP TABLE crm_convert (lead_row INTEGER PRIMARY KEY, account_id TEXT, contact_id TEXT,"
        " opportunity TEXT, opportunity_id TEXT, new_account INTEGER, new_contact INTEGER)"
    )
    sql = f"""
        INSERT INTO temp.crm_convert
        SELECT lead_row, account_id, contact_id, opportunity, NULL, account_id IS NULL, contact_id IS NULL
        FROM ({select}) ORDER BY lead_row"""
    leads = org.run(sql, params) if isinstance(params, Mapping) else org.run(sql, *params)
    _check_leads(org)
    accounts = _make_accounts(org)
    contacts = _make_contacts(org)
    _fill(org, "Account", "account_id", "new_account", {}, _mapped(org, "Account", _ACCOUNT))
    overwritten = {"LeadSource": "l.LeadSource"} if overwrite_lead_source else {}
    _fill(org, "Contact", "contact_id", "new_contact", overwritten, _mapped(org, "Contact", _CONTACT))
    opportunities = _make_opportunities(org)
    _mark(org, status)
    _move_along(org)
    org.run("DROP TABLE temp.crm_convert")
    return Converted(leads, accounts, contacts, opportunities)


def _check_status(org: Org, status: str) -> None:
    known = {value.lower() for value in describe(org, "Lead").field("Status").picklist}
    if status.lower() not in known or "converted" not in status.lower() or "not converted" in status.lower():
        raise Refused(f"INVALID_STATUS: invalid convertedStatus: {status}", fix=f"Choose {CONVERTED_STATUS}.")


def _check_leads(org: Org) -> None:
    leads = f"temp.crm_convert c JOIN {table_here('Lead')} l ON l.row_id = c.lead_row"
    converted = org.value(f"SELECT l.Id FROM {leads} WHERE l.IsConverted LIMIT 1")
    if converted:
        raise Refused(f"CANNOT_UPDATE_CONVERTED_LEAD: cannot reference converted lead {converted}")
    astray = org.row(
        f"""SELECT c.contact_id, c.account_id FROM temp.crm_convert c
              JOIN {table_here("Contact")} r ON r.Id = c.contact_id
            WHERE c.account_id IS NULL OR r.AccountId IS NOT c.account_id LIMIT 1"""
    )
    if astray:  # source: convertLead(), contactId: the contact must belong to the specified account
        raise Refused(
            f"INVALID_ID_FIELD: contact {astray['contact_id']} is not in account {astray['account_id'] or '(none)'}",
            fix="Name the account of the contact.",
        )


def _mapped(org: Org, object_name: str, standard: dict[str, str]) -> dict[str, str]:
    rows = org.rows("SELECT field, lead_field FROM crm_lead_mapping WHERE object = ? ORDER BY field", object_name)
    custom = [row for row in rows if org_of(row["lead_field"]) == working_org()]
    return {**standard, **{row["field"]: f'l."{api_name(row["lead_field"])}"' for row in custom}}


def _select(values: Mapping[str, str]) -> str:
    return ", ".join(f'{sql} AS "{name}"' for name, sql in values.items())


def _make_accounts(org: Org) -> int:
    """An account for each lead that goes into none; without a company it is a person account."""
    values = _mapped(org, "Account", _ACCOUNT)
    people = person_accounts.enabled(org)
    made = _create_for(
        org, "Account", "account_id", _select(values), "coalesce(l.Company, '') <> ''" if people else "1"
    )
    if people:
        contact = _mapped(org, "Contact", _CONTACT)
        for here, there in person_accounts.mirrored(org).items():
            if there in contact:
                values[here] = contact[there]
        values["Name"] = "l.Name"
        person = f"{_select(values)}, 1 AS IsPersonAccount"
        made += _create_for(org, "Account", "account_id", person, "coalesce(l.Company, '') = ''")
        org.run(
            f"""UPDATE temp.crm_convert SET contact_id = a.PersonContactId, new_contact = 0
                  FROM {table_here("Account")} a
                 WHERE a.Id = account_id AND a.IsPersonAccount"""
        )
    return made


def _make_contacts(org: Org) -> int:
    values = _mapped(org, "Contact", _CONTACT)
    return _create_for(org, "Contact", "contact_id", f"c.account_id AS AccountId, {_select(values)}", "1")


def _make_opportunities(org: Org) -> int:
    close = _QUARTER_END.format(now=org.now)
    values = {
        "Name": "coalesce(nullif(c.opportunity, ''), l.Company, l.Name)", "AccountId": "c.account_id",
        "ContactId": "c.contact_id", "StageName": f"'{_FIRST_STAGE}'", "CloseDate": close, "LeadSource": "l.LeadSource",
        "OwnerId": "l.OwnerId",
        # source: Help: the campaign that the lead joined last becomes the primary campaign source
        "CampaignId": f"(SELECT m.CampaignId FROM {table_here('CampaignMember')} m"
                      " WHERE m.LeadId = l.Id AND m.IsDeleted = 0 ORDER BY m.row_id DESC LIMIT 1)",
    }  # fmt: skip
    wanted = "c.opportunity IS NOT NULL"
    return _create_for(org, "Opportunity", "opportunity_id", _select(_mapped(org, "Opportunity", values)), wanted)


def _create_for(org: Org, object_name: str, column: str, values: str, condition: str) -> int:
    """Make a record for each lead whose `column` is empty, and put the ids there."""
    missing = f"c.{column} IS NULL AND {condition}"
    source = f"temp.crm_convert AS c JOIN {table_here('Lead')} AS l ON l.row_id = c.lead_row"
    order = f"SELECT c.lead_row FROM {source} WHERE {missing} ORDER BY c.lead_row"
    org.run("DROP TABLE IF EXISTS temp.crm_converting")
    org.run(f"CREATE TEMP TABLE crm_converting AS {order}")
    made = create_from_select(org, object_name, f"SELECT {values} FROM {source} WHERE {missing} ORDER BY c.lead_row")
    org.run(
        f"""UPDATE temp.crm_convert SET {column} = made.Id FROM temp.crm_converting AS one
              JOIN {table_here(object_name)} AS made ON made.row_id = {made.first_row} - 1 + one.rowid
             WHERE one.lead_row = crm_convert.lead_row"""
    )
    org.run("DROP TABLE temp.crm_converting")
    return made.count


def _fill(org: Org, name: str, column: str, new: str, overwritten: dict[str, str], values: dict[str, str]) -> None:
    """In a record that was there, only what is empty is filled. source: convertLead(), merging into records."""
    obj = describe(org, name)
    fillable = {field: sql for field, sql in values.items() if obj.field(field).type != "boolean"}
    sets = {field: overwritten.get(field, f'coalesce(o."{field}", {sql})') for field, sql in fillable.items()}
    if name == "Account" and person_accounts.enabled(org):
        sets.pop("Name")
    select = f"""
        SELECT o.row_id, {_select(sets)} FROM temp.crm_convert AS c
        JOIN {table_here("Lead")} AS l ON l.row_id = c.lead_row
        JOIN {table_here(name)} AS o ON o.Id = c.{column} WHERE NOT c.{new} GROUP BY o.row_id ORDER BY o.row_id"""
    if org.value(f"SELECT 1 FROM ({select}) LIMIT 1"):
        update_from_select(org, name, select)


def _mark(org: Org, status: str) -> None:
    update_from_select(
        org, "Lead",
        """SELECT lead_row AS row_id, 1 AS IsConverted, date(:now, 'unixepoch') AS ConvertedDate, :status AS Status,
                  account_id AS ConvertedAccountId, contact_id AS ConvertedContactId,
                  opportunity_id AS ConvertedOpportunityId, 0 AS IsUnreadByOwner
             FROM temp.crm_convert ORDER BY lead_row""",
        {"now": org.now, "status": status},
    )  # fmt: skip


def _move_along(org: Org) -> None:
    """Campaign members gain the contact and keep the lead; activities go to the contact, about what was made."""
    members = f"""
        SELECT m.row_id, c.contact_id AS ContactId FROM temp.crm_convert AS c
        JOIN {table_here("Lead")} AS l ON l.row_id = c.lead_row
        CROSS JOIN {table_here("CampaignMember")} AS m ON m.LeadId = l.Id
        WHERE +m.IsDeleted = 0 ORDER BY m.row_id"""
    tasks = f"""
        SELECT t.row_id, c.contact_id AS WhoId, coalesce(t.WhatId, c.opportunity_id, c.account_id) AS WhatId
        FROM temp.crm_convert AS c JOIN {table_here("Lead")} AS l ON l.row_id = c.lead_row
        CROSS JOIN {table_here("Task")} AS t ON t.WhoId = l.Id WHERE +t.IsDeleted = 0 ORDER BY t.row_id"""
    for name, select in (("CampaignMember", members), ("Task", tasks)):
        if org.value(f"SELECT 1 FROM ({select}) LIMIT 1"):
            update_from_select(org, name, select, by_system=True)


# ---- what a person does


@command("crm.convert_lead")
def convert_lead(
    org: Org,
    *,
    lead: str,
    account: str = "",
    contact: str = "",
    opportunity: str | None = None,
    status: str = CONVERTED_STATUS,
    overwrite_lead_source: bool = False,
) -> Outcome:
    """Convert a lead: into an account and contact that are there or new ones; an opportunity when it is named ('')."""
    with working_in(org_of_record(org, lead)):
        return _converted(
            org, lead, account, contact, opportunity, status=status, overwrite_lead_source=overwrite_lead_source
        )


def _converted(org: Org, lead: str, account: str, contact: str, opportunity: str | None, **how: Any) -> Outcome:
    row = _row_of(org, "Lead", lead)
    into = [_id_of(org, name, one) if one else None for name, one in (("Account", account), ("Contact", contact))]
    given = json.dumps([[row, *into, opportunity]])
    places = ("lead_row", "account_id", "contact_id", "opportunity")
    select = "SELECT " + ", ".join(f"value ->> {place} AS {name}" for place, name in enumerate(places))
    convert_from_select(org, f"{select} FROM json_each(?)", (given,), **how)
    done = org.row(f"SELECT * FROM {table_here('Lead')} WHERE row_id = ?", row)
    assert done is not None
    parts = [done["ConvertedContactId"], done["ConvertedAccountId"], done["ConvertedOpportunityId"]]
    made = ", ".join(part for part in parts if part)
    return Outcome(f"Lead {done['Id']} converted: {made}", {"Lead converted": 1}, f"crm/{here('Lead')}/{done['Id']}")


@command("crm.convert_leads")
def convert_leads(org: Org, *, leads: Sequence[str], opportunities: bool = False) -> Outcome:
    """Convert leads into new accounts and contacts, each with an opportunity where wanted."""
    with working_in(org_of_record(org, next(iter(leads), ""))):
        return _all_converted(org, leads, opportunities)


def _all_converted(org: Org, leads: Sequence[str], opportunities: bool) -> Outcome:
    obj, done = describe(org, "Lead"), Prepared()
    found = check_ids(org, obj, leads, done)
    if done.problems:
        raise Rejected(obj.name, done.problems, len(leads))
    rows = json.dumps([row for _, row in found.values()])
    name = "''" if opportunities else "NULL"
    select = (
        f"SELECT value AS lead_row, NULL AS account_id, NULL AS contact_id, {name} AS opportunity FROM json_each(?)"
    )
    made = convert_from_select(org, select, (rows,))
    changes = {"Lead converted": made.leads, "Account created": made.accounts, "Contact created": made.contacts}
    return Outcome(f"{made.leads:,} Leads converted", changes, f"crm/{here('Lead')}")


def _row_of(org: Org, name: str, record_id: str) -> int:
    obj, done = describe(org, name), Prepared()
    found: Mapping[int, Any] = check_ids(org, obj, [record_id], done)
    if done.problems:
        raise Rejected(obj.name, done.problems, 1)
    return int(found[0][1])


def _id_of(org: Org, name: str, record_id: str) -> str:
    return str(org.value(f"SELECT Id FROM {table_here(name)} WHERE row_id = ?", _row_of(org, name, record_id)))


@command("crm.map_lead_field")
def map_lead_field(org: Org, *, lead_field: str, object: str, field: str) -> Outcome:  # noqa: A002
    """Say where a custom field of a lead goes at conversion. source: Salesforce Help, "Map Custom Lead Fields"."""
    source, target_object = describe(org, "Lead").field(lead_field), describe(org, object)
    target = target_object.field(field)
    if target_object.api_name not in ("Account", "Contact", "Opportunity"):
        raise Refused(f"Lead fields are mapped to Account, Contact or Opportunity, not to {target_object.name}.")
    if not is_custom(source.name) or not is_custom(target.name):
        raise Refused(f"{source.name} cannot be mapped to {target.name}.", cause="Only custom fields can be mapped.")
    if source.type != target.type or (source.length or 0) > (target.length or 0):
        raise Refused(
            f"{source.name} cannot be mapped to {target.name}.",
            cause=f"{source.type}({source.length}) does not fit {target.type}({target.length}).",
        )
    org.run("INSERT OR REPLACE INTO crm_lead_mapping VALUES (?, ?, ?)",
            here(source.name), target_object.api_name, target.name)  # fmt: skip
    return Outcome(
        f"Lead.{source.name} goes to {target_object.name}.{target.name}", {"mappings": 1}, f"crm/{here('Lead')}"
    )
