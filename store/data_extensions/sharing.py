"""Shared data extensions: the enterprise lets business units read, or also write, data extensions of its own.

They are in the folder Shared Data Extensions; a query of a child names one `Ent.Name`. Source: domain B5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import business_units
from store.business_units import ENTERPRISE_MID, BusinessUnit
from store.commands import Outcome, command
from store.data_extensions.manage import SHARED_FOLDER, in_shared_folder, refuse_unless_owned
from store.data_extensions.model import DataExtension, get
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class Share:
    """A business unit that may use a data extension of the enterprise."""

    unit: str
    mid: int
    can_write: bool


def shares(org: Org, de: DataExtension) -> list[Share]:
    """With whom a data extension is shared, by MID."""
    rows = org.rows("SELECT mid, can_write FROM data_extension_shares WHERE de_id = ? ORDER BY mid", de.de_id)
    return [Share(business_units.get(org, row["mid"]).name, row["mid"], bool(row["can_write"])) for row in rows]


def share(org: Org, de: DataExtension, units: list[BusinessUnit], *, write: bool) -> None:
    """Let the business units use it, as from now; it moves to the folder Shared Data Extensions."""
    refuse_unless_owned(de)
    if de.mid != ENTERPRISE_MID:
        raise Refused(
            f"{de.path} cannot be shared: it belongs to a child business unit.",
            cause="Shared data extensions are the parent's.",
            fix="Make it in the enterprise and share it from there.",
        )
    if de.is_synchronized:
        raise Refused(f"{de.name} need not be shared: every business unit reads Synchronized Data Extensions by Ent.")
    for unit in units:
        org.run("INSERT OR REPLACE INTO data_extension_shares VALUES (?, ?, ?)", de.de_id, unit.mid, write)
    if not in_shared_folder(de.folder):
        org.run("UPDATE data_extensions SET folder = ? WHERE de_id = ?", SHARED_FOLDER, de.de_id)


@command("data_extensions.share")
def share_command(org: Org, *, de: str, units: list[str | int] | None = None, write: bool = False) -> Outcome:
    """Share a data extension of the enterprise with business units (left out: all), for reading or also writing."""
    found, chosen = get(org, de), _children(org, units)
    share(org, found, chosen, write=write)
    how = "for writing too" if write else "for reading"
    names = ", ".join(unit.name for unit in chosen)
    return Outcome(f"{found.name} shared with {names} {how}", {"shares": len(chosen)}, f"de/{found.path}")


@command("data_extensions.unshare")
def unshare_command(org: Org, *, de: str, units: list[str | int] | None = None) -> Outcome:
    """Share a data extension no longer with these business units (left out: with any)."""
    found = get(org, de)
    refuse_unless_owned(found)
    chosen = _children(org, units)
    gone = sum(
        org.run("DELETE FROM data_extension_shares WHERE de_id = ? AND mid = ?", found.de_id, unit.mid)
        for unit in chosen
    )
    if not gone:
        raise Refused(f"{found.name} is not shared with {', '.join(unit.name for unit in chosen)}.")
    return Outcome(f"{found.name}: shared with {gone} business units less", {"shares": gone}, f"de/{found.path}")


def _children(org: Org, units: list[str | int] | None) -> list[BusinessUnit]:
    """The business units named, or all children. Raises Refused when that is none."""
    if units is not None:
        chosen = [business_units.get(org, each) for each in units]
    else:
        chosen = [unit for unit in business_units.units(org) if not unit.is_enterprise]
    enterprise = next((unit for unit in chosen if unit.is_enterprise), None)
    if enterprise:
        raise Refused(f"{enterprise.name} owns it; sharing is with its business units.")
    if not chosen:
        raise Refused("There is no business unit to share with.", fix="business_units.create makes one.")
    return chosen
