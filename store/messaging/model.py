"""How people respond to messages: rates and delays, kept as JSON in the file. Needs pydantic: import it late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from store.org import Org


class EngagementModel(BaseModel):
    """Rates in [0, 1] and typical delays in seconds. Every value is an assumption; the product has no such model.

    A person's tendency to open is the same for all messages: with a trait u, uniform in [0, 1) over people, the
    chance to open is `open_rate * (0.25 + 2.25 * u * u)`, which is `open_rate` on average. A delay is
    `typical * v / (1.02 - v)` with v uniform in [0, 1): half of all within `typical`, a long tail up to 50 times that.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    open_rate: float = Field(default=0.34, ge=0, le=0.4)  # the most open people open 2.5 times as often
    reopen_rate: float = Field(default=0.2, ge=0, le=1)  # of those who opened
    click_rate: float = Field(default=0.16, ge=0, le=1)  # of those who opened
    reclick_rate: float = Field(default=0.12, ge=0, le=1)  # of those who clicked
    unsubscribe_rate: float = Field(default=0.006, ge=0, le=1)  # of those who opened
    complaint_rate: float = Field(default=0.0006, ge=0, le=1)  # of those who opened
    dead_address_rate: float = Field(default=0.008, ge=0, le=1)  # of people: a hard bounce each time
    soft_bounce_rate: float = Field(default=0.01, ge=0, le=1)  # of messages
    open_delay: int = Field(default=3 * 3600, ge=1, le=86400)
    click_delay: int = Field(default=120, ge=1, le=3600)  # after the open
    reopen_delay: int = Field(default=4 * 3600, ge=1, le=86400)  # after the first
    # Source: domain A2: the platform retries for 72 hours before it records a soft bounce.
    soft_bounce_delay: int = Field(default=72 * 3600, ge=0, le=7 * 86400)

    # Phones: a number or an app that is dead is so for every message.
    sms_undelivered_rate: float = Field(default=0.02, ge=0, le=1)  # of numbers
    sms_click_rate: float = Field(default=0.07, ge=0, le=1)  # of messages with a link that arrived
    sms_optout_rate: float = Field(default=0.004, ge=0, le=1)  # of messages that arrived: a reply of STOP
    sms_click_delay: int = Field(default=600, ge=1, le=86400)
    push_gone_rate: float = Field(default=0.03, ge=0, le=1)  # of devices: the app is not there any more
    push_open_rate: float = Field(default=0.06, ge=0, le=1)
    push_open_delay: int = Field(default=1200, ge=1, le=86400)
    inbox_open_rate: float = Field(default=0.18, ge=0, le=1)
    inapp_seen_rate: float = Field(default=0.45, ge=0, le=1)  # the app is opened while the message is live
    inapp_click_rate: float = Field(default=0.1, ge=0, le=1)  # of those who saw it
    app_delay: int = Field(default=16 * 3600, ge=1, le=86400)  # until the app is opened next
    whatsapp_read_rate: float = Field(default=0.75, ge=0, le=1)
    whatsapp_read_delay: int = Field(default=900, ge=1, le=86400)
    line_read_rate: float = Field(default=0.6, ge=0, le=1)


def read(org: Org) -> EngagementModel:
    """The model of this file."""
    return EngagementModel.model_validate_json(org.value("SELECT model FROM engagement_model"))
