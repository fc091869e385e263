"""A mapping as text: what becomes of each relation and why, what is made, the T-SQL, the steps."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.advice.model_mapping import Plan, PlannedExtension, Proposal

WIDTH = 78
_WAYS = {
    "denormalise": "denormalise: its fields are copied into the flat data extension",
    "child": "a data extension of its own, keyed by the child",
    "roll-up": "rolled up: COUNT, SUM and MAX per parent",
}


def text(plan: Plan) -> list[str]:
    """The whole plan, line by line."""
    lines = [f"{plan.object} ({plan.masters:,} records) into flat data extensions", ""]
    for proposal in plan.proposals:
        lines += [*_proposal(plan, proposal), ""]
    for name, why in plan.refused:
        lines += [*_wrapped(f"{name}: left out. {why}"), ""]
    for need in plan.needs:
        lines += _wrapped(f"! {need.said}")
    lines += [""] if plan.needs else []
    for each in plan.extensions:
        lines += [*_extension(each), ""]
    for query in plan.queries:
        lines += [f"Query {query.key} into {query.target}, {query.action} (step {query.step})"]
        lines += [*_wrapped(query.why, "  "), *(f"  {line}" for line in query.sql.splitlines()), ""]
    schedule = plan.automation["schedule"]
    said = f"{schedule['every']} at {schedule.get('at', '00:00')}" if schedule else "when a person starts it"
    lines.append(f"Automation {plan.automation['name']}, {said}")
    for number, step in enumerate(plan.automation["steps"], start=1):
        lines.append(f"  step {number}: {', '.join(each['key'] for each in step)}")
    if plan.group is not None:
        lines += ["", f"Data Designer: attribute group {plan.group['name']}"]
        for link in plan.group["links"]:
            by = link["by"] if isinstance(link["by"], str) else ", ".join(f"{a} = {b}" for a, b in link["by"].items())
            near = f"Contact Key = {by}" if isinstance(link["by"], str) else by
            lines.append(f"  {link.get('to', 'Contact')} {link['cardinality']} {link['de']}: {near}")
    lines += [""] if plan.notes else []
    for note in plan.notes:
        lines += _wrapped(f"- {note}", "  ", first="")
    return lines


def _proposal(plan: Plan, proposal: Proposal) -> list[str]:
    relation, counted = proposal.relation, proposal.measure
    lines = [f"{relation.object}: {relation.kind}, {proposal.said}"]
    having = f"{counted.with_any:,} of {counted.masters:,} {plan.object} records have any"
    lines.append(f"  {counted.records:,} records; {having}, {counted.with_several:,} several")
    for way in proposal.ways:
        lines += _wrapped(f"-> {_WAYS[way]}", "     ", first="  ")
    for said, listed in (("because", proposal.reasons), ("costs", proposal.costs)):
        for each in listed:
            lines += _wrapped(f"{said} {each}", "    ", first="  ")
    for way, cost in proposal.instead:
        lines += _wrapped(f"not {way}: {cost}", "    ", first="  ")
    return lines


def _extension(each: PlannedExtension) -> list[str]:
    definition = each.definition
    kind = "sendable by " + definition["sendable_field"] if definition.get("is_sendable") else "not sendable"
    lines = [f"Data extension {each.name}: {each.row}, {kind}"]
    for field in definition["fields"]:
        kind = field["type"]
        if kind == "Text":
            kind = f"Text({field['length']})"
        if kind == "Decimal":
            kind = f"Decimal({field['precision']},{field['scale']})"
        traits = ["key"] if field.get("is_primary_key") else [] if field.get("is_nullable", True) else ["required"]
        lines.append(f"  {field['name']:40} {kind:14} {' '.join(traits)}".rstrip())
    return [*lines, *_wrapped(f"retention {each.retention}", "    ", first="  ")]


def _wrapped(said: str, indent: str = "", first: str | None = None) -> list[str]:
    begins = indent if first is None else first
    return textwrap.wrap(said, WIDTH, initial_indent=begins, subsequent_indent=indent or "  ")
