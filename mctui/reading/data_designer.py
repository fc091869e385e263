"""The contact model as a tree of text: groups, their sets with cardinality and fields, what contradicts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import Org
    from store.contacts.designer import AttributeGroup, ContactModel, Relationship

_SAID = {"One": "1", "Many": "n"}
_LISTED = 12  # data extensions that are not linked
_NAMES = 34  # columns of branch and name, before the fields


def cardinality(one: Relationship) -> str:
    """`1:n` for a branch of the tree or an edge of the picture."""
    return f"{_SAID[one.left_cardinality]}:{_SAID[one.right_cardinality]}"


def joined(one: Relationship, model: ContactModel) -> str:
    """By which attributes: `Contact Key = SubscriberKey`, through a data extension between the two if there is one."""
    if one.between is not None:
        left = ", ".join(f"{near} = {far}" for near, far in one.between.left)
        right = ", ".join(f"{near} = {far}" for near, far in one.between.right)
        return f"{left} through {model.sets[one.between.set_id].name}, {right}"
    return ", ".join(left if left == right else f"{left} = {right}" for left, right in one.pairs)


def tree(org: Org, group: str = "") -> list[str]:
    """One line per group and set, then what is not linked; of one group, if one is named."""
    from store import contacts

    designer = contacts.designer
    model = designer.contact_model(org)
    groups = [model.group(group)] if group else list(model.groups)
    against = {(each.group, each.attribute_set): each for each in designer.contradictions(org)}
    lines = [f"Contact ({contacts.count(org):,} in All Contacts)"]
    for number, one in enumerate(groups):
        is_last = number == len(groups) - 1
        lines.append(f"{'└' if is_last else '├'}─ {_title(one)}")
        stem = "   " if is_last else "│  "
        lines += _below(model, one, "", stem) or [f"{stem}(no attribute set yet)"]
        for (name, attribute_set), found in against.items():
            if name == one.name:
                said = f"{found.relationship}: {found.values:,} values of {attribute_set} have several rows"
                lines.append(f"{stem}! {said}, such as {found.example} with {found.most:,}")
    if not group:
        unlinked = [each.name for each in designer.not_in_any_group(org)]
        more = f" and {len(unlinked) - _LISTED:,} more" if len(unlinked) > _LISTED else ""
        lines += [f"Not linked to the Contact: {', '.join(unlinked[:_LISTED])}{more}"] if unlinked else []
    return lines


def _title(group: AttributeGroup) -> str:
    return group.name if group.kind == "custom" else f"{group.name} ({group.kind})"


def _below(model: ContactModel, group: AttributeGroup, left: str, stem: str, depth: int = 0) -> list[str]:
    """The sets that hang on one side, each with those behind it; first also those behind sets of other groups."""
    known = {each.left for each in group.relationships} - {each.right for each in group.relationships} - {""}
    roots = {left, *known} if not depth else {left}
    found = [each for each in group.relationships if each.left in roots]
    lines = []
    for number, each in enumerate(found):
        is_last = number == len(found) - 1
        head = f"{stem}{'└' if is_last else '├'}─{cardinality(each)}─ "
        behind = "" if each.left == left else f"behind {model.sets[each.left].name}, "
        name = model.sets[each.right].name
        lines.append(f"{head}{name:{max(_NAMES - len(head), 1)}} {behind}{joined(each, model)}".rstrip())
        lines += _below(model, group, each.right, f"{stem}{'   ' if is_last else '│  '}", depth + 1)
    return lines
