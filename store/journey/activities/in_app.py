"""In-app message: shown the next time the app is opened. Type INAPPSYNCACTIVITY (also written INAPP)."""

from __future__ import annotations

from store.journey.activities.base import activity
from store.journey.activities.push import AppMessage


@activity("INAPPSYNCACTIVITY", "In-App")
class InApp(AppMessage):
    """Reaches every device with the app; some people do not open it in time (the model's `inapp_seen_rate`)."""

    channel = "inapp"
