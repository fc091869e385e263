"""The Sync monitor: what Marketing Cloud believes beside what the CRM says now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import crm, data_extensions
from store.clock import MINUTE
from store.connect.poll import column_values
from store.connect.sources import Source, source, sources
from store.connect.state import is_connected
from store.data_extensions import Stored, quoted

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org


@dataclass(frozen=True)
class SyncStatus:
    """One line of the Sync monitor; times are UTC seconds.

    `records` live in the CRM, `rows` in the data extension; `waiting` records changed since the last poll and will come
    with the next; `stale` rows differ in time from their live record; `kept` rows outlived theirs.
    """

    object: str
    de_name: str
    status: str
    collection: str
    poll_minutes: int
    last_poll_at: int | None
    next_poll_at: int | None
    fields: int
    records: int
    rows: int
    waiting: int
    stale: int
    kept: int
    lag_mean: float | None
    lag_max: int | None


@dataclass(frozen=True)
class Poll:
    """One poll of the log, see the table sync_polls."""

    poll_id: int
    object: str
    at: int
    kind: str
    read: int
    inserted: int
    updated: int
    deleted: int
    kept: int
    contacts: int
    lag_mean: float | None
    lag_max: int | None


@dataclass(frozen=True)
class FieldPair:
    """A field's value in the CRM now, as it would arrive, and in Marketing Cloud."""

    field: str
    crm: Stored
    mc: Stored

    @property
    def differs(self) -> bool:
        """Case and storage class count: a corrected capital is a correction."""
        return self.crm != self.mc


@dataclass(frozen=True)
class Comparison:
    """One record on both sides. `in_crm` is live, deleted or missing; `read_at` None: it is not in Marketing Cloud."""

    object: str
    record_id: str
    in_crm: str
    changed_at: int | None
    read_at: int | None
    fields: tuple[FieldPair, ...]

    @property
    def differing(self) -> tuple[FieldPair, ...]:
        """The fields in which the two sides differ."""
        return tuple(pair for pair in self.fields if pair.differs)


def statuses(org: Org) -> list[SyncStatus]:
    """All synchronized objects."""
    return [status(org, one.object) for one in sources(org)]


def status(org: Org, object_name: str) -> SyncStatus:
    """One synchronized object. Raises Refused when it is none."""
    found = source(org, object_name)
    de = data_extensions.get(org, found.de_name)
    table = crm.table_of(found.object)
    last = org.row(
        """SELECT lag_mean, lag_max FROM sync_polls
            WHERE object = ? AND lag_max IS NOT NULL ORDER BY poll_id DESC LIMIT 1""",
        found.object,
    )
    return SyncStatus(
        object=found.object,
        de_name=de.name,
        status=found.status,
        collection=_said(found),
        poll_minutes=found.poll_minutes,
        last_poll_at=_last_poll(org, found),
        next_poll_at=_next_poll(org, found),
        fields=len(de.fields),
        records=int(org.value(f"SELECT count(*) FROM {table} WHERE IsDeleted = 0")),
        rows=int(org.value(f"SELECT count(*) FROM {quoted(de.table_name)}")),
        waiting=_waiting(org, found),
        stale=int(org.value(f"SELECT count(*) {_stale(found, de.table_name)}")),
        kept=int(org.value(f"SELECT count(*) {_kept(found, de.table_name)}")),
        lag_mean=last["lag_mean"] if last else None,
        lag_max=last["lag_max"] if last else None,
    )


def _last_poll(org: Org, found: Source) -> int | None:
    """The last poll, those that found nothing and are no steps included."""
    if found.last_poll_at is None or found.status == "paused":
        return found.last_poll_at
    sql = "SELECT broken_at, reconnected_at FROM connection_losses WHERE org = ? ORDER BY loss_id DESC LIMIT 1"
    loss = org.row(sql, found.org)
    if loss is not None and loss["reconnected_at"] is None:
        return max(found.last_poll_at, found.slot_after(loss["broken_at"]) - found.poll_minutes * MINUTE)
    return max(found.last_poll_at, found.slot_after(org.now) - found.poll_minutes * MINUTE)


def _next_poll(org: Org, found: Source) -> int | None:
    if found.status == "paused" or not is_connected(org, found.org):
        return None
    return found.next_poll_at if found.next_poll_at is not None else found.slot_after(org.now)


