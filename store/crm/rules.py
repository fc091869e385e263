"""Rules of single objects that their fields cannot say, each over a whole batch of records."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from store.assumptions import assume
from store.crm.problems import Problem
from store.crm.tables import table_here
from store.crm.values import Stored

if TYPE_CHECKING:
    from store.crm.objects import Object
    from store.org import Org

Rows = dict[int, dict[str, Stored]]  # accepted records by their place in the list, values as stored
Rule = Callable[["Org", Rows, bool], list[Problem]]

MEMBER_ONCE = assume(
    "crm.campaign_member_once",
    False,
    (True, False),
    "Whether a contact or lead can be a member of a campaign only once, as the product has it. Off, because sample"
    " data made for bulk loads often holds the same membership several times.",
    "Object Reference, CampaignMember; error text 'Already a campaign member.'",
)


def campaign_member(org: Org, rows: Rows, creating: bool) -> list[Problem]:
    """A member is a contact or a lead, with a status of its campaign: the default one where none is given."""
    problems = []
    if creating:
        _default_status(org, rows)
    for place, row in rows.items():
        if creating and not row.get("ContactId") and not row.get("LeadId"):
            message = "Required fields are missing: [LeadId or ContactId]"
            problems.append(Problem(place, "REQUIRED_FIELD_MISSING", message, ("ContactId", "LeadId")))
    if creating and org.assumption(MEMBER_ONCE.name):
        problems += _already_members(org, rows)
    return problems


def _default_status(org: Org, rows: Rows) -> None:
    campaigns = sorted({str(row["CampaignId"]) for row in rows.values() if not row.get("Status")})
    found = org.rows(
        f"""SELECT CampaignId, Label FROM {table_here("CampaignMemberStatus")}
            WHERE IsDefault AND IsDeleted = 0 AND CampaignId IN (SELECT value FROM json_each(?))""",
        json.dumps(campaigns),
    )
    labels = {row["CampaignId"]: row["Label"] for row in found}
    for row in rows.values():
        if not row.get("Status") and row["CampaignId"] in labels:
            row["Status"] = labels[row["CampaignId"]]


def _already_members(org: Org, rows: Rows) -> list[Problem]:
    wanted = [(place, row.get("CampaignId"), row.get("ContactId"), row.get("LeadId")) for place, row in rows.items()]
    # One row is one new membership whose person is in the campaign already, or stands earlier in the same list.
    found = org.rows(
        f"""
        WITH wanted AS (
          SELECT value ->> 0 AS place, value ->> 1 AS campaign, value ->> 2 AS contact, value ->> 3 AS lead
          FROM json_each(?)
        )
        SELECT place FROM wanted
        WHERE EXISTS (SELECT 1 FROM {table_here("CampaignMember")} m
                      WHERE m.CampaignId = campaign AND m.IsDeleted = 0
                        AND (m.ContactId = contact OR m.LeadId = lead))
        UNION
        SELECT later.place FROM wanted later JOIN wanted earlier
          ON earlier.campaign = later.campaign AND earlier.place < later.place
         AND (earlier.contact = later.contact OR earlier.lead = later.lead)
        ORDER BY 1
        """,
        json.dumps(wanted),
    )
    return [Problem(row["place"], "DUPLICATE_VALUE", "Already a campaign member.", ("CampaignId",)) for row in found]


def record_types(org: Org, object_name: str, rows: Rows) -> list[Problem]:
    """A record type is an active one of the object. source: SOAP API, INVALID_CROSS_REFERENCE_KEY."""
    given = {place: str(row["RecordTypeId"]) for place, row in rows.items() if row.get("RecordTypeId")}
    if not given:
        return []
    sql = f"SELECT Id FROM {table_here('RecordType')} WHERE SobjectType = ? AND IsActive AND IsDeleted = 0"
    fitting = {row["Id"] for row in org.rows(sql, object_name)}
    message = "Record Type ID: this ID value isn't valid for the user: {}"
    return [
        Problem(place, "INVALID_CROSS_REFERENCE_KEY", message.format(one), ("RecordTypeId",))
        for place, one in given.items()
        if one not in fitting
    ]


def person_account(org: Org, obj: Object, rows: Rows, creating: bool) -> list[Problem]:
    """An account with a last name is a person, named after it; nobody changes a person into a company or back."""
    if obj.find("IsPersonAccount") is None:
        return []
    ids = [row.get("Id") for row in rows.values()]
    sql = f"SELECT Id FROM {table_here('Account')} WHERE IsPersonAccount AND Id IN (SELECT value FROM json_each(?))"
    people = set() if creating else {row["Id"] for row in org.rows(sql, json.dumps(ids))}
    message = "Account: bad field names on insert/update call: {}"
    problems = []
    for place, row in rows.items():
        person = bool(row.get("LastName")) if creating else row.get("Id") in people
        wrong = ["Name"] if person else [name for name in row if name in _PERSON or name.startswith("Person")]
        wrong = [name for name in wrong if row.get(name)]
        if wrong:
            text = message.format(", ".join(wrong))
            problems.append(Problem(place, "INVALID_FIELD_FOR_INSERT_UPDATE", text, tuple(wrong)))
        elif creating and person:
            row["IsPersonAccount"] = 1
            row["Name"] = " ".join(str(row[name]) for name in ("FirstName", "LastName") if row.get(name))
    return problems


_PERSON = ("LastName", "FirstName", "Salutation")


def lead(org: Org, rows: Rows, creating: bool) -> list[Problem]:
    """A converted lead is read-only. source: SOAP API, StatusCode CANNOT_UPDATE_CONVERTED_LEAD."""
    if creating:
        return []
    ids = json.dumps([row.get("Id") for row in rows.values()])
    sql = f"SELECT Id FROM {table_here('Lead')} WHERE IsConverted AND Id IN (SELECT value FROM json_each(?))"
    converted = {row["Id"] for row in org.rows(sql, ids)}
    return [
        Problem(place, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", ("Id",))
        for place, row in rows.items()
        if row.get("Id") in converted
    ]


RULES: dict[str, Rule] = {"CampaignMember": campaign_member, "Lead": lead}
# What fills fields of a record before the required ones are asked for.
COMPLETED: dict[str, Callable[[Org, Object, Rows, bool], list[Problem]]] = {"Account": person_account}
