"""A mapping as text: what becomes of each relation and why, what is made, the T-SQL, the steps."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from mctui.views import Choice, Detail, Mapped, Section

if TYPE_CHECKING:
    from store import Org
    from store.advice.model_mapping import Plan, PlannedExtension, Proposal

WIDTH = 78
_PEOPLE = ("Contact", "Lead")  # listed first
_WAYS = {
    "denormalise": "denormalise: its fields are copied into the flat data extension",
    "child": "a data extension of its own, keyed by the child",
    "roll-up": "rolled up: COUNT, SUM and MAX per parent",
}


def masters(org: Org) -> tuple[Choice, ...]:
    """The CRM's objects that have records, with those that a mapping looks at without being told."""
    from store import crm
    from store.advice import model_mapping

    counts = {name: crm.count(org, name) for name in crm.every_object(org)}
    return tuple(
        Choice(name, (name, f"{count:,}", ", ".join(model_mapping.related_to(org, name)) or "nothing synchronized"))
        for name, count in sorted(counts.items(), key=lambda pair: (pair[0] not in _PEOPLE, pair[0]))
        if count
    )


def mapped(org: Org, arguments: dict[str, Any], width: int) -> Mapped:
    """The plan as a text of blocks, each with a title."""
    from store.advice import model_mapping

    plan = model_mapping.planned(org, **arguments)
    sections, block = [], list[str]()
    for line in [*text(plan, width), ""]:
        if line:
            block.append(line)
        elif block:
            is_title = block[0][0] not in "!- "
            rows = tuple(("", each.removeprefix("  " * is_title)) for each in block[is_title:])
            sections.append(Section(block[0] if is_title else "", rows))
            block = []
    return Mapped(Detail(f"Model mapping of {plan.object}", tuple(sections)), arguments, bool(plan.needs))


def text(plan: Plan, width: int = WIDTH) -> list[str]:
    """The whole plan, line by line."""
    lines = [f"{plan.object} ({plan.masters:,} records) into flat data extensions", ""]
    for proposal in plan.proposals:
        lines += [*_proposal(plan, proposal, width), ""]
    for name, why in plan.refused:
        lines += [*_wrapped(f"{name}: left out. {why}", width), ""]
    for need in plan.needs:
        lines += _wrapped(f"! {need.said}", width)
    lines += [""] if plan.needs else []
    for each in plan.extensions:
        lines += [*_extension(each, width), ""]
    for query in plan.queries:
        lines += [f"Query {query.key} into {query.target}, {query.action} (step {query.step})"]
        lines += [*_wrapped(query.why, width, "  "), *(f"  {line}" for line in query.sql.splitlines()), ""]
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
        lines += _wrapped(f"- {note}", width, "  ", first="")
    return lines


def _proposal(plan: Plan, proposal: Proposal, width: int) -> list[str]:
    relation, counted = proposal.relation, proposal.measure
    lines = [f"{relation.object}: {relation.kind}, {proposal.said}"]
    having = f"{counted.with_any:,} of {counted.masters:,} {plan.object} records have any"
    lines.append(f"  {counted.records:,} records; {having}, {counted.with_several:,} several")
    for way in proposal.ways:
        lines += _wrapped(f"-> {_WAYS[way]}", width, "     ", first="  ")
    for said, listed in (("because", proposal.reasons), ("costs", proposal.costs)):
        for each in listed:
            lines += _wrapped(f"{said} {each}", width, "    ", first="  ")
    for way, cost in proposal.instead:
        lines += _wrapped(f"not {way}: {cost}", width, "    ", first="  ")
    return lines


def _extension(each: PlannedExtension, width: int) -> list[str]:
    definition = each.definition
    kind = "sendable by " + definition["sendable_field"] if definition.get("is_sendable") else "not sendable"
    lines = [f"Data extension {each.name}: {each.row}, {kind}"]
    column = max(len(field["name"]) for field in definition["fields"])
    for field in definition["fields"]:
        kind = field["type"]
        if kind == "Text":
            kind = f"Text({field['length']})"
        if kind == "Decimal":
            kind = f"Decimal({field['precision']},{field['scale']})"
        traits = ["key"] if field.get("is_primary_key") else [] if field.get("is_nullable", True) else ["required"]
        lines.append(f"  {field['name']:{column}} {kind:14} {' '.join(traits)}".rstrip())
    return [*lines, *_wrapped(f"retention {each.retention}", width, "    ", first="  ")]


def _wrapped(said: str, width: int, indent: str = "", first: str | None = None) -> list[str]:
    begins = indent if first is None else first
    return textwrap.wrap(said, width, initial_indent=begins, subsequent_indent=indent or "  ")
