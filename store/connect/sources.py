"""Starting, pausing and changing synchronizations, and what MC Connect refuses about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import crm, data_extensions
from store.agenda import cancel, schedule
from store.clock import MINUTE, utc_text
from store.clock import parse as parse_time
from store.commands import Outcome, after_step, command
from store.connect.conversion import field_for
from store.connect.multi_org import copy_suffix, named_here, refuse_unless_connected
from store.connect.state import broken_orgs, refuse_if_broken
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    import sqlite3

    from store.connect.definition import SynchronizedObject
    from store.org import Org

POLL = "connect.poll"


@dataclass(frozen=True)
class Source:
    """One synchronized object as the file keeps it; times are UTC seconds."""

    object: str
    de_id: int
    collection: str
    filter_field: str | None
    filter_value: int | None
    poll_minutes: int
    status: str
    watermark: int
    full_due: bool
    started_at: int
    last_poll_at: int | None
    next_poll_at: int | None
    seen_change: int
    suffix: str

    def slot_after(self, at: int) -> int:
        """The first moment after `at` at which this source polls: whole intervals after its last poll in the log."""
        interval = self.poll_minutes * MINUTE
        anchor = self.started_at if self.last_poll_at is None else self.last_poll_at
        return anchor + ((at - anchor) // interval + 1) * interval

    @property
    def api_name(self) -> str:
        """What its Salesforce org calls the object."""
        return crm.api_name(self.object)

    @property
    def org(self) -> str:
        """The Salesforce org that it is synchronized from; '' is the first."""
        return crm.org_of(self.object)

    @property
    def de_name(self) -> str:
        """The name of its Synchronized Data Extension."""
        return de_name_of(self.object, self.suffix)

    @property
    def records(self) -> str | dict[str, Any]:
        """The record collection, as connect.synchronize takes it."""
        if self.collection == "all" or self.filter_field is None:
            return "all"
        if self.collection == "created_since":
            return {"created_since": utc_text(int(self.filter_value or 0))}
        return {"field": self.filter_field, "value": bool(self.filter_value)}

    def sql_filter(self, alias: str = "c") -> str:
        """SQL for whether a record belongs to the chosen collection, deleted or not."""
        if self.collection == "all":
            return "1"
        if self.filter_field is None:  # its checkbox was deleted in the CRM
            return "0"
        operator = ">=" if self.collection == "created_since" else "="
        return f"{alias}.{data_extensions.quoted(str(self.filter_field))} {operator} {int(self.filter_value or 0)}"


def de_name_of(object_name: str, suffix: str = "") -> str:
    """source: domain C1, `<ObjectApiName>_Salesforce`; with another suffix after a loss, and with several orgs."""
    return f"{crm.api_name(object_name)}_Salesforce{suffix}"


def de_name_for(org: Org, object_name: str) -> str:
    """The name of the Synchronized Data Extension of an object: that which it has, or would have."""
    row = org.row("SELECT * FROM sync_objects WHERE object = ?", object_name)
    return _source(row).de_name if row else de_name_of(object_name, copy_suffix(org, object_name))


def sources(org: Org) -> list[Source]:
    """All synchronized objects, by name."""
    return [_source(row) for row in org.rows("SELECT * FROM sync_objects ORDER BY object")]


def source(org: Org, object_name: str) -> Source:
    """The synchronized object of that full name, whatever its case. Raises Refused when it is not synchronized."""
    row = org.row("SELECT * FROM sync_objects WHERE object = ? COLLATE NOCASE", object_name.strip())
    if row is None:
        known = [one.object for one in sources(org)]
        fix = did_you_mean(object_name, known) or "connect.synchronize starts it."
        raise Refused(f"{object_name} is not synchronized.", fix=fix)
    return _source(row)


def source_meant(org: Org, object_name: str) -> Source:
    """The synchronized object that a person calls so: of the org named, or of the business unit's."""
    return source(org, named_here(org, object_name.strip()))


