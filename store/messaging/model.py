"""How people respond to email: rates and delays, kept as JSON in the file. Needs pydantic: import it late."""

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


def read(org: Org) -> EngagementModel:
    """The model of this file."""
    return EngagementModel.model_validate_json(org.value("SELECT model FROM engagement_model"))
