"""What the rows say against the contact model: a side of one with several rows, more rows than are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.contacts.designer.checks import is_unique, sql_several
from store.contacts.designer.model import CONTACT, ONE, ContactModel, Relationship
from store.contacts.designer.paths import ContactData
from store.contacts.designer.reading import contact_model

if TYPE_CHECKING:
    from store.org import Org

# source: SFH:mc_jb_data_relationships, "any contact beyond the 1000th row isn't used for evaluation"
ROWS_READ = 1000


@dataclass(frozen=True)
class Contradiction:
    """A side of one whose rows say many: how many values have several rows, the value with the most, its rows."""

    group: str
    relationship: str
    attribute_set: str
    fields: tuple[str, ...]
    values: int
    most: int
    example: str


def contradictions(org: Org) -> list[Contradiction]:
    """The relationships of a person's groups that say one where the data have several, in the order of the groups."""
    model, found = contact_model(org), []
    for each in model.relationships:
        if not each.is_system and each.between is None:
            found += [made for side in _sides_of_one(each) if (made := _contradiction(org, model, each, *side))]
    return found


def _sides_of_one(each: Relationship) -> list[tuple[str, list[str]]]:
    """(set id, fields) of each side of one that is a set."""
    sides = []
    if each.right_cardinality == ONE:
        sides.append((each.right, [right for _, right in each.pairs]))
    if each.left_cardinality == ONE and each.left != CONTACT:
        sides.append((each.left, [left for left, _ in each.pairs]))
    return sides


def _contradiction(
    org: Org, model: ContactModel, each: Relationship, side: str, fields: list[str]
) -> Contradiction | None:
    found = model.sets[side]
    if is_unique(found, fields):
        return None
    several = sql_several(found, fields)
    row = org.row(f"SELECT count(*) AS values_, max(rows) AS most FROM ({several})")
    if row is None or not row["values_"]:
        return None
    example = org.value(f"SELECT value FROM ({several}) ORDER BY rows DESC, value LIMIT 1")
    group = next(one for one in model.groups if one.key == each.group)
    said = f"{model.said(each.left)} {each.cardinality} {model.said(each.right)}"
    return Contradiction(group.name, said, found.name, tuple(fields), row["values_"], row["most"], str(example))


def most_rows(org: Org, data: ContactData) -> tuple[int, str]:
    """(how many rows the contact with the most has in a set, its key); (0, "") when nobody has any."""
    tables, condition = data.rows("k")
    row = org.row(
        f"""SELECT count(*) AS rows, k.contact_key FROM contacts k, {tables} WHERE {condition}
             GROUP BY k.contact_id ORDER BY 1 DESC, k.contact_id LIMIT 1"""
    )
    return (int(row["rows"]), str(row["contact_key"])) if row else (0, "")
