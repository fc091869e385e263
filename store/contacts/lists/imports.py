"""Taking subscribers in: rows of an import or of API calls go to a list, and to All Subscribers with it.

Rows that cannot be taken are said with their line and why; what happens to the others is set-based.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store import business_units, data_extensions
from store.clock import sql_utc_text
from store.commands import Outcome, command
from store.contacts.addresses import change_addresses
from store.contacts.contacts import MAX_KEY_LENGTH, STATUSES, establish, subscribe
from store.contacts.detective import INVALID_ADDRESS, sql_address_code, sql_detected
from store.contacts.lists.definition import SubscriberList, get_list
from store.contacts.lists.membership import join
from store.contacts.lists.tables import ALL_SUBSCRIBERS, GROUP
from store.contacts.statuses import set_statuses
from store.contacts.units import record_in_unit
from store.data_extensions import ImportReport, Rejected
from store.errors import Refused
from store.scratch import scratch

if TYPE_CHECKING:
    from store.org import Org

MODES = ("add_and_update", "add_only", "update_only")
# Column headings that mean the same, without blanks, in lower case.
_HEADINGS = {
    "key": ("subscriberkey", "contactkey", "key"),
    "email": ("emailaddress", "email"),
    "status": ("status",),
}
_STAGED = """line INTEGER PRIMARY KEY, contact_key TEXT COLLATE NOCASE, email_address TEXT COLLATE NOCASE,
    status TEXT, why TEXT, contact_id INTEGER"""
_Row = tuple[int, str, str, str]  # line, key, address, status; '' where the file has none


@command("contacts.import_subscribers")
def import_subscribers(
    org: Org,
    *,
    header: list[str],
    rows: list[list[str]],
    list: str | int = ALL_SUBSCRIBERS,
    mode: str = "add_and_update",
    lines: Sequence[int] | None = None,
    file: str = "",
) -> Outcome:
    """Import a file of subscribers to a list: columns Subscriber Key, Email Address and perhaps Status.

    Without a key the address is the key. `mode` is add_and_update, add_only or update_only.
    """
    into = get_list(org, list)
    if mode not in MODES:
        raise Refused(f"'{mode}' is not a way to import to a list.", fix=f"Choose one of: {', '.join(MODES)}.")
    numbers = [*(lines or range(2, len(rows) + 2))]
    staged, ignored = _read(header, rows, numbers)
    report = take_in(org, into, staged, ignored, mode=mode, by="import")
    data_extensions.keep_run(org, f"list {into.name}", report, mode, file, rows, numbers)
    return Outcome(report.line(f"list {into.name}"), report.counts, f"lists/{into.name}")


@command("contacts.add_to_list")
def add_to_list(org: Org, *, list: str | int, subscribers: list[str | dict[str, str]]) -> Outcome:
    """Put subscribers on a list as the API does: Contact Keys, or {"key", "email", "status"} of people who may be new.

    Active as status subscribes again whoever left the list. Source: SFD:adding_subscribers_to_a_list.
    """
    into = get_list(org, list)
    given = [{"key": each} if isinstance(each, str) else each for each in subscribers]
    unknown = sorted({name for each in given for name in each} - {"key", "email", "status"})
    if unknown:
        raise Refused(f"A subscriber has no '{unknown[0]}'.", fix="It has key, email and status.")
    staged = [
        (line, each.get("key", ""), each.get("email", ""), each.get("status", "")) for line, each in enumerate(given, 1)
    ]
    report = take_in(org, into, staged, (), mode="add_and_update", by="api")
    if report.rejected:
        first = report.rejected[0]
        raise Refused(first.why, where=f"subscriber {first.line}: {first.value or staged[first.line - 1][1]}")
    changes = {"added": report.inserted, "updated": report.updated}
    title = f"{into.name}: {report.inserted} added, {report.updated} there already"
    return Outcome(title, {name: count for name, count in changes.items() if count}, f"lists/{into.name}")


def _read(
    header: Sequence[str], rows: Sequence[Sequence[str]], lines: Sequence[int]
) -> tuple[list[_Row], tuple[str, ...]]:
    """The cells that count, and the headings that do not. Raises Refused when neither key nor address has a column."""
    plain = [heading.replace(" ", "").replace("_", "").lower() for heading in header]
    places = {name: next((plain.index(one) for one in also if one in plain), None) for name, also in _HEADINGS.items()}
    if places["key"] is None and places["email"] is None:
        raise Refused(
            "The file has neither a Subscriber Key nor an Email Address.", fix="Name them in its first line.",
            where="line 1",
        )  # fmt: skip

    def cell(row: Sequence[str], name: str) -> str:
        place = places[name]
        return row[place].strip() if place is not None and place < len(row) else ""

    used = set(places.values())
    ignored = tuple(heading for place, heading in enumerate(header) if place not in used)
    staged = [
        (line, cell(row, "key"), cell(row, "email"), cell(row, "status")) for line, row in zip(lines, rows, strict=True)
    ]
    return staged, ignored


def take_in(
    org: Org, into: SubscriberList, rows: Sequence[_Row], ignored: tuple[str, ...], *, mode: str, by: str
) -> ImportReport:
    """Put the rows on a list; `by` is import or api. New contacts and subscribers are made as needed."""
    if into.kind == GROUP:
        raise Refused(f"{into.name} is a group.", fix="A group is taken from a list as a whole: contacts.create_group.")
    scratch(org, "taking", _STAGED)
    org.db.executemany(
        """INSERT INTO temp.taking
           VALUES (?, nullif(coalesce(nullif(?2, ''), ?3), ''), nullif(?3, ''), nullif(lower(?4), ''), NULL, NULL)""",
        rows,
    )
    _reject(org, into, mode)
    source, method = ("Import", "Imported") if by == "import" else ("API", "API")
    establish(org, "SELECT contact_key FROM temp.taking WHERE why IS NULL ORDER BY line", source=source)
    org.run(
        """UPDATE temp.taking SET contact_id = k.contact_id FROM contacts AS k
            WHERE k.contact_key = taking.contact_key AND why IS NULL"""
    )
    taken = "FROM temp.taking WHERE why IS NULL"
    addresses = f"SELECT contact_id, email_address {taken} AND email_address IS NOT NULL"
    new = subscribe(org, addresses, add_method=method)
    if mode != "add_only":
        change_addresses(org, addresses)
    record_in_unit(org, business_units.current_mid(), f"SELECT contact_id {taken}")
    joined = _place(org, into, taken, method, by)
    if by == "import":
        _note_held(org, into)
    refused = org.rows("SELECT line, contact_key, why FROM temp.taking WHERE why IS NOT NULL ORDER BY line")
    good = int(org.value(f"SELECT count(*) {taken}"))
    org.run("DELETE FROM temp.taking")
    added = new if into.is_all_subscribers else joined
    rejected = tuple(Rejected(row["line"], "", row["contact_key"] or "", row["why"]) for row in refused)
    return ImportReport(len(rows), added, good - added, rejected, ignored)


def _place(org: Org, into: SubscriberList, taken: str, method: str, by: str) -> int:
    """Set the statuses in All Subscribers, or give the places on the list; returns how many are new on it."""
    if into.is_all_subscribers:
        set_statuses(org, f"SELECT contact_id, status {taken} AND status IS NOT NULL", by=by)
        return 0
    joined = join(org, into.list_id, f"SELECT contact_id {taken} AND status IS NULL", add_method=method)
    for status in ("active", "unsubscribed"):
        whom = f"SELECT contact_id {taken} AND status = '{status}'"
        joined += join(org, into.list_id, whom, add_method=method, status=status)
    return joined


def _note_held(org: Org, into: SubscriberList) -> None:
    """Keep whom the import brought again and left held as they were; one that says held itself is meant so."""
    org.run(
        """INSERT OR REPLACE INTO imports_while_held
           SELECT t.contact_id, :now, :list FROM temp.taking t JOIN subscriber_statuses s USING (contact_id)
            WHERE t.why IS NULL AND t.status IS NOT 'held' AND s.status <> 'active' AND s.status = 'held'""",
        {"now": org.now, "list": into.name},
    )


def sql_held_at_import() -> str:
    """A SELECT of those who are held and were imported since: contact_key, held_since_utc, imported_utc, into_list,
    bounces."""
    return f"""
        SELECT a.contact_key, {sql_utc_text("s.date_undeliverable")} AS held_since_utc,
               {sql_utc_text("i.at")} AS imported_utc, i.into_list, s.bounce_count AS bounces
          FROM imports_while_held i JOIN subscriber_statuses s USING (contact_id)
               JOIN contacts a USING (contact_id)
         WHERE s.status <> 'active' AND s.status = 'held' AND i.at >= s.date_undeliverable
         ORDER BY i.at, i.contact_id"""


def _reject(org: Org, into: SubscriberList, mode: str) -> None:
    """Say of each row that cannot be taken why: the first reason that holds."""
    allowed = STATUSES if into.is_all_subscribers else ("active", "unsubscribed")
    known = """(SELECT s.contact_id FROM contacts k JOIN all_subscribers s USING (contact_id)
                 WHERE k.contact_key = taking.contact_key)"""
    there = (
        known
        if into.is_all_subscribers
        else f"(SELECT 1 FROM list_subscribers l WHERE l.list_id = {into.list_id} AND l.contact_id = {known})"
    )
    tests = [
        ("contact_key IS NULL", "It has no Subscriber Key."),
        (f"length(contact_key) > {MAX_KEY_LENGTH}", f"The Subscriber Key is longer than {MAX_KEY_LENGTH} characters."),
        (
            "line NOT IN (SELECT min(line) FROM temp.taking GROUP BY contact_key)",
            "DuplicateValue: an earlier line of the file has this Subscriber Key.",
        ),
        (f"status NOT IN {allowed}", f"The status is none of: {', '.join(allowed)}."),
        (f"{sql_address_code(org, 'email_address')} = {INVALID_ADDRESS}", "InvalidEmailAddress"),
        (sql_detected(org, "email_address"), "ListDetective"),
        (f"email_address IS NULL AND {known} IS NULL", "It has no Email Address, and is not in All Subscribers yet."),
    ]
    if mode != "add_and_update":
        wanted, said = ("NOT NULL", "it is there already") if mode == "add_only" else ("NULL", "it is not there yet")
        tests.append((f"{there} IS {wanted}", f"Skipped, as {said}."))
    for test, why in tests:
        org.run(f"UPDATE temp.taking SET why = ? WHERE why IS NULL AND {test}", why)
