"""Who uses what of the contact model, so that a link that something needs is not taken away from under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.assumptions import assume
from store.contacts.designer.model import AttributeSet
from store.contacts.designer.paths import paths_to
from store.contacts.designer.reading import contact_model
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

assume(
    "used_links_can_be_removed",
    False,
    (False, True),
    "A link of Data Designer can be removed while a running journey reads contact data through it.",
    "no page found; deleting a linked data extension is refused (SFD:deleting_a_data_extension_object)",
)


@dataclass(frozen=True)
class User:
    """`what` reads contact data of an attribute set, by its name."""

    what: str
    attribute_set: str


Lister = Callable[["Org"], Iterable[User]]
_listers: list[Lister] = []


def contact_data_users(function: Lister) -> Lister:
    """Register `function(org)`, which lists what reads contact data now."""
    _listers.append(function)
    return function


def users_of(org: Org, one: AttributeSet) -> list[User]:
    """What reads contact data of a set now."""
    model = contact_model(org)
    found = (user for lister in _listers for user in lister(org))
    return [user for user in found if (wanted := model.find(user.attribute_set)) is not None and wanted.id == one.id]


def refuse_if_used(org: Org, going: set[int | None]) -> None:
    """Raises Refused when something reads a set that no other way leads to once these relationships are gone."""
    if org.assumption("used_links_can_be_removed"):
        return
    model = contact_model(org)
    for user in (user for lister in _listers for user in lister(org)):
        wanted = model.find(user.attribute_set)
        if wanted is None:
            continue
        ways = paths_to(model, wanted)
        left = [path for path in ways if not any(each.number in going and each.number is not None for each in path)]
        if ways and not left:
            raise Refused(
                f"{user.what} reads {_said(wanted)}, which would not be linked to the Contact any more.",
                fix="Stop it or publish a version without it, or link the set another way first.",
            )


def _said(found: AttributeSet) -> str:
    return f"contact data of {found.name}"
