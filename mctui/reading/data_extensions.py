"""Data Extensions: the list with row counts, rows or schema of one, and the answer to a SELECT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.views import Column, DataExtensionsView, Detail, Focus, Query, Section, Table

if TYPE_CHECKING:
    from store import Org
    from store.data_extensions import DataExtension
    from store.query import Query as Activity

Rows = tuple[tuple[object, ...], ...]
SQL_ROWS = 10_000  # of an answer that are kept to be looked at
_NAMES = (Column("name", "Data Extension", 18), Column("rows", "Rows", 6, right=True))
_SCHEMA = (Column("name", "Field"), Column("type", "Type", 14), Column("key", "Key", 4), Column("null", "Nullable", 8),
           Column("default", "Default", 12))  # fmt: skip
_NUMBERS = ("Number", "Decimal", "Boolean")


def read(org: Org, focus: Focus) -> tuple[DataExtensionsView, Detail | None]:
    """The list, the one that is chosen (else the first), and what it is in the inspector."""
    from store import data_extensions

    listed = data_extensions.summaries(org)
    if not listed:
        return DataExtensionsView(_listed(()), caption="No data extension yet"), None
    by_name = {one.name: one for one in listed}
    chosen = by_name.get(focus.de, listed[0])
    names = _listed(tuple((one.name, one.rows) for one in listed))
    de = data_extensions.get(org, chosen.name)
    if focus.sql:
        return _answered(org, focus, names, de.name), _detail(org, de, chosen.rows)
    table = _schema(de, focus.filter) if focus.schema else _rows(org, de, chosen.rows, focus)
    traits = [de.kind, "sendable" if de.is_sendable else "not sendable", f"{chosen.rows:,} rows"]
    mode = "schema" if focus.schema else "rows"
    view = DataExtensionsView(names, de.name, " · ".join(traits), table, mode)
    return view, _detail(org, de, chosen.rows)


def _listed(rows: Rows) -> Table:
    return Table(Query("names"), _NAMES, len(rows), len(rows), 0, rows)


def _rows(org: Org, de: DataExtension, rows: int, focus: Focus) -> Table:
    from mctui.reading import PAGE
    from store import data_extensions

    query = Query("de", (de.name,), focus.filter)
    count = data_extensions.count(org, de.name, focus.filter) if focus.filter else rows
    offset = min(focus.top, max(count - 1, 0) // PAGE * PAGE)
    columns = tuple(Column(field.name, right=field.type in _NUMBERS) for field in de.fields)
    return Table(query, columns, count, rows, offset, page(org, query, offset, PAGE))


def page(org: Org, query: Query, offset: int, limit: int) -> Rows:
    """Rows of a data extension in the order in which they came."""
    from store import data_extensions

    return data_extensions.page(org, query.args[0], limit=limit, offset=offset, filter_text=query.filter).rows


def _schema(de: DataExtension, filter_text: str) -> Table:
    rows = tuple(
        (field.name, field.declared, "key" if field.is_primary_key else "", "yes" if field.is_nullable else "no",
         field.default_value or "")
        for field in de.fields
        if filter_text.casefold() in field.name.casefold()
    )  # fmt: skip
    return Table(Query("schema", (de.name,), filter_text), _SCHEMA, len(rows), len(de.fields), 0, rows)


# ---- a SELECT that a person asks


def _answered(org: Org, focus: Focus, names: Table, de: str) -> DataExtensionsView:
    from store.errors import OrgError

    query = Query("sql", (focus.sql,), focus.filter)
    try:
        columns, rows = _select(org, query)
    except OrgError as error:
        text = "  ".join(filter(None, [f"{error.where}: {error.message}" if error.where else error.message, error.fix]))
        return DataExtensionsView(names, de, "SQL", Table(query), "sql", text)
    more = f"first {SQL_ROWS:,} rows" if len(rows) == SQL_ROWS else f"{len(rows):,} rows"
    table = Table(query, tuple(map(Column, columns)), len(rows), len(rows), 0, rows)
    return DataExtensionsView(names, de, f"SQL · {more}", table, "sql")


def _select(org: Org, query: Query) -> tuple[tuple[str, ...], Rows]:
    from store import query as queries

    columns, rows = queries.preview(org, query.args[0], SQL_ROWS)
    wanted = query.filter.casefold()
    kept = (row for row in rows if not wanted or any(wanted in str(value).casefold() for value in row))
    return columns, tuple(kept)


def sql_page(org: Org, query: Query, offset: int, limit: int) -> Rows:
    """Rows of the answer to a SELECT."""
    return _select(org, query)[1][offset : offset + limit]


# ---- the inspector


def _detail(org: Org, de: DataExtension, rows: int) -> Detail:
    from store import clock

    about: list[tuple[str, object]] = [
        ("kind", de.kind),
        ("rows", f"{rows:,}"),
        ("fields", len(de.fields)),
        ("primary key", ", ".join(de.primary_key) or None),
        ("sendable by", f"{de.sendable_field} = {de.sendable_to}" if de.is_sendable else "not sendable"),
        ("external key", de.customer_key),
        ("created", f"{clock.system_text(de.created_at)} system"),
    ]
    if de.folder:
        about.insert(1, ("folder", de.folder))
    if de.description:
        about.append(("about", de.description))
    sections = [Section("", tuple(about))]
    for activity in _activities(org):
        if activity.target.casefold() == de.name.casefold():
            sections.append(Section(f"Written by query {activity.name} ({activity.action})", (("", activity.text),)))
    readers = [a.name for a in _activities(org) if de.name.casefold() in map(str.casefold, a.sources)]
    if readers:
        sections.append(Section("Read by", tuple(("query", name) for name in readers)))
    return Detail(de.name, tuple(sections))


def _activities(org: Org) -> list[Activity]:
    from store import query

    return query.queries(org)
