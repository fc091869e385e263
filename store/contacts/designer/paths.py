"""The ways from the Contact to an attribute set, and the SQL that goes along one.

Contact data is what a way leads to. Where there are several ways a filter has to say which one it means. Source:
SFH:mc_jb_using_data_in_journey_builder, "Specify an Explicit Attribute Path".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.contacts.designer.model import CONTACT, AttributeSet, ContactModel, Pairs, Relationship
from store.contacts.designer.system import customer_value
from store.data_extensions import quoted
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

Path = tuple[Relationship, ...]
LONGEST = 12  # relationships; no person draws more, and the number of ways grows with each


def paths_to(model: ContactModel, wanted: AttributeSet) -> list[Path]:
    """Every way that comes to no set twice, the shortest first, then in the order of the groups."""
    found: list[Path] = []

    def walk(at: str, path: Path, seen: frozenset[str]) -> None:
        for each in model.leading_from.get(at, []):
            if each.right == wanted.id:
                found.append((*path, each))
            elif each.right not in seen and len(path) + 1 < LONGEST:
                walk(each.right, (*path, each), seen | {each.right})

    walk(CONTACT, (), frozenset((CONTACT, wanted.id)))
    return sorted(found, key=len)


def said(model: ContactModel, path: Path) -> str:
    """A way in words: `Contact > Orders > Lines`."""
    return " > ".join(["Contact", *(model.said(each.right) for each in path)])


def chosen(model: ContactModel, wanted: AttributeSet, via: Sequence[str] = ()) -> list[Path]:
    """The ways to a set that go over everything that `via` names: relationships by id, or groups and sets by name.

    A name that is in this model nowhere says nothing: paths of another account have ids of their own.
    """
    found = paths_to(model, wanted)
    for name in (each.strip().lower() for each in via):
        over = [path for path in found if any(name in _names(model, each) for each in path)]
        found = over or found
    return found


def _names(model: ContactModel, one: Relationship) -> tuple[str, ...]:
    group = next(each for each in model.groups if each.key == one.group)
    return one.id, group.name.lower(), group.key.lower(), model.sets[one.right].name.lower()


def is_many(path: Path) -> bool:
    """Whether a contact can have several rows at the end of it."""
    return any(each.right_cardinality == "Many" for each in path)


@dataclass(frozen=True)
class ContactData:
    """An attribute set with the way to it. `ambiguous` are the ways to choose from, when there are several."""

    attribute_set: AttributeSet
    path: Path
    sets: dict[str, AttributeSet]
    ambiguous: tuple[str, ...] = ()

    def rows(self, contact: str, alias: str = "x") -> tuple[str, str]:
        """(what stands in FROM, the condition) of the rows of a contact; `contact` is an alias of contacts.

        The set itself has the alias `alias`, the sets on the way have it with a number.
        """
        tables: list[str] = []
        conditions: list[str] = []
        left = CONTACT
        for number, step in enumerate(self.path, start=1):
            name = alias if number == len(self.path) else f"{alias}{number}"
            right = self.sets[step.right]
            if step.between is not None:
                link, middle = f"{name}_link", self.sets[step.between.set_id]
                tables.append(f"{middle.source} {link}")
                conditions += self._joined(step.left, left or contact, middle, link, step.between.left)
                conditions += self._joined(middle.id, link, right, name, step.between.right)
            else:
                conditions += self._joined(step.left, left or contact, right, name, step.pairs)
            tables.append(f"{right.source} {name}")
            left = name
        return ", ".join(tables), " AND ".join(conditions)

    def _joined(self, left_id: str, left: str, right: AttributeSet, name: str, pairs: Pairs) -> list[str]:
        made = []
        for left_attribute, right_attribute in pairs:
            value = f"{name}.{column(right, right_attribute)}"
            if left_id == CONTACT:
                found = customer_value(left_attribute)
                assert found is not None, f"the Contact record has no {left_attribute}"
                made.append(found.matches.format(contact=left, value=value))
            else:
                made.append(f"{value} = {left}.{column(self.sets[left_id], left_attribute)}")
        return made

    @property
    def is_single(self) -> bool:
        """Whether primary keys let nobody have several rows."""
        for step in self.path:
            right = self.sets[step.right]
            named = {name.lower() for _, name in step.pairs}
            keys = {name.lower() for name in right.primary_key}
            if step.between is not None or right.de is None or not keys or not keys <= named:
                return False
        return True

    @property
    def is_indexed(self) -> bool:
        """Whether the rows of one contact are found by the index of each primary key on the way."""
        for step in self.path:
            right = self.sets[step.right]
            first = right.primary_key[0].lower() if right.primary_key else ""
            names = [name.lower() for _, name in step.pairs]
            plain = step.left != CONTACT or step.pairs[0][0].lower() == "contact key"
            if step.between is not None or right.de is None or first not in names or not plain:
                return False
        return True

    def column(self, name: str) -> str:
        """The column of an attribute of the set."""
        return column(self.attribute_set, name)

    def order(self, alias: str = "x") -> str:
        """SQL of what the rows are in the order of: as they came, by the data extension's own identity."""
        return f"{alias}._CustomObjectKey" if self.attribute_set.de is not None else "1"


def column(found: AttributeSet, name: str) -> str:
    """The column of an attribute as an SQL identifier."""
    attribute = found.attribute(name)
    return quoted(attribute.column or attribute.name)


def contact_data(org: Org, name: str, via: Sequence[str] = ()) -> ContactData | None:
    """The attribute set of that name with the way to it, the shortest where it is ambiguous; None when there is none.

    A way that leads through the Contact's own rows of the system (System Data) counts as one among others.
    """
    from store.contacts.designer.reading import contact_model

    model = contact_model(org)
    wanted = model.find(name)
    if wanted is None:
        return None
    found = chosen(model, wanted, via)
    if not found:
        return None
    several = tuple(said(model, path) for path in found) if len(found) > 1 else ()
    return ContactData(wanted, found[0], model.sets, several)


def not_linked(name: str) -> Refused:
    """The refusal of contact data that no way leads to. Source: SFH:mc_jb_using_data_in_journey_builder."""
    return Refused(
        f"The data extension {name} is not linked to the Contact.",
        cause="Contact data consists of attributes linked to your contact model in Contact Builder.",
        fix="Link it in Data Designer: contacts.create_attribute_group, contacts.link.",
    )
