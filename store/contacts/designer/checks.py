"""What a link has to keep: cardinality, fields that are there, types that match, keys on the side of one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store import data_extensions
from store.assumptions import assume
from store.contacts.designer.model import (
    CONTACT,
    Attribute,
    AttributeGroup,
    AttributeSet,
    ContactModel,
    Pairs,
)
from store.contacts.designer.reading import set_id, set_of
from store.contacts.designer.system import customer_value, customer_values
from store.data_extensions import DataExtension, quoted
from store.errors import Refused, did_you_mean

if TYPE_CHECKING:
    from store.org import Org

CARDINALITIES = ("1:1", "1:many", "many:1", "many:many")
_SIDES = {"one": "1", "n": "many", "m": "many"}
# source: SFH:mc_cab_link_data_extensions_1, "select attributes with the same data type"; a LongNumber is a number.
_LIKE = {"LongNumber": "Number"}

assume(
    "one_side_needs_primary_key",
    False,
    (False, True),
    "The fields of a side of `one` have to hold the whole primary key; else a link of that cardinality is refused. "
    "Otherwise it is only told, and found when the data contradict it.",
    "recorded relationships all have a primary key there; no page says that another field is refused",
)


@dataclass(frozen=True)
class NewLink:
    """A link that may be written: its pairs by side, and the sets of both sides (`left` None: the Contact)."""

    left: AttributeSet | None
    right: AttributeSet
    pairs: dict[str, Pairs]
    many: tuple[bool, bool]
    link: DataExtension | None = None


def cardinality_of(text: str, through: object) -> tuple[bool, bool]:
    """(left is many, right is many). Raises Refused for no cardinality, and when many to many has nothing between."""
    sides = re.split(r":|-to-", text.strip().lower())
    plain = ":".join(_SIDES.get(side.strip(), side) for side in sides)
    if plain not in CARDINALITIES:
        raise Refused(f"'{text}' is no cardinality.", fix=f"Choose one of: {', '.join(CARDINALITIES)}.")
    if (plain == "many:many") != (through is not None):
        raise Refused(
            "A many-to-many relationship goes through a data extension between the two."
            if through is None
            else f"Only a many-to-many relationship goes through another data extension, not {plain}.",
            fix='through={"de": ..., "by": {...}}, or the cardinality many:many.',
        )
    left, _, right = plain.partition(":")
    return left == "many", right == "many"


def checked(
    org: Org,
    model: ContactModel,
    group: AttributeGroup | None,
    left: str,
    de: DataExtension,
    pairs: Mapping[str, str],
    many: tuple[bool, bool],
    through: Mapping[str, Any] | None,
) -> NewLink:
    """The link, if it may be written. Raises Refused saying which rule it breaks."""
    right, near = set_of(de), None if left == CONTACT else model.sets[left]
    if left == set_id(de):
        raise Refused(f"{de.name} cannot be linked to itself.", fix="Copy the rows that you need into another one.")
    if through is None:
        found = {"direct": _pairs(near, right, pairs)}
        link = None
    else:
        link = data_extensions.get(org, str(through.get("de") or ""))
        middle = set_of(link)
        if middle.id in (left, right.id):
            raise Refused(f"{link.name} cannot stand between {model.said(left)} and {right.name}: it is one of them.")
        near_pairs = through.get("by")
        given = {"Contact Key": near_pairs} if isinstance(near_pairs, str) else dict(near_pairs or {})
        found = {"to link": _pairs(near, middle, given), "from link": _pairs(middle, right, pairs)}
    _refuse_twice(model, group, left, right, found)
    _refuse_circle(model, group, left, right)
    new = NewLink(near, right, found, many, link)
    if org.assumption("one_side_needs_primary_key") and (without := _without_key(new)):
        raise Refused(
            f"{without[0]} is the side of one, but {without[1]} is not its primary key.",
            cause="Several of its rows can have the same value.",
            fix="Choose the cardinality that says many there, or link by the primary key.",
        )
    return new


def _pairs(left: AttributeSet | None, right: AttributeSet, given: Mapping[str, str]) -> Pairs:
    """The pairs with the names as they are written in the definitions; each pair of one type."""
    if not given:
        raise Refused(f"By which attributes is {right.name} linked?", fix='Such as {"Contact Key": "SubscriberKey"}.')
    made = []
    for one, other in given.items():
        field = right.attribute(str(other))
        if left is None:
            value = customer_value(one)
            if value is None:
                known = [each.name for each in customer_values()]
                fix = did_you_mean(one, known) or f"There are: {', '.join(known)}."
                raise Refused(f"The Contact record has no '{one}' to link by.", fix=fix)
            if field.type not in value.kinds:
                raise _unlike(f"Contact.{value.name}", value.kinds[0], right, field)
            made.append((value.name, field.name))
        else:
            near = left.attribute(one)
            if _LIKE.get(near.type, near.type) != _LIKE.get(field.type, field.type):
                raise _unlike(f"{left.name}.{near.name}", near.type, right, field)
            made.append((near.name, field.name))
    return tuple(made)


def _unlike(said: str, kind: str, right: AttributeSet, field: Attribute) -> Refused:
    return Refused(
        f"{said} and {right.name}.{field.name} cannot be linked: they must have the same data type.",
        cause=f"{said} is {kind}, {right.name}.{field.name} is {field.type}.",
        fix="Choose another field, or copy the rows into a data extension whose field has that type.",
    )


def _refuse_twice(
    model: ContactModel, group: AttributeGroup | None, left: str, right: AttributeSet, pairs: Mapping[str, Pairs]
) -> None:
    for each in group.relationships if group else ():
        if (each.left, each.right) == (left, right.id) and each.pairs == pairs.get("direct", ()):
            raise Refused(f"{right.name} is linked to {model.said(left)} like that already in {group and group.name}.")


def _refuse_circle(model: ContactModel, group: AttributeGroup | None, left: str, right: AttributeSet) -> None:
    """A set cannot lead back to one that it is reached through. ASSUMED: every link leads away from the Contact."""
    before = {left}
    more = True
    while more:
        found = {each.left for each in (group.relationships if group else ()) if each.right in before} - {CONTACT}
        more = not found <= before
        before |= found
    if right.id in before:
        raise Refused(f"{right.name} cannot be linked behind {model.said(left)}: it leads to it already.")


def _without_key(new: NewLink) -> tuple[str, str] | None:
    """(set, its fields) of a side of one that the primary key does not vouch for; None when all is well."""
    if new.link is not None:
        return None
    sides = [(new.many[1], new.right, [other for _, other in new.pairs["direct"]])]
    if new.left is not None:
        sides.append((new.many[0], new.left, [one for one, _ in new.pairs["direct"]]))
    for many, found, fields in sides:
        if not many and not is_unique(found, fields):
            return found.name, ", ".join(fields)
    return None


def is_unique(found: AttributeSet, fields: list[str]) -> bool:
    """Whether these fields hold the whole primary key, so that no two rows have the same values."""
    named = {name.lower() for name in fields}
    return bool(found.primary_key) and {name.lower() for name in found.primary_key} <= named


def told_of(org: Org, new: NewLink) -> str:
    """What a person should know of a link that was made: a side of one without a key, or with rows against it."""
    without = _without_key(new)
    if without is None:
        return ""
    found, fields = without
    against = ""
    wrong = new.right if new.right.name == found else new.left
    if wrong is not None and wrong.de is not None:
        names = [name.strip() for name in fields.split(",")]
        count = int(org.value(f"SELECT count(*) FROM ({sql_several(wrong, names)})"))
        against = f" Several rows have the same value: {count:,} times." if count else ""
    return f"{found} is the side of one, but {fields} is not its primary key.{against}"


def sql_several(found: AttributeSet, fields: list[str]) -> str:
    """A SELECT of the values of these fields that several rows have: the fields as `value`, and `rows`."""
    columns = [quoted(found.attribute(name).column or found.attribute(name).name) for name in fields]
    filled = " AND ".join(f"{name} IS NOT NULL" for name in columns)
    value = " || ', ' || ".join(f"CAST({name} AS TEXT)" for name in columns)
    return f"""SELECT {value} AS value, count(*) AS rows FROM {found.source}
                WHERE {filled} GROUP BY {", ".join(columns)} HAVING count(*) > 1"""
