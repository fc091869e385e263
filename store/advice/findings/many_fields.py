"""Objects of which almost as many fields are synchronized as there may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import connect, data_extensions
from store.advice.finding import Evidence, finding

if TYPE_CHECKING:
    from store.org import Org

MANY = 200  # source: the seed's table of limitations; the cap is 250, about 20 are recommended (domain C1)


@finding(
    "many-fields",
    severity="warning",
    title="{count} [object has|objects have] more than 200 fields synchronized",
    why="MC Connect synchronizes at most 250 fields of an object. What the next project needs will not fit, and every"
    " field makes each poll longer.",
    fix="Synchronize the fields that queries read; `mctui lineage FILE de/NAME/FIELD` says which are read.",
)
def many_fields(org: Org) -> Evidence:
    """One row is a synchronized object with the number of its fields."""
    fields = {each.object: len(data_extensions.get(org, each.de_name).fields) for each in connect.sources(org)}
    rows = tuple({"object": name, "fields": number, "cap": 250} for name, number in fields.items() if number > MANY)
    return Evidence(rows, len(rows))
