"""The statements that write records: one INSERT or UPDATE per batch, whatever its size, with ids, stamps and history.

Rows come from a SELECT: of a staging table that the checked records were put into, or of a scenario's own making.
Around each statement the stages of the save run, see saving.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.crm import saving
from store.crm.naming import in_its_org
from store.crm.objects import Object, describe
from store.crm.saving import AFTER, BEFORE, Batch, Kind
from store.crm.tables import table_of
from store.ids import salesforce_id

if TYPE_CHECKING:
    from store.org import Org

_BULK = 20_000  # records from which on a load makes the indexes anew
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TAILS = 62**2  # values of the last two digits of a record id

Params = Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True)
class Created:
    """The records that one batch made: `row_id` from `first_row` to `last_row`, all of them when none was refused."""

    object: str
    first_row: int
    last_row: int
    count: int


def reserve_rows(org: Org, object_name: str, count: int) -> int:
    """Set row ids aside; returns the first. Record ids follow from them, so they are known before the records are."""
    sql = "UPDATE crm_objects SET last_row = last_row + ? WHERE name = ? RETURNING last_row"
    return int(org.value(sql, count, object_name)) - count + 1


def reserve_changes(org: Org, count: int) -> int:
    """Set numbers of the global change sequence aside; returns the first."""
    sql = "UPDATE crm_sequence SET last_change_no = last_change_no + ? RETURNING last_change_no"
    return int(org.value(sql, count)) - count + 1


def quoted(columns: Sequence[str], alias: str = "") -> str:
    """A list of column names for SQL."""
    return ", ".join(f'{alias}"{column}"' for column in columns)


@contextmanager
def staged(org: Org, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    """A TEMP table with these columns and rows, gone afterwards; yields its name."""
    name = stage_table(org)
    org.run(f"CREATE TEMP TABLE {name} ({quoted(columns)})")
    org.db.executemany(f"INSERT INTO temp.{name} VALUES ({', '.join('?' * len(columns))})", rows)
    yield f"temp.{name}"
    org.run(f"DROP TABLE temp.{name}")


def stage_table(org: Org) -> str:
    """The name of the TEMP table for rows on their way in, free: saves inside a save have one each."""
    name = f"crm_stage_{saving.depth(org)}"
    org.run(f"DROP TABLE IF EXISTS temp.{name}")
    return name


def _columns_of(org: Org, select: str, params: Params) -> list[str]:
    cursor = org.db.execute(f"SELECT * FROM ({select}) LIMIT 0", params)
    return [item[0] for item in cursor.description]


def _call(org: Org, sql: str, params: Params) -> int:
    return org.run(sql, params) if isinstance(params, Mapping) else org.run(sql, *params)


# ---- create


@in_its_org
def create_from_select(org: Org, object_name: str, select: str, params: Params = ()) -> Created:
    """Make one record per row of a SELECT whose column names are fields; they get ids in its order.

    For scenarios and rules that make many records at once: values must be as stored (dates as text, moments as UTC
    seconds, lookups as record ids). Defaults fill what is NULL or not selected; the table's constraints are the check.
    """
    obj = describe(org, object_name)
    columns = [obj.field(name).name for name in _columns_of(org, select, params)]
    # A table of its own numbers the rows, is read once, and says how many there are.
    stage = stage_table(org)
    _call(org, f"CREATE TEMP TABLE {stage} AS {select}", params)
    count = int(org.value(f"SELECT coalesce(max(rowid), 0) FROM temp.{stage}"))
    first = reserve_rows(org, obj.name, count)
    source = f"SELECT rowid AS n, * FROM temp.{stage}"
    with _indexes_rebuilt(org, obj, first, count):
        insert_numbered(org, obj, columns, source, first, count, stages=False)
    org.run(f"DROP TABLE temp.{stage}")
    run_create_stages(org, obj, columns, first, count)
    return Created(obj.name, first, first + count - 1, count)


@contextmanager
def _indexes_rebuilt(org: Org, obj: Object, first_row: int, count: int) -> Iterator[None]:
    """Make the indexes anew after a load that makes up most of the table: one sort is faster than many seeks."""
    sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL ORDER BY name"
    indexes = org.rows(sql, f"crm_{obj.name}") if count >= max(_BULK, first_row) else []
    for index in indexes:
        org.run(f'DROP INDEX "{index["name"]}"')
    yield
    for index in indexes:
        org.run(index["sql"])


def create_staged(org: Org, obj: Object, rows: Mapping[int, Mapping[str, Any]], first_row: int, total: int) -> None:
    """Make the checked records; the one at place n of a list of `total` gets `first_row` + n, reserved before."""
    given = {name for row in rows.values() for name in row}
    columns = [field.name for field in obj.fields if field.name in given]
    values = [(place + 1, *(row.get(name) for name in columns)) for place, row in rows.items()]
    with staged(org, ["n", *columns], values) as stage:
        insert_numbered(org, obj, columns, f"SELECT * FROM {stage}", first_row, total)


def insert_numbered(
    org: Org, obj: Object, columns: Sequence[str], source: str, first_row: int, total: int, *, stages: bool = True
) -> None:
    """INSERT from a source with the fields and `n`, which counts from 1 to `total`; rows were reserved before.

    Without `stages` the caller runs those of the save.
    """
    if not total:
        return
    before_first = reserve_changes(org, total) - 1
    now = org.now
    record_id = "(head.text || tail.text || substr(head.checks, tail.start, 3))"
    stamps = {"Id": record_id, "CreatedDate": now, "LastModifiedDate": now, "SystemModstamp": now, "IsDeleted": 0}
    values: dict[str, str] = {}
    for field in obj.stored:
        default = _default(field.default, record_id)
        if field.name in stamps:
            default = str(stamps[field.name])
        elif field.type == "boolean" and default is None:
            default = "0"
        elif field.rollup.upper().startswith(("COUNT", "SUM")):
            default = "0"  # of no children
        if field.name in columns:
            own = f'source."{field.name}"'
            values[field.name] = own if default is None else f"coalesce({own}, {default})"
        elif default is not None:
            values[field.name] = default
    values = {name: value for name, value in values.items() if not obj.field(name).computed}
    _make_id_parts(org, obj.key_prefix, first_row, first_row + total - 1)
    org.run(
        f"""
        INSERT INTO {table_of(obj.name)} (row_id, change_no, {quoted(list(values))})
        SELECT {first_row - 1} + source.n, {before_first} + source.n, {", ".join(values.values())}
        FROM ({source}) AS source
        CROSS JOIN temp.crm_id_head AS head ON head.n = ({first_row - 1} + source.n) / {_TAILS}
        CROSS JOIN temp.crm_id_tail AS tail ON tail.n = ({first_row - 1} + source.n) % {_TAILS}
        """
    )
    org.run("DROP TABLE temp.crm_id_head")
    org.run("DROP TABLE temp.crm_id_tail")
    org.run("INSERT INTO crm_arrivals VALUES (?, ?, ?, ?)", obj.name, first_row, first_row + total - 1, now)
    if stages:
        run_create_stages(org, obj, columns, first_row, total)


@in_its_org
def run_create_stages(org: Org, obj: Object, columns: Sequence[str], first_row: int, total: int) -> None:
    """The stages of the save of new records."""
    if total and saving.watches_all(org, obj):
        rows = f"SELECT row_id FROM {table_of(obj.name)} WHERE row_id BETWEEN {first_row} AND {first_row + total - 1}"
        batch = Batch(obj, "create", tuple(columns), rows, prior="")
        with saving.nested(org):
            saving.run_stages(org, BEFORE, batch)
            saving.run_stages(org, AFTER, batch)


def _make_id_parts(org: Org, prefix: str, first: int, last: int) -> None:
    """TEMP tables of which record ids are put together: all but the last two digits, and the last two.

    Counting a million ids out digit by digit in SQL takes longer than writing the records. The checksum has four
    variants for one head, by which of the last two digits are capitals.
    """
    org.run("CREATE TEMP TABLE crm_id_head (n INTEGER PRIMARY KEY, text TEXT, checks TEXT)")
    org.run("CREATE TEMP TABLE crm_id_tail (n INTEGER PRIMARY KEY, text TEXT, start INTEGER)")
    variants = [_DIGITS.index(high) * 62 + _DIGITS.index(low) for low in "0A" for high in "0A"]
    heads = []
    for head in range(first // _TAILS, last // _TAILS + 1):
        checks = "".join(salesforce_id(prefix, head * _TAILS + variant)[15:] for variant in variants)
        heads.append((head, salesforce_id(prefix, head * _TAILS)[:13], checks))
    tails = []
    for tail in {number % _TAILS for number in range(first, min(last, first + _TAILS - 1) + 1)}:
        text = salesforce_id(prefix, tail)[13:15]
        tails.append((tail, text, 1 + 3 * (text[0].isupper() + 2 * text[1].isupper())))
    org.db.executemany("INSERT INTO temp.crm_id_head VALUES (?, ?, ?)", heads)
    org.db.executemany("INSERT INTO temp.crm_id_tail VALUES (?, ?, ?)", tails)


def _default(value: str | int | float | bool | None, record_id: str) -> str | None:
    """A default as SQL."""
    if value is None:
        return None
    if value == "$Id":
        return record_id
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(int(value)) if isinstance(value, bool | int) else repr(value)


# ---- update


@in_its_org
def update_from_select(
    org: Org, object_name: str, select: str, params: Params = (), *, by_system: bool = False, kind: Kind = "update"
) -> int:
    """Change one record per row of a SELECT with `row_id` and the fields to set; returns how many records changed.

    Values must be as stored, as in `create_from_select`. Every field named is set, also to NULL. `by_system` and
    `kind` as in `apply_stage`.
    """
    obj = describe(org, object_name)
    fields = [name for name in _columns_of(org, select, params) if name != "row_id"]
    columns = [obj.field(name).name for name in fields]
    stage = stage_table(org)
    org.run(f"CREATE TEMP TABLE {stage} (n INTEGER PRIMARY KEY, {quoted(['row_id', *columns])})")
    into, given = quoted(["row_id", *columns]), quoted(["row_id", *fields])
    sql = f"INSERT INTO temp.{stage}({into}) SELECT {given} FROM ({select})"
    _call(org, sql, params)
    count = apply_stage(org, obj, columns, f"temp.{stage}", by_system=by_system, kind=kind)
    org.run(f"DROP TABLE temp.{stage}")
    return count


def update_staged(org: Org, obj: Object, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Change the checked records; each row has `row_id` and only the fields that it sets."""
    by_fields: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows.values():
        by_fields.setdefault(tuple(name for name in row if name not in ("Id", "row_id")), []).append(row)
    for columns, group in by_fields.items():
        values = [(n, row["row_id"], *(row[name] for name in columns)) for n, row in enumerate(group, 1)]
        with staged(org, ["n", "row_id", *columns], values) as stage:
            bare = stage.removeprefix("temp.")
            org.run(f"CREATE UNIQUE INDEX temp.{bare}_row ON {bare}(row_id)")
            apply_stage(org, obj, columns, stage)


