"""WhatsApp: a template message to the contact's mobile number. Type WHATSAPPACTIVITY."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from store import messaging
from store.journey.activities.base import Finding, activity
from store.journey.activities.mobile_message import MobileMessage

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.version import Version
    from store.org import Org

OPT_IN = "WHATSAPP"  # consent to a channel is kept like a keyword's


@activity("WHATSAPPACTIVITY", "WhatsApp")
class WhatsApp(MobileMessage):
    """`channelId`, `mobileNumberAttributeName`, `assetId`. Source: the shape that public journey tools read."""

    channel = "whatsapp"

    @property
    def channel_id(self) -> str:
        """The WhatsApp channel."""
        return str(self.spec.configuration.get("channelId") or "")

    @property
    def text(self) -> str:
        configuration = self.spec.configuration
        return str(configuration.get("message") or configuration.get("templateName") or "")

    @property
    def number(self) -> str:
        """An attribute's name, with or without braces; else the journey's default mobile number."""
        named = str(self.spec.configuration.get("mobileNumberAttributeName") or "")
        if not named:
            return "{{InteractionDefaults.MobileNumber}}"
        return named if "{{" in named else f"{{{{{named}}}}}"

    def check(self, checking: Checking) -> Iterator[Finding]:
        """A channel."""
        if not self.channel_id:
            yield self.error(f"{self.spec.name}: no WhatsApp channel is chosen.")
        if self.spec.configuration.get("blockoutWindows") not in (None, "", "[]"):
            yield self.warning(f"{self.spec.name}: the blockout windows are not looked at.")
        yield from super().check(checking)

    def draft(self, org: Org, version: Version, object_id: str) -> messaging.Draft:
        keyword = messaging.keyword_id(org, self.channel_id, OPT_IN)
        return replace(super().draft(org, version, object_id), keyword_id=keyword, application=self.channel_id)
