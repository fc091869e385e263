"""Readings that are kept while what they were read from has not changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from store import Org
    from store.crm import Field

T = TypeVar("T")
_kept: WeakKeyDictionary[Org, dict[str, tuple[Hashable, object]]] = WeakKeyDictionary()


def remembered(org: Org, name: str, stamp: Hashable, read: Callable[[], T]) -> T:
    """The last reading of that name if its stamp is the same, else a new one. One reading per name is kept."""
    kept = _kept.setdefault(org, {})
    if name not in kept or kept[name][0] != stamp:
        kept[name] = (stamp, read())
    value: T = kept[name][1]  # type: ignore[assignment]
    return value


def fields_of(org: Org, object_name: str) -> dict[str, Field]:
    """The fields of a CRM object by name; parsing them for every step would cost more than the step."""
    from store import crm

    def read() -> dict[str, Field]:
        return {field.name: field for field in crm.describe(org, object_name).fields}

    return remembered(org, f"fields of {object_name}", crm.schema_no(org), read)


def forget(org: Org) -> None:
    """Going back makes every stamp ambiguous: another course may reach the same number with other rows."""
    _kept.pop(org, None)