def _source(row: sqlite3.Row) -> Source:
    return Source(**{**dict(row), "full_due": bool(row["full_due"])})


# ---- starting


def synchronize(org: Org, definition: Mapping[str, Any], *, suffix: str | None = None) -> Source:
    """Start to synchronize an object (see definition.py): its data extension is made, the first poll is due now.

    `suffix` is what the name of the data extension ends with; by itself nothing, or the copy number of multi-org.
    """
    from store.connect.definition import parse

    parsed = parse(definition)
    name = named_here(org, parsed.object)
    refuse_unless_connected(org, crm.org_of(name), "A synchronization")
    obj = _eligible(org, name)
    if org.value("SELECT 1 FROM sync_objects WHERE object = ?", obj.name):
        fix = "connect.change_fields changes its fields; a synchronization is never started twice."
        raise Refused(f"{obj.name} is synchronized already.", fix=fix)
    collection, filter_field, filter_value = _collection(obj, parsed)
    fields = _chosen(org, obj, ["Id", *parsed.fields])
    suffix = copy_suffix(org, obj.name) if suffix is None else suffix
    de = data_extensions.create_synchronized(
        org,
        de_name_of(obj.name, suffix),
        [field_for(field) for field in fields],
        f"Synchronized by MC Connect from {obj.plural}",
    )
    org.run(
        "INSERT INTO sync_objects VALUES (?, ?, ?, ?, ?, ?, 'running', 0, 1, ?, NULL, NULL, 0, ?)",
        obj.name, de.de_id, collection, filter_field, filter_value, parsed.poll_minutes, org.now, suffix,
    )  # fmt: skip
    for field in fields:
        _add_field_row(org, obj.name, field)
    poll_at(org, obj.name, org.now)
    return source(org, obj.name)


def _eligible(org: Org, name: str) -> crm.Object:
    # source: seed, "Custom metadata types and custom settings do not sync"; domain C1, CreatedDate is needed.
    if name.lower().endswith("__mdt"):
        raise Refused(
            f"{name} cannot be synchronized.",
            cause="Custom metadata types and custom settings do not sync.",
            fix="Keep what queries need in a custom object, or import it into a data extension.",
        )
    obj = crm.describe(org, name)
    if obj.find("CreatedDate") is None:
        raise Refused(f"{obj.name} cannot be synchronized: it has no CreatedDate.")
    return obj


def _collection(obj: crm.Object, parsed: SynchronizedObject) -> tuple[str, str | None, int | None]:
    records = parsed.records
    if records == "all":
        return "all", None, None
    if records.created_since is not None:
        return "created_since", "CreatedDate", parse_time(records.created_since)
    field = obj.field(records.field or "")
    derived = field.computed or field.formula
    if field.type != "boolean" or derived:  # source: domain C1, a real checkbox, not a formula
        kind = "a formula" if derived else f"of type {field.type}"
        raise Refused(
            f"Records cannot be filtered by {obj.name}.{field.name}.",
            cause=f"The filter is one checkbox; {field.name} is {kind}.",
            fix="Add a checkbox to the object, keep it up to date with a flow, and filter by that.",
        )
    return "boolean", field.name, int(records.value)


def _chosen(org: Org, obj: crm.Object, names: list[str]) -> list[crm.Field]:
    """The fields of those names, each once, in order. Raises Refused for one that the integration user cannot see."""
    found = {field.name: field for field in (obj.field(name) for name in names)}
    if unseen := [name for name in found if name in crm.hidden_fields(org, obj.name)]:
        raise Refused(
            f"{obj.api_name}.{unseen[0]} cannot be synchronized.",
            cause="Field-level security hides it from the user whom MC Connect works as.",
            fix="crm.show_fields makes it visible; or leave it where it is, if that is the point.",
        )
    return list(found.values())


