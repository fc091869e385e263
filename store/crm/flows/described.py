"""What a person writes for the actions that the CRM itself brings."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from store.crm.flows.definition import Model

Values = dict[str, Any]  # field -> value, or {"formula": text} over the record that started the flow


class UpdateRecords(Model):
    """Set fields of the record itself, or of the record that one of its lookups names."""

    fields: Values = Field(min_length=1)
    of: str = ""


class CreateRecords(Model):
    """Make one record for each that started the flow."""

    object: str
    fields: Values


class CreateTask(Model):
    """Make a task about the record."""

    subject: str
    due_in_days: int | None = None
    fields: Values = Field(default_factory=dict)


class AddToCampaign(Model):
    """Make the person a member of a campaign, or give the member another status."""

    campaign: str
    status: str = ""


class PublishEvent(Model):
    """Publish a platform event for each record."""

    event: str = Field(pattern=r"^\w+__e$")
    fields: Values = Field(default_factory=dict)
