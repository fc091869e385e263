"""What a formula becomes: SQL with the kind of its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from store.errors import Refused

Kind = Literal["text", "number", "boolean", "date", "datetime", "null"]

# How a field's type behaves in a formula. source: Salesforce Help, "Formula Operators and Functions"
KIND_OF_TYPE: dict[str, Kind] = {
    "boolean": "boolean", "int": "number", "double": "number", "currency": "number", "percent": "number",
    "date": "date", "datetime": "datetime",
}  # fmt: skip


@dataclass(frozen=True)
class Expression:
    """An SQL expression as the tables store its kind: dates as text, moments as UTC seconds, checkboxes as 0 and 1.

    `picklist` says that it is a picklist field, which most functions do not take without TEXT(); `raw` is the same
    without what a blank counts as.
    """

    sql: str
    kind: Kind
    picklist: bool = False
    raw: str = ""

    @property
    def unfilled(self) -> str:
        """SQL that is NULL where the field is blank."""
        return self.raw or self.sql


class FormulaError(Refused):
    """A formula that the product would not save."""
