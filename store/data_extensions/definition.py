"""What a person writes to make a data extension, and the rules it has to keep. Needs pydantic: import it late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator, model_validator

from store.data_extensions.model import FIXED_LENGTHS, Field
from store.data_extensions.templates import with_template
from store.data_extensions.values import Unfit, convert, is_get_date
from store.errors import Refused, did_you_mean

TEXT_DEFAULT_LENGTH, TEXT_MAX_LENGTH = 50, 4000  # source: SFD:ssjs_dataExtensionFieldsAdd, MaxLength of a Text field
DECIMAL_DEFAULT = (18, 0)  # ASSUMED; source: domain B1
DECIMAL_MAX_PRECISION = 29  # source: SFD:ssjs_dataExtensionFieldsAdd, MaxLength of a Decimal field
MAX_FIELD_NAME = 128  # source: Microsoft, "Database Identifiers": a column name has 1 to 128 characters
MAX_KEY_FIELDS = 10  # ASSUMED; source: domain B2
MAX_CUSTOMER_KEY = 200  # source: domain B2, "confirmed max length"

FieldType = Literal["Text", "Number", "Date", "Boolean", "EmailAddress", "Phone", "Decimal", "Locale"]


class _Definition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldDefinition(_Definition):
    """One field. Text without `length` has 50 characters, with `length: null` it has no limit."""

    name: str
    type: FieldType = "Text"
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    is_primary_key: bool = False
    is_nullable: bool | None = None  # left out: nullable unless it is a key
    default: str | int | float | bool | None = None

    @model_validator(mode="after")
    def _keeps_the_rules(self) -> FieldDefinition:
        name = self.name.strip()
        if not name:
            raise ValueError("a field needs a name")
        if name.startswith("_"):
            raise ValueError(f"field {name}: a name cannot begin with an underscore")  # source: domain B2
        if len(name) > MAX_FIELD_NAME:
            raise ValueError(f"field {name[:20]}...: a name has at most {MAX_FIELD_NAME} characters")
        if self.is_primary_key and self.is_nullable:
            raise ValueError(f"field {name}: a primary key cannot be nullable")  # source: domain B2
        self._check_sizes(name)
        if self.default is not None:
            self._check_default(name)
        return self

    def _check_sizes(self, name: str) -> None:
        if self.length is not None and self.type not in ("Text", "Decimal", *FIXED_LENGTHS):
            raise ValueError(f"field {name}: a {self.type} has no length")
        if self.type == "Text" and self.length is not None and not 1 <= self.length <= TEXT_MAX_LENGTH:
            raise ValueError(f"field {name}: the length of a Text is 1 to {TEXT_MAX_LENGTH}")
        if self.type != "Decimal" and (self.precision is not None or self.scale is not None):
            raise ValueError(f"field {name}: only a Decimal has precision and scale")
        if self.type == "Decimal":
            digits, after = self._digits()
            if not (1 <= digits <= DECIMAL_MAX_PRECISION and 0 <= after <= digits):
                raise ValueError(f"field {name}: precision is 1 to {DECIMAL_MAX_PRECISION}, scale at most as much")

    def _check_default(self, name: str) -> None:
        if is_get_date(self.default):
            if self.type != "Date":
                raise ValueError(f"field {name}: GetDate() is a default of Date fields only")
            return
        try:
            convert(self.field(), self.default)
        except Unfit as error:
            raise ValueError(f"field {name}: the default '{self.default}' does not fit. {error}") from error

    def _digits(self) -> tuple[int, int]:
        # The API calls a Decimal's precision its MaxLength; source: domain B1.
        return self.precision or self.length or DECIMAL_DEFAULT[0], self.scale or DECIMAL_DEFAULT[1]

    def field(self) -> Field:
        """The field as the file keeps it."""
        length: int | None = FIXED_LENGTHS.get(self.type)
        scale = None
        if self.type == "Text":
            length = self.length if "length" in self.model_fields_set else TEXT_DEFAULT_LENGTH
        elif self.type == "Decimal":
            length, scale = self._digits()
        nullable = not self.is_primary_key if self.is_nullable is None else self.is_nullable
        default = None if self.default is None else str(self.default)
        return Field(self.name.strip(), self.type, length, scale, self.is_primary_key, nullable, default)


class Retention(_Definition):
    """When rows go. `period` counts `unit` from the row's creation, or the day is given by `until`."""

    policy: Literal["individual_records", "all_records", "all_records_and_data_extension"]
    period: int | None = None
    unit: Literal["days", "weeks", "months", "years"] = "days"
    until: str | None = None
    reset_on_import: bool = False

    @model_validator(mode="after")
    def _has_an_end(self) -> Retention:
        if (self.period is None) == (self.until is None):
            raise ValueError("retention has either a period or a day (until)")
        if self.policy == "individual_records" and self.period is None:  # source: domain B4
            raise ValueError("retention of individual records counts from each row's creation: it has a period")
        if self.period is not None and self.period < 1:
            raise ValueError("the retention period is 1 or more")
        if self.until is not None:
            try:
                convert(Field("until", "Date"), self.until)
            except Unfit as error:
                raise ValueError(f"retention: until is no date. {error}") from error
        return self


