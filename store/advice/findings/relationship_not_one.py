"""A relationship of Data Designer that says one where the data have several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import contacts
from store.advice.finding import SHOWN, Evidence, finding

if TYPE_CHECKING:
    from store.org import Org


@finding(
    "relationship-not-one",
    severity="warning",
    title="{count} [relationship|relationships] of Data Designer [says|say] one, the rows say several",
    why="A filter takes whichever of the rows satisfies it, a data binding the first: which row that is nobody chose."
    " One-to-one is a promise that nothing but a primary key keeps.",
    fix="Link it one to many and compare with a value of the journey data in the same set of conditions; or make a data"
    " extension with one row per contact, by a query with GROUP BY.",
)
def relationship_not_one(org: Org) -> Evidence:
    """One row is a side of one whose fields several rows share."""
    found = contacts.designer.contradictions(org)
    rows = tuple(
        {
            "group": each.group,
            "relationship": each.relationship,
            "attribute_set": each.attribute_set,
            "fields": ", ".join(each.fields),
            "values_with_several_rows": each.values,
            "most_rows": each.most,
            "example": each.example,
        }
        for each in found[:SHOWN]
    )
    return Evidence(rows, len(found))
