"""What a person does in Data Designer: attribute groups, their links, populations; and what is refused about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store import business_units, data_extensions
from store.assumptions import assume
from store.commands import Outcome, command
from store.contacts.designer.checks import cardinality_of, checked, told_of
from store.contacts.designer.model import CONTACT, CUSTOM, POPULATION, SYSTEM, AttributeGroup, AttributeSet
from store.contacts.designer.reading import contact_model, set_id, set_of
from store.contacts.designer.users import refuse_if_used
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

MANY_POPULATIONS = 3  # source: domain A6, at most 3 are recommended

assume(
    "attribute_group_names_unique",
    True,
    (True, False),
    "Attribute groups and populations of a business unit have different names.",
    "general knowledge of the dialog; no stored page states it",
)


def subject_of(name: str) -> str:
    """What a step about a group is about."""
    return f"data-designer/{name}"


@command("contacts.create_attribute_group")
def create_attribute_group(
    org: Org, *, name: str, key: str = "", description: str = "", links: Sequence[Mapping[str, Any]] = ()
) -> Outcome:
    """Make an attribute group; `links` are the arguments of contacts.link, for all its sets at once."""
    number = add_group(org, name, key, description)
    told = [_link(org, number, **_arguments(each)) for each in links]
    said = f"Attribute group {name.strip()} created"
    if told:
        said += f" with {len(told)} attribute set{'s' * (len(told) != 1)}"
    return Outcome(_with_notes(said, told), {"attribute groups": 1, "links": len(told)}, subject_of(name.strip()))


def add_group(org: Org, name: str, key: str = "", description: str = "", *, population: bool = False) -> int:
    """The number of a new group of the business unit that is worked in. Raises Refused when the name is taken."""
    name, mid = name.strip(), business_units.current_mid()
    if not name:
        raise Refused("An attribute group needs a name.")
    taken = [group for group in contact_model(org).groups if group.name.lower() == name.lower()]
    if taken and (taken[0].kind == SYSTEM or org.assumption("attribute_group_names_unique")):
        raise Refused(f"There is an attribute group '{taken[0].name}' already.", fix="Choose another name.")
    wanted = definition_key = key.strip() or name
    count = 1
    while org.value("SELECT 1 FROM attribute_groups WHERE mid = ? AND definition_key = ?", mid, definition_key):
        count += 1
        definition_key = f"{wanted}_{count}"
    number: int = org.value(
        """INSERT INTO attribute_groups(mid, name, definition_key, description, is_population, created_at)
           VALUES (?, ?, ?, ?, ?, ?) RETURNING group_id""",
        mid, name, definition_key, description, population, org.now,
    )  # fmt: skip
    return number


def _arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    known = ("de", "by", "to", "cardinality", "through")
    unknown = sorted(set(given) - set(known))
    if unknown or "de" not in given or "by" not in given:
        missing = f"there is no '{unknown[0]}'" if unknown else "de and by must be given"
        raise Refused(f"A link of an attribute group: {missing}.", fix=f"It has {', '.join(known)}.")
    return {name: given[name] for name in known if name in given}


@command("contacts.link")
def link(
    org: Org,
    *,
    group: str,
    de: str,
    by: str | Mapping[str, str],
    to: str = "Contact",
    cardinality: str = "1:1",
    through: Mapping[str, Any] | None = None,
) -> Outcome:
    """Make a data extension an attribute set of a group: linked `to` the Contact, or to a set that the group has.

    `by` maps the attributes of that side to the fields of the data extension; a field alone is for the Contact Key.
    The cardinality is 1:1, 1:many, many:1 or many:many; the last goes `through` a data extension between the two:
    {"de": ..., "by": {its left side's attribute: its field}}, and `by` then maps its fields to those of `de`.
    """
    found = own_group(org, group)
    note = _link(org, found.number or 0, de, by, to, cardinality, through)
    said = f"{data_extensions.get(org, de).name} linked to {to} in {found.name}, {cardinality}"
    return Outcome(_with_notes(said, [note]), {"links": 1}, subject_of(found.name))


def _with_notes(said: str, notes: Sequence[str]) -> str:
    told = " ".join(note for note in notes if note)
    return f"{said}. {told}" if told else said


def own_group(org: Org, name: str, kind: str = CUSTOM) -> AttributeGroup:
    """A group that the business unit worked in may change. Raises Refused for the system's and the parent's."""
    found = contact_model(org).group(name)
    if found.kind == SYSTEM:
        raise Refused(
            f"The attribute group {found.name} is the system's and cannot be changed.",  # source: recorded canModify
            fix="Make a group of your own: contacts.create_attribute_group.",
        )
    if found.mid != business_units.current_mid():
        raise Refused(f"The attribute group {found.name} is the parent's.", fix="Change it in the enterprise.")
    if (found.kind == POPULATION) != (kind == POPULATION):
        what = "a population" if found.kind == POPULATION else "an attribute group"
        raise Refused(f"{found.name} is {what}.")
    return found


def _link(
    org: Org,
    number: int,
    de: str,
    by: str | Mapping[str, str],
    to: str = "Contact",
    cardinality: str = "1:1",
    through: Mapping[str, Any] | None = None,
) -> str:
    """Write one relationship; returns what there is to say of it beside. Raises Refused (see checks.py)."""
    found = data_extensions.get(org, de)
    model = contact_model(org)
    group = next((each for each in model.groups if each.number == number and each.kind != SYSTEM), None)
    left = CONTACT if to.strip().lower() == "contact" else _set_of_group(org, to, group)
    pairs = {"Contact Key": by} if isinstance(by, str) else dict(by)
    left_many, right_many = cardinality_of(cardinality, through)
    new = checked(org, model, group, left, found, pairs, (left_many, right_many), through)
    left_de = None if left == CONTACT else model.sets[left].de or _de_of(org, left)
    relationship = org.value(
        """INSERT INTO attribute_relationships(group_id, left_de_id, right_de_id, left_many, right_many, link_de_id)
           VALUES (?, ?, ?, ?, ?, ?) RETURNING relationship_id""",
        number, left_de.de_id if left_de else None, found.de_id, left_many, right_many,
        new.link.de_id if new.link else None,
    )  # fmt: skip
    for side, listed in new.pairs.items():
        for ordinal, (one, other) in enumerate(listed, start=1):
            org.run(
                "INSERT INTO attribute_relationship_fields VALUES (?, ?, ?, ?, ?)",
                relationship, side, ordinal, one, other,
            )  # fmt: skip
    return told_of(org, new)


def _de_of(org: Org, left: str) -> data_extensions.DataExtension:
    return data_extensions.at_path(org, left.removeprefix("de/"))


def _set_of_group(org: Org, name: str, group: AttributeGroup | None) -> str:
    """The id of the set that a link leads on from: one that the group has, or a synchronized one."""
    model = contact_model(org)
    wanted = model.find(name)
    if wanted is not None and wanted.de is not None and ((group and wanted.id in group.sets) or wanted.is_system):
        return wanted.id
    title = group.name if group else "this group"
    # source: SFH:mc_cab_link_data_extensions_1, "start by linking at least one data extension to a contact record"
    raise Refused(
        f"{name} is not in the attribute group {title}.",
        cause="A data extension is linked to the Contact, or to a data extension that is linked already.",
        fix="Link that one first: contacts.link.",
    )


@command("contacts.unlink")
def unlink(org: Org, *, group: str, de: str) -> Outcome:
    """Take a data extension out of a group; it is not deleted. Source: SFH:mc_cab_link_data_extensions_1."""
    found, model = own_group(org, group), contact_model(org)
    wanted = model.find(de)
    if wanted is None or wanted.id not in found.sets:
        raise Refused(f"{de} is not in the attribute group {found.name}.")
    behind = [model.sets[each.right].name for each in found.relationships if each.left == wanted.id]
    if behind:
        raise Refused(
            f"{wanted.name} cannot be taken out of {found.name}: it links {', '.join(behind)} to the Contact.",
            fix="Take those out first.",
        )
    gone = [each for each in found.relationships if each.right == wanted.id]
    refuse_if_used(org, {each.number for each in gone})
    for each in gone:
        org.run("DELETE FROM attribute_relationships WHERE relationship_id = ?", each.number)
    return Outcome(f"{wanted.name} taken out of {found.name}", {"links": len(gone)}, subject_of(found.name))


@command("contacts.rename_attribute_group")
def rename_attribute_group(org: Org, *, group: str, name: str, description: str | None = None) -> Outcome:
    """Give a group another name; its key stays."""
    found, name = own_group(org, group, _kind(org, group)), name.strip()
    other = next((each for each in contact_model(org).groups if each.name.lower() == name.lower()), None)
    if not name or (other is not None and other.number != found.number):
        raise Refused(f"There is an attribute group '{name}' already." if name else "A group needs a name.")
    org.run(
        "UPDATE attribute_groups SET name = ?, description = coalesce(?, description) WHERE group_id = ?",
        name, description, found.number,
    )  # fmt: skip
    return Outcome(f"Attribute group {found.name} renamed to {name}", {}, subject_of(name))


def _kind(org: Org, name: str) -> str:
    return contact_model(org).group(name).kind


@command("contacts.delete_attribute_group")
def delete_attribute_group(org: Org, *, group: str) -> Outcome:
    """Delete a group with its links; its data extensions stay."""
    found = own_group(org, group)
    return _delete(org, found, f"Attribute group {found.name} deleted")


def _delete(org: Org, found: AttributeGroup, title: str) -> Outcome:
    refuse_if_used(org, {each.number for each in found.relationships})
    org.run("DELETE FROM attribute_groups WHERE group_id = ?", found.number)
    return Outcome(title, {"links": len(found.relationships)}, subject_of(found.name))


# ---- populations


@command("contacts.create_population")
def create_population(org: Org, *, name: str, de: str, description: str = "") -> Outcome:
    """Make a population: a sendable data extension with one row per contact, its root.

    source: SFH:mc_cab_deprecated_root_relationships (one row per contact, only the Contact Key as primary key),
    SFH:000232652 (sendable, one to one); more than three are not recommended.
    """
    found = data_extensions.refuse_unless_sendable(org, de)
    key = found.sendable_field or ""
    if found.sendable_to != "Subscriber Key":
        raise Refused(
            f"{found.name} cannot be the root of a population.",
            cause="It relates to All Subscribers by the Email Address, not by the Contact Key.",
            fix="Make its send relationship to the Subscriber Key: data_extensions.set_sendable.",
        )
    if found.primary_key != (key,):
        is_key = f"It is {', '.join(found.primary_key)}." if found.primary_key else "It has none."
        raise Refused(
            f"{found.name} cannot be the root of a population: its primary key has to be {key} alone.",
            cause=f"The root has one row per contact. {is_key}",
            fix="Make a data extension with that key and copy the rows with a SQL Query Activity.",
        )
    number = add_group(org, name, "", description, population=True)
    _link(org, number, found.path, {"Contact Key": key})
    count = sum(group.kind == POPULATION for group in contact_model(org).groups)
    more = f" There are {count}: more than {MANY_POPULATIONS} are not recommended." if count > MANY_POPULATIONS else ""
    title = f"Population {name.strip()} created from {found.name}.{more}".rstrip(".") + ("." if more else "")
    return Outcome(title, {"populations": 1}, subject_of(name.strip()))


@command("contacts.delete_population")
def delete_population(org: Org, *, name: str) -> Outcome:
    """Delete a population; its data extension and the contacts stay."""
    found = own_group(org, name, POPULATION)
    return _delete(org, found, f"Population {found.name} deleted")


def not_in_any_group(org: Org) -> list[AttributeSet]:
    """The business unit's own data extensions that no way from the Contact leads to."""
    known = set(contact_model(org).sets)
    mid = business_units.current_mid()
    return [set_of(de) for de in data_extensions.all_definitions(org) if de.mid == mid and set_id(de) not in known]
