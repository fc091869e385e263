"""What holds of Data Designer at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import business_units
from store.contacts.designer.paths import paths_to
from store.contacts.designer.reading import contact_model
from store.invariants import invariant

if TYPE_CHECKING:
    from store.org import Org

invariant(
    "every link of Data Designer names fields that are there",
    """SELECT f.relationship_id, f.left_field, f.right_field
         FROM attribute_relationship_fields f JOIN attribute_relationships r USING (relationship_id)
        WHERE NOT EXISTS (SELECT 1 FROM data_extension_fields d WHERE d.name = f.right_field
                             AND d.de_id = CASE f.side WHEN 'to link' THEN r.link_de_id ELSE r.right_de_id END)
           OR ((f.side = 'from link' OR r.left_de_id IS NOT NULL)
               AND NOT EXISTS (SELECT 1 FROM data_extension_fields d WHERE d.name = f.left_field
                             AND d.de_id = CASE f.side WHEN 'from link' THEN r.link_de_id ELSE r.left_de_id END))""",
)
invariant(
    "every link of Data Designer has a pair of fields",
    """SELECT relationship_id FROM attribute_relationships
        WHERE relationship_id NOT IN (SELECT relationship_id FROM attribute_relationship_fields)""",
)


def _unreached(org: Org) -> list[str]:
    found = []
    for unit in business_units.units(org):
        with business_units.acting(org, unit.mid):
            model = contact_model(org)
            for group in model.groups:
                found += [f"{group.name}: {each}" for each in group.sets if not paths_to(model, model.sets[each])]
    return found


invariant("every attribute set of a group is linked to the Contact", _unreached)