@in_its_org
def apply_stage(
    org: Org,
    obj: Object,
    columns: Sequence[str],
    stage: str,
    *,
    by_system: bool = False,
    kind: Kind = "update",
) -> int:
    """Set the staged fields of the staged rows (n, row_id, fields), stamp the records and write their history.

    A save without a difference moves the stamps too, as in the product. What the system itself does to a record
    (`by_system`) moves SystemModstamp alone. source: Object Reference, "System Fields".
    """
    with saving.nested(org) as level:
        before = f"crm_before_{level}"
        wide = saving.watches_all(org, obj)  # some stage compares with the records as they were
        computed = [field.name for field in obj.fields if field.computed]
        _keep_as_it_was(org, obj, [] if wide else [*columns, *computed], stage, before)
        count = _write_stage(org, obj, columns, stage, by_system=by_system)
        rows = f"SELECT row_id FROM temp.{before}"
        batch = Batch(obj, kind, tuple(columns), rows, prior=f"temp.{before}", by_system=by_system)
        if wide:
            saving.run_stages(org, BEFORE, batch)
        _write_history(org, obj, [*columns, *batch.also, *computed], before)
        reserve_changes(org, org.value(f"SELECT coalesce(max(n), 0) FROM {stage}"))
        if wide:
            saving.run_stages(org, AFTER, batch)
        org.run(f"DROP TABLE temp.{before}")
    return count


