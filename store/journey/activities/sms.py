"""SMS: a text to the contact's mobile number, through a keyword of a short or long code. Type SMSSYNC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from store import messaging
from store.clock import DAY, MINUTE, system_day_start
from store.journey.activities.base import Finding, activity
from store.journey.activities.mobile_message import MobileMessage

if TYPE_CHECKING:
    from store.journey.check import Checking
    from store.journey.version import Version
    from store.org import Org

_TIME = re.compile(r"\s*(\d{1,2}):(\d{2})(?::\d{2})?\s*(AM|PM)?\s*", re.IGNORECASE)


@activity("SMSSYNC", "SMS")
class Sms(MobileMessage):
    """`r__mobileKeyword_codeKeyword` (code.keyword), `isOptIn`, `isConcatenate`, `fromName`, the blackout window.

    The text stands in the definition's own copy of the message. Source: recorded journeys with SMSSYNC activities.
    """

    channel = "sms"

    @property
    def text(self) -> str:
        store = _of(self.spec.metadata, "store")
        block = _of(store, "messageDefinition", "views", "sms", "meta", "options", "customBlockData")
        found = store.get("selectedContentBuilderMessage") or block.get("display:message")
        return str(found or self.spec.configuration.get("messageText") or "").strip()

    @property
    def number(self) -> str:
        return str(self.spec.arguments.get("mobileNumber") or "{{InteractionDefaults.MobileNumber}}")

    @property
    def subscribes(self) -> bool:
        return _is_true(self.spec.configuration.get("isOptIn"))

    @property
    def concatenated(self) -> bool:
        """Whether the parts of a long text arrive as one message."""
        return _is_true(self.spec.configuration.get("isConcatenate"))

    @property
    def code_and_keyword(self) -> tuple[str, str]:
        """The code and the keyword, each empty when it is not chosen."""
        configuration = self.spec.configuration
        written = str(configuration.get("r__mobileKeyword_codeKeyword") or "")
        code, _, keyword = written.partition(".")
        return code or str(configuration.get("c__mobileCode") or ""), keyword

    @property
    def blackout(self) -> tuple[int, int] | None:
        """From and to, as seconds of the day, when the activity honors a blackout window."""
        configuration = self.spec.configuration
        if str(configuration.get("honorBlackoutWindowEnum") or "0") == "0":
            return None
        names = ("mobileBlackoutWindowStartTime", "mobileBlackoutWindowEndTime")
        start, end = (_seconds(str(configuration.get(name) or "")) for name in names)
        return (start, end) if start is not None and end is not None and start != end else None

    def check(self, checking: Checking) -> Iterator[Finding]:
        """A code and keyword, a number to send to, a text that fits."""
        name, spec = self.spec.name, checking.version.spec
        code, keyword = self.code_and_keyword
        if not code:
            yield self.error(f"{name}: no short or long code is chosen.")
        elif not keyword:
            yield self.warning(f"{name}: no keyword is chosen; consent is not asked for.")
        if "InteractionDefaults" in self.number and not spec.default_mobile_numbers:
            yield self.warning(
                f"{name}: the journey has no default mobile number; only contacts with a number in MobileConnect are"
                " reached."
            )
        parts = messaging.sms_parts(self.text, concatenated=self.concatenated)
        if parts > messaging.MOST_PARTS:
            yield self.error(f"{name}: the text makes {parts} messages; {messaging.MOST_PARTS} is the most.")
        elif parts > 1:
            how = "that arrive as one" if self.concatenated else "that arrive one by one"
            yield self.warning(f"{name}: the text makes {parts} messages {how}; {parts} are billed.")
        enabled = str(self.spec.configuration.get("honorBlackoutWindowEnum") or "0") != "0"
        if enabled and self.blackout is None:
            yield self.error(f"{name}: the blackout window has no start or no end.")
        yield from super().check(checking)

    def draft(self, org: Org, version: Version, object_id: str) -> messaging.Draft:
        code, keyword = self.code_and_keyword
        return replace(
            super().draft(org, version, object_id),
            keyword_id=messaging.keyword_id(org, code, keyword) if code and keyword else None,
            from_name=str(self.spec.configuration.get("fromName") or "")[:11],  # source: domain D5, FromName Text(11)
            concatenated=self.concatenated,
        )

    def due_at(self, now: int) -> int:
        """At once, or when the blackout window ends. ASSUMED: the window is in system time, not the contact's own."""
        window = self.blackout
        if window is None:
            return now
        start, end = window
        midnight = system_day_start(now)
        for day in (midnight - DAY, midnight):
            opens, closes = day + start, day + end + (DAY if end < start else 0)
            if opens <= now < closes:
                return closes
        return now

    def explain(self) -> str:
        code, keyword = self.code_and_keyword
        said = super().explain().rstrip(".")
        return f"{said} from {code}{f' ({keyword})' if keyword else ''}."


def _of(value: Any, *names: str) -> dict[str, Any]:
    """The object under these names, one inside the other; empty when it is not there."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _is_true(value: object) -> bool:
    return str(value).lower() in ("true", "1")


def _seconds(text: str) -> int | None:
    """Seconds since midnight of `21:00` or `9:00 PM`; None for anything else."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour = int(match[1]) % 12 + (12 if match[3].upper() == "PM" else 0) if match[3] else int(match[1])
    return hour * 60 * MINUTE + int(match[2]) * MINUTE if hour < 24 and int(match[2]) < 60 else None
