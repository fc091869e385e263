"""Mobile Studio: SMS, push, inbox, in-app, WhatsApp and LINE messages, and who can be reached by them."""

from __future__ import annotations

from store.messaging.mobile import contact_model as _contact_model  # noqa: F401 (adds to the contact model)
from store.messaging.mobile import invariants as _invariants  # noqa: F401 (declares them)
from store.messaging.mobile import tables, views
from store.messaging.mobile.lists import country_of, devices, keyword_id, sql_mobile_number
from store.messaging.mobile.messages import CHANNELS, Draft, Message, create_message, message_of
from store.messaging.mobile.readings import MobileCounts, MobileReceived, mobile_counts, mobile_received
from store.messaging.mobile.segments import MOST_PARTS, parts
from store.messaging.mobile.send import MobileAudience, MobileSent, send_mobile

DDL = tables.DDL + views.DDL

__all__ = [
    "CHANNELS",
    "DDL",
    "Draft",
    "MOST_PARTS",
    "Message",
    "MobileAudience",
    "MobileCounts",
    "MobileReceived",
    "MobileSent",
    "country_of",
    "create_message",
    "devices",
    "keyword_id",
    "message_of",
    "mobile_counts",
    "mobile_received",
    "parts",
    "send_mobile",
    "sql_mobile_number",
]
