"""Other rooms bring actions and subscribers: the interfaces that Marketing Cloud Connect registers with."""

from __future__ import annotations

import json

import pytest
from pydantic import BaseModel

from store import crm
from store.commands import Outcome, command
from store.errors import Refused

SENT: list[tuple[str, list[str]]] = []
HEARD: list[tuple[int, int]] = []


class _Send(BaseModel):
    definition: str


@crm.flows.flow_action("test_send", lambda: _Send)
def _send(org, run, given):
    ids = [row["Id"] for row in org.rows(f"SELECT r.Id FROM {run.source} ORDER BY r.row_id")]
    SENT.append((given.definition, ids))
    return len(ids)


@command("test.make_leads")
def _make(org, *, rows):
    select = "SELECT value AS LastName, 'X' AS Company FROM json_each(:rows)"
    crm.create_from_select(org, "Lead", select, {"rows": rows})
    return Outcome("leads")


@crm.flows.subscribe("Heard__e")
def _hear(org, first, last):
    HEARD.append((first, last))


def test_an_action_of_another_room_gets_all_records_of_the_batch_at_once(org):
    SENT.clear()
    flow = {"name": "Welcome", "object": "Contact", "trigger": "created",
            "entry": {"conditions": [{"field": "Email", "operator": "is_null", "value": False}]},
            "actions": [{"action": "test_send", "definition": "welcome"}]}  # fmt: skip
    org.do("crm.define_flow", definition=flow)
    people = [
        {"LastName": "Ada", "Email": "a@example.com"},
        {"LastName": "Eve"},
        {"LastName": "Bea", "Email": "b@x.com"},
    ]
    org.do("crm.create", object="Contact", records=people)
    with_mail = [row["Id"] for row in org.rows("SELECT Id FROM crm_Contact WHERE Email IS NOT NULL ORDER BY row_id")]
    assert [("welcome", with_mail)] == SENT
    [run] = crm.flows.flow_runs(org)
    assert (run.records, run.done) == (2, (("test_send", 2),))
    assert crm.flows.flows(org)[0].records == 2


def test_an_action_that_is_not_described_right_is_refused_at_definition(org):
    flow = {"name": "Welcome", "object": "Contact", "actions": [{"action": "test_send"}]}
    with pytest.raises(Refused, match="test_send is not described right"):
        org.do("crm.define_flow", definition=flow)


def test_a_subscriber_hears_of_the_events_of_its_name_in_a_later_step(org):
    HEARD.clear()
    for name in ("Heard__e", "Other__e"):
        flow = {"name": name[:5], "object": "Contact", "actions": [{"action": "publish_event", "event": name}]}
        org.do("crm.define_flow", definition=flow)
    org.do("crm.create", object="Contact", records=[{"LastName": "Ada"}, {"LastName": "Eve"}])
    assert HEARD == []
    org.step()
    assert HEARD == [(1, 2)]
    heard = crm.flows.events(org, "Heard__e")
    ids = [row["Id"] for row in org.rows("SELECT Id FROM crm_Contact ORDER BY row_id DESC")]
    assert [event.payload["RecordId"] for event in heard] == ids


def test_a_flow_over_a_batch_costs_no_statement_per_record(org):
    """The same number of statements for 10 records and for 1,000."""
    flow = {"name": "Call", "object": "Lead", "actions": [{"action": "create_task", "subject": "Call"}]}
    org.do("crm.define_flow", definition=flow)

    def statements(count: int) -> int:
        seen: list[str] = []
        org.db.set_trace_callback(seen.append)
        rows = json.dumps([f"L{n}" for n in range(count)])
        org.do("test.make_leads", rows=rows)
        org.db.set_trace_callback(None)
        # Record ids are put together from two small tables, of which one row is one statement.
        return sum("crm_id_" not in sql for sql in seen)

    statements(10)  # the first time definitions are read
    assert statements(1000) == statements(10)
    assert org.value("SELECT count(*) FROM crm_Task") == 1020
