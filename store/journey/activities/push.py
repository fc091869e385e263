"""Push notification: to the contact's device, through a mobile app. Type PUSHNOTIFICATIONACTIVITY."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from store import messaging
from store.journey.activities.base import Finding, activity
from store.journey.activities.mobile_message import MobileMessage

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.version import Version
    from store.org import Org


class AppMessage(MobileMessage):
    """What all messages to an app share: `configurationArguments.application` and the text of the message."""

    @property
    def application(self) -> str:
        """The app's name, else its id."""
        configuration = self.spec.configuration
        found: Any = configuration.get("application")
        if isinstance(found, dict):
            found = found.get("name") or found.get("id")
        return str(found or configuration.get("applicationName") or configuration.get("applicationId") or "")

    @property
    def text(self) -> str:
        configuration = self.spec.configuration
        names = ("message", "messageText", "alert", "displayMessage", "subject", "title")
        return str(next((configuration[name] for name in names if isinstance(configuration.get(name), str)), ""))

    def check(self, checking: Checking) -> Iterator[Finding]:
        """An app, and someone who has it."""
        if not self.application:
            yield self.error(f"{self.spec.name}: no mobile application is chosen.")
        elif not messaging.devices(checking.org, self.application):
            yield self.warning(
                f"{self.spec.name}: no contact has the app {self.application}; messaging.register_devices installs it."
            )
        yield from super().check(checking)

    def draft(self, org: Org, version: Version, object_id: str) -> messaging.Draft:
        return replace(super().draft(org, version, object_id), application=self.application)

    def explain(self) -> str:
        return f"{super().explain().rstrip('.')} through {self.application or 'no app'}."


@activity("PUSHNOTIFICATIONACTIVITY", "Push")
class Push(AppMessage):
    """Reaches devices whose owners allow push messages. Source: domain E5; the shape from public journey tools."""

    channel = "push"
