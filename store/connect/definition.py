"""What a person writes to synchronize an object, and the rules of MC Connect. Needs pydantic: import it late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from store.clock import parse as parse_time
from store.errors import OrgError, Refused, did_you_mean

MAX_FIELDS = 250  # source: domain C1
SHORTEST_POLL = 15  # minutes; source: domain C1


class _Definition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Records(_Definition):
    """Which records: those created since a day, or those whose one checkbox has a value. source: domain C1."""

    created_since: str | None = None
    field: str | None = None
    value: bool = True

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Records:
        if (self.created_since is None) == (self.field is None):
            raise ValueError("records is all, {created_since: DATE} or {field: CHECKBOX, value: true or false}")
        if self.created_since is not None:
            try:
                parse_time(self.created_since)
            except OrgError as error:
                raise ValueError(f"created_since: {error.message}") from None
        return self


class SynchronizedObject(_Definition):
    """An object, the fields of it, and which of its records."""

    object: str
    fields: list[str] = Field(min_length=1)
    records: Literal["all"] | Records = "all"
    poll_minutes: int = SHORTEST_POLL

    @model_validator(mode="after")
    def _keeps_the_rules(self) -> SynchronizedObject:
        if self.poll_minutes < SHORTEST_POLL:
            raise ValueError(f"poll_minutes: MC Connect polls every {SHORTEST_POLL} minutes at most")
        return self


def parse(definition: Mapping[str, Any]) -> SynchronizedObject:
    """The definition checked. Raises Refused naming the key."""
    try:
        parsed = SynchronizedObject.model_validate(dict(definition))
    except ValidationError as error:
        # `records` is a word or a mapping: of a mapping the complaint that it is no word says nothing.
        mapping = isinstance(definition.get("records"), Mapping)
        problems = error.errors()
        problem = next((one for one in problems if not (mapping and one["type"] == "literal_error")), problems[0])
        # A union also puts the name of its member into the place.
        place = ".".join(str(part) for part in problem["loc"] if str(part).isidentifier())
        text = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            known = [*SynchronizedObject.model_fields, *Records.model_fields]
            text = f"There is no such key. {did_you_mean(place.rpartition('.')[2], known)}".strip()
        raise Refused(
            f"{place}: {text}" if place and problem["type"] != "value_error" else text,
            where=f"synchronization of {definition.get('object', '(no object)')}",
        ) from None
    refuse_too_many(parsed.object, len({name.lower() for name in parsed.fields} | {"id"}))
    return parsed


def refuse_too_many(object_name: str, fields: int) -> None:
    """Raises Refused above the cap."""
    if fields > MAX_FIELDS:
        raise Refused(
            f"Synchronized Data Extensions are limited to {MAX_FIELDS} fields per object; {fields} were chosen of "
            f"{object_name}.",
            fix="Choose the fields that queries use; about 20 are recommended.",
        )


def refuse_too_short(poll_minutes: int) -> None:
    """Raises Refused below the shortest interval."""
    if poll_minutes < SHORTEST_POLL:
        raise Refused(f"MC Connect polls every {SHORTEST_POLL} minutes at most, not every {poll_minutes}.")
