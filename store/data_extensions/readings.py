"""What the panes and the command line show of data extensions: frozen, made by one or two statements each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import business_units
from store.clock import system_text
from store.data_extensions.model import FIXED_LENGTHS, DataExtension, all_definitions, by_id, get
from store.data_extensions.storage import quoted
from store.data_extensions.values import Stored

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org


@dataclass(frozen=True)
class Summary:
    """One line of the tree. `name` is the path: `Audience`, or `Germany/Audience` of a child business unit.

    `unit` is the name of that business unit, empty for the enterprise.
    """

    name: str
    customer_key: str
    folder: str
    kind: str
    rows: int
    is_sendable: bool
    unit: str = ""


@dataclass(frozen=True)
class Page:
    """Some rows: `keys` are their `_CustomObjectKey`, `rows` the values in the order of `columns`, as stored."""

    columns: tuple[str, ...]
    keys: tuple[int, ...]
    rows: tuple[tuple[Stored, ...], ...]


def summaries(org: Org) -> list[Summary]:
    """All data extensions of all business units by folder and name, the enterprise's first, with their row counts."""
    definitions = all_definitions(org)
    rows = _row_counts(org, definitions)
    units = {unit.mid: "" if unit.is_enterprise else unit.name for unit in business_units.units(org)}
    found = [
        Summary(d.path, d.customer_key, d.folder, d.kind, rows[d.de_id], d.is_sendable, units[d.mid])
        for d in definitions
    ]
    return sorted(found, key=lambda one: (one.unit.lower(), one.folder.lower(), one.name.lower()))


def _row_counts(org: Org, definitions: list[DataExtension]) -> dict[int, int]:
    """Rows by de_id, counted for a hundred at a time: SQLite takes at most 500 terms in a compound SELECT."""
    counts: dict[int, int] = {}
    for start in range(0, len(definitions), 100):
        parts = [f"SELECT {de.de_id}, count(*) FROM {quoted(de.table_name)}" for de in definitions[start : start + 100]]
        counts.update((row[0], row[1]) for row in org.rows(" UNION ALL ".join(parts)))
    return counts


def count(org: Org, name: str, filter_text: str = "") -> int:
    """How many rows there are, or how many have the text somewhere."""
    de = get(org, name)
    condition, params = _containing(de, filter_text)
    return int(org.value(f"SELECT count(*) FROM {quoted(de.table_name)} {condition}", *params))


def page(
    org: Org,
    name: str,
    *,
    limit: int = 100,
    offset: int = 0,
    order_by: str | None = None,
    descending: bool = False,
    filter_text: str = "",
) -> Page:
    """Rows in order of a field (else of creation), those that contain the text somewhere, case not counting."""
    de = get(org, name)
    condition, params = _containing(de, filter_text)
    found = org.rows(
        f"""SELECT {_selected(de)} FROM {quoted(de.table_name)} {condition}
            ORDER BY {_order(de, order_by, descending)} LIMIT ? OFFSET ?""",
        *params, limit, offset,
    )  # fmt: skip
    return _page(de, found)


def identities(
    org: Org, name: str, *, order_by: str | None = None, descending: bool = False, filter_text: str = ""
) -> Iterator[int]:
    """The `_CustomObjectKey` of every row of `page`, in the same order: to page far into a long one."""
    de = get(org, name)
    condition, params = _containing(de, filter_text)
    order = _order(de, order_by, descending)
    sql = f"SELECT _CustomObjectKey FROM {quoted(de.table_name)} {condition} ORDER BY {order}"
    return (row[0] for row in org.db.execute(sql, params))


def rows_of(org: Org, name: str, keys: Sequence[int]) -> Page:
    """The rows of these identities in their order; at most some hundred. Rows that are gone are left out."""
    de = get(org, name)
    marks = ", ".join("?" * len(keys))
    found = org.rows(f"SELECT {_selected(de)} FROM {quoted(de.table_name)} WHERE _CustomObjectKey IN ({marks})", *keys)
    by_key = {row[0]: row for row in found}
    return _page(de, [by_key[key] for key in keys if key in by_key])


