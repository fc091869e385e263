"""A poll: what changed in the CRM since the last one arrives in the Synchronized Data Extension.

The product asks for records whose SystemModstamp is later than the last one it read. Here a poll reads by `change_no`,
which grows by one with every change of any record and moves exactly when SystemModstamp is set: the same records,
without the doubt about two changes within one second of which only the first was there at the poll.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import crm, data_extensions
from store.agenda import Entry
from store.assumptions import assume
from store.commands import Outcome, handler
from store.connect.conversion import sql_value
from store.connect.deleted_people import establish_people
from store.connect.sources import POLL, Source, source
from store.data_extensions import DataExtension, quoted

if TYPE_CHECKING:
    from store.org import Org

# source: domain A4 and C1, only these three objects make contacts.
CONTACT_OBJECTS = ("Contact", "Lead", "User")

assume(
    "synchronized_de_deletes",
    "kept",
    ("kept", "removed", "flagged"),
    "What a deletion in the CRM does to the synchronized row: it remains as it was, goes at the next poll, "
    "or is read once more with IsDeleted = true",
    "seed: deletes in CRM are not reflected in MC; domain C1 has reports of the other two",
)
assume(
    "synchronized_filter_leavers",
    "kept",
    ("kept", "removed"),
    "What becomes of the synchronized row when its record no longer meets the record filter",
    "no page found",
)


@dataclass(frozen=True)
class _Counts:
    read: int
    inserted: int
    deleted: int
    kept: int
    contacts: int


@handler(POLL)
def poll(org: Org, entry: Entry) -> Outcome:
    """Read one object; the next poll follows after its interval."""
    found = source(org, entry.args["object"])
    de = data_extensions.get(org, found.de_name)
    table = crm.table_of(found.object)
    until = int(org.value(f"SELECT max(change_no) FROM {table}") or 0)
    since = 0 if found.full_due else found.watermark
    # The records that changed since: named parameters of every statement below.
    window = {"since": since, "until": until, "now": org.now}
    counts = _read(org, found, de, window) if until > since else _Counts(0, 0, 0, 0, 0)
    kind = "full" if found.full_due else "incremental"
    lag_mean, lag_max = (None, None) if found.full_due else _lag(org, found, window)
    org.run(
        """INSERT INTO sync_polls(object, at, kind, from_change, to_change, read, inserted, updated, deleted, kept,
                                  contacts, lag_mean, lag_max)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        found.object, org.now, kind, since, until, counts.read, counts.inserted, counts.read - counts.inserted,
        counts.deleted, counts.kept, counts.contacts, lag_mean, lag_max,
    )  # fmt: skip
    org.run(
        """UPDATE sync_objects
              SET watermark = ?, seen_change = ?, full_due = 0, last_poll_at = ?, next_poll_at = NULL
            WHERE object = ?""",
        until, until, org.now, found.object,
    )  # fmt: skip
    return _outcome(found, counts)


def _read(org: Org, found: Source, de: DataExtension, window: dict[str, int]) -> _Counts:
    deleted, kept = _deletions(org, found, de, window)
    deleted += _leavers(org, found, de, window)
    key = f"SELECT coalesce(max(_CustomObjectKey), 0) FROM {quoted(de.table_name)}"
    before = org.value(key)
    read = _take_over(org, found, de, window)
    # An updated row keeps its identity and new rows count on, so their number is the distance.
    inserted = org.value(key) - before
    made = 0
    if found.api_name in CONTACT_OBJECTS:
        made = establish_people(org, found.object, crm.table_of(found.object), _arriving(found), window)
    return _Counts(read, inserted, deleted, kept, made)


def _in_window(found: Source) -> str:
    # A full poll reads in order of the table; the unary plus keeps SQLite from going by the index of change_no.
    column = "+c.change_no" if found.full_due else "c.change_no"
    return f"{column} > :since AND {column} <= :until"


def _arriving(found: Source) -> str:
    """The live records of the collection among those that changed."""
    return f"{_in_window(found)} AND +c.IsDeleted = 0 AND {found.sql_filter()}"


