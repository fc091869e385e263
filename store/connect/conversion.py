"""How a CRM field arrives in a Synchronized Data Extension: its type there, and its value as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import crm
from store.assumptions import assume
from store.clock import sql_system_text, sql_utc_text
from store.data_extensions import Field, quoted

if TYPE_CHECKING:
    from store.org import Org

PICKLIST_LENGTH = 255  # source: domain C1, whatever the picklist's own values
ID_LENGTH = 18
TEXT_MAX = 4000  # source: domain B1; a longer text is cut, which is ASSUMED
NUMBER_DIGITS = 9  # more do not fit a 32-bit Number

assume(
    "synchronized_datetimes",
    "system time",
    ("system time", "utc"),
    "The clock in which MC Connect writes date-times into Synchronized Data Extensions",
    "general knowledge: Date fields hold system time; no page found for synchronized ones",
)


def field_for(source: crm.Field) -> Field:
    """The field of the Synchronized Data Extension that holds this CRM field."""
    name, key = source.name, source.name == "Id"
    if source.type in ("id", "reference"):
        return Field(name, "Text", ID_LENGTH, is_primary_key=key, is_nullable=not key)
    if source.type == "picklist":
        return Field(name, "Text", PICKLIST_LENGTH)
    if source.type == "boolean":
        return Field(name, "Boolean")
    if source.type in ("date", "datetime"):
        return Field(name, "Date")
    if source.type == "int" and (source.precision or 0) <= NUMBER_DIGITS:
        return Field(name, "Number")
    if source.type in ("int", "double", "currency", "percent"):
        return Field(name, "Decimal", source.precision, source.scale or 0)
    if source.type in ("email", "phone"):
        return Field(name, "EmailAddress", 254) if source.type == "email" else Field(name, "Phone", 50)
    return Field(name, "Text", min(source.length or TEXT_MAX, TEXT_MAX))


def sql_value(org: Org, field: str, crm_type: str, scale: int | None, alias: str = "c", *, column: str = "") -> str:
    """SQL for the value of a CRM field as its data extension field keeps it; `column` where it is not plainly one."""
    column = column or f"{alias}.{quoted(field)}"
    if crm_type == "datetime":
        return sql_utc_text(column) if org.assumption("synchronized_datetimes") == "utc" else sql_system_text(column)
    if crm_type == "date":
        return f"{column} || ' 00:00:00'"
    if crm_type in ("double", "currency", "percent"):
        return f"round({column}, {scale or 0})"
    if crm_type == "textarea":
        return f"substr({column}, 1, {TEXT_MAX})"
    return column