def _selected(de: DataExtension) -> str:
    return ", ".join(["_CustomObjectKey", *(quoted(field.name) for field in de.fields)])


def _order(de: DataExtension, order_by: str | None, descending: bool) -> str:
    direction = "DESC" if descending else "ASC"
    first = f"{quoted(de.field(order_by).name)} {direction}, " if order_by else ""
    return f"{first}_CustomObjectKey {direction}"


def _page(de: DataExtension, found: Sequence[sqlite3.Row]) -> Page:
    columns = tuple(field.name for field in de.fields)
    return Page(columns, tuple(row[0] for row in found), tuple(tuple(row)[1:] for row in found))


def _containing(de: DataExtension, text: str) -> tuple[str, list[str]]:
    if not text:
        return "", []
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    tests = " OR ".join(f"{quoted(field.name)} LIKE ?1 ESCAPE '\\'" for field in de.fields)
    return f"WHERE ({tests})", [f"%{escaped}%"]


def properties(org: Org, de: DataExtension) -> dict[str, Any]:
    """What the product shows on the properties page of a data extension; what does not apply is left out."""
    retention = de.retention or {}
    period = f"{retention.get('period')} {retention.get('unit')}" if retention.get("period") else retention.get("until")
    found = {
        "name": de.name,
        "external_key": de.customer_key,
        "business_unit": business_units.get(org, de.mid).name,
        "folder": de.folder,
        "kind": de.kind,
        "description": de.description,
        "primary_key": ", ".join(de.primary_key),
        "sendable": f"{de.sendable_field} relates to {de.sendable_to}" if de.is_sendable else "no",
        "testable": "yes" if de.is_testable else "",
        "retention": f"{str(retention['policy']).replace('_', ' ')}: {period}" if retention else "off",
        "reset_on_import": "yes" if retention.get("reset_on_import") else "",
        "row_width": row_width(de),
        "created": system_text(de.created_at),
    }
    return {name: value for name, value in (found | made_from(org, de)).items() if value not in ("", None)}


def row_width(de: DataExtension) -> int | None:
    """Characters of the texts of a row; None without a limit. source: domain B2, more than 4000 make queries slow."""
    lengths = [field.length for field in de.fields if field.type == "Text" or field.type in FIXED_LENGTHS]
    return None if None in lengths else sum(length or 0 for length in lengths)


def made_from(org: Org, de: DataExtension) -> dict[str, Any]:
    """What it was made of: a template, or the source with the filter and the time of the last refresh."""
    found: dict[str, Any] = {"template": de.template} if de.template else {}
    if de.kind in ("filtered", "random"):
        found |= {"source": by_id(org, de.source_id).path if de.source_id else "deleted"}
        found |= {"filter": de.filter} if de.filter else {}
        found |= {"refreshed": system_text(de.refreshed_at) if de.refreshed_at else "never"}
    return found


def as_definition(de: DataExtension) -> dict[str, Any]:
    """The definition as a person would write it: `create` takes it back."""
    definition: dict[str, Any] = {"name": de.name, "key": de.customer_key}
    for name in ("folder", "description", "template"):
        if getattr(de, name):
            definition[name] = getattr(de, name)
    if de.is_sendable:
        definition |= {"is_sendable": True, "sendable_field": de.sendable_field, "sendable_to": de.sendable_to}
    if de.is_testable:
        definition["is_testable"] = True
    if de.retention:
        definition["retention"] = de.retention
    definition["fields"] = [_field_definition(field) for field in de.fields]
    return definition


def _field_definition(field: Any) -> dict[str, Any]:
    written: dict[str, Any] = {"name": field.name, "type": field.type}
    if field.type == "Text":
        written["length"] = field.length
    if field.type == "Decimal":
        written |= {"precision": field.length, "scale": field.scale}
    if field.is_primary_key:
        written["is_primary_key"] = True
    elif not field.is_nullable:
        written["is_nullable"] = False
    if field.default_value is not None:
        written["default"] = field.default_value
    return written
