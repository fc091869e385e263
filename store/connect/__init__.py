"""Marketing Cloud Connect: Synchronized Data Sources, one way from the CRM, by polls.

A person starts a synchronization (sources.py), the agenda polls (poll.py), the Sync monitor compares (readings.py). The
other way: Salesforce sends (salesforce_send.py; of automations, automated_sends.py and automated_texts.py), triggered
sends of flows (triggered_sends.py), and hourly what became of the messages (write_back.py).
"""

from __future__ import annotations

from store.connect import contact_model as _contact_model  # noqa: F401 (adds to the contact model)
from store.connect import invariants as _invariants  # noqa: F401 (declares them)
from store.connect import key_migration as _key_migration  # noqa: F401 (says what must be paused)
from store.connect import salesforce_send as _salesforce_send  # noqa: F401 (registers its command)
from store.connect.automated_sends import DDL as _AUTOMATED_SENDS
from store.connect.automated_sends import SALESFORCE_SEND, SavedSend, said_audience, saved_sends
from store.connect.automated_texts import SALESFORCE_TEXT
from store.connect.conversion import field_for, sql_value
from store.connect.deleted_people import sql_came_back
from store.connect.disconnection import CAUSES, Loss, LostSource, losses, lost_sources
from store.connect.disconnection import DDL as _LOSSES
from store.connect.formulas import sql_stale_formulas
from store.connect.multi_org import DDL as _MULTI_ORG
from store.connect.multi_org import ConnectedOrg, can_reach, connected_orgs, is_multi_org, named_here, org_here
from store.connect.poll import CONTACT_OBJECTS
from store.connect.readings import (
    Comparison,
    FieldPair,
    Poll,
    SyncStatus,
    compare,
    polls,
    stale_rows,
    status,
    statuses,
)
from store.connect.record_page import FieldLine, RecordPage, record_page
from store.connect.sources import Source, de_name_for, de_name_of, source, sources, synchronize
from store.connect.state import broken_orgs, is_connected, refuse_if_broken
from store.connect.tables import DDL as _DDL
from store.connect.triggered_messages import last_triggered_stations, sql_triggered_messages
from store.connect.triggered_sends import DDL as _TRIGGERED_SENDS
from store.connect.triggered_sends import TriggeredSendView, triggered_sends
from store.connect.write_back import WriteBackRun, sql_unmatched, write_back_runs

DDL = _DDL + _MULTI_ORG + _LOSSES + _TRIGGERED_SENDS + _AUTOMATED_SENDS

__all__ = [
    "CAUSES",
    "ConnectedOrg",
    "broken_orgs",
    "can_reach",
    "connected_orgs",
    "is_multi_org",
    "named_here",
    "org_here",
    "CONTACT_OBJECTS",
    "DDL",
    "Comparison",
    "FieldLine",
    "FieldPair",
    "Loss",
    "LostSource",
    "Poll",
    "RecordPage",
    "SALESFORCE_SEND",
    "SALESFORCE_TEXT",
    "SavedSend",
    "Source",
    "SyncStatus",
    "TriggeredSendView",
    "WriteBackRun",
    "compare",
    "de_name_for",
    "de_name_of",
    "field_for",
    "is_connected",
    "last_triggered_stations",
    "losses",
    "lost_sources",
    "polls",
    "record_page",
    "refuse_if_broken",
    "said_audience",
    "saved_sends",
    "source",
    "sources",
    "sql_came_back",
    "sql_stale_formulas",
    "sql_triggered_messages",
    "sql_unmatched",
    "sql_value",
    "stale_rows",
    "status",
    "statuses",
    "synchronize",
    "triggered_sends",
    "write_back_runs",
]
