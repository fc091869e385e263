"""Rows of a data extension in any order, a page at a time, however many there are; and one value to be changed."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mctui.reading.memo import remembered
from mctui.views import Query

if TYPE_CHECKING:
    from store import Org
    from store.data_extensions import DataExtension

Rows = tuple[tuple[object, ...], ...]
FAR = 10_000  # rows; from there on an OFFSET costs more than a list of all identities


@dataclass(frozen=True)
class Cell:
    """One value of a row: `key` finds the row again, `rule` says what the field takes."""

    de: str
    key: dict[str, object]
    field: str
    rule: str
    value: object


def query_of(name: str, order: str, descending: bool, filter_text: str) -> Query:
    """What a table of rows shows: `args` are name, order and direction."""
    return Query("de", (name, order, "desc" if descending else ""), filter_text)


def page(org: Org, query: Query, offset: int, limit: int) -> Rows:
    """At most `limit` rows; each ends with its identity."""
    from store import data_extensions

    name, order, direction = query.args
    if offset < FAR:
        found = data_extensions.page(
            org, name, limit=limit, offset=offset, filter_text=query.filter, order_by=order or None,
            descending=bool(direction),
        )  # fmt: skip
    else:
        stamp = (query, org.k)
        keys = remembered(org, "order of rows", stamp, lambda: array("q", data_extensions.identities(
            org, name, filter_text=query.filter, order_by=order or None, descending=bool(direction))))  # fmt: skip
        found = data_extensions.rows_of(org, name, keys[offset : offset + limit])
    return tuple((*row, key) for row, key in zip(found.rows, found.keys, strict=True))


def cell(org: Org, name: str, field: str, row: tuple[object, ...]) -> Cell:
    """A value that a person wants to change. Raises Refused where rows cannot be written."""
    from store import data_extensions

    de = data_extensions.get(org, name)
    data_extensions.refuse_unless_writable(de)
    at = [each.name for each in de.fields].index(field)
    return Cell(de.path, key_of(de, row), field, rule(de, field), row[at])


def key_of(de: DataExtension, row: tuple[object, ...]) -> dict[str, object]:
    """What finds a row again: its primary key, else its identity."""
    names = [each.name for each in de.fields]
    by_key = {key: row[names.index(key)] for key in de.primary_key}
    return by_key or {"_CustomObjectKey": row[-1]}


def rule(de: DataExtension, field: str) -> str:
    """`Text(50), key, wants a value`."""
    found = de.field(field)
    words = [found.declared, "key" if found.is_primary_key else ""]
    words.append("" if found.is_nullable else "wants a value")
    words.append(f"else {found.default_value}" if found.default_value is not None else "")
    return ", ".join(filter(None, words))


def row_to_delete(org: Org, name: str, row: tuple[object, ...]) -> tuple[str, dict[str, object]]:
    """The data extension and what finds the row. Raises Refused where rows cannot be written."""
    from store import data_extensions

    de = data_extensions.get(org, name)
    data_extensions.refuse_unless_writable(de)
    return de.path, key_of(de, row)


def form(org: Org, name: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A row to be filled in: the data extension and (field, rule) of each. Raises Refused where none can be added."""
    from store import data_extensions

    de = data_extensions.get(org, name)
    data_extensions.refuse_unless_writable(de)
    return de.path, tuple((field.name, rule(de, field.name)) for field in de.fields)
