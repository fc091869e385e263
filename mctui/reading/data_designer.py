"""The contact model as a tree: groups, their sets with cardinality and fields, what contradicts it, what is not linked.

The command line prints the lines; Contact Builder shows them as a table with the set under the cursor beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mctui.reading.memo import remembered
from mctui.views import Column, ContactsView, Detail, Focus, Query, Section, Table

if TYPE_CHECKING:
    from store import Org
    from store.contacts.designer import (
        AttributeGroup,
        AttributeSet,
        ContactModel,
        Contradiction,
        Relationship,
    )

COLUMNS = (Column("set", "Attribute group and set", 40), Column("rows", "Rows", 8, True), Column("by", "Linked by"))
GROUP, SET, AGAINST, UNLINKED, TEXT = "group", "set", "against", "unlinked", ""
_SAID = {"One": "1", "Many": "n"}
_LISTED = 12  # data extensions that are not linked
_SEVERAL = "with several rows"
_NAMES = 34  # columns of branch and name, before the fields


@dataclass(frozen=True)
class Branch:
    """One line: what is drawn before it, its name, what is said of it; what it is of, for the one that asks more."""

    head: str
    name: str
    said: str = ""
    kind: str = TEXT
    key: str = ""  # of the group, of the set in the model, of the contradiction

    @property
    def text(self) -> str:
        """The line as the command line prints it; of what contradicts the model the name alone stands before it."""
        if self.kind == AGAINST:
            return f"{self.head}{self.name}: {self.said}"
        return f"{f'{self.head}{self.name}':{_NAMES if self.kind == SET else 0}} {self.said}".rstrip()


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
    lines = [each.text for each in branches(model, groups, designer.contradictions(org), contacts.count(org))]
    if not group:
        unlinked = [each.name for each in designer.not_in_any_group(org)]
        more = f" and {len(unlinked) - _LISTED:,} more" if len(unlinked) > _LISTED else ""
        lines += [f"Not linked to the Contact: {', '.join(unlinked[:_LISTED])}{more}"] if unlinked else []
    return lines


def branches(
    model: ContactModel, groups: list[AttributeGroup], against: list[Contradiction], contacts: int
) -> list[Branch]:
    """The Contact, and below it each group with its sets and what its rows say against it."""
    lines = [Branch("", f"Contact ({contacts:,} in All Contacts)")]
    for number, one in enumerate(groups):
        is_last = number == len(groups) - 1
        lines.append(Branch(f"{'└' if is_last else '├'}─ ", _title(one), kind=GROUP, key=one.key))
        stem = "   " if is_last else "│  "
        lines += _below(model, one, "", stem) or [Branch(stem, "(no attribute set yet)")]
        for found in (each for each in against if each.group == one.name):
            said = f"{_values(found)} of {found.attribute_set} {_SEVERAL}"
            example = f", such as {found.example} with {found.most:,}"
            lines.append(Branch(f"{stem}! ", found.relationship, said + example, AGAINST, _key(found)))
    return lines


def _values(found: Contradiction) -> str:
    return f"{found.values:,} value{'' if found.values == 1 else 's'}"


def _key(found: Contradiction) -> str:
    return f"{found.group}: {found.relationship} {found.attribute_set}"


def _title(group: AttributeGroup) -> str:
    return group.name if group.kind == "custom" else f"{group.name} ({group.kind})"


def _below(model: ContactModel, group: AttributeGroup, left: str, stem: str, depth: int = 0) -> list[Branch]:
    """The sets that hang on one side, each with those behind it; first also those behind sets of other groups."""
    known = {each.left for each in group.relationships} - {each.right for each in group.relationships} - {""}
    roots = {left, *known} if not depth else {left}
    found = [each for each in group.relationships if each.left in roots]
    lines = []
    for number, each in enumerate(found):
        is_last = number == len(found) - 1
        head = f"{stem}{'└' if is_last else '├'}─{cardinality(each)}─ "
        behind = "" if each.left == left else f"behind {model.sets[each.left].name}, "
        lines.append(Branch(head, model.sets[each.right].name, f"{behind}{joined(each, model)}", SET, each.right))
        lines += _below(model, group, each.right, f"{stem}{'   ' if is_last else '│  '}", depth + 1)
    return lines


# ---- in Contact Builder


def read(org: Org, focus: Focus) -> tuple[ContactsView, Detail | None]:
    """The tree as a table, and the group or set under the cursor."""
    from store import contacts

    designer = contacts.designer
    model = designer.contact_model(org)
    against = _contradictions(org)
    unlinked = designer.not_in_any_group(org)
    lines = branches(model, list(model.groups), against, contacts.count(org))
    if unlinked:
        lines.append(Branch("", f"Not linked to the Contact ({len(unlinked):,})"))
        lines += [
            Branch(f"{'└' if each is unlinked[-1] else '├'}─ ", each.name, kind=UNLINKED, key=each.id)
            for each in unlinked
        ]
    shown = [each for each in lines if focus.filter.casefold() in f"{each.name} {each.said}".casefold()]
    counts = {each.id: _rows_of(org, each) for each in (*model.sets.values(), *unlinked)}
    rows = tuple(
        (f"{each.head}{each.name}", counts.get(each.key, ""), each.said, each.kind, each.key) for each in shown
    )
    table = Table(Query("designer", (), focus.filter), COLUMNS, len(rows), len(lines), 0, rows)
    linked = {each.right for each in model.relationships}
    caption = f"{len(linked):,} sets linked, {len(unlinked):,} not"
    if against:
        caption += f" · {len(against):,} contradicted"
    view = ContactsView(table, part="designer", caption=caption)
    kind, _, key = focus.attribute_set.partition("/")
    return view, detail(org, kind, key)


def _contradictions(org: Org) -> list[Contradiction]:
    """Of this step; moving the cursor does not count the rows again."""
    from store import contacts

    k = org.value("SELECT coalesce(max(k), 0) FROM steps")
    return remembered(org, "contradictions", k, lambda: contacts.designer.contradictions(org))


def _rows_of(org: Org, one: AttributeSet) -> object:
    """How many rows a data extension has; the system's tables are counted by no screen of the product."""
    return org.value(f"SELECT count(*) FROM {one.source}") if one.de is not None else ""


