"""Journey Builder: journeys in their public JSON, run set-based on cohorts of contacts."""

from __future__ import annotations

from store.journey import contact_deletion as _contact_deletion  # noqa: F401 (registers what it deletes)
from store.journey import entry, entry_queue, lifecycle, run, tables  # noqa: F401  (importing registers the agenda's handlers)
from store.journey import invariants as _invariants  # noqa: F401 (declares them)
from store.journey import key_migration as _key_migration  # noqa: F401 (registers what it moves)
from store.journey.activities import Decision, Finding, Read
from store.journey.api_messages import api_channels, last_api_stations, sql_api_messages
from store.journey.audit import Audited, audit
from store.journey.contact_data import link_field
from store.journey.contact_exit import Membership, membership
from store.journey.drafting import draft_of
from store.journey.force import force
from store.journey.gates import GoalState
from store.journey.history import Health, HistoryRow, health, history
from store.journey.lifecycle import stop
from store.journey.publish import create, publish
from store.journey.readings import (
    ActivityState,
    Balance,
    Canvas,
    JourneyRow,
    OutcomeState,
    VersionRow,
    balance,
    canvas,
    check,
    due,
    facts,
    goal,
    inside,
    journeys,
    version_rows,
)
from store.journey.salesforce import listening as _listening  # noqa: F401 (it reacts to steps)
from store.journey.sends import ExclusionScript, activity_of_send, exclusion_scripts, send_jobs
from store.journey.spec import EventDefinition, Interaction, read_event_definition, read_interaction
from store.journey.uses import (
    ADDRESS,
    BINDING,
    CRITERIA,
    FILTER,
    KEY,
    PERSONALIZATION,
    WRITTEN,
    SentEmail,
    Use,
    contact_sets,
    sent_emails,
)
from store.journey.uses import uses as field_uses
from store.journey.validation import validation
from store.journey.version import Version, current, versions
from store.journey.visits import (
    Hop,
    Visit,
    Why,
    decisions,
    messages,
    path,
    sends_visits,
    snapshot,
    visits,
    why,
)

DDL = tables.DDL + entry_queue.DDL

__all__ = [
    "ADDRESS",
    "Audited",
    "BINDING",
    "CRITERIA",
    "DDL",
    "FILTER",
    "KEY",
    "PERSONALIZATION",
    "WRITTEN",
    "ActivityState",
    "Balance",
    "Canvas",
    "Decision",
    "EventDefinition",
    "ExclusionScript",
    "Finding",
    "GoalState",
    "Health",
    "HistoryRow",
    "Hop",
    "Interaction",
    "Membership",
    "JourneyRow",
    "OutcomeState",
    "Read",
    "SentEmail",
    "Use",
    "Version",
    "VersionRow",
    "Visit",
    "Why",
    "activity_of_send",
    "api_channels",
    "audit",
    "balance",
    "canvas",
    "check",
    "contact_sets",
    "create",
    "draft_of",
    "due",
    "current",
    "decisions",
    "exclusion_scripts",
    "facts",
    "field_uses",
    "force",
    "goal",
    "health",
    "history",
    "inside",
    "journeys",
    "last_api_stations",
    "link_field",
    "membership",
    "messages",
    "path",
    "publish",
    "read_event_definition",
    "read_interaction",
    "send_jobs",
    "sends_visits",
    "sent_emails",
    "snapshot",
    "sql_api_messages",
    "stop",
    "validation",
    "version_rows",
    "versions",
    "visits",
    "why",
]
