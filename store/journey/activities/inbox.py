"""Inbox message: stays in the app until it is read. Type PUSHINBOXACTIVITY (also written INBOX)."""

from __future__ import annotations

from store.journey.activities.base import activity
from store.journey.activities.push import AppMessage


@activity("PUSHINBOXACTIVITY", "Inbox")
class Inbox(AppMessage):
    """Reaches every device with the app, whether or not its owner allows push messages (ASSUMED)."""

    channel = "inbox"
