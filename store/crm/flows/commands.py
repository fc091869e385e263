"""Defining flows and switching them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from store.commands import Outcome, command
from store.crm.flows.actions import action_of
from store.crm.flows.entry import due_sql, entry_sql
from store.crm.flows.paths import offset_of
from store.crm.naming import beside, here, org_of, working_in
from store.crm.objects import describe
from store.errors import Refused

if TYPE_CHECKING:
    from store.crm.flows.definition import Flow
    from store.org import Org


@command("crm.define_flow")
def define_flow(org: Org, *, definition: dict[str, Any]) -> Outcome:
    """Add a record-triggered flow, or replace the one of that name (see flows/definition.py)."""
    from store.crm.flows.definition import parse

    flow = parse(definition)
    obj = describe(org, flow.object)
    with working_in(org_of(obj.name)):
        _check(org, flow)
    name = beside(obj.name, flow.name)
    position = org.value("SELECT position FROM crm_flows WHERE name = ?", name)
    if position is None:
        position = int(org.value("SELECT coalesce(max(position), 0) + 1 FROM crm_flows"))
    text = json.dumps({**definition, "name": name, "object": obj.name}, sort_keys=True)
    org.run(
        """INSERT INTO crm_flows VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT(name) DO UPDATE SET object = excluded.object, timing = excluded.timing,
               run_order = excluded.run_order, active = excluded.active, definition = excluded.definition""",
        name, position, obj.name, flow.timing, flow.order, int(flow.active), text,
    )  # fmt: skip
    when = {"created": "is created", "updated": "is updated", "created_or_updated": "is created or updated"}[
        flow.trigger
    ]
    return Outcome(f"Flow {name} runs when a {obj.label} {when}", {"flows": 1}, f"crm/flow/{name}")


def _check(org: Org, flow: Flow) -> None:
    """Everything that the definition names is there. Raises Refused."""
    obj = describe(org, flow.object)
    entry_sql(org, obj, flow, "p" if flow.trigger != "created" else "")
    for given in flow.actions:
        action, parsed = action_of(org, obj, given)
        # source: Help, fast field updates: before the save only the record itself can be changed
        if flow.timing == "before_save" and (action.name != "update_records" or parsed.of):
            raise Refused(
                f"A before-save flow cannot {action.name.replace('_', ' ')}.",
                cause="It can only set fields of the record that is being saved.",
                fix="Let it run after the save.",
            )
    labels = [path.label for path in flow.paths]
    if len(set(labels)) < len(labels):
        raise Refused(f"Two paths of {flow.name} have the same label.")
    for path in flow.paths:
        due_sql(org, obj, path.of, offset_of(path.offset))
        for given in path.actions:
            action_of(org, obj, given)
    if not flow.actions and not flow.paths:
        raise Refused(f"{flow.name} does nothing.", fix="Give it actions or paths.")


@command("crm.activate_flow")
def activate_flow(org: Org, *, name: str, active: bool = True) -> Outcome:
    """Switch a flow on or off; what waits for an inactive flow comes to nothing."""
    name = here(name)
    if not org.run("UPDATE crm_flows SET active = ? WHERE name = ?", int(active), name):
        raise Refused(f"There is no flow '{name}'.")
    return Outcome(f"Flow {name} is {'active' if active else 'inactive'}", {"flows": 1}, f"crm/flow/{name}")
