"""What the activities of all mobile channels share: a message put at work at publication, sent to whole cohorts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from store import content, messaging
from store.errors import Refused
from store.ids import guid
from store.journey.activities.base import Activity, Finding
from store.journey.binding import Binder, members_of
from store.journey.tables import sql_contact

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org


class MobileMessage(Activity):
    """Base of SMS, push and the others. Who cannot be reached goes on all the same, as with email (domain E5)."""

    channel: ClassVar[str] = ""

    @property
    def text(self) -> str:
        """What the message says, with `%%Field%%` as written; empty when the definition does not have it."""
        return ""

    @property
    def number(self) -> str:
        """The data binding of the mobile number, empty for channels that need none."""
        return ""

    @property
    def subscribes(self) -> bool:
        """Whether contacts are opted in to the keyword by this message."""
        return False

    def draft(self, org: Org, version: Version, object_id: str) -> messaging.Draft:
        """The message that this activity sends."""
        return messaging.Draft(
            self.channel,
            self.spec.name,
            self.text,
            object_id,
            version.guid(org),
            version.activity_id(org, self.key),
            version.mid,
        )

    def check(self, checking: Checking) -> Iterator[Finding]:
        """What all channels ask for."""
        if not self.text:
            yield self.warning(f"{self.spec.name}: the text is not in the definition; the messages will be empty.")
        for name in content.fields_named(self.text):
            if name.lower() not in checking.event_fields:
                yield self.warning(f"{self.spec.name}: the journey data has no field '{name}'; it becomes nothing.")
        if self.number:
            problem = Binder(checking.org, checking.version, self.spec).problem(self.number)
            if problem:
                yield self.error(f"{self.spec.name}: {problem}", "121226")

    def prepare(self, org: Org, version: Version) -> str | None:
        """Put the message at work."""
        object_id = guid(org.seed, "mobile message", version.version_id, self.key)
        messaging.create_message(org, self.draft(org, version, object_id))
        return object_id

    def message(self, org: Org, version: Version) -> messaging.Message:
        """The message of this activity in a published version."""
        found = messaging.message_of(org, guid(org.seed, "mobile message", version.version_id, self.key))
        if found is None:
            raise Refused(f"{version.name} has not been published: {self.spec.name} has no message.")
        return found

    def run(self, run: Run, cohort: Cohort) -> None:
        """Send to everyone who can be reached, and go on with all."""
        binder = Binder(run.org, run.version, self.spec)
        numbers = texts = ""
        params: dict[str, object] = {}
        if self.number:
            bound = binder.compile(self.number)
            numbers = f"SELECT {sql_contact('m.visit')}, {bound.sql} " + members_of(
                run.version, [cohort.cohort_id], [bound], cohort.root_id
            )
            params |= bound.params
        if content.fields_named(self.text):
            bound = binder.personalized(self.text)
            texts = f"SELECT m.visit, {bound.sql} " + members_of(
                run.version, [cohort.cohort_id], [bound], cohort.root_id
            )
            params |= bound.params
        audience = messaging.MobileAudience(cohort.cohort_id, cohort.size, numbers, texts, params, self.subscribes)
        sent = messaging.send_mobile(run.org, self.message(run.org, run.version), audience)
        run.count("sent", sent.sent)
        run.count("not reached", sent.excluded)
        run.count("new numbers", sent.numbers)
        run.count("opted in", sent.opted_in)
        run.move(cohort, self.next)

    def facts(self, org: Org, version: Version) -> list[tuple[str, str]]:
        counts = messaging.mobile_counts(org, self.message(org, version).object_id)
        if counts is None:
            return []
        found = [("sent", f"{counts.sent:,}"), ("messages in all", f"{counts.parts:,}")]
        found += [(kind, f"{people:,}") for kind, people in counts.happened.items()]
        return found + [(reason.lower(), f"{people:,}") for reason, people in counts.not_sent.items()]

    def explain(self) -> str:
        shown = " ".join(self.text.split())
        said = f" '{shown if len(shown) <= 60 else shown[:57] + '...'}'" if shown else ""
        return f"Sends {self.label}{said}."