def detail(org: Org, kind: str, key: str) -> Detail | None:
    """What the inspector says of the line under the cursor; None for one that says all itself."""
    from store import contacts

    model = contacts.designer.contact_model(org)
    if kind == GROUP:
        found = next((each for each in model.groups if each.key == key), None)
        return _group(model, found) if found else None
    if kind == AGAINST:
        said = next((each for each in _contradictions(org) if _key(each) == key), None)
        return _against(said) if said else None
    if kind == SET and key in model.sets:
        return _set(org, model, model.sets[key])
    if kind == UNLINKED:
        left_out = next((each for each in contacts.designer.not_in_any_group(org) if each.id == key), None)
        return _set(org, model, left_out) if left_out else None
    return None


def _group(model: ContactModel, group: AttributeGroup) -> Detail:
    head: list[tuple[str, object]] = [("kind", group.kind), ("key", group.key), ("sets", len(group.sets))]
    if group.description:
        head.append(("description", group.description))
    links = tuple(
        (model.said(each.right), f"{model.said(each.left)} {each.cardinality}, {joined(each, model)}")
        for each in group.relationships
    )
    return Detail(f"Attribute group {group.name}", (Section("", tuple(head)), Section("Relationships", links)))


def _set(org: Org, model: ContactModel, one: AttributeSet) -> Detail:
    """Backed by what, the ways from the Contact, who reads it, each attribute."""
    from store import contacts

    designer = contacts.designer
    backed = f"data extension {one.de.name}" if one.de is not None else "a table of the system"
    ways = designer.paths_to(model, one)
    linked = tuple((f"way {number}", designer.said(model, path)) for number, path in enumerate(ways, start=1))
    many = "several" if any(map(designer.is_many, ways)) else "one"
    head: list[tuple[str, object]] = [("backed by", backed), ("key", one.key)]
    if ways:
        head.append(("rows of a contact", many))
    refusal = designer.not_linked(one.name)
    missing = (("", refusal.message), ("what to do", refusal.fix))
    used = tuple(("", user.what) for user in designer.users_of(org, one))
    attributes = tuple((each.name, _traits(each)) for each in one.attributes)
    sections = [Section("", tuple(head)), Section("From the Contact", linked or missing)]
    if used:
        sections.append(Section("Read by", used))
    return Detail(f"Attribute set {one.name}", (*sections, Section(f"{one.name}.<attribute>", attributes)))


def _traits(each: object) -> str:
    from store.contacts.designer import Attribute

    assert isinstance(each, Attribute)
    length = f"({each.length})" if each.length else ""
    words = [f"{each.type}{length}"]
    words += ["primary key"] if each.is_primary_key else []
    words += ["identity"] if each.is_identity else []
    words += [] if each.is_nullable else ["required"]
    words += ["hidden"] if each.is_hidden else []
    return ", ".join(words)


def _against(found: Contradiction) -> Detail:
    said = (
        ("relationship", found.relationship),
        ("the data", f"{_values(found)} of {', '.join(found.fields)} in {found.attribute_set} {_SEVERAL}"),
        ("most", f"{found.most:,} rows of {found.example}"),
        ("what follows", "a journey takes one of them for binding; a decision is true if any of them fits"),
        ("what to do", "link it as 1:many, or make the field the primary key and keep one row each"),
    )  # fmt: skip
    return Detail(f"{found.group}: the data contradict it", (Section("", said),))
