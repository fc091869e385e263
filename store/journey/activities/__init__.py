"""The activities of a journey, one file each: a new file in this folder registers itself, nothing else changes."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from store.errors import Refused
from store.journey.activities.base import Activity, Decision, Finding, Read, registered
from store.journey.spec import ActivitySpec, Interaction

__all__ = ["Activity", "Decision", "Finding", "Read", "is_built", "make", "registered"]

for _module in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")


def is_built(type_name: str) -> bool:
    """Whether activities of this type can run."""
    return type_name in registered()


def make(spec: ActivitySpec, journey: Interaction | None = None) -> Activity:
    """The activity of a spec, in its journey. Raises Refused when its type is not built yet."""
    for found in registered().get(spec.type, ()):
        if found.means(spec):
            return found(spec, journey)
    raise Refused(
        f"The activity type {spec.type} is not built yet.",
        cause=f"{spec.name} ({spec.key}) needs it.",
        fix=f"What can run: {', '.join(registered())}.",
    )
