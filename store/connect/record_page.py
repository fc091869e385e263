"""One record, field by field: what the CRM says, what Marketing Cloud believes, when it read it and will again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from store import crm, data_extensions
from store.connect.poll import column_values
from store.connect.readings import status
from store.connect.sources import Source, sources
from store.data_extensions import Stored, quoted

if TYPE_CHECKING:
    from store.org import Org

# same: both sides agree; stale: the next poll brings it; never: no poll will (a formula, a deletion, a record that left
# the collection); hidden: the integration user does not see it; not_synchronized: nobody chose it
State = Literal["same", "stale", "never", "hidden", "not_synchronized"]


@dataclass(frozen=True)
class FieldLine:
    """A field on both sides; `mc` is None where Marketing Cloud has none. `editable`: a person may set it."""

    name: str
    label: str
    type: str
    crm: Stored
    mc: Stored
    state: State
    editable: bool


@dataclass(frozen=True)
class RecordPage:
    """A record of the CRM with Marketing Cloud's side; times are UTC seconds.

    `next_read_at` is when a poll would read what has changed, None when none will; `why` says so in words. `collected`:
    the record belongs to what is synchronized.
    """

    object: str
    id: str
    name: str
    deleted: bool
    synchronized: bool
    collected: bool
    changed_at: int
    read_at: int | None
    next_read_at: int | None
    why: str
    fields: tuple[FieldLine, ...]

    @property
    def stale(self) -> tuple[FieldLine, ...]:
        """The fields in which Marketing Cloud believes something else."""
        return tuple(line for line in self.fields if line.state in ("stale", "never"))


def record_page(org: Org, record_id: str) -> RecordPage:
    """The page of any record (15 or 18 characters), synchronized or not. Raises Refused when there is none."""
    whole = crm.record(org, record_id)
    obj = crm.describe(org, whole.object)
    hidden = crm.hidden_fields(org, obj.name)
    found = next((one for one in sources(org) if one.object == obj.name), None)
    here, there, read_at, pending, collected = _both(org, found, whole) if found else ({}, {}, None, False, False)
    next_read, why = _next(org, found, whole, read_at, pending, collected)
    lines = []
    for field in obj.fields:
        state: State = "not_synchronized"
        if field.name in hidden:
            state = "hidden"
        elif field.name in there and read_at is not None:
            differs = here[field.name] != there[field.name]
            state = ("stale" if next_read is not None and pending else "never") if differs else "same"
        elif field.name in here:
            state = "stale" if next_read is not None else "never"
        editable = field.updateable and not field.formula and not whole.deleted
        value, mc = whole.values[field.name], there.get(field.name)
        lines.append(FieldLine(field.name, field.label, field.type, value, mc, state, editable))
    changed = int(whole.values["SystemModstamp"] or 0)
    return RecordPage(
        obj.name, whole.id, whole.name, whole.deleted, found is not None, collected, changed, read_at, next_read, why,
        tuple(lines),
    )  # fmt: skip


def _both(
    org: Org, found: Source, whole: crm.WholeRecord
) -> tuple[dict[str, Stored], dict[str, Stored], int | None, bool, bool]:
    """Both sides of a synchronized record: (the CRM's values as they would arrive, Marketing Cloud's, when those were
    read, whether a poll has something to read, whether the record is in the collection).
    """
    values = column_values(org, found.object)
    table = crm.table_of(found.object)
    row = org.row(
        f"SELECT {', '.join(values.values())}, c.change_no, {found.sql_filter()} FROM {table} c WHERE c.row_id = ?",
        whole.row_id,
    )
    assert row is not None
    de = data_extensions.get(org, found.de_name)
    names = ", ".join(map(quoted, values))
    mine = org.row(f'SELECT {names}, _ReadAt FROM {quoted(de.table_name)} WHERE "Id" = ?', whole.id)
    here = {name: row[n] for n, name in enumerate(values)}
    there = {name: mine[n] for n, name in enumerate(values)} if mine else {}
    pending = found.full_due or row[len(values)] > found.watermark
    return here, there, mine["_ReadAt"] if mine else None, pending, bool(row[len(values) + 1])


def _next(
    org: Org, found: Source | None, whole: crm.WholeRecord, read_at: int | None, pending: bool, collected: bool
) -> tuple[int | None, str]:
    if found is None:
        return None, f"{whole.object} is not synchronized"
    if whole.deleted:
        return None, "deleted in the CRM: the row stays as it was read" if read_at is not None else "deleted in the CRM"
    if not collected:
        return None, "not in the collection that is synchronized"
    if found.status == "paused":
        return None, "the synchronization is paused"
    if not pending:
        return None, "nothing has been saved since it was read"
    return status(org, found.object).next_poll_at, "the next poll reads it"
