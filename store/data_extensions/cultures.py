"""How dates and decimal numbers are written in the culture of an import file.

source: domain B6, DateFormattingLocale; the orders and signs are those of the .NET cultures of these names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from store.data_extensions.model import Field
from store.errors import Refused, did_you_mean

_DATE = re.compile(r"\s*(\d{1,4})([./-])\s*(\d{1,2})\2\s*(\d{1,4})(\D.*)?", re.DOTALL)


@dataclass(frozen=True)
class Culture:
    """`order` of day, month and year; the sign before decimals and the one between thousands."""

    order: str
    decimal: str = "."
    thousands: str = ","


_POINT_GROUPS, _BLANK_GROUPS = (",", "."), (",", " ")
CULTURES = {
    "en-US": Culture("mdy"),
    "en-GB": Culture("dmy"),
    "en-AU": Culture("dmy"),
    "en-CA": Culture("ymd"),
    "de-DE": Culture("dmy", *_POINT_GROUPS),
    "es-ES": Culture("dmy", *_POINT_GROUPS),
    "it-IT": Culture("dmy", *_POINT_GROUPS),
    "nl-NL": Culture("dmy", *_POINT_GROUPS),
    "da-DK": Culture("dmy", *_POINT_GROUPS),
    "pt-BR": Culture("dmy", *_POINT_GROUPS),
    "fr-FR": Culture("dmy", *_BLANK_GROUPS),
    "nb-NO": Culture("dmy", *_BLANK_GROUPS),
    "fi-FI": Culture("dmy", *_BLANK_GROUPS),
    "pl-PL": Culture("dmy", *_BLANK_GROUPS),
    "sv-SE": Culture("ymd", *_BLANK_GROUPS),
    "ja-JP": Culture("ymd"),
    "zh-CN": Culture("ymd"),
}


def culture(name: str) -> Culture:
    """The culture of that name, case not counting. Raises Refused with the nearest one."""
    found = next((one for key, one in CULTURES.items() if key.lower() == name.strip().lower()), None)
    if found is None:
        fix = did_you_mean(name, CULTURES) or f"There are: {', '.join(CULTURES)}."
        raise Refused(f"The culture '{name}' is not known.", fix=fix)
    return found


def plain(field: Field, cell: str, by: Culture) -> str:
    """A cell as the culture writes it, in a form that every field takes: US dates, numbers with a point."""
    if field.type == "Date":
        return _us_date(cell, by.order)
    if field.type in ("Number", "Decimal"):
        return cell.replace(by.thousands, "").replace("\u00a0", "").replace(by.decimal, ".").strip()
    return cell


def _us_date(cell: str, order: str) -> str:
    """A date in the order of the culture as `month/day/year`; with a year of four digits in front it is an ISO date."""
    found = _DATE.fullmatch(cell)
    if not found:
        return cell
    parts, rest = (found[1], found[3], found[4]), found[5] or ""
    if len(parts[0]) == 4:
        return f"{parts[0]}-{parts[1].zfill(2)}-{parts[2].zfill(2)}{rest}"
    day, month, year = (parts[order.index(part)] for part in "dmy")
    return f"{month}/{day}/{year}{rest}"
