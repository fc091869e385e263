"""Data Extensions: the folder tree with row counts, and rows, schema, history or lineage of the one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.views import Column, DataExtensionsView, Detail, Focus, Leaf, Query, Section, Table

if TYPE_CHECKING:
    from store import Org
    from store.data_extensions import DataExtension, Summary
    from store.query import Query as Activity

Rows = tuple[tuple[object, ...], ...]
# source: folder content types dataextension, shared_dataextension, synchronizeddataextension, salesforcedataextension
# (domain B5); the product shows each as a folder of its own at the top.
ROOT = "Data Extensions"
ROOTS = (ROOT, "Shared Data Extensions", "Synchronized Data Extensions", "Salesforce Data Extensions")
_SCHEMA = (Column("name", "Field"), Column("type", "Type", 14), Column("key", "Key", 4), Column("null", "Nullable", 8),
           Column("default", "Default", 12))  # fmt: skip
_HISTORY = (Column("k", "Step", 5, right=True), Column("at", "When (system)", 19), Column("what", "What wrote it"))
_NUMBERS = ("Number", "Decimal", "Boolean")


def read(org: Org, focus: Focus) -> tuple[DataExtensionsView, Detail | None]:
    """The tree, the one that is chosen (else the first), and what it is in the inspector."""
    from store import data_extensions

    listed = data_extensions.summaries(org)
    if not listed:
        return DataExtensionsView(caption="No data extension yet"), None
    leaves = tuple(sorted(map(_leaf, listed), key=_place))
    names = {leaf.name for leaf in leaves}
    name = focus.de if focus.de in names else leaves[0].name
    rows = next(leaf.rows for leaf in leaves if leaf.name == name)
    de = data_extensions.get(org, name)
    field = focus.field if focus.field.lower() in de.by_name else ""
    traits = [de.kind, "sendable" if de.is_sendable else "not sendable", f"{rows:,} rows"]
    order = focus.order if focus.order.lower() in de.by_name else ""
    view = DataExtensionsView(
        leaves, de.path, " · ".join(traits), _table(org, de, rows, focus, order), focus.part, order,
        focus.descending, field, _picture(org, de, field, focus.part),
    )  # fmt: skip
    return view, _detail(org, de, rows, field, focus.part)


def _leaf(one: Summary) -> Leaf:
    """Its place in the tree: what is in no folder of the product's own is in `Data Extensions`."""
    unit, _, title = one.name.rpartition("/")
    folders = [part for part in one.folder.split("/") if part]
    if not folders or folders[0].casefold() not in map(str.casefold, ROOTS):
        folders.insert(0, ROOT)
    return Leaf((*([unit] if unit else []), *folders), title, one.name, one.rows)


def _place(leaf: Leaf) -> tuple[object, ...]:
    """Where it stands: the enterprise before its business units, the product's folders in their order."""
    unit = "" if leaf.folders[0] in ROOTS else leaf.folders[0]
    folders = leaf.folders[bool(unit) :]
    first = [root.casefold() for root in ROOTS].index(folders[0].casefold())
    return (unit.casefold(), first, [folder.casefold() for folder in folders], leaf.title.casefold())


def _table(org: Org, de: DataExtension, rows: int, focus: Focus, order: str) -> Table:
    if focus.part == "rows":
        return _rows(org, de, rows, focus, order)
    if focus.part == "schema":
        return _schema(de, focus.filter)
    return _history(org, de, focus.filter) if focus.part == "history" else Table(Query("lineage", (de.path,)))


def _rows(org: Org, de: DataExtension, rows: int, focus: Focus, order: str) -> Table:
    from mctui.reading import PAGE
    from mctui.reading import rows as reading
    from store import data_extensions

    query = reading.query_of(de.path, order, focus.descending, focus.filter)
    count = data_extensions.count(org, de.path, focus.filter) if focus.filter else rows
    offset = min(focus.top, max(count - 1, 0) // PAGE * PAGE)
    columns = tuple(Column(field.name, right=field.type in _NUMBERS) for field in de.fields)
    return Table(query, columns, count, rows, offset, reading.page(org, query, offset, PAGE))


def _schema(de: DataExtension, filter_text: str) -> Table:
    rows = tuple(
        (field.name, field.declared, "key" if field.is_primary_key else "", "yes" if field.is_nullable else "no",
         field.default_value or "")
        for field in de.fields
        if filter_text.casefold() in field.name.casefold()
    )  # fmt: skip
    return Table(Query("schema", (de.path,), filter_text), _SCHEMA, len(rows), len(de.fields), 0, rows)


def _history(org: Org, de: DataExtension, filter_text: str) -> Table:
    """The steps that wrote it, the latest first."""
    from store import advice, clock

    wrote = advice.written(org, de.path)
    rows = tuple(
        (each.k, clock.system_text(each.at), each.title)
        for each in wrote
        if filter_text.casefold() in each.title.casefold()
    )
    return Table(Query("history", (de.path,), filter_text), _HISTORY, len(rows), len(wrote), 0, rows)


def _picture(org: Org, de: DataExtension, field: str, part: str):  # type: ignore[no-untyped-def]
    if part != "lineage":
        return None
    from mctui.reading import lineage

    return lineage.picture(org, de.path, field)


# ---- the inspector


def _detail(org: Org, de: DataExtension, rows: int, field: str, part: str) -> Detail:
    if part == "lineage":
        from mctui.reading import lineage

        return lineage.breaks(org, de.path, field)
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
        if activity.target.casefold() == de.path.casefold():
            sections.append(Section(f"Written by query {activity.name} ({activity.action})", (("", activity.text),)))
    readers = [a.name for a in _activities(org) if de.path.casefold() in map(str.casefold, a.sources)]
    if readers:
        sections.append(Section("Read by", tuple(("query", name) for name in readers)))
    return Detail(de.path, tuple(sections))


def _activities(org: Org) -> list[Activity]:
    from store import query

    return query.queries(org)