class DataExtensionDefinition(_Definition):
    """A data extension as a person writes it."""

    name: str
    key: str = ""
    folder: str = ""
    description: str = ""
    template: str | None = None  # its fields come first, see templates.py
    fields: list[FieldDefinition]
    is_sendable: bool = False
    is_testable: bool = False
    sendable_field: str | None = None
    sendable_to: Literal["Subscriber Key", "Email Address"] | None = None
    retention: Retention | None = None

    @field_validator("name", "key", "folder")
    @classmethod
    def _trimmed(cls, value: str, info: ValidationInfo) -> str:
        value = value.strip().strip("/" if info.field_name == "folder" else "")
        if info.field_name == "name" and not value:
            raise ValueError("a data extension needs a name")
        if info.field_name == "name" and value.startswith("_"):
            raise ValueError(f"'{value}': names with an underscore in front are the data views'")  # source: domain D4
        if info.field_name == "key" and len(value) > MAX_CUSTOMER_KEY:
            raise ValueError(f"an external key has at most {MAX_CUSTOMER_KEY} characters")
        return value

    @model_validator(mode="after")
    def _keeps_the_rules(self) -> DataExtensionDefinition:
        if not self.fields:
            raise ValueError("a data extension needs at least one field")
        seen: set[str] = set()
        for field in self.fields:
            lower = field.name.strip().lower()  # source: domain B2, compared without case
            if lower in seen:
                raise ValueError(f"field {field.name}: there is another one of that name")
            seen.add(lower)
        if sum(field.is_primary_key for field in self.fields) > MAX_KEY_FIELDS:
            raise ValueError(f"a primary key has at most {MAX_KEY_FIELDS} fields")
        self._check_send_relationship(seen)
        return self

    def _check_send_relationship(self, names: set[str]) -> None:
        # source: domain B3. Which field types may relate to a Subscriber Key is ASSUMED: texts of any kind or numbers.
        if not self.is_sendable:
            if self.sendable_field or self.sendable_to or self.is_testable:
                raise ValueError("sendable_field, sendable_to and is_testable belong to a sendable data extension")
            return
        if not (self.sendable_field and self.sendable_to):
            raise ValueError("a sendable data extension needs a send relationship: sendable_field and sendable_to")
        if self.sendable_field.strip().lower() not in names:
            fix = did_you_mean(self.sendable_field, [field.name for field in self.fields])
            raise ValueError(f"sendable_field '{self.sendable_field}' is none of the fields. {fix}".strip())
        kind = next(f.type for f in self.fields if f.name.strip().lower() == self.sendable_field.strip().lower())
        unlike = ("Date", "Boolean", "Decimal") + (("Number", "Phone", "Locale") if "Email" in self.sendable_to else ())
        if kind in unlike:
            raise ValueError(f"field {self.sendable_field}: a {kind} cannot relate to the {self.sendable_to}")


def parse(definition: Mapping[str, Any]) -> DataExtensionDefinition:
    """The definition checked. Raises Refused with every problem, each naming its field."""
    whole = with_template(dict(definition))
    try:
        return DataExtensionDefinition.model_validate(whole)
    except ValidationError as error:
        fields = whole.get("fields")
        problems = [_said(problem, fields if isinstance(fields, list) else []) for problem in error.errors()]
        more = f"There are more: {'; '.join(problems[1:])}." if problems[1:] else ""
        where = f"data extension {definition.get('name', '(without a name)')}"
        first = f"{problems[0][0].upper()}{problems[0][1:]}"
        raise Refused(first if first.endswith("?") else f"{first}.", cause=more, where=where) from None


def _said(problem: Any, fields: list[Any]) -> str:
    """One problem of pydantic's as a person would say it."""
    place = list(problem["loc"])
    text = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        model = FieldDefinition if "fields" in place[:-1] else DataExtensionDefinition
        text = f"there is no such key. {did_you_mean(str(place[-1]), model.model_fields)}".rstrip(". ")
    elif problem["type"] == "missing":
        text = "it is missing"
    elif problem["type"] == "literal_error":
        allowed = str(problem["ctx"]["expected"])
        near = did_you_mean(str(problem["input"]), allowed.replace(" or ", ", ").replace("'", "").split(", "))
        text = f"'{problem['input']}' is none of {allowed}. {near}".rstrip(". ")
    elif problem["type"] == "value_error":
        return text
    if len(place) >= 2 and place[0] == "fields" and isinstance(place[1], int):
        number = place[1]
        written = fields[number] if number < len(fields) else None
        name = written.get("name") if isinstance(written, dict) else None
        place[:2] = [f"field {name or number + 1}"]
    return f"{', '.join(map(str, place))}: {text}" if place else text
