"""The contact model read from the file: the system's groups as their rooms give them, a person's from their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units, data_extensions
from store.assumptions import assume
from store.business_units import ENTERPRISE_MID
from store.contacts.designer.model import (
    CONTACT,
    CUSTOM,
    MANY,
    ONE,
    POPULATION,
    Attribute,
    AttributeGroup,
    AttributeSet,
    Between,
    ContactModel,
    Pairs,
    Relationship,
)
from store.contacts.designer.system import provided
from store.data_extensions import DataExtension, quoted
from store.ids import guid

if TYPE_CHECKING:
    import sqlite3

    from store.org import Org

assume(
    "parents_attribute_groups_in_children",
    True,
    (True, False),
    "A child business unit sees the parent's attribute groups, as far as their data extensions are shared with it.",
    "domain A1: contacts are stored at the parent; no page says it of attribute groups",
)


def contact_model(org: Org) -> ContactModel:
    """The contact model of the business unit that is worked in."""
    parts = provided(org)
    sets = {each.id: each for _, found in parts for each in found}
    known = set(sets)
    rows = _relationship_rows(org)
    ids = {row[side] for row in rows for side in ("left_de_id", "right_de_id", "link_de_id") if row[side] is not None}
    for de in data_extensions.with_ids(org, ids).values():
        sets.setdefault(set_id(de), set_of(de))
    by_de = {each.de.de_id: each.id for each in sets.values() if each.de is not None}
    pairs = _pairs(org)
    groups = [group for group, _ in parts]
    for row in _group_rows(org):
        related = tuple(
            _relationship(org, row, one, by_de, pairs)
            for one in rows
            if one["group_id"] == row["group_id"] and _all_visible(one, by_de)
        )
        groups.append(_group(row, _linked(related, known)))
    return ContactModel(tuple(groups), sets)


def set_id(de: DataExtension) -> str:
    """The id of the attribute set behind which a data extension is."""
    return f"de/{de.path}"


def set_of(de: DataExtension) -> AttributeSet:
    """A data extension as an attribute set. Source: recorded schema, the hidden identity Custom Object Key first."""
    identity = Attribute(
        "Custom Object Key", "LongNumber", is_identity=True, is_nullable=False, is_hidden=True,
        column="_CustomObjectKey", key="CustomObjectKey",
    )  # fmt: skip
    fields = tuple(
        Attribute(f.name, f.type, f.length, f.scale, f.is_primary_key, is_nullable=f.is_nullable, column=f.name)
        for f in de.fields
    )
    return AttributeSet(
        set_id(de), de.name, de.name, quoted(de.table_name), (identity, *fields),
        "ExactTargetSchema" if de.is_synchronized else "DataExtension", de.is_synchronized, de,
    )  # fmt: skip


def _group_rows(org: Org) -> list[sqlite3.Row]:
    """The business unit's own groups, before them the parent's where they are seen."""
    parents = ENTERPRISE_MID if org.assumption("parents_attribute_groups_in_children") else 0
    return org.rows(
        """SELECT * FROM attribute_groups WHERE mid IN (?, ?)
            ORDER BY mid = ?, is_population, group_id""",
        business_units.current_mid(), parents, business_units.current_mid(),
    )  # fmt: skip


def _relationship_rows(org: Org) -> list[sqlite3.Row]:
    """The relationships whose data extensions this business unit may use: its own, shared, or synchronized."""
    mid = business_units.current_mid()
    found = org.rows("SELECT * FROM attribute_relationships ORDER BY relationship_id")
    if mid == ENTERPRISE_MID or not found:
        return found
    seen = {
        row["de_id"]
        for row in org.rows(
            """SELECT de_id FROM data_extensions d WHERE mid = :mid OR (mid = :enterprise AND (kind = 'synchronized'
                 OR EXISTS (SELECT 1 FROM data_extension_shares s WHERE s.de_id = d.de_id AND s.mid = :mid)))""",
            {"mid": mid, "enterprise": ENTERPRISE_MID},
        )
    }
    sides = ("left_de_id", "right_de_id", "link_de_id")
    return [row for row in found if all(row[side] is None or row[side] in seen for side in sides)]


def _pairs(org: Org) -> dict[tuple[int, str], Pairs]:
    """The pairs of fields by relationship and side."""
    found: dict[tuple[int, str], Pairs] = {}
    for row in org.rows("SELECT * FROM attribute_relationship_fields ORDER BY relationship_id, side, ordinal"):
        key = (row["relationship_id"], row["side"])
        found[key] = (*found.get(key, ()), (row["left_field"], row["right_field"]))
    return found


def _all_visible(row: sqlite3.Row, by_de: dict[int, str]) -> bool:
    return all(row[side] is None or row[side] in by_de for side in ("left_de_id", "right_de_id", "link_de_id"))


def _relationship(
    org: Org, group: sqlite3.Row, row: sqlite3.Row, by_de: dict[int, str], pairs: dict[tuple[int, str], Pairs]
) -> Relationship:
    number = row["relationship_id"]
    between = None
    if row["link_de_id"] is not None:
        between = Between(by_de[row["link_de_id"]], pairs[number, "to link"], pairs[number, "from link"])
    return Relationship(
        guid(org.seed, "relationship", number),
        group["definition_key"],
        CONTACT if row["left_de_id"] is None else by_de[row["left_de_id"]],
        by_de[row["right_de_id"]],
        pairs.get((number, "direct"), ()),
        MANY if row["left_many"] else ONE,
        MANY if row["right_many"] else ONE,
        between,
        number=number,
    )


def _linked(related: tuple[Relationship, ...], known: set[str]) -> tuple[Relationship, ...]:
    """Those that lead on from the Contact or a set of the system's: what is not shared hides what is behind it."""
    reached, more = {CONTACT, *known}, True
    while more:
        found = {each.right for each in related if each.left in reached}
        more = not found <= reached
        reached |= found
    return tuple(each for each in related if each.left in reached)


def _group(row: sqlite3.Row, related: tuple[Relationship, ...]) -> AttributeGroup:
    sets = tuple(dict.fromkeys(each.right for each in related))
    return AttributeGroup(
        row["name"], row["definition_key"], POPULATION if row["is_population"] else CUSTOM, sets, related,
        row["description"], row["mid"], number=row["group_id"],
    )  # fmt: skip