def _said(found: Source) -> str:
    if found.collection == "all":
        return "all records"
    if found.collection == "created_since":
        from store.clock import utc_text

        return f"created since {utc_text(int(found.filter_value or 0))[:10]}"
    if found.filter_field is None:
        return "none: its checkbox was deleted in the CRM"
    return f"{found.filter_field} = {'true' if found.filter_value else 'false'}"


def _waiting(org: Org, found: Source) -> int:
    since = 0 if found.full_due else found.watermark
    sql = f"""SELECT count(*) FROM {crm.table_of(found.object)} c
               WHERE c.change_no > ? AND +c.IsDeleted = 0 AND {found.sql_filter()}"""
    return int(org.value(sql, since))


def _stale(found: Source, table_name: str) -> str:
    """FROM and WHERE of the rows whose live record changed after it was read.

    With all records synchronized only what changed after the last poll can be; otherwise a record may also have left
    the collection, and is never read again.
    """
    recent = f"c.change_no > {found.watermark} AND" if found.collection == "all" else ""
    return f"""FROM {crm.table_of(found.object)} c JOIN {quoted(table_name)} d ON d."Id" = c.Id
              WHERE {recent} c.change_no > d._ChangeNo AND +c.IsDeleted = 0"""


def _kept(found: Source, table_name: str) -> str:
    """FROM and WHERE of the rows whose record is deleted."""
    return f"""FROM {crm.table_of(found.object)} c JOIN {quoted(table_name)} d ON d."Id" = c.Id
              WHERE c.IsDeleted = 1"""


def polls(org: Org, object_name: str | None = None, *, limit: int = 100) -> list[Poll]:
    """The log of polls, the latest first."""
    columns = "poll_id, object, at, kind, read, inserted, updated, deleted, kept, contacts, lag_mean, lag_max"
    found = org.rows(
        f"""SELECT {columns} FROM sync_polls
             WHERE object = :object OR :object IS NULL ORDER BY poll_id DESC LIMIT :limit""",
        {"object": source(org, object_name).object if object_name else None, "limit": limit},
    )
    return [Poll(*row) for row in found]


def compare(org: Org, object_name: str, record_id: str) -> Comparison:
    """One record on both sides, field by field."""
    found = source(org, object_name)
    de = data_extensions.get(org, found.de_name)
    values = column_values(org, found.object)
    there = org.row(
        f"""SELECT {", ".join(values.values())}, c.IsDeleted, c.SystemModstamp
              FROM {crm.table_of(found.object)} c WHERE c.Id = ?""",
        record_id,
    )
    here = org.row(
        f'SELECT {", ".join(map(quoted, values))}, _ReadAt FROM {quoted(de.table_name)} WHERE "Id" = ?', record_id
    )
    count = len(values)
    pairs = tuple(
        FieldPair(name, there[n] if there else None, here[n] if here else None) for n, name in enumerate(values)
    )
    in_crm = "missing" if there is None else "deleted" if there[count] else "live"
    changed_at = there[count + 1] if there else None
    return Comparison(found.object, record_id, in_crm, changed_at, here[count] if here else None, pairs)


def stale_rows(org: Org, object_name: str, *, limit: int = 100) -> list[Comparison]:
    """Rows that are not what the CRM says: changed since they were read, oldest reading first, then outlived ones."""
    found = source(org, object_name)
    de = data_extensions.get(org, found.de_name)
    values = column_values(org, found.object)
    both = ", ".join([*values.values(), *(f"d.{quoted(name)}" for name in values)])
    selected = f"SELECT c.Id, c.IsDeleted, c.SystemModstamp, d._ReadAt, {both}"
    rows: list[sqlite3.Row] = []
    for part, order in ((_stale, "d._ReadAt, c.row_id"), (_kept, "c.row_id")):
        sql = f"{selected} {part(found, de.table_name)} ORDER BY {order} LIMIT ?"
        rows += org.rows(sql, limit - len(rows))
    return [_comparison(found.object, tuple(values), row) for row in rows]


def _comparison(object_name: str, names: tuple[str, ...], row: sqlite3.Row) -> Comparison:
    count = len(names)
    pairs = tuple(FieldPair(name, row[4 + n], row[4 + count + n]) for n, name in enumerate(names))
    return Comparison(object_name, row[0], "deleted" if row[1] else "live", row[2], row[3], pairs)
