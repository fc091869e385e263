"""The values that criteria read of one visit, for whoever asks why: where each is from, and what the other side has.

Journey data is what the contact entered with; contact data is read live. Where both have a field of the same name and
differ, the value read says so: that is what a decision on the one instead of the other comes to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store import data_extensions
from store.data_extensions import DataExtension, quoted
from store.errors import Refused
from store.journey.activities.base import Read
from store.journey.attributes import Attribute, attribute
from store.journey.binding import value_of_visit
from store.journey.contact_data import contact_data, descending, link_field, path_of
from store.journey.criteria import Criteria
from store.journey.tables import CONTACT_OF_VISIT

if TYPE_CHECKING:
    import sqlite3

    from store.journey.version import Version
    from store.org import Org

_MOST = 10  # rows of a one-to-many data extension that are shown


def values_read(org: Org, version: Version, visit: int, root_id: int, criteria: Sequence[Criteria]) -> tuple[Read, ...]:
    """Each attribute that the criteria name, once, in their order."""
    named: dict[tuple[str, tuple[str, ...]], None] = {}
    for each in criteria:
        for condition in each.conditions():
            named.setdefault((condition.key, path_of(condition)))
            if condition.value_is_reference:
                named.setdefault((condition.value, ()))
    return tuple(_read(org, version, visit, root_id, key, via) for key, via in named)


def _read(org: Org, version: Version, visit: int, root_id: int, key: str, via: tuple[str, ...]) -> Read:
    found = attribute(key)
    if found.kind == "contact":
        value, source = _rows_of_contact(org, visit, found, via)
        entered = version.event_fields(org).get(found.field.lower())
        if entered is None:
            return Read(found.said, value, source)
        before = _entered_with(org, version, visit, root_id, entered[0])
        return Read(found.said, value, f"{source}{_differs(value, before, 'the journey data has')}")
    value, source = value_of_visit(org, version, key, visit, root_id)
    if found.kind != "event":
        return Read(found.said, value, source)
    event = version.event
    de = data_extensions.find(org, event.data_extension) if event and event.data_extension else None
    if de is None or found.field.lower() not in de.by_name:
        return Read(found.said, value, source)
    try:
        live = _rows_of_entry(org, visit, de, found.field)
    except Refused:  # the entry's rows do not say whose they are
        return Read(found.said, value, source)
    return Read(found.said, value, f"{source}{_differs(value, live, f'{de.name} has')}")


def _differs(value: object, other: object, words: str) -> str:
    """`; the journey data has 'Gold'`, or nothing where both are the same."""
    if value == other:
        return ""
    shown = "nothing" if other is None else f"'{other}'" if isinstance(other, str) else str(other)
    return f"; {words} {shown}"


def _entered_with(org: Org, version: Version, visit: int, root_id: int, column: str) -> object:
    return org.value(
        f"SELECT {quoted(column)} FROM {version.event_table} WHERE _cohort_id = ? AND _visit = ?", root_id, visit
    )


def _rows_of_contact(org: Org, visit: int, found: Attribute, via: tuple[str, ...]) -> tuple[object, str]:
    """The value, or the values of several rows, that a contact has now in an attribute set."""
    data = contact_data(org, found.source, via, binding=True)
    tables, theirs = data.rows("k")
    rows = org.rows(
        f"""SELECT x.{data.column(found.field)} FROM contacts k, {tables}
            WHERE k.contact_id = ? AND {theirs} ORDER BY {data.order()}{descending(org)} LIMIT {_MOST}""",
        visit & CONTACT_OF_VISIT,
    )
    return _one_or_all(rows), f"contact data, {data.attribute_set.name} as it is now"


def _rows_of_entry(org: Org, visit: int, de: DataExtension, field: str) -> object:
    """The same of the data extension that a contact entered from, whether or not it is linked."""
    contact_key = org.value("SELECT contact_key FROM contacts WHERE contact_id = ?", visit & CONTACT_OF_VISIT)
    rows = org.rows(
        f"""SELECT {quoted(de.field(field).name)} FROM {quoted(de.table_name)}
            WHERE {quoted(link_field(de))} = ? ORDER BY _CustomObjectKey LIMIT {_MOST}""",
        contact_key,
    )
    return _one_or_all(rows)


def _one_or_all(rows: Sequence[sqlite3.Row]) -> object:
    values = [row[0] for row in rows]
    return values[0] if len(values) == 1 else values or None
