"""What can be said of filter criteria before they run: what can never hold, and what reads data that cannot change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from store import data_extensions
from store.data_extensions import DataExtension, Field
from store.errors import Refused
from store.journey.activities.base import Finding
from store.journey.attributes import attribute
from store.journey.contact_data import contact_data
from store.journey.criteria import Condition, ConditionSet, Criteria, explain, explain_condition, parse
from store.journey.criteria_sql import compile_criteria

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.spec import Gate

_EQUAL = ("equal", "is")
_ABOVE, _BELOW = ("greaterthan", "after"), ("lessthan", "before")


def check_gates(checking: Checking) -> Iterator[Finding]:
    """The goal and the exit criteria of the journey."""
    spec = checking.version.spec
    for said, gate in (("The goal", spec.goal), ("The exit criteria", spec.exit)):
        if gate is not None:
            yield from _check_gate(checking, said, gate)
    goals = [each for each in spec.raw.get("goals") or [] if isinstance(each, dict)]
    if len(goals) > 1:
        yield Finding("error", f"The journey has {len(goals)} goals; one is the most.")  # source: SFH:mc_jb_goals
    if spec.is_single_send and any(gate.criteria for gate in (spec.goal, spec.exit) if gate is not None):
        # Source: SFH:mc_jb_goals, SFH:mc_jb_exit_criteria.
        yield Finding("error", "A Single Send has no goal and no exit criteria.")
    if spec.goal is not None and spec.goal.target == 0:
        yield Finding("warning", "The goal's target is 0: it is reached before anybody meets it.")


def _check_gate(checking: Checking, said: str, gate: Gate) -> Iterator[Finding]:
    if not gate.criteria:
        return
    try:
        criteria = parse(gate.criteria)
        compile_criteria(checking.org, criteria, checking.journey_fields, version_id=checking.version.version_id)
    except Refused as error:
        yield Finding("error", f"{said}: {error.message} {error.fix}".rstrip())
        return
    for never in contradictions(checking, criteria):
        yield Finding("warning", f"{said} can never be met: {never}")
    named = [attribute(condition.key) for condition in criteria.conditions()]
    if named and all(each.kind == "event" for each in named):
        yield Finding(
            "warning",
            f"{said} reads journey data ({', '.join(each.said for each in named)}), which never changes after entry: "
            "whoever does not meet it on entering never will. Use contact data.",
        )
    if not any(activity.holds for activity in checking.activities.values()):
        # Source: domain E4, evaluated when a contact leaves a wait.
        yield Finding("warning", f"{said} is never looked at: the journey has no wait.")


def contradictions(checking: Checking, criteria: Criteria) -> Iterator[str]:
    """Why criteria can never hold, a sentence per reason."""
    for each in criteria.sets:
        yield from _never(checking, each)


def _never(checking: Checking, node: ConditionSet) -> Iterator[str]:
    reasons = [list(_never_one(checking, child)) for child in node.children]
    if node.operator == "OR":
        if reasons and all(reasons):
            yield reasons[0][0]
        return
    for each in reasons:
        yield from each
    conditions = [child for child in node.children if isinstance(child, Condition) and not child.value_is_reference]
    for number, one in enumerate(conditions):
        for other in conditions[number + 1 :]:
            if one.key.lower() == other.key.lower() and _exclude(one, other):
                yield f"{explain_condition(one)} and {explain_condition(other)} can never hold at once."


def _exclude(one: Condition, other: Condition) -> bool:
    """Whether no value satisfies both."""
    a, b = one.operator.lower(), other.operator.lower()
    if {a, b} == {"isnull", "isnotnull"} or {a, b} == {"istrue", "isfalse"}:
        return True
    if a in _EQUAL and b in _EQUAL:
        return one.value.lower() != other.value.lower()
    if (a in _EQUAL and b == "notequal") or (b in _EQUAL and a == "notequal"):
        return one.value.lower() == other.value.lower()
    if "isnull" in (a, b):
        return (a if b == "isnull" else b) in (*_EQUAL, *_ABOVE, *_BELOW)
    if a in _BELOW and b in _ABOVE:
        one, other, a, b = other, one, b, a
    if a in _ABOVE and b in _BELOW:
        try:
            return float(one.value) >= float(other.value)
        except ValueError:
            return one.value >= other.value
    return False


def _never_one(checking: Checking, child: Condition | ConditionSet) -> Iterator[str]:
    if isinstance(child, ConditionSet):
        yield from _never(checking, child)
        return
    de, field = _field(checking, child)
    operator = child.operator.lower()
    if de is None or field is None:
        return
    if operator == "isnull" and not field.is_nullable:
        yield f"{de.name}.{field.name} is never null: the field is required."
    too_long = field.length and field.type == "Text" and not child.value_is_reference and operator in _EQUAL
    if too_long and len(child.value) > (field.length or 0):
        yield f"{de.name}.{field.name} holds {field.length} characters, '{child.value}' has {len(child.value)}."


def _field(checking: Checking, condition: Condition) -> tuple[DataExtension | None, Field | None]:
    """The data extension and the field that a condition reads; None for what is not there."""
    named = attribute(condition.key)
    de: DataExtension | None = None
    if named.kind == "contact":
        try:
            de = contact_data(checking.org, named.source, binding=True).attribute_set.de
        except Refused:
            return None, None
    elif named.kind == "event" and checking.version.event is not None:
        de = data_extensions.find(checking.org, checking.version.event.data_extension)
    else:
        return None, None
    return de, de.by_name.get(named.field.lower()) if de else None


def check_paths(checking: Checking, name: str, paths: list[tuple[str, str]]) -> Iterator[str]:
    """What is wrong with the paths of a split that publishing lets pass: (label, criteria) from top to bottom."""
    seen: dict[Criteria, str] = {}
    for label, xml in paths:
        criteria = parse(xml)
        for never in contradictions(checking, criteria):
            yield f"{name}, path {label}: nobody can take it. {never}"
        if criteria in seen:
            yield f"{name}, path {label}: nobody can take it, {seen[criteria]} above has the same criteria."
        seen.setdefault(criteria, label)
        for de in _without_rows(checking, criteria):
            yield f"{name}, path {label}: {de} has no rows now, so {explain(criteria)} reads nothing."


def _without_rows(checking: Checking, criteria: Criteria) -> list[str]:
    found = []
    for condition in criteria.conditions():
        named = attribute(condition.key)
        de, _ = _field(checking, condition)
        if named.kind == "contact" and de is not None and not data_extensions.count(checking.org, de.path):
            found.append(de.name)
    return list(dict.fromkeys(found))