def _add_field_row(org: Org, object_name: str, field: crm.Field) -> None:
    org.run(
        """INSERT INTO sync_fields
           SELECT :object, coalesce(max(ordinal), 0) + 1, :field, :type, :scale
             FROM sync_fields WHERE object = :object""",
        {"object": object_name, "field": field.name, "type": field.type, "scale": field.scale},
    )


@after_step
def wake(org: Org) -> None:
    """Put the next poll of a source on the agenda once it has something to read.

    A source polls at its interval for ever, but a poll that would find nothing is no event: it is not scheduled, and
    the screens compute when it was.
    """
    broken = broken_orgs(org)
    idle = "SELECT * FROM sync_objects WHERE next_poll_at IS NULL AND status = 'running'"
    last = "(SELECT last_change_no FROM crm_sequence)"
    for row in org.rows(f"{idle} AND seen_change < {last}"):
        found = _source(row)
        if found.org in broken:
            continue
        if org.value(f"SELECT coalesce(max(change_no), 0) FROM {crm.table_of(found.object)}") > found.watermark:
            poll_at(org, found.object, found.slot_after(org.now))
        org.run(f"UPDATE sync_objects SET seen_change = {last} WHERE object = ?", found.object)


@crm.when_field_deleted
def _stop_where_it_chose(org: Org, obj: crm.Object, field: crm.Field) -> None:
    """Without the checkbox that chooses its records a synchronization stands still. ASSUMED: it is paused."""
    if org.run(
        """UPDATE sync_objects SET status = 'paused', next_poll_at = NULL, filter_field = NULL
            WHERE object = ? AND filter_field = ?""",
        obj.name, field.name,
    ):  # fmt: skip
        cancel(org, POLL, object=obj.name)


def poll_at(org: Org, object_name: str, at: int) -> None:
    """The next poll of an object is due then, and no other."""
    cancel(org, POLL, object=object_name)
    schedule(org, at, POLL, {"object": object_name}, f"MC Connect polls {object_name}")
    org.run("UPDATE sync_objects SET next_poll_at = ? WHERE object = ?", at, object_name)


# ---- commands


def _subject(found: Source) -> str:
    return f"sync/{found.object}"


@command("connect.synchronize")
def synchronize_command(
    org: Org,
    *,
    object: str,  # noqa: A002 (the product's word)
    fields: list[str],
    records: str | dict[str, Any] = "all",
    poll_minutes: int = 15,
) -> Outcome:
    """Start to synchronize an object."""
    given = {"object": object, "fields": fields, "records": records, "poll_minutes": poll_minutes}
    found = synchronize(org, given)
    title = f"MC Connect synchronizes {found.object} into {found.de_name}, every {found.poll_minutes} min"
    return Outcome(title, {}, _subject(found))


@command("connect.pause")
def pause(org: Org, *, object: str) -> Outcome:  # noqa: A002
    """Stop polling; what changes in the CRM meanwhile is read after `connect.resume`."""
    found = source_meant(org, object)
    if found.status == "paused":
        raise Refused(f"The synchronization of {found.object} is paused already.")
    cancel(org, POLL, object=found.object)
    org.run("UPDATE sync_objects SET status = 'paused', next_poll_at = NULL WHERE object = ?", found.object)
    return Outcome(f"Synchronization of {found.object} paused", {}, _subject(found))


@command("connect.resume")
def resume(org: Org, *, object: str) -> Outcome:  # noqa: A002
    """Poll again, at once."""
    found = source_meant(org, object)
    if found.status == "running":
        raise Refused(f"The synchronization of {found.object} is running.")
    refuse_if_broken(org, "A poll", found.org)
    if found.collection != "all" and found.filter_field is None:
        raise Refused(
            f"The synchronization of {found.object} cannot go on.",
            cause="The checkbox by which it chooses its records was deleted in the CRM.",
            fix="What was read stays; a synchronization with another filter needs another object.",
        )
    org.run("UPDATE sync_objects SET status = 'running' WHERE object = ?", found.object)
    poll_at(org, found.object, org.now)
    return Outcome(f"Synchronization of {found.object} resumed", {}, _subject(found))


