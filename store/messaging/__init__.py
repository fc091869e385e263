"""Email Studio and Mobile Studio: messages, sends, and how people respond."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.messaging import api_sends, classification, exclusions, mobile, outside, settings, tables, views
from store.messaging import contact_deletion as _contact_deletion  # noqa: F401 (registers what it deletes)
from store.messaging import invariants as _invariants  # noqa: F401 (declares them)
from store.messaging import key_migration as _key_migration  # noqa: F401 (registers what it moves)
from store.messaging import user_send as _user_send  # noqa: F401 (registers its command)
from store.messaging.api_sends import REST, SOAP, ApiRefused, calls_of_year, count_call
from store.messaging.effects import catch_up
from store.messaging.emails import (
    Email,
    Job,
    create_email,
    create_job,
    emails,
    find_email,
    find_email_of_asset,
    get_job,
    job_of_definition,
    refuse_unknown,
)
from store.messaging.engagement import sql_openness, sql_who, who
from store.messaging.exclusions import EXCLUSIONS
from store.messaging.inject import inject
from store.messaging.mobile import (
    CHANNELS,
    MOST_PARTS,
    Draft,
    Message,
    MobileAudience,
    MobileCounts,
    MobileReceived,
    MobileSent,
    create_message,
    devices,
    keyword_id,
    message_of,
    mobile_counts,
    mobile_received,
    send_mobile,
    sql_mobile_number,
)
from store.messaging.mobile import parts as sms_parts
from store.messaging.outcomes import sql_outcomes
from store.messaging.outside import cohort_of, gather, most_sends
from store.messaging.readings import (
    JobCounts,
    Received,
    Tracking,
    batch_of,
    bounces_of,
    events_of,
    job_counts,
    jobs,
    received,
    sent_since,
    sql_responders,
    sql_sends_since,
    totals,
    unsubscribes,
)
from store.messaging.results import sql_clicks, sql_mails_to, sql_messages, sql_next_event, sql_responses
from store.messaging.send import Audience, Sent, send_to_cohort
from store.messaging.settings import set_engagement

if TYPE_CHECKING:
    from store.org import Org

DDL = classification.DDL + tables.DDL + exclusions.DDL + views.DDL + mobile.DDL + outside.DDL + api_sends.DDL

__all__ = [
    "ApiRefused",
    "Audience",
    "CHANNELS",
    "DDL",
    "Draft",
    "EXCLUSIONS",
    "Email",
    "Job",
    "JobCounts",
    "MOST_PARTS",
    "Message",
    "MobileAudience",
    "MobileCounts",
    "MobileReceived",
    "MobileSent",
    "REST",
    "Received",
    "SOAP",
    "Sent",
    "Tracking",
    "api_sends",
    "batch_of",
    "bounces_of",
    "calls_of_year",
    "catch_up",
    "count_call",
    "classification",
    "cohort_of",
    "create_email",
    "create_job",
    "create_message",
    "devices",
    "emails",
    "events_of",
    "exclusions",
    "find_email",
    "find_email_of_asset",
    "gather",
    "get_job",
    "inject",
    "install",
    "job_counts",
    "job_of_definition",
    "jobs",
    "keyword_id",
    "message_of",
    "mobile_counts",
    "mobile_received",
    "most_sends",
    "received",
    "refuse_unknown",
    "send_mobile",
    "send_to_cohort",
    "sent_since",
    "set_engagement",
    "sms_parts",
    "sql_clicks",
    "sql_mails_to",
    "sql_messages",
    "sql_mobile_number",
    "sql_next_event",
    "sql_openness",
    "sql_outcomes",
    "sql_responders",
    "sql_responses",
    "sql_sends_since",
    "sql_who",
    "totals",
    "unsubscribes",
    "who",
]


def install(org: Org) -> None:
    """Start with the engagement model's defaults, and the default send classifications."""
    settings.install(org)
    classification.install(org)
