"""Decision split: by criteria on journey data and contact data, from top to bottom. Type MULTICRITERIADECISION."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.data_extensions import quoted
from store.errors import Refused
from store.journey.activities.base import Activity, Decision, Finding, Read, activity
from store.journey.activities.forced import forced_parts
from store.journey.attributes import Attribute, attribute
from store.journey.cohorts import Part
from store.journey.criteria import Criteria, explain, parse
from store.journey.criteria_sql import compile_criteria, find_set, link_field
from store.journey.spec import Json
from store.journey.tables import CONTACT_OF_VISIT, sql_contact

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.cohorts import Cohort, Run
    from store.journey.version import Version
    from store.org import Org

MAX_PATHS = 20  # ASSUMED; source: domain E3, general knowledge
REMAINDER = "remainder_path"  # Source: domain E3, recorded journeys.


@activity("MULTICRITERIADECISION", "Decision Split", split=True)
class DecisionSplit(Activity):
    """`configurationArguments.criteria` has FilterDefinition XML by outcome key; first match wins, else remainder."""

    has_remainder = True

    @classmethod
    def blank(cls) -> Json:
        """One path without criteria yet, and the remainder."""
        ways = [
            {"key": key, "arguments": {}, "metaData": {"label": label}}
            for key, label in (("path_1", "Path 1"), (REMAINDER, "Remainder"))
        ]
        return {**super().blank(), "outcomes": ways, "configurationArguments": {"criteria": {}}}

    def criteria_of(self, outcome: str) -> str:
        """The XML of an outcome, empty for the remainder."""
        found = self.spec.configuration.get("criteria")
        return str(found.get(outcome) or "") if isinstance(found, dict) else ""

    def check(self, checking: Checking) -> Iterator[Finding]:
        """Criteria that can be read and that name what exists."""
        name = self.spec.name
        if len(self.outcomes) > MAX_PATHS:
            yield self.error(f"{name} has {len(self.outcomes)} paths; {MAX_PATHS} is the most.")
        paths = [branch for branch in self.outcomes if self.criteria_of(branch.key)]
        if not paths:
            yield self.error(f"{name}: no path has criteria. Define logic to route people down this path.")
        if len(self.outcomes) - len(paths) > 1:
            yield self.error(f"{name}: only one path, the remainder, may have no criteria.")
        for branch in paths:
            try:
                compile_criteria(checking.org, parse(self.criteria_of(branch.key)), checking.event_fields)
            except Refused as error:
                yield self.error(f"{name}, path {branch.label or branch.key}: {error.message} {error.fix}".rstrip())

    def run(self, run: Run, cohort: Cohort) -> None:
        """Each path takes those who match it and none above it."""
        parts = [*forced_parts(run, cohort, self)]
        remainder = Part(REMAINDER, None, None)
        for branch in self.outcomes:
            xml = self.criteria_of(branch.key)
            if xml:
                parts.append(matching(run, cohort, parse(xml), branch.key, branch.next))
            else:
                remainder = Part(branch.key, branch.next, None)
        sizes = run.divide(cohort, self.key, [*parts, remainder])
        for branch in self.outcomes:
            run.count(branch.label or branch.key, sizes.get(branch.key, 0))

    def decision(self, org: Org, version: Version, visit: int, root_id: int, at: int, outcome: str) -> Decision | None:
        xml = self.criteria_of(outcome)
        named: dict[Attribute, None] = {}
        for branch in self.outcomes:
            for condition in parse(self.criteria_of(branch.key)).conditions() if self.criteria_of(branch.key) else ():
                named.setdefault(attribute(condition.key))
        read = tuple(Read(one.said, *_value(org, version, visit, root_id, one)) for one in named)
        return Decision(explain(parse(xml)) if xml else "no path above matched", read)

    def explain(self) -> str:
        said = [
            f"{branch.label or branch.key} if {explain(parse(self.criteria_of(branch.key)))}"
            for branch in self.outcomes
            if self.criteria_of(branch.key)
        ]
        return "; ".join([*said, "otherwise the remainder"]) + "."


def matching(run: Run, cohort: Cohort, criteria: Criteria, outcome: str, to: str | None) -> Part:
    """The members of a cohort who satisfy criteria now."""
    compiled = compile_criteria(run.org, criteria, run.version.event_fields(run.org))
    joins = ""
    if compiled.needs_event:
        joins += f" CROSS JOIN {run.version.event_table} e ON e._cohort_id = :root AND e._visit = m.visit"
    if compiled.needs_contact:
        joins += f" CROSS JOIN contacts k ON k.contact_id = {sql_contact('m.visit')}"
    select = f"""SELECT m.visit AS visit FROM journey_members m{joins}
                 WHERE m.cohort_id = :parent AND {compiled.sql}"""
    params = {**compiled.params, "root": cohort.root_id} if compiled.needs_event else compiled.params
    return Part(outcome, to, select, params)


def _value(org: Org, version: Version, visit: int, root_id: int, named: Attribute) -> tuple[object, str]:
    """What a visit has in an attribute, and where that is: journey data as it entered, contact data as it is now."""
    contact_key = org.value("SELECT contact_key FROM contacts WHERE contact_id = ?", visit & CONTACT_OF_VISIT)
    if named.kind == "key":
        return contact_key, "contact"
    if named.kind == "event":
        column, _ = version.event_fields(org)[named.field.lower()]
        value = org.value(
            f"SELECT {quoted(column)} FROM {version.event_table} WHERE _cohort_id = ? AND _visit = ?", root_id, visit
        )
        return value, "journey data"
    de = find_set(org, named.source)
    values = org.rows(
        f"""SELECT {quoted(de.field(named.field).name)} FROM {quoted(de.table_name)}
            WHERE {quoted(link_field(de))} = ? LIMIT 10""",
        contact_key,
    )
    found = [row[0] for row in values]
    return (found[0] if len(found) == 1 else found or None), f"contact data, {de.name} as it is now"
