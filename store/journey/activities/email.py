"""Email: sends to the whole cohort through the activity's triggered send definition. Type EMAILV2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from store import messaging
from store.data_extensions import Field, quoted
from store.errors import Refused
from store.ids import guid
from store.journey.activities.base import Activity, Finding, activity
from store.journey.attributes import attribute
from store.journey.cohorts import ancestors
from store.journey.criteria_sql import find_set, link_field
from store.journey.spec import binding
from store.journey.tables import sql_contact

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

_NO_GUID = "00000000-0000-0000-0000-000000000000"


@activity("EMAILV2", "Email")
class EmailActivity(Activity):
    """`configurationArguments.triggeredSend`: emailId, emailSubject, autoAddSubscribers. Source: domain E5."""

    @property
    def definition(self) -> dict[str, Any]:
        """The triggered send's definition."""
        found = self.spec.configuration.get("triggeredSend")
        return found if isinstance(found, dict) else {}

    @property
    def email_id(self) -> int | None:
        """The email that it sends."""
        number = self.definition.get("emailId") or self.spec.configuration.get("emailId")
        return int(str(number)) if str(number).isdecimal() else None

    def check(self, checking: Checking) -> Iterator[Finding]:
        """The email must exist and say who it is from."""
        email = messaging.find_email(checking.org, self.email_id) if self.email_id else None
        if self.email_id is None:
            yield self.error(f"Email Activity: {self.spec.name} -- no email is chosen.")
        elif email is None:
            yield self.error(f"Email Activity: {self.spec.name} -- there is no email with the EmailID {self.email_id}.")
        elif "@" not in email.from_email:
            # Source: domain E1, the product's own text.
            yield self.error(
                f"Email Activity: {self.spec.name} -- The email specified for the job did not pass validation. "
                f"EmailID: {self.email_id} An unverified from email address was detected.",
                "121008",
            )

    def prepare(self, org: Org, version: Version) -> str | None:
        """Make the triggered send definition and its job. Source: domain E5, one per journey email on publish."""
        object_id = str(self.spec.configuration.get("triggeredSendId") or "").lower()
        if not object_id or object_id == _NO_GUID or messaging.job_of_definition(org, object_id):
            object_id = guid(org.seed, "triggered send", version.version_id, self.key)
        definition = {
            "object_id": object_id,
            "key": str(self.spec.configuration.get("triggeredSendKey") or "") or None,
            "subject": self.definition.get("emailSubject") or None,
            "auto_add": bool(self.definition.get("autoAddSubscribers", True)),
            "classification": str(self.definition.get("sendClassificationType") or "Commercial"),
        }
        assert self.email_id is not None  # checked before
        messaging.create_job(org, self.email_id, self.spec.name, definition=definition)
        return object_id

    def job(self, org: Org, version: Version) -> messaging.Job:
        """The job of this activity in a published version."""
        object_id = org.value(
            "SELECT object_id FROM journey_activities WHERE version_id = ? AND activity_key = ?",
            version.version_id, self.key,
        )  # fmt: skip
        job = messaging.job_of_definition(org, object_id)
        if job is None:
            raise Refused(f"{version.name} has not been published: {self.spec.name} has no send job.")
        return job

    def run(self, run: Run, cohort: Cohort) -> None:
        """Send to everyone who may be mailed; those who may not go on all the same. Source: domain E5."""
        addresses, params = default_address(run.org, run.version, cohort)
        job = self.job(run.org, run.version)
        lineage = [row["cohort_id"] for row in ancestors(run.org, cohort.cohort_id)]
        rows, fields = entry_rows(run.org, run.version)
        audience = messaging.Audience(cohort.cohort_id, cohort.size, lineage, addresses, params, rows, fields)
        sent = messaging.send_to_cohort(run.org, job, audience)
        run.count("sent", sent.mailed)
        run.count("excluded", sent.excluded)
        run.count("new subscribers", sent.subscribed)
        run.move(cohort, self.next)

    def explain(self) -> str:
        subject = self.definition.get("emailSubject") or ""
        return f"Sends email {self.email_id}" + (f" '{subject}'." if subject else ".")


def entry_rows(org: Org, version: Version) -> tuple[str, tuple[Field, ...]]:
    """A SELECT of visit and the journey data of each member of :root, and the fields that it has after the visit."""
    fields = version.source.fields(org)
    listed = ", ".join(["e._visit AS visit", *(f"e.{quoted(field.name)}" for field in fields)])
    return f"SELECT {listed} FROM {version.event_table} e WHERE e._cohort_id = :root", fields


def default_address(org: Org, version: Version, cohort: Cohort) -> tuple[str, dict[str, Any]]:
    """A SELECT of (contact_id, address) by the journey's default email, first resolvable expression wins.

    Without a usable expression the address is the entry data extension's EmailAddress field. Source: domain E5.
    """
    columns, contact_joins = [], []
    fields = version.event_fields(org)
    for expression in version.spec.default_emails:
        named = attribute(binding(expression) or expression)
        if named.kind == "event" and named.field.lower() in fields:
            columns.append(f"nullif(e.{quoted(fields[named.field.lower()][0])}, '')")
        elif named.kind == "contact":
            de = find_set(org, named.source)
            columns.append(
                f"""(SELECT x.{quoted(de.field(named.field).name)} FROM {quoted(de.table_name)} x
                     WHERE x.{quoted(link_field(de))} = k.contact_key LIMIT 1)"""
            )
            contact_joins = [f"JOIN contacts k ON k.contact_id = {sql_contact('e._visit')}"]
    if not columns:
        field = version.email_field(org)
        columns = [f"e.{quoted(field)}"] if field else ["NULL"]
    address = columns[0] if len(columns) == 1 else f"coalesce({', '.join(columns)})"
    members = "JOIN journey_members m ON m.cohort_id = :cohort AND m.visit = e._visit"
    return (
        f"""SELECT {sql_contact("e._visit")} AS contact_id, {address} AS address
            FROM {version.event_table} e {"" if cohort.cohort_id == cohort.root_id else members}
                 {" ".join(contact_joins)}
            WHERE e._cohort_id = :root""",
        {"root": cohort.root_id, "cohort": cohort.cohort_id},
    )
