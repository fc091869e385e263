"""Salesforce sends: an email from the CRM to contacts and leads, to the members of a campaign, or to a report.

source: domain C4 (SalesForceReport and SalesForceCampaign as audiences); Salesforce Help, "Send Emails to Reports".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from store import crm, messaging
from store.commands import Outcome, command
from store.connect.multi_org import org_here, refuse_unless_connected
from store.connect.people import send_to_people
from store.connect.write_back import write_email_send
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

COMMERCIAL, TRANSACTIONAL = "Commercial", "Transactional"


@command("connect.send")
def send(
    org: Org,
    *,
    email_id: int,
    to: list[str] | None = None,
    campaign: str = "",
    statuses: list[str] | None = None,
    report: str = "",
    classification: str = COMMERCIAL,
    name: str = "",
) -> Outcome:
    """Send an email now to Contacts and Leads by id, to a campaign (by member status, if given), or to a report."""
    of = sending_org(org, to or [])
    refuse_unless_connected(org, of, "A Salesforce send")
    refuse_unless_classification(classification)
    whom, ids = audience(org, to=to, campaign=campaign, statuses=statuses, report=report)
    if not ids:
        raise Refused(f"Nobody is in {whom}: nothing was sent.")
    email = messaging.find_email(org, email_id)
    title = name or f"{email.name if email else email_id} to {whom}"
    job = messaging.create_job(org, email_id, title, definition={"classification": classification})
    people = {"ids": json.dumps(ids)}
    sent = send_to_people(
        org, job, "SELECT value AS id FROM json_each(:ids)", people, source="MC Connect: Salesforce send"
    )
    if not sent.mailed + sent.excluded:
        raise Refused(f"Nobody in {whom} can be sent to.", cause="No live Contact, Lead or User without an opt-out.")
    with crm.working_in(of):
        write_email_send(org, job.job_id)
    changes = {"sent": sent.mailed, "excluded": sent.excluded}
    shown = {what: count for what, count in changes.items() if count}
    return Outcome(f"Salesforce send {title}: {sent.mailed:,} sent, {sent.excluded:,} excluded", shown, "write-back")


def refuse_unless_classification(name: str) -> None:
    """Raises Refused for a classification that there is not."""
    if name not in (COMMERCIAL, TRANSACTIONAL):
        raise Refused(f"There is no classification '{name}'.", fix=f"{COMMERCIAL} or {TRANSACTIONAL}.")


def sending_org(org: Org, to: list[str]) -> str:
    """The Salesforce org whose people are mailed: that of their ids, else that of whoever sends."""
    of = {crm.org_of_record(org, one) for one in to}
    if len(of) > 1:
        titles = " and ".join(sorted(map(crm.title_of, of)))
        raise Refused(
            f"These are people of {titles}.", cause="A Salesforce send is made in one org.", fix="Send twice."
        )
    return of.pop() if of else org_here(org)


def audience(
    org: Org,
    *,
    to: list[str] | None = None,
    campaign: str = "",
    statuses: list[str] | None = None,
    report: str = "",
) -> tuple[str, list[str]]:
    """What the audience is called, and the ids in it now. Raises Refused unless it is one that the CRM has."""
    if sum(map(bool, (to, campaign, report))) != 1:
        raise Refused("To whom?", fix="Give one of: to (ids of Contacts and Leads), campaign, report.")
    if statuses and not campaign:
        raise Refused("Only members of a campaign have a status.", fix="Leave statuses out.")
    with crm.working_in(sending_org(org, to or [])):
        if report:
            return f"the report {report}", crm.report_ids(org, report)
        return _people(org, to) if to else _members(org, campaign, statuses or [])


def _people(org: Org, to: list[str]) -> tuple[str, list[str]]:
    contacts, leads = crm.table_here("Contact"), crm.table_here("Lead")
    strangers = [one for one in to if one[:3] not in ("003", "00Q") or not org.value(
        f"SELECT 1 FROM {contacts} WHERE Id = ?1 AND IsDeleted = 0"
        f" UNION ALL SELECT 1 FROM {leads} WHERE Id = ?1 AND IsDeleted = 0", one)]  # fmt: skip
    if strangers:
        raise Refused(f"'{strangers[0]}' is the id of no Contact or Lead.")
    return f"{len(to)} {'person' if len(to) == 1 else 'people'}", to


def _members(org: Org, campaign: str, statuses: list[str]) -> tuple[str, list[str]]:
    campaigns, listed = crm.table_here("Campaign"), crm.table_here("CampaignMemberStatus")
    found = org.rows(f"SELECT Id, Name FROM {campaigns} WHERE (Id = ?1 OR Name = ?1) AND IsDeleted = 0", campaign)
    if len(found) != 1:
        raise Refused(f"'{campaign}' is {'more than one campaign' if found else 'no campaign'}.", fix="Give its id.")
    sql = f"SELECT Label FROM {listed} WHERE CampaignId = ? AND IsDeleted = 0 ORDER BY SortOrder"
    known = [row["Label"] for row in org.rows(sql, found[0]["Id"])]
    wrong = [status for status in statuses if status.lower() not in {label.lower() for label in known}]
    if wrong:
        raise Refused(f"{found[0]['Name']} has no member status '{wrong[0]}'.", fix=f"It has: {', '.join(known)}.")
    # source: Object Reference, CampaignMember: of a converted lead's member the contact counts
    members = org.rows(
        f"""SELECT coalesce(ContactId, LeadId) AS id FROM {crm.table_here("CampaignMember")}
            WHERE CampaignId = ?1 AND IsDeleted = 0 AND coalesce(ContactId, LeadId) IS NOT NULL
              AND (?2 = '[]' OR lower(Status) IN (SELECT lower(value) FROM json_each(?2))) ORDER BY row_id""",
        found[0]["Id"], json.dumps(statuses),
    )  # fmt: skip
    which = f" ({', '.join(statuses)})" if statuses else ""
    return f"the campaign {found[0]['Name']}{which}", [row["id"] for row in members]
