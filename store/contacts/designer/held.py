"""Data extensions and fields that Data Designer links stay, and a field's new name is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.data_extensions import DataExtension, held_by, when_renamed, when_withdrawn

if TYPE_CHECKING:
    from store.org import Org

# (side of the pairs, side of the relationship, which of the two fields): where a field of a data extension is named
_PLACES = (
    ("direct", "left", "left"), ("direct", "right", "right"), ("to link", "left", "left"), ("to link", "link", "right"),
    ("from link", "link", "left"), ("from link", "right", "right"),
)  # fmt: skip


@held_by
def linked_in_data_designer(org: Org, de: DataExtension, field: str | None) -> str:
    """Why a data extension, or a field of it, has to stay: Data Designer links it.

    source: SFD:deleting_a_data_extension_object, first remove the relationship in Data Designer, then delete.
    """
    named = " OR ".join(
        f"(f.side = '{side}' AND r.{of}_de_id = :de AND f.{which}_field = :field)" for side, of, which in _PLACES
    )
    rows = org.rows(
        f"""SELECT DISTINCT g.name FROM attribute_relationships r JOIN attribute_groups g USING (group_id)
             WHERE :de IN (r.left_de_id, r.right_de_id, r.link_de_id)
               AND (:field IS NULL OR EXISTS (SELECT 1 FROM attribute_relationship_fields f
                                               WHERE f.relationship_id = r.relationship_id AND ({named})))
             ORDER BY g.name""",
        {"de": de.de_id, "field": field},
    )
    return f"Data Designer links it in {', '.join(row['name'] for row in rows)}" if rows else ""


@when_withdrawn
def unlinked(org: Org, de: DataExtension) -> None:
    """Its relationships go with a data extension that is taken away."""
    org.run("DELETE FROM attribute_relationships WHERE ? IN (left_de_id, right_de_id, link_de_id)", de.de_id)


@when_renamed
def follow(org: Org, de: DataExtension, old: str, new: str) -> None:
    """A field has another name: the pairs that name it follow."""
    for side, of, which in _PLACES:
        org.run(
            f"""UPDATE attribute_relationship_fields SET {which}_field = :new
                 WHERE side = :side AND {which}_field = :old AND relationship_id IN (
                       SELECT relationship_id FROM attribute_relationships WHERE {of}_de_id = :de)""",
            {"new": new, "old": old, "side": side, "de": de.de_id},
        )
