"""What a scenario file may say. Unknown keys are refused, with their place."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from store.errors import Unreadable


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Made(_Strict):
    """How one field of a generated record comes about; exactly one of the ways is given.

    pick: a word list by name, or the values themselves, each equally likely
    share: a checkbox that is true for this share of the records
    number: [low, high], both included
    text: a pattern with {n} (the record's number) and {Field} (an earlier field, lower case with |lower)
    lookup: another object; points to one of its records
    days_ago: [low, high]; a moment that many days before the start
    empty: leave it empty for this share (with any of the others)
    """

    pick: str | list[str] | None = None
    share: float | None = Field(None, ge=0, le=1)
    number: tuple[int, int] | None = None
    text: str | None = None
    lookup: str | None = None
    days_ago: tuple[int, int] | None = None
    empty: float = Field(0, ge=0, le=1)


class Generated(_Strict):
    """Records of one object made by seed: `count` absolute, or `per_person` times the size of the scenario."""

    object: str
    count: int | None = None
    per_person: float | None = None
    fields: dict[str, Made]


Variant = Literal["", "taught", "fixed"]  # of a lesson: only as it goes wrong, or only as it should be done


class Meanwhile(_Strict):
    """Something that a person does while the world runs: a command, `after` the start."""

    only: Variant = ""

    after: str
    title: str
    command: str
    arguments: dict[str, Any]


class Call(_Strict):
    """A command given while the world is made. `from_file` reads arguments from files beside the scenario."""

    only: Variant = ""

    command: str
    arguments: dict[str, Any] = {}
    from_file: dict[str, str] = {}


class Unit(_Strict):
    """A business unit below the enterprise, or below another one; see the command business_units.create."""

    name: str
    mid: int | None = None
    parent: str = ""
    unsubscribe: str = "ENTIRE_ENTERPRISE"


class Scenario(_Strict):
    """A whole scenario file. Every command takes `bu`, the business unit in which it is given.

    With `fixed`, a sentence that says what is done otherwise, there is a second scenario NAME-fixed of the same file.
    """

    fixed: str = ""
    finding: str = ""  # code of the finding that the lesson ends with, and that the fixed variant has not

    title: str
    about: str
    start: str
    length: str
    size: int = Field(ge=1)
    assumptions: dict[str, str | int | bool] = {}
    business_units: list[Unit] = []
    crm: list[Generated] = []
    setup: list[Call] = []
    meanwhile: list[Meanwhile] = []


def parse(raw: dict[str, Any], path: Path) -> Scenario:
    """The scenario of a parsed YAML. Raises Unreadable naming every key that is wrong and why."""
    try:
        return Scenario.model_validate(raw)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise Unreadable(
            f"The scenario has {len(problems)} mistake{'s' if len(problems) > 1 else ''}: {'; '.join(problems)}.",
            fix="The keys and values that a scenario may have are those of scenarios/definition.py.",
            where=str(path),
        ) from error