def _take_over(org: Org, found: Source, de: DataExtension, window: dict[str, int]) -> int:
    """Insert or update the rows of the arriving records; returns how many."""
    values = column_values(org, found.object)
    names = [*map(quoted, values), "_ReadAt", "_ChangeNo"]
    first_load = org.value(f"SELECT 1 FROM {quoted(de.table_name)} LIMIT 1") is None
    insert = f"""INSERT INTO {quoted(de.table_name)} ({", ".join(names)})
        SELECT {", ".join(values.values())}, :now, c.change_no
          FROM {crm.table_of(found.object)} c
         WHERE {_arriving(found)}
         ORDER BY c.{"row_id" if found.full_due else "change_no"}"""
    if first_load:
        data_extensions.drop_key_index(org, de)
        read = org.run(insert, window)
        data_extensions.create_key_index(org, de)
        return read
    settings = ", ".join(f"{name} = excluded.{name}" for name in names if name != '"Id"')
    return org.run(f"""{insert} ON CONFLICT("Id") DO UPDATE SET {settings}""", window)


def column_values(org: Org, object_name: str) -> dict[str, str]:
    """The synchronized fields of an object in order, each with the SQL of its value over the alias c.

    A formula is read as it is at the poll. What the CRM has no more, or the integration user may not see any more,
    keeps what was read.
    """
    chosen = org.rows("SELECT field, crm_type, scale FROM sync_fields WHERE object = ? ORDER BY ordinal", object_name)
    obj, hidden = crm.describe(org, object_name), crm.hidden_fields(org, object_name)
    rows = [row for row in chosen if obj.find(row["field"])]
    columns = {row["field"]: crm.value_sql(org, obj, obj.field(row["field"])) for row in rows}
    return {
        row["field"]: sql_value(org, row["field"], row["crm_type"], row["scale"], column=columns[row["field"]])
        for row in rows
        if row["field"] not in hidden
    }


def _deletions(org: Org, found: Source, de: DataExtension, window: dict[str, int]) -> tuple[int, int]:
    """What happens to the rows whose records were deleted since: (rows removed or flagged, rows left as they were)."""
    gone = f"FROM {crm.table_of(found.object)} c WHERE {_in_window(found)} AND c.IsDeleted = 1"
    how = org.assumption("synchronized_de_deletes")
    if how == "removed":
        return org.run(f'DELETE FROM {quoted(de.table_name)} WHERE "Id" IN (SELECT c.Id {gone})', window), 0
    if how == "flagged":
        values = column_values(org, found.object)
        settings = ", ".join(f"{quoted(name)} = {value}" for name, value in values.items() if name != "Id")
        return org.run(
            f"""UPDATE {quoted(de.table_name)} AS d
                   SET {settings + ", " if settings else ""}_ReadAt = :now, _ChangeNo = c.change_no
                {gone} AND d."Id" = c.Id""",
            window,
        ), 0
    sql = f'SELECT count(*) FROM {quoted(de.table_name)} d WHERE d."Id" IN (SELECT c.Id {gone})'
    return 0, int(org.value(sql, window))


def _leavers(org: Org, found: Source, de: DataExtension, window: dict[str, int]) -> int:
    """Remove the rows whose records left the collection, where the assumption in force says so."""
    if found.collection == "all" or org.assumption("synchronized_filter_leavers") == "kept":
        return 0
    return org.run(
        f"""DELETE FROM {quoted(de.table_name)} WHERE "Id" IN (
                SELECT c.Id FROM {crm.table_of(found.object)} c
                 WHERE {_in_window(found)} AND c.IsDeleted = 0 AND NOT coalesce({found.sql_filter()}, 0))""",
        window,
    )


def _lag(org: Org, found: Source, window: dict[str, int]) -> tuple[float | None, int | None]:
    """Seconds between the change in the CRM and this poll: (mean, longest)."""
    row = org.row(
        f"""SELECT round(avg(:now - c.SystemModstamp), 1), max(:now - c.SystemModstamp)
              FROM {crm.table_of(found.object)} c WHERE {_arriving(found)}""",
        window,
    )
    return (row[0], row[1]) if row else (None, None)


def _outcome(found: Source, counts: _Counts) -> Outcome:
    updated = counts.read - counts.inserted
    parts = []
    if counts.inserted:
        parts.append(f"{counts.inserted:,} new")
    if updated:
        parts.append(f"{updated:,} changed")
    if counts.deleted:
        parts.append(f"{counts.deleted:,} deleted")
    if counts.kept:
        parts.append(f"{counts.kept:,} deleted in the CRM and kept")
    verb = "read all of" if found.full_due else "polled"
    title = f"MC Connect {verb} {found.object}: {', '.join(parts) or 'nothing new'}"
    changes = {
        "read": counts.read,
        "inserted": counts.inserted,
        "updated": updated,
        "deleted": counts.deleted,
        "kept": counts.kept,
        "contacts": counts.contacts,
    }
    shown = {name: number for name, number in changes.items() if number}
    return Outcome(title, shown, f"sync/{found.object}")
