"""What each view reads from the Org. Functions take the Org and return frozen views; they run on the session's thread.

A module per pane; rooms are reached through their own functions. Nothing here knows Textual, so the command line shows
the same views.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from mctui.reading.memo import forget
from mctui.reading.steps import step
from mctui.reading.world import lesson, world
from mctui.views import Detail, Focus, Query

if TYPE_CHECKING:
    from store import Org

# What steps import when they first need it.
_LATE = ("store.messaging.model",)
PAGE = 200  # rows of a big table that are read at once


def pane(org: Org, focus: Focus) -> tuple[object, Detail | None]:
    """The view of the pane that shows, and the detail of what is selected in it."""
    from importlib import import_module

    module = import_module(f"mctui.reading.{focus.pane}")
    view, detail = module.read(org, focus)
    return view, detail


def warm_up() -> None:
    """Import what the panes need now, while the person still looks at the first picture, and not at a key."""
    from mctui.reading import journey_canvas, people, records, tables  # noqa: F401


def chores(org: Org) -> list[Callable[[], object]]:
    """What the first steps would otherwise do on the way to their picture: late imports, queries, the CRM's objects.

    One short piece each, for the thread that owns the Org.
    """
    from importlib import import_module

    from store import crm, query

    imports = [partial(import_module, name) for name in _LATE]
    objects = [partial(crm.find_object, org, name) for name in crm.object_names(org)]
    return [*imports, *query.preparations(org), *objects]


def page(org: Org, query: Query, offset: int) -> tuple[tuple[object, ...], ...]:
    """At most PAGE rows of a big table."""
    from mctui.reading import tables

    return tables.page(org, query, offset, PAGE)


def record(org: Org, kind: str, key: str) -> Detail:
    """One record whole: kind is contact, crm, row, activity or step."""
    from mctui.reading import records

    return records.record(org, kind, key)


def diff(org: Org, k: int) -> Detail:
    """Every row that a step changed, before and after. Raises Refused when that cannot be known any more."""
    from mctui.reading import differences

    return differences.diff(org, k)


def why(org: Org, contact_key: str) -> Detail:
    """Each decision about a contact with the values that made it."""
    from mctui.reading import people

    return people.why(org, contact_key)


def contact_events(org: Org, contact_key: str) -> int:
    """How many things have happened to a contact; it grows with each."""
    from mctui.reading import people

    return people.events(org, contact_key)


__all__ = [
    "PAGE", "chores", "contact_events", "diff", "forget", "lesson", "page", "pane", "record", "step", "warm_up", "why",
    "world",
]  # fmt: skip
