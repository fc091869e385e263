"""Contact data in journeys: the attribute set that a key names, and the rows of a contact in it, by Data Designer.

source: domain E2 and SFH:mc_jb_using_data_in_journey_builder: what is not linked to the contact model is no contact
data, and where several paths lead to an attribute the filter has to say which.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from store import business_units, contacts, data_extensions
from store.assumptions import assume
from store.contacts.designer import CONTACT, ContactData, Relationship, User, set_of
from store.data_extensions import DataExtension
from store.errors import Refused
from store.journey.attributes import attribute
from store.journey.criteria import Condition

if TYPE_CHECKING:
    from store.org import Org

assume(
    "contact_data_needs_link",
    True,
    (True, False),
    "Journeys read contact data only of what Data Designer links to the Contact; otherwise also of any data extension"
    " that has a field for the Contact Key.",
    "SFH:000382101 and SFH:mc_jb_using_data_in_journey_builder say that it has to be linked",
)
assume(
    "value_of_several_rows",
    "first",
    ("first", "last"),
    "The row that a data binding, a wait or a comparison takes its value from when a contact has several: the first or"
    " the last that came.",
    "practitioners' notes on Wait By Attribute: the first row; no page says it of data bindings",
)
assume(
    "ambiguous_path_in_binding",
    "shortest",
    ("shortest", "refused"),
    "What a data binding does whose attribute several paths lead to: it has no way to say which one it means.",
    "the explicit attribute path is documented for filters only",
)

# Fields that hold the Contact Key in a data extension without a send relationship, in this order.
_LINK_NAMES = ("contactkey", "contact key", "subscriberkey", "subscriber key", "_contactkey", "id")


def link_field(de: DataExtension) -> str:
    """The field of a data extension that holds the Contact Key. Raises Refused when none is known to.

    source: SFH:000382018, an Update Contact activity finds the row by the field that relates to the subscriber; for a
    data extension without a send relationship the field is ASSUMED by its name.
    """
    if de.sendable_field and de.sendable_to == "Subscriber Key":
        return de.sendable_field
    for name in _LINK_NAMES:
        if name in de.by_name:
            return de.by_name[name].name
    if len(de.primary_key) == 1:
        return de.primary_key[0]
    raise Refused(
        f"The data extension {de.name} is not linked to the contact.",
        cause="No send relationship to the Subscriber Key, no field of that name, no single primary key.",
        fix="Make it sendable by its key field.",
    )


def contact_data(org: Org, name: str, via: Sequence[str] = (), *, binding: bool = False) -> ContactData:
    """The attribute set of that name with its path from the Contact, which goes over what `via` names.

    Raises Refused when there is none, when it is not linked, and in a filter when the path is ambiguous.
    """
    found = contacts.designer.contact_data(org, name, via)
    if found is None:
        found = _by_its_field(org, name)
    refuses = not binding or org.assumption("ambiguous_path_in_binding") == "refused"
    if found.ambiguous and refuses:
        raise Refused(
            f"The path to {found.attribute_set.name} is ambiguous: {'; '.join(found.ambiguous)}.",
            fix="Say which one is meant: an AttributePath with a RelationshipID, or `via` a group or a set on it.",
        )
    return found


def _by_its_field(org: Org, name: str) -> ContactData:
    """What is not linked: refused, or by the field that holds the Contact Key where the account is taken so."""
    stem, _, number = name.rpartition("_")
    de = data_extensions.find(org, name) or (data_extensions.find(org, stem) if stem and number.isdecimal() else None)
    de = de or data_extensions.get(org, name)
    if org.assumption("contact_data_needs_link"):
        raise contacts.designer.not_linked(de.name)
    made = set_of(de)
    pairs = (("Contact Key", link_field(de)),)
    return ContactData(made, (Relationship("", "", CONTACT, made.id, pairs),), {made.id: made})


def path_of(condition: Condition) -> tuple[str, ...]:
    """What the AttributePath around a condition's value names: the ids of relationships."""
    named = condition.path or {}
    text = next((value for key, value in named.items() if key.lower().startswith("relationshipid")), "")
    return tuple(part.strip() for part in text.replace(";", ",").split(",") if part.strip())


def descending(org: Org) -> str:
    """SQL of the direction in which the row comes first whose value is taken."""
    return " DESC" if org.assumption("value_of_several_rows") == "last" else ""


def sql_value(org: Org, data: ContactData, field: str, alias: str = "x") -> str:
    """SQL of the one value of the contact `k`: of several rows that of the first (see value_of_several_rows)."""
    tables, condition = data.rows("k", alias)
    return f"""(SELECT {alias}.{data.column(field)} FROM {tables}
                 WHERE {condition} ORDER BY {data.order(alias)}{descending(org)} LIMIT 1)"""


@contacts.designer.contact_data_users
def _running(org: Org) -> Iterable[User]:
    """Every attribute set that a version reads in which contacts are, or which lets them in."""
    from store.journey.uses import contact_sets
    from store.journey.version import versions

    for key in [row["key"] for row in org.rows("SELECT key FROM journeys ORDER BY journey_id")]:
        for version in versions(org, key):
            if version.status in ("Running", "Paused", "Finishing"):
                with business_units.acting(org, version.mid):
                    for name in contact_sets(version):
                        yield User(f"The journey {version.name} (version {version.number})", name)


def sets_of(keys: Iterable[str]) -> tuple[str, ...]:
    """The names of the attribute sets in keys of attributes, each once."""
    found = (attribute(key) for key in keys)
    return tuple(dict.fromkeys(each.source for each in found if each.kind == "contact"))
