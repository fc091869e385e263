"""May this person be contacted, by this channel, for this purpose? What the CRM's consent records say.

From the plainest to the finest: the flags of the Contact or Lead (Email Opt Out, Do Not Call, a bounced address), the
Individual behind it (forget, don't process, don't market), and its consents by type of contact point and purpose.
source: Object Reference, "Contact", "Individual", "ContactPointTypeConsent", "DataUsePurpose".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.assumptions import assume
from store.crm.flows.entry import literal
from store.crm.naming import in_its_org
from store.crm.objects import describe
from store.crm.reading import record
from store.crm.tables import table_here, table_of
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

WITHOUT = assume(
    "crm.contact_without_consent_record",
    True,
    (True, False),
    "Whether a person of whom no consent for the purpose is recorded may be contacted.",
    "no page found: an org decides it; opt-out is the model of the flags",
)
# Channel -> (ContactPointType, the flag that forbids it, the address that it needs)
CHANNELS = {
    "email": ("Email", "HasOptedOutOfEmail", "Email"),
    "phone": ("Phone", "DoNotCall", "coalesce(r.MobilePhone, r.Phone)"),
    "fax": ("Phone", "HasOptedOutOfFax", "Fax"),
}
PEOPLE = ("Contact", "Lead")


@dataclass(frozen=True)
class Consent:
    """Whether somebody may be contacted; `reason` says why not, in the words of the field that forbids it."""

    id: str
    allowed: bool
    reason: str


@in_its_org
def consent_sql(org: Org, object_name: str, channel: str = "email", purpose: str = "") -> str:
    """SQL that gives for each live Contact or Lead (row_id, id, reason); `reason` is '' where nothing forbids it.

    For whoever mails many: join it, or take the ids without a reason.
    """
    obj = describe(org, object_name)
    if obj.api_name not in PEOPLE:
        raise Refused(f"{obj.plural} have no consent.", fix=f"Ask for {' or '.join(PEOPLE)}.")
    if channel not in CHANNELS:
        raise Refused(f"There is no channel '{channel}'.", fix=f"There are: {', '.join(CHANNELS)}.")
    kind, flag, address = CHANNELS[channel]
    label = obj.field(flag).label
    address = address if "(" in address else f"r.{address}"
    bounced = "WHEN r.EmailBouncedReason IS NOT NULL THEN 'the address bounced: ' || r.EmailBouncedReason"
    consent = _consent(org, kind, purpose)
    unknown = "" if org.assumption(WITHOUT.name) else "WHEN c.status IS NOT 'OptIn' THEN 'no consent is recorded'"
    return f"""
        SELECT r.row_id, r.Id AS id, CASE
            WHEN {address} IS NULL THEN 'there is no address'
            WHEN r.{flag} THEN {literal(f"{obj.api_name}: {label}")}
            {bounced if channel == "email" else ""}
            WHEN i.ShouldForget THEN 'Individual: Forget this Individual'
            WHEN i.HasOptedOutProcessing THEN 'Individual: Don''t Process'
            WHEN i.HasOptedOutSolicit THEN 'Individual: Don''t Market'
            WHEN c.status = 'OptOut' THEN 'consent: opted out of ' || coalesce(c.purpose, 'every purpose')
            {unknown}
            ELSE '' END AS reason
        FROM {table_of(obj.name)} AS r
        LEFT JOIN {table_here("Individual")} AS i ON i.Id = r.IndividualId AND i.IsDeleted = 0
        LEFT JOIN ({consent}) AS c ON c.party = r.IndividualId AND c.nth = 1
        WHERE r.IsDeleted = 0"""


def _consent(org: Org, kind: str, purpose: str) -> str:
    """The consent in force of each individual: one for the purpose before one for every purpose, then the latest."""
    purpose_id = None
    if purpose:
        purposes = table_here("DataUsePurpose")
        sql = f"SELECT Id FROM {purposes} WHERE (Name = ?1 OR Id = ?1 COLLATE BINARY) AND IsDeleted = 0"
        purpose_id = org.value(sql, purpose)
        if purpose_id is None:
            raise Refused(f"There is no purpose '{purpose}'.", fix="Create a DataUsePurpose of that name.")
    now = org.now
    return f"""
        SELECT t.PartyId AS party, t.PrivacyConsentStatus AS status, p.Name AS purpose, row_number() OVER (
                 PARTITION BY t.PartyId
                 ORDER BY t.DataUsePurposeId IS NULL, coalesce(t.EffectiveFrom, t.CaptureDate, t.CreatedDate) DESC,
                          t.row_id DESC) AS nth
        FROM {table_here("ContactPointTypeConsent")} AS t
             LEFT JOIN {table_here("DataUsePurpose")} AS p ON p.Id = t.DataUsePurposeId
        WHERE t.IsDeleted = 0 AND t.ContactPointType = {literal(kind)}
          AND t.PrivacyConsentStatus IN ('OptIn', 'OptOut')
          AND (t.DataUsePurposeId IS NULL OR t.DataUsePurposeId IS {literal(purpose_id)})
          AND coalesce(t.EffectiveFrom, 0) <= {now} AND coalesce(t.EffectiveTo, {now} + 1) > {now}"""


def may_contact(org: Org, record_id: str, channel: str = "email", purpose: str = "") -> Consent:
    """Whether this Contact or Lead may be contacted now. Raises Refused when it is neither."""
    found = record(org, record_id)
    if found.deleted:
        return Consent(found.id, False, "the record is deleted")
    reason = org.value(
        f"SELECT reason FROM ({consent_sql(org, found.object, channel, purpose)}) WHERE row_id = ?", found.row_id
    )
    return Consent(found.id, not reason, str(reason))
