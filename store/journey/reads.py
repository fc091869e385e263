"""The values that criteria read of one visit, for whoever asks why: where each is from, and what the other side has.

Journey data is what the contact entered with; contact data is read live. Where both have a field of the same name and
differ, the value read says so: that is what a decision on the one instead of the other comes to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store import data_extensions
from store.data_extensions import quoted
from store.errors import Refused
from store.journey.activities.base import Read
from store.journey.attributes import Attribute, attribute
from store.journey.binding import value_of_visit
from store.journey.criteria import Criteria
from store.journey.criteria_sql import find_set, link_field
from store.journey.tables import CONTACT_OF_VISIT

if TYPE_CHECKING:
    from store.journey.version import Version
    from store.org import Org

_MOST = 10  # rows of a one-to-many data extension that are shown


def values_read(org: Org, version: Version, visit: int, root_id: int, criteria: Sequence[Criteria]) -> tuple[Read, ...]:
    """Each attribute that the criteria name, once, in their order."""
    named: dict[str, None] = {}
    for each in criteria:
        for condition in each.conditions():
            named.setdefault(condition.key)
            if condition.value_is_reference:
                named.setdefault(condition.value)
    return tuple(_read(org, version, visit, root_id, key) for key in named)


def _read(org: Org, version: Version, visit: int, root_id: int, key: str) -> Read:
    found = attribute(key)
    if found.kind == "contact":
        value, source = _rows_of_contact(org, visit, found)
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
        live, _ = _rows_of_contact(org, visit, Attribute("contact", de.path, found.field))
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


def _rows_of_contact(org: Org, visit: int, found: Attribute) -> tuple[object, str]:
    """The value, or the values of several rows, that a contact has now in a data extension."""
    de = find_set(org, found.source)
    contact_key = org.value("SELECT contact_key FROM contacts WHERE contact_id = ?", visit & CONTACT_OF_VISIT)
    rows = org.rows(
        f"""SELECT {quoted(de.field(found.field).name)} FROM {quoted(de.table_name)}
            WHERE {quoted(link_field(de))} = ? ORDER BY _CustomObjectKey LIMIT {_MOST}""",
        contact_key,
    )
    values = [row[0] for row in rows]
    return (values[0] if len(values) == 1 else values or None), f"contact data, {de.name} as it is now"
