"""What a person writes beside a flow's action of MC Connect. Needs pydantic: import it late."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class TriggeredSend(BaseModel):
    """`definition` is the key of a Triggered Send Definition; `to` a lookup to the person, if it isn't the record."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    definition: str
    to: str = ""
