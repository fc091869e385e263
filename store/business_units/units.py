"""The business units of the enterprise, and which of them a person or an automation works in.

A person is logged in to one business unit: what they make is made there, and names mean what they mean there. So every
command takes the argument `bu` (a name or MID), and whatever it puts on the agenda runs in the same business unit.
Without it everything happens in the enterprise, the parent of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.business_units.tables import ENTERPRISE_MID
from store.commands import common_argument
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

# source: domain A3, UnsubscribeBehaviorEnum of a BusinessUnit
ENTIRE_ENTERPRISE, BUSINESS_UNIT_ONLY = "ENTIRE_ENTERPRISE", "BUSINESS_UNIT_ONLY"

_acting: ContextVar[int | None] = ContextVar("business unit", default=None)


@dataclass(frozen=True)
class BusinessUnit:
    """One business unit. `unsubscribe` says what an unsubscribe from one of its messages is from."""

    mid: int
    name: str
    parent_mid: int | None
    unsubscribe: str
    created_at: int

    @property
    def is_enterprise(self) -> bool:
        """Whether it is the parent of all."""
        return self.parent_mid is None


def _unit(row: sqlite3.Row) -> BusinessUnit:
    return BusinessUnit(row["mid"], row["name"], row["parent_mid"], row["unsubscribe"], row["created_at"])


def units(org: Org) -> list[BusinessUnit]:
    """The enterprise, then its business units in the order in which they were made."""
    return [_unit(row) for row in org.rows("SELECT * FROM business_units ORDER BY parent_mid IS NOT NULL, mid")]


def find(org: Org, name_or_mid: str | int) -> BusinessUnit | None:
    """The business unit of that name (case not counting) or MID, or None."""
    text = str(name_or_mid).strip()
    row = org.row("SELECT * FROM business_units WHERE name = ?1 OR CAST(mid AS TEXT) = ?1", text)
    return _unit(row) if row else None


def get(org: Org, name_or_mid: str | int) -> BusinessUnit:
    """The business unit of that name or MID. Raises Refused with the nearest name."""
    found = find(org, name_or_mid)
    if found is None:
        names = [unit.name for unit in units(org)]
        fix = did_you_mean(str(name_or_mid), names) or f"There are: {', '.join(names)}."
        raise Refused(f"There is no business unit '{name_or_mid}'.", fix=fix)
    return found


def current(org: Org) -> BusinessUnit:
    """The business unit that is worked in now."""
    return get(org, _acting.get() or ENTERPRISE_MID)


def current_mid() -> int:
    """Its MID."""
    return _acting.get() or ENTERPRISE_MID


@contextmanager
def acting(org: Org, name_or_mid: str | int | None) -> Iterator[BusinessUnit]:
    """Work in a business unit; None stays where one is. Raises Refused when there is none of that name or MID."""
    unit = current(org) if name_or_mid is None else get(org, name_or_mid)
    token = _acting.set(unit.mid)
    try:
        yield unit
    finally:
        _acting.reset(token)


def _kept() -> int | None:
    """What goes with an agenda entry: nothing from the enterprise."""
    mid = current_mid()
    return None if mid == ENTERPRISE_MID else mid


common_argument("bu", acting, _kept)


# ---- names of things that each business unit has its own of


def path(org: Org, mid: int, name: str) -> str:
    """What a thing is called from everywhere: its name in the enterprise, `Unit/Name` in another business unit."""
    return name if mid == ENTERPRISE_MID else f"{get(org, mid).name}/{name}"


def meant(org: Org, name: str) -> tuple[int, str] | None:
    """(MID, name) of a path `Unit/Name` or `MID/Name`; None when the part before the slash is no business unit."""
    head, slash, rest = name.strip().partition("/")
    unit = find(org, head) if slash and rest.strip() else None
    return None if unit is None else (unit.mid, rest.strip())


def unsubscribing_alone(org: Org) -> tuple[int, ...]:
    """The MIDs of the business units whose unsubscribes hold for themselves only."""
    rows = org.rows("SELECT mid FROM business_units WHERE unsubscribe = ? ORDER BY mid", BUSINESS_UNIT_ONLY)
    return tuple(row["mid"] for row in rows)