@command("connect.refresh")
def refresh(org: Org, *, object: str) -> Outcome:  # noqa: A002
    """Read every record again, at once."""
    found = source_meant(org, object)
    if found.status == "paused":
        raise Refused(f"The synchronization of {found.object} is paused.", fix="connect.resume it first.")
    refuse_if_broken(org, "A full refresh", found.org)
    _read_everything(org, found)
    return Outcome(f"Full refresh of {found.object} requested", {}, _subject(found))


def _read_everything(org: Org, found: Source) -> None:
    org.run("UPDATE sync_objects SET full_due = 1 WHERE object = ?", found.object)
    if found.status == "running":
        poll_at(org, found.object, org.now)


@command("connect.set_interval")
def set_interval(org: Org, *, object: str, poll_minutes: int) -> Outcome:  # noqa: A002
    """Poll more or less often, counted from the last poll."""
    from store.connect.definition import refuse_too_short

    found = source_meant(org, object)
    refuse_too_short(poll_minutes)
    org.run("UPDATE sync_objects SET poll_minutes = ? WHERE object = ?", poll_minutes, found.object)
    if found.next_poll_at is not None and not found.full_due:
        poll_at(org, found.object, source(org, found.object).slot_after(org.now))
    return Outcome(f"{found.object} is polled every {poll_minutes} min", {}, _subject(found))


@command("connect.change_fields")
def change_fields(
    org: Org,
    *,
    object: str,  # noqa: A002
    add: list[str] | None = None,
    remove: list[str] | None = None,
) -> Outcome:
    """Synchronize other fields. A removed one loses its column and data, an added one brings a full refresh."""
    from store.connect.definition import refuse_too_many

    found = source_meant(org, object)
    refuse_if_broken(org, "Choosing fields of the CRM", found.org)
    obj = crm.describe(org, found.object)
    de = data_extensions.get(org, found.de_name)
    added, removed = _chosen(org, obj, add or []), [de.field(name).name for name in remove or []]
    if "Id" in removed:
        raise Refused("Id cannot be removed: it is the primary key of every Synchronized Data Extension.")
    if not added and not removed:
        raise Refused("Which fields?", fix="Name fields to add or to remove.")
    there = next((field.name for field in added if field.name.lower() in de.by_name), None)
    if there:
        raise Refused(f"{found.object}.{there} is synchronized already.")
    refuse_too_many(found.object, len(de.fields) + len(added) - len(removed))
    for name in removed:
        data_extensions.drop_column(org, de, name)
        org.run("DELETE FROM sync_fields WHERE object = ? AND field = ?", found.object, name)
    for field in added:
        data_extensions.add_column(org, de, field_for(field))
        _add_field_row(org, found.object, field)
    if added:
        _read_everything(org, found)
    what = [f"+ {field.name}" for field in added] + [f"- {name}" for name in removed]
    counts = {"added": len(added), "removed": len(removed)}
    return Outcome(f"Synchronized fields of {found.object}: {', '.join(what)}", counts, _subject(found))


@command("connect.delete")
def delete(org: Org, *, object: str) -> Outcome:  # noqa: A002
    """Always refused. source: seed, "Once a sync is started, it cannot be deleted - only paused"."""
    found = source_meant(org, object)
    raise Refused(
        f"The synchronization of {found.object} cannot be deleted.",
        cause="Once a synchronization is started it can be paused, not deleted; its contacts stay and are billed.",
        fix="connect.pause it.",
    )


@command("connect.move")
def move(org: Org, *, object: str, folder: str) -> Outcome:  # noqa: A002
    """Always refused. source: seed, "Synchronized DEs exist at the top level; cannot move to shared folders"."""
    found = source_meant(org, object)
    raise Refused(
        f"{found.de_name} cannot be moved to {folder}.",
        cause="Synchronized Data Extensions exist at the top level; they cannot be moved to shared folders.",
        fix="Copy the rows with a SQL Query Activity into a data extension there.",
    )
