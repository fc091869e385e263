"""A query that puts what a contact has several of into a data extension with one row per contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import connect, contacts, crm, data_extensions, query
from store.advice.finding import SHOWN, Evidence, finding
from store.errors import Refused

if TYPE_CHECKING:
    from store.data_extensions import DataExtension
    from store.org import Org

_COUNTED = 200_000  # rows of a run
_PEOPLE = ("Contact", "Lead", "User")  # source: domain C1, the objects whose ids are Contact Keys


@finding(
    "one-to-many-flattened",
    severity="warning",
    title="{count} [query puts|queries put] what a contact has several of into one row per contact",
    why="The target is keyed by the contact, and the query gives several rows for one: of each contact's many one row"
    " can stay at most. Which one is not said.",
    fix="`mctui mapping FILE --object Contact --with ...` proposes a data extension for the many, or a roll-up, with"
    " the query for it; --apply makes them.",
)
def one_to_many_flattened(org: Org) -> Evidence:
    """One row is a query activity, counted on the rows of now."""
    rows = []
    for one in query.queries(org):
        de = data_extensions.find(org, one.target)
        if de is None or not _may_lose(org, one) or not _has_rows(org, one) or not _by_contact(org, one, de):
            continue
        counted = query.keyed_rows(org, one)
        if counted is not None and counted.several:
            rows.append({
                "query": one.name, "target": de.path, "keyed_by": counted.key, "rows_given": counted.rows,
                "contacts": counted.keys, "contacts_with_several": counted.several,
                "rows_without_place": counted.without_place, "contact_key": counted.example, "its_rows": counted.most,
            })  # fmt: skip
    return Evidence(tuple(rows[:SHOWN]), len(rows))


def _may_lose(org: Org, one: query.Query) -> bool:
    """Whether the last run failed, or may have written one row over another, or there was none.

    Adding rows never doubles a key and says success; an Update does. Large ones are not counted again for a look.
    """
    last = next((run for run in query.runs(org, key=one.path, limit=1)), None)
    return last is None or not last.ok or 0 < last.updated <= _COUNTED


def _has_rows(org: Org, one: query.Query) -> bool:
    """Whether there is anything in the data extensions that it reads: else it need not be compiled."""
    found = [data_extensions.find(org, source) for source in one.sources]
    tables = [data_extensions.quoted(de.table_name) for de in found if de is not None]
    return any(org.value(f"SELECT EXISTS (SELECT 1 FROM {table})") for table in tables)


def _by_contact(org: Org, one: query.Query, de: DataExtension) -> bool:
    """Whether the target's primary key is the Contact Key: by its links, or because an id of a person goes into it."""
    if len(de.primary_key) != 1:
        return False
    key = de.primary_key[0]
    if de.sendable_to == "Subscriber Key" and de.sendable_field == key:
        return True
    linked = contacts.designer.contact_model(org).relationships
    if any(each.right == f"de/{de.path}" and each.pairs == (("Contact Key", key),) for each in linked):
        return True
    try:
        values = query.uses(org, one.text).values
    except Refused:
        return False
    origins = [(table, column) for name, table, column in values if name.lower() == key.lower()]
    return len(origins) == 1 and _is_person(org, *origins[0])


def _is_person(org: Org, table: str, column: str) -> bool:
    """Whether a column of a Synchronized Data Extension holds the id of a Contact, Lead or User."""
    name = table.removeprefix("Ent.")
    source = next((each for each in connect.sources(org) if each.de_name.lower() == name.lower()), None)
    if source is None:
        return False
    if column.lower() == "id":
        return source.api_name in _PEOPLE
    field = crm.describe(org, source.object).find(column)
    return field is not None and bool(set(field.targets) & set(_PEOPLE))
