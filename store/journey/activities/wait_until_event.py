"""Wait until event: on when an API event of the contact arrives, or another way when it does not come in time.

Type WAIT with `waitForEventKey`. Its two outcomes are the event's path and the no-event path. Events of before the
contact came do not count (ASSUMED). Source: SFD:enterContactsIntoJourneyInBatches, domain E3; the April 2021 notes on
Wait Until API Event (mandatory no-event path, filter on the event's own data).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from store.clock import system_text
from store.data_extensions import quoted
from store.errors import Refused
from store.journey.activities.base import Decision, Finding, Read, activity
from store.journey.activities.forced import forced_parts
from store.journey.activities.wait import Wait
from store.journey.arrivals import definition
from store.journey.awaiting import fields_of, sql_arrived
from store.journey.cohorts import Cohort, Part, Run
from store.journey.criteria import explain, parse
from store.journey.criteria_sql import compile_criteria
from store.journey.gates import leave_wait
from store.journey.outputs import keep_outputs
from store.journey.spec import ActivitySpec, Branch
from store.journey.tables import sql_contact

if TYPE_CHECKING:
    from store.data_extensions import Field
    from store.journey.check import Checking
    from store.journey.version import Version
    from store.org import Org

EVENT_PATH, NO_EVENT_PATH = "event", "no_event"


@activity("WAIT", "Wait Until Event", split=True)
class WaitUntilEvent(Wait):
    """`waitDuration` and `waitUnit` are the longest that it waits; `criteria` may filter the event's data."""

    @classmethod
    def means(cls, spec: ActivitySpec) -> bool:
        configuration = spec.configuration
        return bool(configuration.get("waitForEventKey") or configuration.get("waitForEventId"))

    @property
    def event_key(self) -> str:
        """The event definition's key."""
        configuration = self.spec.configuration
        return str(configuration.get("waitForEventKey") or configuration.get("waitForEventId") or "")

    @property
    def criteria(self) -> str:
        """FilterDefinition XML over the event's data and contact data, empty for every event."""
        return str(self.spec.configuration.get("criteria") or "")

    @property
    def no_event(self) -> Branch | None:
        """The outcome of those for whom nothing came: by its key or label, else the second."""
        for branch in self.outcomes:
            named = f"{branch.key} {branch.label}".lower().replace("-", "_").replace(" ", "_")
            if "no_event" in named or "noevent" in named or "no_response" in named:
                return branch
        return self.outcomes[1] if len(self.outcomes) > 1 else None

    @property
    def came(self) -> Branch | None:
        """The outcome of those whose event came."""
        return next((branch for branch in self.outcomes if branch is not self.no_event), None)

    @property
    def shortest(self) -> int:
        return 0  # the event may come at once

    def check(self, checking: Checking) -> Iterator[Finding]:
        """The event, both ways and the longest time."""
        name = self.spec.name
        if self.came is None or self.no_event is None:
            yield self.error(f"{name}: a wait for an event has two outcomes, the event's and the no-event path.")
        yield from self.check_duration()
        if self.amount == 0:
            yield self.warning(f"{name} waits for nothing: everyone takes the no-event path.")
        yield from self.check_event(checking)

    def check_event(self, checking: Checking) -> Iterator[Finding]:
        """The event must be there, and have what the filter names."""
        try:
            found = definition(checking.org, self.event_key)
            if self.criteria:
                compile_criteria(checking.org, parse(self.criteria), _columns(checking.org, found.event.key))
        except Refused as error:
            yield self.error(f"{self.spec.name}: {error.message} {error.fix}".rstrip())
            return
        if self.event_key.lower() == checking.version.spec.event_key.lower():
            yield self.warning(
                f"{self.spec.name} waits for the event that also lets contacts in: it enters them again."
            )

    def fields_put_out(self, org: Org) -> dict[str, Field]:
        """The data of the event, as `{{Event.<event key>.<field>}}`."""
        key = self.event_key
        try:
            fields = fields_of(org, definition(org, key))
        except Refused:
            return {}
        return {f"{key}.{field.name}".lower(): field for field in fields}

    def due_at(self, now: int) -> int:
        return Wait.due_at(self, now)

    @property
    def _left_out(self) -> bool:
        return False

    def after_pause(self, due_at: int, seconds: int) -> int:
        return due_at

    @property
    def awaits(self) -> str:
        return self.event_key

    def event_came(self, run: Run) -> None:
        """Let those go whose event has come."""
        for cohort in run.everyone_at(self.key):
            self.release(run, cohort)

    def run(self, run: Run, cohort: Cohort) -> None:
        """The longest time is over: whose event came in the last moment takes its path, the others the other."""
        staying = self.release(run, cohort)
        if staying is not None:
            self._go_on(run, staying, self.no_event)

    def release(self, run: Run, cohort: Cohort) -> Cohort | None:
        """Let those go whose event has come; returns the others, who go on waiting."""
        org = run.org
        forced = forced_parts(run, cohort, self)
        staying: Cohort | None = cohort
        for part in forced:
            if staying is None or part.select is None:
                break
            gone, staying = run.part(staying, part.select, part.params)
            branch = next(one for one in self.outcomes if one.key == part.outcome)
            if gone is not None:
                self._go_on(run, gone, branch)
        if staying is None:
            return None
        table, params = self._arrived(run)
        came = f"SELECT DISTINCT m.visit AS visit FROM {table}"
        gone, left = run.part(staying, came, {**params, "arrived": staying.arrived_at})
        if gone is None:
            return left
        found = definition(org, self.event_key)
        values, named = self._values(run, gone, fields_of(org, found))
        if values:
            keep_outputs(org, run.version, self.key, values, named)
        self._go_on(run, gone, self.came)
        return left

    def _arrived(self, run: Run) -> tuple[str, dict[str, Any]]:
        """FROM of the members m of `:parent`, their contacts k and their events e that pass the filter."""
        found = definition(run.org, self.event_key)
        condition, params = "1", {}
        if self.criteria:
            compiled = compile_criteria(run.org, parse(self.criteria), _columns(run.org, self.event_key), "w")
            condition, params = compiled.sql, compiled.params
        table = f"""{sql_arrived(run.org, found)} e CROSS JOIN contacts k ON k.contact_key = e._contact_key
                    CROSS JOIN journey_members m ON m.cohort_id = :parent AND {sql_contact("m.visit")} = k.contact_id
                    WHERE e._at >= :arrived AND {condition}"""
        return table, params

    def _values(self, run: Run, cohort: Cohort, fields: Any) -> tuple[str, dict[str, Any]]:
        """(visit, name, value) of the first event of each member."""
        if not fields:
            return "", {}
        table, params = self._arrived(run)
        columns = ", ".join(f"e.{quoted(field.name)}" for field in fields)
        first = f"SELECT m.visit AS _visit, min(e._CustomObjectKey) AS _first, {columns} FROM {table} GROUP BY m.visit"
        rows = " UNION ALL ".join(
            f"SELECT _visit, :n{n}, {quoted(field.name)} FROM first" for n, field in enumerate(fields)
        )
        names = {f"n{n}": field.name for n, field in enumerate(fields)}
        named = {**params, **names, "parent": cohort.cohort_id, "arrived": cohort.arrived_at}
        return f"WITH first AS ({first}) {rows}", named

    def _go_on(self, run: Run, cohort: Cohort, branch: Branch | None) -> None:
        assert branch is not None  # checked at publication
        staying = leave_wait(run, cohort)
        if staying is not None:
            run.count(branch.label or branch.key, staying.size)
            run.divide(staying, self.key, [Part(branch.key, branch.next, None)])

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        came = self.came is not None and outcome == self.came.key
        rule = f"the event {self.event_key} {'came' if came else 'did not come'} by {system_text(at)} (system time)"
        if self.criteria:
            rule += f" with {explain(parse(self.criteria))}"
        read = org.rows(
            """SELECT name, value FROM journey_outputs
               WHERE version_id = ? AND activity_key = ? AND visit = ? ORDER BY name""",
            version.version_id, self.key, visit,
        )  # fmt: skip
        return Decision(
            rule, tuple(Read(row["name"], row["value"], "the event's data") for row in read) if came else ()
        )

    @property
    def duration(self) -> str:
        return f"until the event {self.event_key}, at most {super().duration}"

    def explain(self) -> str:
        return f"Waits {self.duration}."


def _columns(org: Org, event_key: str) -> dict[str, tuple[str, str]]:
    """The fields of an event for a filter, whose data is the event's own row."""
    return {field.name.lower(): (field.name, field.type) for field in fields_of(org, definition(org, event_key))}
