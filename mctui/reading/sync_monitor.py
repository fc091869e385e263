"""The Sync monitor: each synchronized object, the rows that are not what the CRM says, and the CRM's records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mctui.reading.memo import fields_of, remembered
from mctui.views import Column, Detail, Focus, Query, Section, SyncView, Table

if TYPE_CHECKING:
    from store import Org
    from store.connect import Comparison, Poll, SyncStatus

Rows = tuple[tuple[object, ...], ...]
STALE_ROWS = 500  # stale records that are listed
MAX_FIELDS = 250  # source: domain C1, fields of one synchronized object
_OBJECTS = (
    Column("object", "Object", 10),
    Column("last", "Last", 8),
    Column("next", "Next in", 8, right=True),
    Column("fields", "Fields", 7, right=True),
    Column("records", "CRM", 5, right=True),
    Column("rows", "Rows", 5, right=True),
    Column("waiting", "Waiting", 7, right=True),
    Column("stale", "Stale", 5, right=True),
    Column("kept", "Kept", 4, right=True),
)
_OBJECT_OF_ORGS = Column("object", "Object", 12)  # where there are several Salesforce orgs: EMEA:Contact
_STALE = (
    Column("id", "Record", 18),
    Column("field", "Field", 16),
    Column("crm", "CRM says", 17),
    Column("mc", "Marketing Cloud has", 19),
    Column("read", "Read at (system)", 16),
)
# The first columns of a list of records, where the object has them; the synchronized fields follow.
_FIRST = ("Id", "Name", "FirstName", "LastName", "Email", "Company", "Status", "HasOptedOutOfEmail")
_MOST_COLUMNS = 14


def read(org: Org, focus: Focus) -> tuple[SyncView, Detail | None]:
    """All objects, and of the chosen one (else the first with stale rows) the stale rows and the records."""
    from store import connect, crm

    statuses = connect.statuses(org)
    listed = tuple(_line(org, one) for one in statuses)
    columns = (_OBJECT_OF_ORGS, *_OBJECTS[1:]) if crm.several_orgs(org) else _OBJECTS
    objects = Table(Query("objects"), columns, len(listed), len(listed), 0, listed)
    broken = _broken(org)
    if not statuses:
        return SyncView(objects, broken=broken), None
    by_name = {one.object: one for one in statuses}
    preferred = next((one for one in statuses if one.object == "Contact"), statuses[0])
    chosen = by_name.get(focus.object, preferred)
    stale = connect.stale_rows(org, chosen.object, limit=STALE_ROWS)
    stale_table, records = _stale_table(chosen, stale, focus.filter), _records(org, chosen, focus)
    return SyncView(objects, chosen.object, stale_table, records, broken), _detail(org, chosen, focus)


def _broken(org: Org) -> str:
    from store import clock, connect, crm

    said = []
    for loss in connect.losses(org):
        if loss.reconnected_at is None:
            lost = [one.de_name for one in connect.lost_sources(org) if crm.org_of(one.object) == loss.org]
            gone = f"; lost: {', '.join(lost)}" if lost else ""
            which = f"{crm.title_of(loss.org)}, " if crm.several_orgs(org) else ""
            said.append(f"{which}since {clock.system_text(loss.broken_at)[:16]}: {connect.CAUSES[loss.cause]}{gone}")
    return " | ".join(said)


def _line(org: Org, one: SyncStatus) -> tuple[object, ...]:
    from store import clock

    last = clock.system_text(one.last_poll_at)[11:16] if one.last_poll_at is not None else None
    coming = clock.span(max(one.next_poll_at - org.now, 0)) if one.next_poll_at is not None else one.status
    counts = (one.records, one.rows, one.waiting, one.stale, one.kept)
    return (one.object, last, coming, f"{one.fields}/{MAX_FIELDS}", *counts)


def _stale_table(one: SyncStatus, stale: list[Comparison], text: str) -> Table:
    """One row per differing field; a record that is deleted in the CRM is one row."""
    from store import clock

    rows: list[tuple[object, ...]] = []
    for record in stale:
        at = clock.system_text(record.read_at)[:16] if record.read_at is not None else None
        if record.in_crm != "live":
            rows.append((record.record_id, "(record)", record.in_crm, "row kept", at))
            continue
        rows += [(record.record_id, pair.field, pair.crm, pair.mc, at) for pair in record.differing]
    wanted = text.casefold()
    kept = tuple(row for row in rows if not wanted or any(wanted in str(value).casefold() for value in row))
    return Table(Query("stale", (one.object,), text), _STALE, len(kept), len(rows), 0, kept)


# ---- the CRM's records


def _records(org: Org, one: SyncStatus, focus: Focus) -> Table:
    changes = org.value("SELECT last_change_no FROM crm_sequence")
    stamp = (changes, one.object, one.fields, focus.filter, focus.top)
    return remembered(org, "crm records", stamp, lambda: _read_records(org, one, focus))


def _read_records(org: Org, one: SyncStatus, focus: Focus) -> Table:
    from mctui.reading import PAGE
    from store import crm

    query = Query("crm", (one.object, *_columns(org, one.object)), focus.filter)
    count = crm.count(org, one.object, filter=focus.filter)
    offset = min(focus.top, max(count - 1, 0) // PAGE * PAGE)
    columns = tuple(Column(name, width=18 if name == "Id" else None) for name in query.args[1:])
    return Table(query, columns, count, one.records, offset, crm_page(org, query, offset, PAGE))


def _columns(org: Org, object_name: str) -> tuple[str, ...]:
    from store import connect, data_extensions

    known, de_name = fields_of(org, object_name), connect.source(org, object_name).de_name
    synchronized = [f.name for f in data_extensions.get(org, de_name).fields if f.name in known]
    first = [name for name in _FIRST if name in known]
    return tuple(dict.fromkeys([*first, *synchronized]))[:_MOST_COLUMNS]


def crm_page(org: Org, query: Query, offset: int, limit: int) -> Rows:
    """Records of an object, columns as the query names them."""
    from store import crm

    object_name, *names = query.args
    fields = fields_of(org, object_name)
    found = crm.records(org, object_name, limit=limit, offset=offset, filter=query.filter)

    def cell(name: str, value: object) -> object:
        return None if value is None else crm.shown(fields[name], value)  # type: ignore[arg-type]

    return tuple(tuple(cell(name, record.values[name]) for name in names) for record in found)


# ---- the inspector


def _detail(org: Org, one: SyncStatus, focus: Focus) -> Detail:
    from store import connect, crm
    from store.errors import OrgError

    if focus.record:
        try:
            if crm.record(org, focus.record).object == one.object:
                return compared(connect.compare(org, one.object, focus.record))
        except OrgError:
            pass  # the record is gone in this state of the world; the object is shown instead
    return _about(org, one)


def compared(record: Comparison) -> Detail:
    """Both sides of one record; what differs carries the CRM's value as a note."""
    from store import clock

    changed = f"{clock.system_text(record.changed_at)} system" if record.changed_at is not None else None
    read_at = f"{clock.system_text(record.read_at)} system" if record.read_at is not None else "not read yet"
    head = Section("", (("in the CRM", record.in_crm), ("changed", changed), ("read", read_at)))
    if record.read_at is None:
        rows = tuple((pair.field, pair.crm) for pair in record.fields)
        return Detail(f"{record.object} {record.record_id}", (head, Section("CRM", rows)))
    differing = tuple((pair.field, pair.mc, f"CRM: {pair.crm}") for pair in record.differing)
    same = tuple((pair.field, pair.mc) for pair in record.fields if not pair.differs)
    sections = [head, Section("Differs in Marketing Cloud", differing)] if differing else [head]
    return Detail(f"{record.object} {record.record_id}", (*sections, Section("The same on both sides", same)))


def _about(org: Org, one: SyncStatus) -> Detail:
    from store import clock, connect, crm

    lag = f"{clock.span(round(one.lag_mean))}, at most {clock.span(one.lag_max or 0)}" if one.lag_mean else None
    of = (("Salesforce org", crm.title_of(crm.org_of(one.object))),) if crm.several_orgs(org) else ()
    about = (*of, ("data extension", one.de_name), ("status", one.status), ("records", one.collection),
             ("polls", f"every {one.poll_minutes} min"), ("lag", lag),
             ("fields", f"{one.fields} of {MAX_FIELDS}"))  # fmt: skip
    rows = tuple(
        (clock.system_text(poll.at)[5:16], ", ".join(f"{count:,} {word}" for count, word in _counts(poll) if count))
        for poll in connect.polls(org, one.object, limit=8)
    )
    polls = (Section(f"Last polls of {one.object}", rows),) if rows else ()
    return Detail(f"Synchronized: {one.object}", (Section("", about), *polls))


def _counts(poll: Poll) -> tuple[tuple[int, str], ...]:
    return ((poll.read, "read"), (poll.inserted, "new"), (poll.updated, "changed"), (poll.deleted, "deleted"),
            (poll.kept, "kept"))  # fmt: skip
