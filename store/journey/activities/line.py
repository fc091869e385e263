"""LINE: a message to contacts who follow the channel. Type SENDTOLINESYNC."""

from __future__ import annotations

from store.journey.activities.base import activity
from store.journey.activities.push import AppMessage


@activity("SENDTOLINESYNC", "LINE")
class Line(AppMessage):
    """The channel is the application: whoever follows it is registered with platform LINE. Source: domain D4, type."""

    channel = "line"

    @property
    def application(self) -> str:
        configuration = self.spec.configuration
        return str(configuration.get("channelId") or configuration.get("channelName") or super().application)
