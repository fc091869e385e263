"""What is wrong with a journey before it is published, and what it should have been told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from store import business_units
from store.errors import Refused, did_you_mean
from store.journey import entry_sources
from store.journey.activities import Activity, Finding, is_built, make, registered
from store.journey.activities.wait import Wait
from store.journey.attributes import attribute
from store.journey.check_contact_data import check_contact_data
from store.journey.check_criteria import check_gates
from store.journey.contact_data import contact_data
from store.journey.criteria import parse
from store.journey.criteria_sql import compile_criteria
from store.journey.spec import RE_ENTRY, binding
from store.journey.version import Version, versions

if TYPE_CHECKING:
    from store.journey.graph import Graph
    from store.org import Org


class Checking:
    """What an activity's check may ask about the journey around it."""

    def __init__(self, org: Org, version: Version) -> None:
        self.org, self.version = org, version

    @cached_property
    def activities(self) -> dict[str, Activity]:
        """The activities whose type is built."""
        journey = self.version.spec
        return {key: make(spec, journey) for key, spec in journey.activities.items() if is_built(spec.type)}

    @cached_property
    def graph(self) -> Graph:
        """The journey as a graph."""
        from store.journey.graph import Graph

        return Graph(self.version.spec)

    @cached_property
    def event_fields(self) -> dict[str, tuple[str, str]]:
        """Lower-case field name -> (column, type) of the journey data."""
        return self.version.event_fields(self.org)

    @cached_property
    def journey_fields(self) -> dict[str, tuple[str, str]]:
        """The same with the data of the events that activities await."""
        return self.version.journey_fields(self.org)

    def leads_to(self, earlier: str, later: str) -> bool:
        """Whether a contact at `earlier` can come to `later`."""
        return self.graph.leads_to(earlier, later)

    def always_before(self, earlier: str, later: str) -> bool:
        """Whether nobody comes to `later` without having passed `earlier`."""
        return self.graph.always_before(earlier, later)

    def shortest_wait(self, earlier: str, later: str) -> int:
        """The least number of seconds between two activities."""
        waits = {key: found.shortest for key, found in self.activities.items() if isinstance(found, Wait)}
        return self.graph.lightest(earlier, later, waits)


def check(org: Org, version: Version) -> list[Finding]:
    """All findings, errors first, each group in the order of the journey."""
    with business_units.acting(org, version.mid):
        return _check(Checking(org, version))


def _check(checking: Checking) -> list[Finding]:
    findings = [*_entry(checking), *_shape(checking), *check_gates(checking)]
    for key, spec in checking.version.spec.activities.items():
        if key in checking.activities:
            findings += checking.activities[key].check(checking)
        else:
            fix = did_you_mean(spec.type, registered())
            message = f"The activity type {spec.type} is not built yet ({spec.name}). {fix}".rstrip()
            findings.append(Finding("error", message, key))
    findings += check_contact_data(checking)
    return sorted(findings, key=lambda finding: finding.severity != "error")


def _entry(checking: Checking) -> Iterator[Finding]:
    """The entry source with its filter, the re-entry mode and the default email."""
    spec, event = checking.version.spec, checking.version.event
    if spec.entry_mode not in RE_ENTRY:
        yield Finding("error", f"The entry mode '{spec.raw.get('entryMode')}' is not known.")
    yield from _changed_mode(checking)
    if not spec.triggers:
        yield Finding("error", "The journey has no entry source.")
        return
    if not entry_sources.is_built(spec.trigger_type):
        fix = did_you_mean(spec.trigger_type, entry_sources.kinds())
        yield Finding("error", f"The entry source {spec.trigger_type} is not built yet. {fix}".rstrip())
        return
    source = checking.version.source
    found = list(source.check(checking))
    yield from found
    if any(finding.severity == "error" for finding in found):
        return
    for xml in {event.criteria if event else "": None, spec.entry_criteria: None}:
        try:
            if xml:
                compile_criteria(checking.org, parse(xml), checking.event_fields)
        except Refused as error:
            yield source.refusal(error)
    yield from _default_email(checking)


def _changed_mode(checking: Checking) -> Iterator[Finding]:
    """The re-entry mode is the journey's, not the version's. Source: SFH:mc_jb_choose_a_contact_entry_mode."""
    version = checking.version
    earlier = [one for one in versions(checking.org, version.key) if one.status != "Draft"]
    before = RE_ENTRY.get(earlier[-1].spec.entry_mode) if earlier else None
    now = RE_ENTRY.get(version.spec.entry_mode)
    if before and now and before != now and (before, now) != ("Re-entry anytime", "Re-entry only after exiting"):
        yield Finding(
            "error",
            f"The contact entry mode of {version.name} is {before} in every version; it cannot become {now}.",
        )


def _default_email(checking: Checking) -> Iterator[Finding]:
    # Source: domain E1, the product's own code and text.
    wrong = "The default email or mobile address in Journey Settings is invalid. Select a different one."
    for expression in checking.version.spec.default_emails:
        named = attribute(binding(expression) or expression)
        if named.kind == "event" and named.field.lower() not in checking.event_fields:
            yield Finding("error", wrong, code="121226")
        if named.kind == "contact":
            try:
                contact_data(checking.org, named.source, binding=True).attribute_set.attribute(named.field)
            except Refused as error:
                yield Finding("error", f"{wrong} {error.message} {error.fix}".rstrip(), code="121226")


def _shape(checking: Checking) -> Iterator[Finding]:
    """The graph: duplicates, loose ends, what nobody reaches, what leads back."""
    spec = checking.version.spec
    if not spec.activities:
        yield Finding("error", "The journey has no activities.")
        return
    keys = [str(raw.get("key") or raw.get("id")) for raw in spec.raw.get("activities") or []]
    lower = [key.lower() for key in keys]
    for key in dict.fromkeys(key for number, key in enumerate(keys) if key.lower() in lower[:number]):
        yield Finding("error", f"Two activities have the key {key}.", key)
    for key, activity in spec.activities.items():
        for branch in activity.branches:
            if branch.next is not None and branch.next not in spec.activities:
                yield Finding("error", f"{activity.name} leads to '{branch.next}', which is not in this journey.", key)
    for key, activity in spec.activities.items():
        if key not in checking.graph.reachable:
            yield Finding("error", f"{activity.name} is unreachable: nothing leads to it.", key)
    for loop in checking.graph.cycles:
        names = " -> ".join(spec.activities[key].name for key in [*loop, loop[0]])
        yield Finding("error", f"The journey leads back to itself: {names}.", loop[0])
