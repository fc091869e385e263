"""Wait until chat response: as a wait for an event, whose event is the contact's answer in a chat.

Type WAITUNTILCHATRESPONSE; outcomes `EventFired` (one per keyword that is expected, or for any answer) and `no_event`.
The answer arrives as an entry event with the key in `waitForEventKey`. Source: public tools that read such journeys
name these outcomes; how the product matches an answer is not documented (ASSUMED: any answer is the event).
"""

from __future__ import annotations

from store.journey.activities.base import activity
from store.journey.activities.wait_until_event import WaitUntilEvent
from store.journey.spec import ActivitySpec


@activity("WAITUNTILCHATRESPONSE", "Wait Until Chat Response", split=True)
class WaitUntilChatResponse(WaitUntilEvent):
    """`waitForEventKey` names the event of the answer; `waitDuration` and `waitUnit` the longest that it waits."""

    @classmethod
    def means(cls, spec: ActivitySpec) -> bool:
        return True

    @property
    def duration(self) -> str:
        return super().duration.replace(f"until the event {self.event_key}", "until an answer in the chat")
