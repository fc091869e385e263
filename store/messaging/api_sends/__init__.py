"""Sends that an API asks for: the Transactional Messaging API (REST), and Triggered Sends of Email Studio (SOAP, REST).

Commands take the JSON of the APIs and keep their answers; a request that an API refuses as a whole is an `ApiRefused`,
which has the status and the body that its caller gets. The HTTP doors themselves are elsewhere.
"""

from __future__ import annotations

from store.messaging.api_sends import contact_deletion as _contact_deletion  # noqa: F401 (registers what goes)
from store.messaging.api_sends import invariants as _invariants  # noqa: F401 (declares them)
from store.messaging.api_sends import tables, transactional, triggered, triggered_send  # noqa: F401 (commands)
from store.messaging.api_sends.calls import REST, SOAP, calls_of_year, count_call
from store.messaging.api_sends.definitions import TRANSACTIONAL, TRIGGERED, as_definition, definition_keys
from store.messaging.api_sends.errors import ApiRefused
from store.messaging.api_sends.messages import MOST_RECIPIENTS, message_status, not_sent
from store.messaging.api_sends.readings import (
    DefinitionRow,
    Request,
    answer_of,
    api_requests,
    attributes_of,
    definition_rows,
    summary,
)
from store.messaging.api_sends.tracing import Station, last_stations, sql_messages

DDL = tables.DDL

__all__ = [
    "DDL",
    "MOST_RECIPIENTS",
    "REST",
    "SOAP",
    "TRANSACTIONAL",
    "TRIGGERED",
    "ApiRefused",
    "DefinitionRow",
    "Request",
    "Station",
    "answer_of",
    "api_requests",
    "as_definition",
    "attributes_of",
    "calls_of_year",
    "count_call",
    "definition_keys",
    "definition_rows",
    "last_stations",
    "message_status",
    "not_sent",
    "sql_messages",
    "summary",
]
