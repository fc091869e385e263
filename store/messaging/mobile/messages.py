"""Mobile messages: what a channel sends, and to which kind of address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.org import Org

_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Channel:
    """A way to a phone. `address` is number or device; `consent` whether a keyword's opt-in is asked for.

    `responses` are (kind, rate, delay): fields of the engagement model. The first is how many see the message, and the
    others answer only when they have.
    """

    name: str
    label: str
    address: str
    consent: bool
    failure: str
    responses: tuple[tuple[str, str, str], ...]


CHANNELS = {
    channel.name: channel
    for channel in (
        Channel("sms", "SMS", "number", True, "sms_undelivered_rate", (
            ("click", "sms_click_rate", "sms_click_delay"), ("optout", "sms_optout_rate", "sms_click_delay"))),
        Channel("push", "Push", "device", True, "push_gone_rate", (
            ("open", "push_open_rate", "push_open_delay"),)),
        Channel("inbox", "Inbox", "device", False, "push_gone_rate", (
            ("open", "inbox_open_rate", "app_delay"),)),
        Channel("inapp", "In-App", "device", False, "push_gone_rate", (
            ("open", "inapp_seen_rate", "app_delay"), ("click", "inapp_click_rate", "app_delay"))),
        Channel("whatsapp", "WhatsApp", "number", True, "sms_undelivered_rate", (
            ("open", "whatsapp_read_rate", "whatsapp_read_delay"), ("optout", "sms_optout_rate", "sms_click_delay"))),
        Channel("line", "LINE", "device", False, "push_gone_rate", (
            ("open", "line_read_rate", "whatsapp_read_delay"),)),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Message:
    """One message at work."""

    message_id: int
    channel: Channel
    name: str
    text: str
    keyword_id: int | None
    code: str
    application: str
    concatenated: bool
    links: int
    object_id: str


@dataclass(frozen=True)
class Draft:
    """What a message is made of; `version_guid` and `activity_id` tie it to its journey in the data views."""

    channel: str
    name: str
    text: str
    object_id: str
    version_guid: str
    activity_id: str
    mid: int
    keyword_id: int | None = None
    application: str = ""
    from_name: str = ""
    concatenated: bool = False


def create_message(org: Org, draft: Draft) -> Message:
    """Put a message at work and return it."""
    number = int(org.value("SELECT coalesce(max(message_id), 0) + 1 FROM mobile_messages"))
    org.run(
        "INSERT INTO mobile_messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        number, draft.mid, CHANNELS[draft.channel].name, draft.name, draft.text, draft.keyword_id, draft.application,
        draft.from_name, int(draft.concatenated), len(_LINK.findall(draft.text)), draft.object_id, draft.version_guid,
        draft.activity_id, org.now,
    )  # fmt: skip
    found = message_of(org, draft.object_id)
    assert found is not None
    return found


def message_of(org: Org, object_id: str) -> Message | None:
    """The message that _JourneyActivity shows as this object id, or None."""
    number = org.value("SELECT message_id FROM mobile_messages WHERE object_id = ?", object_id)
    return None if number is None else message_by_id(org, number)


def message_by_id(org: Org, message_id: int) -> Message:
    """The message of that id."""
    row = org.row(
        """SELECT m.*, coalesce(k.code, '') AS code
           FROM mobile_messages m LEFT JOIN mobile_keywords k USING (keyword_id)
           WHERE m.message_id = ?""",
        message_id,
    )
    assert row is not None
    return Message(
        row["message_id"], CHANNELS[row["channel"]], row["name"], row["text"], row["keyword_id"], row["code"],
        row["application"], bool(row["concatenated"]), row["links"], row["object_id"],
    )  # fmt: skip
