"""Mailed although their own row said no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import journey
from store.advice.finding import SHOWN, Evidence, finding, from_sql
from store.clock import sql_utc_text
from store.data_extensions import quoted

if TYPE_CHECKING:
    from store.data_extensions import Field
    from store.journey import Version
    from store.org import Org

# Fields that mean an opt-out where they are true; HasOptedOutOfEmail is the CRM's (domain C4).
_MEANS_NO = {"hasoptedoutofemail", "emailoptout", "optout", "optedout", "donotemail", "donotmail", "unsubscribed"}


@finding(
    "consent-field-not-checked",
    severity="error",
    title="{count} [message went to a person|messages went to people] whose journey data said that they opted out",
    why="The opt-out stands in the row with which they entered, and no send looks at fields of the audience by itself:"
    " it needs an exclusion script, exclusion criteria or a split. All Subscribers does not know of it.",
    fix="Leave them out in the query that makes the audience, by an entry filter, or by exclusion criteria of the send;"
    " better, write opt-outs to All Subscribers, where every commercial send honors them.",
)
def consent_field_not_checked(org: Org) -> Evidence:
    """One row is a commercial message to somebody whose row had a field that means an opt-out, and it was true."""
    rows: tuple[dict[str, object], ...] = ()
    count = 0
    for row in journey.journeys(org):
        for version in journey.versions(org, row.key):
            for field in _fields(org, version):
                found = from_sql(org, _messages(version, field))
                rows, count = rows + found.rows, count + found.count
    return Evidence(rows[:SHOWN], count)


def _fields(org: Org, version: Version) -> list[Field]:
    if version.status == "Draft":
        return []
    return [field for field in version.source.fields(org) if field.name.lower().replace("_", "") in _MEANS_NO]


def _messages(version: Version, field: Field) -> str:
    """A SELECT of the messages of a version to those whose field was true at their entry."""
    said = f"e.{quoted(field.name)}"
    # From the rows that say no, which are few, to the batches of their cohort and its descendants.
    return f"""
        SELECT k.contact_key, j.name AS email, '{field.name.replace("'", "''")}' AS field, {said} AS said,
               {sql_utc_text("b.sent_at")} AS sent_utc
          FROM {version.event_table} e
               CROSS JOIN (SELECT b.batch_id, b.cohort_id, b.job_id, b.sent_at, h.root_cohort_id
                             FROM send_batches b JOIN journey_cohorts h USING (cohort_id)
                            WHERE h.version_id = {version.version_id}) b ON b.root_cohort_id = e._cohort_id
               CROSS JOIN journey_members m ON m.cohort_id = b.cohort_id AND m.visit = e._visit
               JOIN jobs j ON j.job_id = b.job_id JOIN contacts k ON k.contact_id = m.visit & 4294967295
         WHERE lower({said}) IN ('1', 'true', 'yes', 'y') AND j.classification = 'Commercial'
           AND NOT EXISTS (SELECT 1 FROM send_exclusions x WHERE x.batch_id = b.batch_id AND x.visit = m.visit)
         ORDER BY b.sent_at, m.visit"""