def _keep_as_it_was(org: Org, obj: Object, watched: Sequence[str], stage: str, before: str) -> None:
    """A TEMP table with the staged records before they are written: these fields, or all where none is named."""
    kept = ", ".join(["row_id", *(f'"{name}"' for name in dict.fromkeys(watched))]) if watched else "*"
    org.run(f"DROP TABLE IF EXISTS temp.{before}")
    org.run(
        f"CREATE TEMP TABLE {before} AS SELECT {kept} FROM {table_of(obj.name)}"
        f" WHERE row_id IN (SELECT row_id FROM {stage})"
    )
    if not watched:  # conditions and roll-ups join what was to what is
        org.run(f"CREATE UNIQUE INDEX temp.{before}_row ON {before}(row_id)")


def _write_stage(org: Org, obj: Object, columns: Sequence[str], stage: str, *, by_system: bool) -> int:
    last_change = org.value("SELECT last_change_no FROM crm_sequence")
    now = org.now
    sets = [f'"{name}" = stage."{name}"' for name in columns]
    sets += [f"SystemModstamp = {now}", f"change_no = {last_change} + stage.n"]
    sets += [] if by_system else [f"LastModifiedDate = {now}"]
    return org.run(
        f"UPDATE {table_of(obj.name)} AS record SET {', '.join(sets)} FROM {stage} stage"
        " WHERE record.row_id = stage.row_id"
    )


def _write_history(org: Org, obj: Object, watched: Sequence[str], before: str) -> None:
    for name in dict.fromkeys(watched):
        # One row is one record whose field has another value now; letters' case counts as a difference.
        org.run(
            f"""
            INSERT INTO crm_changes(change_no, field, object, row_id, old, new, at)
            SELECT record.change_no, ?, ?, record.row_id, was."{name}", record."{name}", ?
            FROM temp.{before} AS was JOIN {table_of(obj.name)} AS record ON record.row_id = was.row_id
            WHERE was."{name}" COLLATE BINARY IS NOT record."{name}" COLLATE BINARY
            """,
            name, obj.name, org.now,
        )  # fmt: skip
