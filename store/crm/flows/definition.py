"""What a person writes to define a flow. Unknown keys are refused; conditions and actions are checked by the org."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from store.errors import Refused

Operator = Literal[
    "equals", "not_equals", "greater", "greater_or_equal", "less", "less_or_equal", "contains", "starts_with",
    "ends_with", "is_null", "is_changed",
]  # fmt: skip


class Model(BaseModel):
    """Nothing but what is described."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Model):
    """One line of the entry conditions; `value` is true or false for is_null and is_changed."""

    field: str
    operator: Operator = "equals"
    value: Any = None


class Entry(Model):
    """Which records start the flow: conditions, or a formula; neither means every record."""

    logic: Literal["and", "or"] = "and"
    conditions: tuple[Condition, ...] = ()
    formula: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Entry:
        if self.conditions and self.formula:
            raise ValueError("entry has conditions or a formula, not both")
        return self


class Path(Model):
    """A scheduled path: `offset` (2d, -1h) from the triggering save or from a date field of the record."""

    label: str
    offset: str
    of: str = ""
    actions: tuple[dict[str, Any], ...]


class Flow(Model):
    """A record-triggered flow."""

    name: str = Field(pattern=r"^([A-Za-z]\w*:)?[A-Za-z]\w*$")
    object: str
    trigger: Literal["created", "updated", "created_or_updated"] = "created_or_updated"
    timing: Literal["before_save", "after_save"] = "after_save"
    entry: Entry = Entry()
    run: Literal["every_time", "when_changed_to_meet"] = "every_time"
    order: int | None = Field(default=None, ge=1, le=2000)
    actions: tuple[dict[str, Any], ...] = ()
    paths: tuple[Path, ...] = ()
    active: bool = True

    @model_validator(mode="after")
    def _fits_its_timing(self) -> Flow:
        # source: Salesforce Help, "Add a Scheduled Path": only after-save flows have them
        if self.timing == "before_save" and self.paths:
            raise ValueError("a before-save flow has no scheduled paths")
        if self.run == "when_changed_to_meet" and not (self.entry.conditions or self.entry.formula):
            raise ValueError("a flow without entry conditions cannot wait for them to be met")
        return self


def parse(given: dict[str, Any]) -> Flow:
    """The definition, checked as far as it can be without an org. Raises Refused naming the place."""
    try:
        return Flow.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Refused(f"The flow is not defined right: {first['msg']}.", where=where) from None
