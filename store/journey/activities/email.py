"""Email: sends to the whole cohort through the activity's triggered send definition. Type EMAILV2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from store import messaging
from store.clock import DAY
from store.data_extensions import Field, quoted
from store.errors import Refused
from store.ids import guid
from store.journey import send_definition
from store.journey.activities.base import Activity, Decision, Finding, activity
from store.journey.binding import default_email, entrants_of
from store.journey.cohorts import ancestors
from store.journey.delivery import assign_hours, options
from store.journey.tables import sql_contact

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

_OLD = 183 * DAY  # "more then 6 months ago"
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
        """The number of the email that it sends, where the JSON has one."""
        number = self.definition.get("emailId") or self.spec.configuration.get("emailId")
        return int(str(number)) if str(number).isdecimal() and int(str(number)) else None

    @property
    def asset(self) -> tuple[str, str]:
        """(key, name) of the email as SFMC DevTools write it in place of the number; empty where they do not."""
        names = (self.definition, self.spec.configuration)
        key = next((str(each["r__asset_key"]) for each in names if each.get("r__asset_key")), "")
        name = self.definition.get("r__asset_name_readOnly") or self.definition.get("r__email_name") or ""
        return key, str(name)

    def email(self, org: Org) -> messaging.Email | None:
        """The email, by its number, else by the key or the name of its asset; None when it is not there."""
        if self.email_id is not None:
            return messaging.find_email(org, self.email_id)
        key, name = self.asset
        return messaging.find_email_of_asset(org, key, name) if key or name else None

    def check(self, checking: Checking) -> Iterator[Finding]:
        """The email must exist and say who it is from; the delivery options must make sense."""
        email = self.email(checking.org)
        said = f"Email Activity: {self.spec.name} --"
        if email is None and self.email_id is None and not any(self.asset):
            yield self.error(f"{said} no email is chosen.")
        elif email is None:
            named = f"with the EmailID {self.email_id}" if self.email_id else f"'{self.asset[1] or self.asset[0]}'"
            yield self.error(f"{said} there is no email {named}.")
        elif "@" not in email.from_email:
            # Source: domain E1, the product's own text.
            yield self.error(
                f"{said} The email specified for the job did not pass validation. "
                f"EmailID: {email.email_id} An unverified from email address was detected.",
                "121008",
            )
        elif email.modified_at < checking.org.now - _OLD:
            # Source: domain E1, the product's own text.
            yield self.warning(
                "Last modified date for email activity is more then 6 months ago. "
                "Please review the content or use path optimizer to test it.",
                "121546",
            )
        try:
            options(self.definition)
            for sentence in send_definition.missing(checking.org, checking.version, self.definition):
                yield self.warning(f"{said} {sentence}")
        except Refused as error:
            yield self.error(f"{said} {error.message} {error.fix}".rstrip())

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
            **send_definition.job_definition(org, version, self.definition),
        }
        email = self.email(org)
        assert email is not None  # checked before
        messaging.create_job(org, email.email_id, self.spec.name, definition=definition)
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

    def run_all(self, run: Run, cohorts: Sequence[Cohort]) -> None:
        """Send to all that are due; with delivery options each member gets its hour first."""
        chosen = options(self.definition)
        if chosen is None:
            for cohort in cohorts:
                self.run(run, cohort)
            return
        job = self.job(run.org, run.version)
        for cohort in cohorts:
            if not run.is_scattered(cohort, self.key):
                assign_hours(run, cohort, self, job, chosen)
        for cohort in run.standing_at(self.key):
            self.run(run, cohort)
        run.schedule_next(self.key)

    def run(self, run: Run, cohort: Cohort) -> None:
        """Send to everyone who may be mailed; those who may not go on all the same. Source: domain E5."""
        addresses, params = default_address(run.org, run.version, cohort)
        job = self.job(run.org, run.version)
        lineage = [row["cohort_id"] for row in ancestors(run.org, cohort.cohort_id)]
        rows, fields = entry_rows(run.org, run.version)
        leaves_out = send_definition.criteria(run.org, run.version, self.definition)
        audience = messaging.Audience(
            cohort.cohort_id, cohort.size, lineage, addresses, params | (leaves_out.params if leaves_out else {}), rows,
            fields, leaves_out.sql if leaves_out else "",
        )  # fmt: skip
        sent = messaging.send_to_cohort(run.org, job, audience)
        run.count("sent", sent.mailed)
        run.count("excluded", sent.excluded)
        run.count("new subscribers", sent.subscribed)
        run.move(cohort, self.next)

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        chosen = options(self.definition)
        return Decision(f"delivery options: {chosen.said}") if chosen else None

    def explain(self) -> str:
        subject = self.definition.get("emailSubject") or ""
        chosen = options(self.definition)
        key, name = self.asset
        said = f"Sends email {self.email_id or name or key}" + (f" '{subject}'" if subject else "")
        return f"{said}; {chosen.said}." if chosen else f"{said}."


def entry_rows(org: Org, version: Version) -> tuple[str, tuple[Field, ...]]:
    """A SELECT of visit and the journey data of each member of :root, and the fields that it has after the visit."""
    fields = version.source.fields(org)
    listed = ", ".join(["e._visit AS visit", *(f"e.{quoted(field.name)}" for field in fields)])
    return f"SELECT {listed} FROM {version.event_table} e WHERE e._cohort_id = :root", fields


def default_address(org: Org, version: Version, cohort: Cohort) -> tuple[str, dict[str, Any]]:
    """A SELECT of (contact_id, address) by the journey's default email, with its parameters."""
    found = default_email(org, version)
    visit, members = entrants_of(version, [cohort.cohort_id], [found], cohort.root_id)
    addresses = f"SELECT {sql_contact(visit)} AS contact_id, {found.sql} AS address {members}"
    return addresses, {**found.params, "root": cohort.root_id}
