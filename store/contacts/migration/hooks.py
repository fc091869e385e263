"""What a key migration touches in other rooms: who must move rows of merged contacts, and what still names old keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from store.org import Org

# TEMP table while contacts are merged: each has its history under `into_id` afterwards. A visit number carries the
# contact and how many times it entered; `shift` makes room for the entries of the one beside those of the other.
MERGED = "temp.merged_contacts"
MERGED_COLUMNS = "contact_id INTEGER PRIMARY KEY, into_id INTEGER NOT NULL, shift INTEGER NOT NULL"


@dataclass(frozen=True)
class Touched:
    """Something that a migration meets. `blocks` when it must be stopped before.

    `run_by` are the types and keys by which an automation runs it.
    """

    kind: str
    name: str
    count: int
    about: str
    blocks: bool = False
    run_by: tuple[tuple[str, str], ...] = ()


Merge = Callable[["Org"], None]
Look = Callable[["Org", str], list[Touched]]
_M = TypeVar("_M", bound=Merge)
_L = TypeVar("_L", bound=Look)
Follow = Callable[["Org", list[Touched]], list[Touched]]
_F = TypeVar("_F", bound=Follow)
_merges: list[Merge] = []
_looks: list[Look] = []
_follows: list[Follow] = []


def on_contacts_merged(move: _M) -> _M:
    """Register `function(org)`: give what the contacts of MERGED have to those that they go into."""
    _merges.append(move)
    return move


def touched_by_key_migration(look: _L) -> _L:
    """Register `function(org, old_keys)`: what a migration meets, for a SELECT of the old keys."""
    _looks.append(look)
    return look


def run_by_automations(follow: _F) -> _F:
    """Register `function(org, found)`: what runs the things that a migration meets."""
    _follows.append(follow)
    return follow


def merge_all(org: Org) -> None:
    """Let every room move its rows."""
    for move in _merges:
        move(org)


def touched(org: Org, old_keys: str) -> list[Touched]:
    """What every room has to say, what blocks first."""
    found = [one for look in _looks for one in look(org, old_keys)]
    found += [one for follow in _follows for one in follow(org, found)]
    return sorted(found, key=lambda one: (not one.blocks, one.kind, one.name))


def move_visits(org: Org, table: str, contact: int, column: str = "visit") -> None:
    """Renumber the visits of merged contacts in a table; `contact` is the part of a visit that is the contact."""
    org.run(
        f"""UPDATE {table} SET {column} = (({column} >> 32) + g.shift) << 32 | g.into_id
              FROM {MERGED} g WHERE {table}.{column} & {contact} = g.contact_id"""
    )


def move_contacts(org: Org, table: str) -> None:
    """Give rows by contact_id to the other contact; where it has such a row already, its own stays."""
    org.run(
        f"""UPDATE OR IGNORE {table} SET contact_id = g.into_id FROM {MERGED} g
             WHERE {table}.contact_id = g.contact_id"""
    )
    org.run(f"DELETE FROM {table} WHERE contact_id IN (SELECT contact_id FROM {MERGED})")
