"""The entry sources of a journey, one file each: a new file in this folder registers itself, nothing else changes."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from store.errors import Refused, did_you_mean
from store.journey.entry_sources.base import Candidates, EntrySource, kinds

if TYPE_CHECKING:
    from store.journey.version import Version

__all__ = ["Candidates", "EntrySource", "is_built", "kinds", "make"]

for _module in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")


def is_built(type_name: str) -> bool:
    """Whether contacts can enter by a trigger of this type (upper case)."""
    return type_name in kinds()


def make(version: Version) -> EntrySource:
    """The entry source of a version. Raises Refused when its type is not known."""
    name = version.spec.trigger_type
    found = [kind for kind in kinds().get(name, ()) if kind.means(version)]
    if not found:
        raise Refused(
            f"The entry source {name or '(none)'} is not built yet."
            if version.spec.triggers
            else "The journey has no entry source.",
            fix=did_you_mean(name, kinds()) or f"What can let contacts in: {', '.join(kinds())}.",
        )
    return found[0](version)
