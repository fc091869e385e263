"""Data extensions made of another one: filtered, and split at random. source: domain B5.

A filtered one has all columns of its source and, since its last refresh, the rows that met its filter then; nobody can
write to it. Random ones each have another part of the rows of their source, drawn once; after that they are ordinary.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from store.assumptions import assume
from store.chance import sql_chance
from store.commands import Outcome, command
from store.data_extensions.filters import compile_filter
from store.data_extensions.left_out import without_left_out
from store.data_extensions.manage import add, refuse_unless_owned
from store.data_extensions.model import DataExtension, by_id, get
from store.data_extensions.rows import empty, fill
from store.data_extensions.storage import quoted
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

assume(
    "filtered_data_extension_fills_at_creation",
    True,
    (True, False),
    "A filtered data extension has its rows as soon as it is made; otherwise at its first refresh.",
    "general knowledge, no page found",
)


def refresh(org: Org, de: DataExtension) -> tuple[int, int]:
    """Take the rows of the source that meet the filter now; returns (rows now, rows before). Raises Refused."""
    if de.kind != "filtered" or de.filter is None:
        raise Refused(
            f"{de.path} cannot be refreshed: it is not a filtered data extension.",
            cause="A random one is drawn once, a synchronized one is filled by MC Connect." if de.source_id else "",
        )
    if de.source_id is None:
        raise Refused(f"{de.path} cannot be refreshed: the data extension that it was filtered from is gone.")
    source = by_id(org, de.source_id)
    names = [source.field(field.name).name for field in de.fields]  # refuses when one has gone
    found = compile_filter(org, source, de.filter)
    before = empty(org, de)
    listed = ", ".join(map(quoted, names))
    select = f"SELECT {listed} FROM {quoted(source.table_name)} WHERE {found.sql} ORDER BY _CustomObjectKey"
    columns = [field.name for field in de.fields]
    rows = fill(org, de, columns, without_left_out(org, de, columns, select), found.params)
    org.run("UPDATE data_extensions SET refreshed_at = ? WHERE de_id = ?", org.now, de.de_id)
    return rows, before


@command("data_extensions.filter")
def filter_command(
    org: Org, *, name: str, source: str, filter: dict[str, Any], folder: str = "", key: str = "",  # noqa: A002
    description: str = "",
) -> Outcome:  # fmt: skip
    """Make a filtered data extension of a source, with its filter; see filters.py for how one is written."""
    found = get(org, source)
    compile_filter(org, found, filter)
    made = _like(org, found, name, "filtered", folder, key=key, description=description, filter_=filter)
    rows = refresh(org, made)[0] if org.assumption("filtered_data_extension_fills_at_creation") else 0
    title = f"Filtered data extension {made.path} of {found.path} created, {rows} rows"
    return Outcome(title, {"inserted": rows}, f"de/{made.path}")


@command("data_extensions.refresh")
def refresh_command(org: Org, *, de: str) -> Outcome:
    """Refresh a filtered data extension."""
    found = get(org, de)
    refuse_unless_owned(found)
    rows, before = refresh(org, found)
    title = f"Filtered data extension {found.path} refreshed: {rows} rows, {before} before"
    return Outcome(title, {"inserted": rows, "removed": before}, f"de/{found.path}")


@command("data_extensions.split")
def split_command(org: Org, *, source: str, into: list[dict[str, Any]], folder: str = "") -> Outcome:
    """Split the rows of a source at random: `into` is [{"name": ..., "percent": 20}, {"name": ..., "count": 500}, ...].

    No row is in two of them; what the shares leave over is in none.
    """
    found = get(org, source)
    total = int(org.value(f"SELECT count(*) FROM {quoted(found.table_name)}"))
    sizes = _sizes(into, total)
    drawn = sql_chance(org.seed, f"split {found.path}|{org.k + 1}", "c")
    org.run("DROP TABLE IF EXISTS temp.drawn")
    org.run(
        f"""CREATE TEMP TABLE drawn AS
            SELECT row_number() OVER (ORDER BY {drawn}, c) AS n, c
              FROM (SELECT _CustomObjectKey AS c FROM {quoted(found.table_name)} LIMIT -1)"""
    )
    listed = ", ".join(f"s.{quoted(field.name)}" for field in found.fields)
    made, begin = [], 0
    for each, size in zip(into, sizes, strict=True):
        part = _like(org, found, str(each["name"]), "random", folder)
        select = f"""SELECT {listed} FROM temp.drawn d JOIN {quoted(found.table_name)} s ON s._CustomObjectKey = d.c
                      WHERE d.n > :begin AND d.n <= :end ORDER BY s._CustomObjectKey"""
        fill(org, part, [field.name for field in found.fields], select, {"begin": begin, "end": begin + size})
        org.run("UPDATE data_extensions SET refreshed_at = ? WHERE de_id = ?", org.now, part.de_id)
        made.append(f"{part.path} {size}")
        begin += size
    org.run("DROP TABLE temp.drawn")
    left = f", {total - begin} left over" if total > begin else ""
    title = f"{found.path} split at random: {', '.join(made)}{left}"
    return Outcome(title, {"inserted": begin}, f"de/{found.path}")


def _like(
    org: Org, source: DataExtension, name: str, kind: str, folder: str, *, key: str = "", description: str = "",
    filter_: dict[str, Any] | None = None,
) -> DataExtension:  # fmt: skip
    """A new data extension with the fields and the send relationship of the source."""
    return add(
        org, name=name.strip(), key=key, folder=folder.strip().strip("/"), kind=kind, fields=source.fields,
        description=description, is_sendable=source.is_sendable, is_testable=source.is_testable,
        sendable_field=source.sendable_field, sendable_to=source.sendable_to, source_id=source.de_id, filter=filter_,
    )  # fmt: skip


def _sizes(into: Sequence[dict[str, Any]], total: int) -> list[int]:
    """How many rows each part gets. Percents are rounded so that those of a whole hundred are all rows."""
    if not into:
        raise Refused("A split needs at least one part.", fix='Such as [{"name": "A", "percent": 50}].')
    sizes, percent, given = [], 0.0, 0
    for each in into:
        unknown = sorted(set(each) - {"name", "percent", "count"})
        if unknown or "name" not in each or ("percent" in each) == ("count" in each):
            raise Refused("A part of a split has a name and either percent or count.", where=str(each.get("name", "")))
        if "count" in each:
            sizes.append(int(each["count"]))
        else:
            before = round(percent * total / 100)
            percent += float(each["percent"])
            sizes.append(round(percent * total / 100) - before)
        if sizes[-1] < 0 or percent > 100.000001:
            raise Refused("The percents of a split are positive and together 100 at most.")
        given += sizes[-1]
    if given > total:
        raise Refused(f"The parts want {given} rows together, the source has {total}.")
    return sizes
