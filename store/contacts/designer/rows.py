"""The rows that one contact has in the attribute sets: what Contact Builder shows of a contact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.contacts.contacts import contact_id_of
from store.contacts.designer.model import ContactModel
from store.contacts.designer.paths import ContactData, Path, column, paths_to, said
from store.contacts.designer.reading import contact_model

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class LinkedRows:
    """What a contact has in one set of one group: how many rows, and the first of them. `path` is the way in words."""

    group: str
    attribute_set: str
    path: str
    count: int
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def linked_rows(org: Org, contact_key: str, limit: int = 3) -> list[LinkedRows]:
    """The attribute groups of a contact, set by set; sets without a row of the contact have a count of 0."""
    contact_id, model, found = contact_id_of(org, contact_key), contact_model(org), []
    for group in model.groups:
        for each in group.sets:
            path = _within(model, group.key, each)
            if path:
                found.append(_rows(org, model, group.name, path, contact_id, limit))
    return found


def _within(model: ContactModel, group: str, wanted: str) -> Path:
    """The way to a set of a group, over the group's own last link where there is one."""
    ways = paths_to(model, model.sets[wanted])
    own = [path for path in ways if path[-1].group == group]
    return (own or ways or [()])[0]


def _rows(org: Org, model: ContactModel, group: str, path: Path, contact_id: int, limit: int) -> LinkedRows:
    attribute_set = model.sets[path[-1].right]
    data = ContactData(attribute_set, path, model.sets)
    tables, condition = data.rows("k")
    shown = [each for each in attribute_set.attributes if not each.is_hidden]
    source = f"FROM contacts k, {tables} WHERE k.contact_id = ? AND {condition}"
    count = int(org.value(f"SELECT count(*) {source}", contact_id))
    columns = ", ".join(f"x.{column(attribute_set, each.name)}" for each in shown)
    rows = org.rows(f"SELECT {columns} {source} ORDER BY {data.order()} LIMIT ?", contact_id, limit) if count else []
    names = tuple(each.name for each in shown)
    return LinkedRows(group, attribute_set.name, said(model, path), count, names, tuple(tuple(row) for row in rows))
