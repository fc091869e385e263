"""What lists there are: making, renaming and deleting them.

A list belongs to the business unit in which it is made. Source: domain G (ListClassification), and
SFH:mc_es_suppression_lists (the parent may share a suppression list), MD:system-data-views (a business unit asks for
its own lists and All Subscribers only).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import business_units
from store.business_units import ENTERPRISE_MID
from store.chance import SCALE, sql_chance
from store.commands import Outcome, command
from store.contacts.lists.tables import ALL_SUBSCRIBERS, GROUP, KINDS, LIST, SUPPRESSION
from store.contacts.tables import ALL_SUBSCRIBERS_LIST
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

LONGEST_NAME = 50  # source: domain D5, _ListSubscribers.ListName
# What the SOAP API calls the kinds. Source: SFD:listclassificationenum.
CLASSIFICATIONS = {"exacttargetlist": LIST, "publicationlist": "Publication List", "suppressionlist": SUPPRESSION}


@dataclass(frozen=True)
class SubscriberList:
    """One list. `kind` is List, Publication List, Suppression List or Group; a group has the list it was taken from."""

    list_id: int
    mid: int
    name: str
    kind: str
    is_public: bool
    is_shared: bool
    description: str
    of_list_id: int | None
    created_at: int

    @property
    def is_all_subscribers(self) -> bool:
        """Whether it is the one that everyone is on."""
        return self.list_id == ALL_SUBSCRIBERS_LIST


NamedBy = Callable[["Org", int], list[str]]
_named_by: list[NamedBy] = []


def refuse_while_named(names: NamedBy) -> NamedBy:
    """Register who names lists: (org, ListID) -> what names it, so that the list cannot be deleted under it."""
    _named_by.append(names)
    return names


def _list(row: sqlite3.Row) -> SubscriberList:
    return SubscriberList(
        row["list_id"], row["mid"], row["name"], row["kind"], bool(row["is_public"]), bool(row["is_shared"]),
        row["description"], row["of_list_id"], row["created_at"],
    )  # fmt: skip


def install(org: Org) -> None:
    """All Subscribers, which every account has."""
    org.run(
        "INSERT INTO lists VALUES (?, ?, ?, ?, 0, 1, 'Contains all subscribers', NULL, ?)",
        ALL_SUBSCRIBERS_LIST, ENTERPRISE_MID, ALL_SUBSCRIBERS, LIST, org.now,
    )  # fmt: skip


def all_lists(org: Org) -> list[SubscriberList]:
    """Every list of every business unit, All Subscribers first."""
    return [_list(row) for row in org.rows("SELECT * FROM lists ORDER BY list_id <> ?, list_id", ALL_SUBSCRIBERS_LIST)]


def list_by_id(org: Org, list_id: int) -> SubscriberList | None:
    """The list of a ListID, or None."""
    row = org.row("SELECT * FROM lists WHERE list_id = ?", list_id)
    return _list(row) if row else None


def find_list(org: Org, name: str | int) -> SubscriberList | None:
    """The list of a ListID or name that this business unit may use, or None.

    A name may stand behind its folder, as SFMC DevTools write it: `Publication Lists/News`.
    """
    mid, written = business_units.current_mid(), str(name).strip()
    rows = org.rows(
        """SELECT * FROM lists WHERE (mid = :mid OR is_shared)
              AND (name IN (:written, :last) OR CAST(list_id AS TEXT) = :written)
            ORDER BY name = :written DESC, mid = :mid DESC, list_id LIMIT 1""",
        {"mid": mid, "written": written, "last": written.rpartition("/")[2].strip()},
    )
    return _list(rows[0]) if rows else None


def get_list(org: Org, name: str | int, *kinds: str) -> SubscriberList:
    """The list of a ListID or name, of one of these kinds. Raises Refused with the nearest name."""
    found = find_list(org, name)
    if found is None:
        known = [each.name for each in all_lists(org) if each.mid == business_units.current_mid() or each.is_shared]
        fix = did_you_mean(str(name), known) or f"There are: {', '.join(known)}. contacts.create_list makes one."
        raise Refused(f"There is no list '{name}'.", fix=fix)
    if kinds and found.kind not in kinds:
        raise Refused(f"{found.name} is a {found.kind}.", fix=f"Name a {' or a '.join(kinds)}.")
    return found


def kind_of(written: str) -> str:
    """A kind of list as a person or the API writes it. Raises Refused for what there is not."""
    plain = written.strip().lower().replace(" ", "")
    found = CLASSIFICATIONS.get(plain) or next((kind for kind in KINDS if kind.lower().replace(" ", "") == plain), None)
    if found is None:
        fix = did_you_mean(written, KINDS) or f"Choose one of: {', '.join(KINDS)}."
        raise Refused(f"'{written}' is no kind of list.", fix=fix)
    return found


@command("contacts.create_list")
def create_list(
    org: Org,
    *,
    name: str,
    kind: str = LIST,
    public: bool = False,
    shared: bool = False,
    description: str = "",
    list_id: int | None = None,
) -> Outcome:
    """Make a list: a List, a Publication List or a Suppression List.

    A `public` one shows in the subscription center; a `shared` suppression list may be used by all business units.
    """
    found = kind_of(kind)
    if found == GROUP:
        raise Refused("A group is taken from a list.", fix="contacts.create_group")
    if shared and found != SUPPRESSION:
        raise Refused(f"A {found} is not shared.", fix="Only a suppression list can be.")
    made = _make(org, name, found, public=public, shared=shared, description=description, list_id=list_id)
    return Outcome(f"{found} {made.name} created (ListID {made.list_id})", {"lists": 1}, f"lists/{made.name}")


@command("contacts.create_group")
def create_group(
    org: Org, *, name: str, of: str | int, percent: float | None = None, count: int | None = None
) -> Outcome:
    """Make a random group of a list: so many percent of its subscribers, or so many of them."""
    source = get_list(org, of, LIST)
    if (percent is None) == (count is None):
        raise Refused("How many of them?", fix="Give percent or count.")
    if (percent is not None and not 0 < percent <= 100) or (count is not None and count < 1):
        raise Refused("A group of nobody is none.", fix="Give a percent up to 100, or a count from 1 on.")
    made = _make(org, name, GROUP, of_list_id=source.list_id)
    everyone = (
        "SELECT contact_id FROM all_subscribers"
        if source.is_all_subscribers
        else f"SELECT contact_id FROM list_subscribers WHERE list_id = {source.list_id}"
    )
    drawn = sql_chance(org.seed, f"group|{made.list_id}", "contact_id")
    share = f"WHERE {drawn} < {int((percent or 0) * SCALE / 100)}" if count is None else ""
    limit = f"ORDER BY {drawn}, contact_id LIMIT {int(count)}" if count is not None else ""
    size = org.run(
        f"""INSERT INTO list_subscribers(list_id, contact_id, status, joined_at, add_method)
            SELECT :list, contact_id, 'active', :now, 'WebApplication'
              FROM (SELECT contact_id FROM ({everyone}) {share} {limit}) ORDER BY contact_id""",
        {"list": made.list_id, "now": org.now},
    )
    return Outcome(f"Group {made.name}: {size:,} of {source.name}", {"members": size}, f"lists/{made.name}")


def _make(
    org: Org,
    name: str,
    kind: str,
    *,
    public: bool = False,
    shared: bool = False,
    description: str = "",
    list_id: int | None = None,
    of_list_id: int | None = None,
) -> SubscriberList:
    name, mid = _free_name(org, name), business_units.current_mid()
    number = list_id if list_id is not None else int(org.value("SELECT max(list_id) + 1 FROM lists"))
    if taken := list_by_id(org, number):
        raise Refused(f"There is a list with the ListID {number} already: {taken.name}.")
    org.run(
        "INSERT INTO lists VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        number, mid, name, kind, int(public), int(shared), description, of_list_id, org.now,
    )  # fmt: skip
    made = list_by_id(org, number)
    assert made is not None
    return made


def _free_name(org: Org, name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or name.isdecimal():
        raise Refused(f"'{name}' is not a name of a list.", fix=f"At most {LONGEST_NAME} characters, not only digits.")
    taken = org.value(
        "SELECT kind FROM lists WHERE name = ? AND (mid = ? OR list_id = ?)",
        name, business_units.current_mid(), ALL_SUBSCRIBERS_LIST,
    )  # fmt: skip
    if taken:
        raise Refused(f"There is a {taken} '{name}' already.", fix="Choose another name.")
    return name


@command("contacts.rename_list")
def rename_list(org: Org, *, list: str | int, new_name: str) -> Outcome:
    """Give a list another name; its ListID stays."""
    found = own_list(org, list)
    name = found.name if new_name.strip().lower() == found.name.lower() else _free_name(org, new_name)
    org.run("UPDATE lists SET name = ? WHERE list_id = ?", name, found.list_id)
    return Outcome(f"{found.kind} {found.name} renamed to {name}", {"lists": 1}, f"lists/{name}")


@command("contacts.delete_list")
def delete_list(org: Org, *, list: str | int) -> Outcome:
    """Delete a list that nothing names any more; its subscribers stay in All Subscribers."""
    found = own_list(org, list)
    named = [each for names in _named_by for each in names(org, found.list_id)]
    if named:
        raise Refused(f"{found.name} is used by {named[0]}.", fix="Change or delete that first.")
    gone = org.run("DELETE FROM list_subscribers WHERE list_id = ?", found.list_id)
    org.run("DELETE FROM lists WHERE list_id = ?", found.list_id)
    return Outcome(f"{found.kind} {found.name} deleted", {"lists": 1, "members": gone}, "lists")


def own_list(org: Org, name: str | int) -> SubscriberList:
    """A list of this business unit that is not All Subscribers. Raises Refused."""
    found = get_list(org, name)
    if found.is_all_subscribers:
        raise Refused(f"{ALL_SUBSCRIBERS} is the account's and stays as it is.")
    if found.mid != business_units.current_mid():
        raise Refused(f"{found.name} belongs to another business unit.", fix="Work in that one: the argument `bu`.")
    return found
