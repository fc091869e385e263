"""Sending to people of the CRM: their ids become Contact Keys, their addresses subscribers, their opt-outs count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from store import contacts, crm, messaging
from store.assumptions import assume

if TYPE_CHECKING:
    from store.org import Org

OPTED_OUT = assume(
    "connect.opted_out_at_send",
    "unsubscribed",
    ("unsubscribed", "excluded"),
    "What a send from the CRM does about a Contact or Lead with Email Opt Out: the subscriber becomes Unsubscribed and "
    "a commercial send leaves them out, or they are not in the audience at all.",
    "domain C4: both reported; the injection table of domain C3 has the first",
)
PEOPLE = ("Contact", "Lead", "User")


def send_to_people(org: Org, job: messaging.Job, ids: str, params: Mapping[str, Any], source: str) -> messaging.Sent:
    """Send a job's email now to the Contacts, Leads and Users of a SELECT of `id`; each once.

    Who is not in All Contacts yet becomes a contact, with `source` as where from.
    """
    org.run("DROP TABLE IF EXISTS temp.connect_people")
    org.run("CREATE TEMP TABLE connect_people (id TEXT PRIMARY KEY, email_address TEXT, opted_out INTEGER)")
    for name in (full for each in PEOPLE for full in crm.full_names(org, each)):
        flag = "r.HasOptedOutOfEmail" if crm.describe(org, name).find("HasOptedOutOfEmail") else "0"
        org.run(
            f"""INSERT OR IGNORE INTO temp.connect_people
                SELECT r.Id, r.Email, {flag} FROM ({ids}) AS given JOIN {crm.table_of(name)} AS r ON r.Id = given.id
                 WHERE +r.IsDeleted = 0 ORDER BY r.row_id""",
            params,
        )
    if org.assumption(OPTED_OUT.name) == "excluded" and job.classification == "Commercial":
        org.run("DELETE FROM temp.connect_people WHERE opted_out")
    contacts.establish(org, "SELECT id FROM temp.connect_people ORDER BY id", {}, source=source)
    known = "temp.connect_people AS p JOIN contacts AS k ON k.contact_key = p.id"
    if job.auto_add:
        reachable = f"SELECT k.contact_id, p.email_address FROM {known} WHERE p.email_address IS NOT NULL"
        contacts.subscribe(org, reachable, {})
    opted_out = f"SELECT k.contact_id FROM {known} WHERE p.opted_out"
    contacts.unsubscribe(org, opted_out, {}, reason=contacts.BY_API)
    audience = messaging.gather(org, job, f"SELECT k.contact_id, p.email_address FROM {known}", {})
    sent = messaging.send_to_cohort(org, job, audience)
    org.run("DROP TABLE temp.connect_people")
    org.run("DROP TABLE temp.messaging_people")
    return sent
