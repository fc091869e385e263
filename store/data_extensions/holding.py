"""What holds a data extension or a field of it in its place: other rooms say so, and it cannot be deleted.

They also hear of a field's new name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from store.data_extensions.model import DataExtension
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

Holder = Callable[["Org", DataExtension, "str | None"], str]
Renamer = Callable[["Org", DataExtension, str, str], None]
Withdrawer = Callable[["Org", DataExtension], None]
_holders: list[Holder] = []
_withdrawers: list[Withdrawer] = []
_renamers: list[Renamer] = []


def held_by(function: Holder) -> Holder:
    """Register `function(org, de, field)`, which says why it has to stay (`field` None: all of it), or nothing."""
    _holders.append(function)
    return function


def when_renamed(function: Renamer) -> Renamer:
    """Register `function(org, de, old, new)` for a field that gets another name."""
    _renamers.append(function)
    return function


def when_withdrawn(function: Withdrawer) -> Withdrawer:
    """Register `function(org, de)` for a data extension that MC Connect takes away, whatever holds it."""
    _withdrawers.append(function)
    return function


def withdrawn(org: Org, de: DataExtension) -> None:
    """Tell who holds it that a data extension goes."""
    for function in _withdrawers:
        function(org, de)


def reason_to_stay(org: Org, de: DataExtension, field: str | None = None) -> str:
    """Why a data extension, or a field of it, cannot be deleted; nothing when it can."""
    return next((reason for holder in _holders if (reason := holder(org, de, field))), "")


def refuse_if_held(org: Org, de: DataExtension, field: str | None = None) -> None:
    """Raises Refused with that reason."""
    if reason := reason_to_stay(org, de, field):
        what = f"The data extension {de.name}" if field is None else f"The field {field} of {de.name}"
        raise Refused(
            f"{what} cannot be deleted: it has a data relationship.", cause=f"{reason}.",
            fix="Remove the relationship in Data Designer first (contacts.unlink), then delete.",
        )  # fmt: skip


def renamed(org: Org, de: DataExtension, old: str, new: str) -> None:
    """Tell who wants to know that a field has another name."""
    for function in _renamers:
        function(org, de, old, new)
