"""The pages of big tables, by the kind of list."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mctui.reading import contact_builder, rows, sync_monitor
from mctui.views import Query

if TYPE_CHECKING:
    from store import Org

Rows = tuple[tuple[object, ...], ...]
PAGES: dict[str, Callable[[Org, Query, int, int], Rows]] = {
    "contacts": contact_builder.page,
    "de": rows.page,
    "crm": sync_monitor.crm_page,
}


def page(org: Org, query: Query, offset: int, limit: int) -> Rows:
    """At most `limit` rows from `offset` on; nothing for a list that is always read whole."""
    read = PAGES.get(query.kind)
    return read(org, query, offset, limit) if read else ()
