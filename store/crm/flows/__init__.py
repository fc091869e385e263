"""Record-triggered flows: what the CRM does by itself when a record is created or updated.

definition.py says what a person writes, entry.py which records start a flow, run.py when in the save it runs, paths.py
what runs later, actions.py what it does. An action is one function, registered by `flow_action`, in whichever room it
belongs to; events.py carries platform events to their subscribers.
source: Salesforce Help, "Record-Triggered Flows"; Apex Developer Guide, "Triggers and Order of Execution".
"""

from __future__ import annotations

from store.crm.flows import builtin as _builtin  # noqa: F401 (registers the actions)
from store.crm.flows import commands as _commands  # noqa: F401 (registers them)
from store.crm.flows import run as _run  # noqa: F401 (registers the stages)
from store.crm.flows.actions import FlowRun, flow_action
from store.crm.flows.events import Event, events, subscribe
from store.crm.flows.readings import FlowView, RunView, flow_runs, flows
from store.crm.flows.tables import DDL

__all__ = [
    "DDL", "Event", "FlowRun", "FlowView", "RunView", "events", "flow_action", "flow_runs", "flows", "subscribe",
]  # fmt: skip
