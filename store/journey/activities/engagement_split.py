"""Engagement split: who opened, clicked or bounced an earlier email, at this moment. Type ENGAGEMENTDECISION."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store import messaging
from store.clock import HOUR, span, system_text
from store.journey.activities.base import Activity, Decision, Finding, Read, activity
from store.journey.activities.email import EmailActivity
from store.journey.activities.forced import forced_parts
from store.journey.cohorts import Part, ancestors
from store.journey.spec import Branch, Json

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

# Source: domain E3, statsTypeId. A click counts as an open.
_KINDS = {2: ("open", "click"), 3: ("click",), 6: ("bounce",)}
_SAID = {2: "opened", 3: "clicked", 6: "bounced"}


@activity("ENGAGEMENTDECISION", "Engagement Split", split=True)
class EngagementSplit(Activity):
    """`refActivityCustomerKey`, `statsTypeId` (2 open, 3 click, 6 bounce); outcomes `arguments.when` true and false."""

    @property
    def email_key(self) -> str:
        """The email activity that it reads."""
        written = str(self.spec.configuration.get("refActivityCustomerKey") or "")
        return self.spec.known.get(written.lower(), written)

    @property
    def stats_type(self) -> int:
        """2, 3 or 6; 0 when it is none of them."""
        found = self.spec.configuration.get("statsTypeId")
        return int(str(found)) if str(found).isdecimal() and int(str(found)) in _KINDS else 0

    @classmethod
    def blank(cls) -> Json:
        """By opens of an email that is not chosen yet."""
        ways = [
            {"key": label.lower(), "arguments": {"when": when}, "metaData": {"label": label}}
            for label, when in (("Yes", True), ("No", False))
        ]
        return {**super().blank(), "outcomes": ways, "configurationArguments": {"statsTypeId": 2}}

    @property
    def urls(self) -> list[str]:
        """The links that count, all when empty. Source: domain E3, `engagementUrls`."""
        found = self.spec.configuration.get("engagementUrls")
        listed = found.get("urls") if isinstance(found, dict) else None
        urls = (each.get("url") if isinstance(each, dict) else each for each in listed or [])
        return [str(url) for url in urls if url]

    def _branch(self, when: bool) -> Branch | None:
        for branch in self.outcomes:
            if str(branch.arguments.get("when")).lower() == str(when).lower():
                return branch
        return None

    def check(self, checking: Checking) -> Iterator[Finding]:
        """An email before it, on every way, and a wait between. Source: domain E3."""
        name = self.spec.name
        if not self.stats_type:
            yield self.error(f"{name}: statsTypeId must be 2 (open), 3 (click) or 6 (bounce).")
        if self._branch(True) is None or self._branch(False) is None:
            yield self.error(f"{name}: an engagement split has two outcomes, for `when` true and false.")
        if self.urls and self.stats_type != 3:
            yield self.warning(f"{name}: links are chosen, but only a split on clicks looks at them.")
        source = checking.activities.get(self.email_key)
        if not isinstance(source, EmailActivity):
            yield self.error(f"{name} reads the email '{self.email_key}', which is not in this journey.")
            return
        email = source.email(checking.org)
        links = [link for link, _ in email.links] if email else []
        for url in self.urls if self.stats_type == 3 else ():
            if not any(_same_link(url, link) for link in links):
                yield self.warning(f"{name}: {source.spec.name} has no link {url}; nobody can have clicked it.")
        if not checking.leads_to(self.email_key, self.key):
            yield self.error(f"{name} reads {source.spec.name}, which is not sent before it.")
            return
        if not checking.always_before(self.email_key, self.key):
            yield self.warning(f"{name}: on some paths {source.spec.name} is not sent before it; those take No.")
        shortest = checking.shortest_wait(self.email_key, self.key)
        if shortest == 0:
            yield self.error(f"{name} needs a wait between it and {source.spec.name}: nobody has opened it yet.")
        elif shortest < HOUR:
            yield self.warning(f"{name} looks {span(shortest)} after {source.spec.name}; 1 h or more is recommended.")

    def run(self, run: Run, cohort: Cohort) -> None:
        """Yes for those with such an event of the email's batch by now, No for the others."""
        yes, no = self._branch(True), self._branch(False)
        assert yes and no  # checked at publication
        batch, mailed = self._batch(run.org, run.version, cohort.cohort_id)
        engaged = self._engaged(run.org, all_mailed=mailed == cohort.cohort_id)
        sizes = run.divide(
            cohort,
            self.key,
            [
                *forced_parts(run, cohort, self),
                Part(yes.key, yes.next, engaged, {"batch": batch, "now": run.now}),
                Part(no.key, no.next, None),
            ],
        )
        for branch in (yes, no):
            run.count(branch.label or branch.key, sizes[branch.key])

    def _engaged(self, org: Org, *, all_mailed: bool) -> str:
        """Members with an event, merged in the order of visits; all of them if the batch went to just this cohort."""
        events = messaging.sql_responders(_KINDS[self.stats_type], self._links(org))
        if all_mailed:
            return events
        return f"""SELECT visit FROM journey_members WHERE cohort_id = :parent
                   INTERSECT SELECT visit FROM ({events} ORDER BY visit)"""

    def _links(self, org: Org) -> list[int] | None:
        """The numbers of the chosen links in the email; None when any click counts."""
        if not self.urls or self.stats_type != 3 or self.journey is None:
            return None
        source = EmailActivity(self.journey.activities[self.email_key])
        email = source.email(org)
        links = email.links if email else ()
        return [number for number, (url, _) in enumerate(links) if any(_same_link(each, url) for each in self.urls)]

    def _batch(self, org: Org, version: Version, cohort_id: int) -> tuple[int | None, int | None]:
        """The batch of the email that this cohort, or one that it came from, was sent, and that cohort, if any."""
        source = version.activities[self.email_key]
        assert isinstance(source, EmailActivity)
        job = source.job(org, version)
        past = ", ".join(str(row["cohort_id"]) for row in ancestors(org, cohort_id))
        found = org.row(
            f"""SELECT batch_id, cohort_id FROM send_batches
                WHERE job_id = ? AND cohort_id IN ({past}) ORDER BY batch_id DESC LIMIT 1""",
            job.job_id,
        )
        return (found["batch_id"], found["cohort_id"]) if found else (None, None)

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        source = version.activities[self.email_key]
        assert isinstance(source, EmailActivity)
        said = _SAID[self.stats_type]
        taken = next((branch for branch in self.outcomes if branch.key == outcome), None)
        negated = taken is not None and str(taken.arguments.get("when")).lower() == "false"
        rule = f"{source.spec.name} was {'not ' if negated else ''}{said} by {system_text(at)} (system time)"
        batch = messaging.batch_of(org, source.job(org, version).job_id, visit)
        if batch is None:
            return Decision(rule, (Read(source.spec.name, "never sent", "tracking"),))
        kinds, clicked = _KINDS[self.stats_type], self.urls if self.stats_type == 3 else []
        events = [
            event
            for event in messaging.events_of(org, batch, visit)
            if event[0] in kinds and (not clicked or any(_same_link(url, event[2]) for url in clicked))
        ]
        first = next((when for _, when, _ in events if when <= at), None)
        late = next((when for _, when, _ in events if when > at), None)
        value = system_text(first) if first else f"not until {system_text(late)}" if late else "never"
        return Decision(rule, (Read(f"{source.spec.name} {said}", value, "tracking"),))

    def explain(self) -> str:
        return f"Divides by whether {self.email_key} was {_SAID.get(self.stats_type, 'read')} by now."


def _same_link(one: str, other: str) -> bool:
    """Whether two links are the same but for query, fragment and a last slash. Source: domain E3, the link list."""
    return _bare(one) == _bare(other)


def _bare(url: str) -> str:
    return url.split("#")[0].split("?")[0].rstrip("/").lower()
